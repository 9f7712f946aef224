"""How `run` and `score` end: the run is done and stored, the board printed, what is missing becomes the exit code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from harness.domain import Run, RunSpec, TestSet


@dataclass(frozen=True)
class Destination:
    """Where results go and how they are told.

    Attributes:
        results: the results folder.
        as_json: print JSON instead of the board.
        skip_unavailable: accept every metric that is not available here, as if its entry said `optional: true`.
        retry_errors: translate only what failed in the newest run of this name.
    """

    results: Path
    as_json: bool = False
    skip_unavailable: bool = False
    retry_errors: bool = False


def run_and_print(
    spec: RunSpec, test_sets: tuple[TestSet, ...], destination: Destination, *, config: Path | None
) -> int:
    """Run, store, print; returns the exit code."""
    from harness.cli.progress import progress_bar
    from harness.pipeline.run_config import RunOptions, run_spec

    with progress_bar() as progress:
        notice = partial(typer.echo, err=True)
        options = RunOptions(destination.results, config, destination.retry_errors, progress, notice)
        run, folder = run_spec(spec, test_sets, options)
    _print(run, folder, destination)
    return exit_code(run, spec, destination)


def exit_code(run: Run, spec: RunSpec, destination: Destination) -> int:
    """0 when everything asked for is there, 3 when a metric or too many segments are missing; says which on stderr."""
    code = 0
    for gap in run.gaps:
        if not gap.optional and not destination.skip_unavailable:
            typer.echo(f"error: {gap.metric} was asked for and is not available here: {gap.problem}", err=True)
            typer.echo("To mend it: " + (gap.remedy or "see above") + ", or pass --skip-unavailable", err=True)
            code = 3
    for output in run.outputs:
        failed = sum(not h.ok for h in output.hypotheses)
        limit = spec.backends.fail_on_error
        allowed = limit * len(output.hypotheses) if limit < 1 else limit
        if failed > allowed:
            first = next(h for h in output.hypotheses if not h.ok)
            typer.echo(
                f"error: {output.system} failed on {failed} of {len(output.hypotheses)} segments of {output.test_set}; "
                f"the first, {first.id}: {first.error}",
                err=True,
            )
            code = 3
    return code


def _print(run: Run, folder: Path, destination: Destination) -> None:
    from harness.cli.screen import print_board, put
    from harness.report.board.board_json import render
    from harness.report.board.rows import board_of

    if destination.as_json:
        board = json.loads(render(board_of(run)))
        put(json.dumps({"run": run.id, "folder": str(folder), **board}, ensure_ascii=False, indent=2) + "\n")
        return
    print_board(run)
    put(f"\nrun: {folder}\n")
