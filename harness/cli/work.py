"""What `run` and `score` share: from a spec with its test sets to a stored run, a printed board and an exit code."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.domain import Json, Run, RunSpec, TestSet
    from harness.pipeline import Kept


@dataclass(frozen=True)
class Destination:
    """Where results go and how they are told.

    Attributes:
        results: the results folder.
        as_json: print JSON instead of the board.
        skip_unavailable: accept every metric that cannot be had, as if its entry said `optional: true`.
        retry_errors: translate only what failed in the newest run of this name.
    """

    results: Path
    as_json: bool = False
    skip_unavailable: bool = False
    retry_errors: bool = False


def work(spec: RunSpec, test_sets: tuple[TestSet, ...], destination: Destination, *, config: Path | None) -> int:
    """Execute, store, print; returns the exit code."""
    kept = _kept(spec, destination.results) if destination.retry_errors else {}
    run, folder = perform(spec, test_sets, destination.results, config=config, kept=kept)
    _print(run, folder, destination)
    return exit_code(run, spec, destination)


def _kept(spec: RunSpec, results: Path) -> Kept:
    """What the newest run of this name translated without error.

    Raises:
        UserError: there is no such run.
    """
    from harness.errors import UserError
    from harness.pipeline import kept_of
    from harness.store.runs import list_runs, read_run, read_summary

    named = [f for f in list_runs(results) if read_summary(f).spec.get("name") == spec.name]
    if not named:
        raise UserError(f"There is no run named '{spec.name}' in {results} whose errors could be retried.")
    found = kept_of(read_run(named[-1]))
    count_of = sum(len(texts) for texts in found.values())
    typer.echo(f"{count_of} hypotheses of {named[-1].name} are kept; what failed there is tried again", err=True)
    return found


def perform(
    spec: RunSpec,
    test_sets: tuple[TestSet, ...],
    results: Path,
    *,
    config: Path | None,
    kept: Kept | None = None,
) -> tuple[Run, Path]:
    """Execute and store; the run and its folder."""
    from harness.cli.progress import progress_bar
    from harness.cli.provenance import gather
    from harness.pipeline import Job, execute
    from harness.store import leaderboard, runs
    from harness.store.cache import TranslationCache
    from harness.store.layout import translations_file

    now = datetime.now(timezone.utc)
    notice = partial(typer.echo, err=True)
    cache = closing(TranslationCache(translations_file(results), notice=notice))
    with cache as translations, progress_bar() as progress:
        job = Job(
            id=_run_id(spec.name, now, results),
            spec=spec,
            test_sets=test_sets,
            record=record(spec),
            provenance=gather(config=config, started=now.isoformat(timespec="seconds")),
            clock=time.monotonic,
            cache=translations,
            progress=progress,
            kept=kept or {},
        )
        run = execute(job)
    folder = runs.write_run(run, results)
    leaderboard.update(results)
    return run, folder


def _run_id(name: str, now: datetime, results: Path) -> str:
    """Sorts by time; two runs that start in the same second get different names."""
    from harness.store.layout import safe_name

    stem = f"{now:%Y%m%d-%H%M%S}-{safe_name(name)}"
    candidates = (stem if i == 1 else f"{stem}-{i}" for i in count(1))
    return next(c for c in candidates if not (results / c).exists())


def record(spec: RunSpec) -> Mapping[str, Json]:
    """The spec as plain JSON, defaults written out."""
    plain: dict[str, Json] = json.loads(json.dumps(asdict(spec)))
    return plain


def exit_code(run: Run, spec: RunSpec, destination: Destination) -> int:
    """0 when everything asked for is there, 3 when a metric or too many segments are missing; says which on stderr."""
    code = 0
    for gap in run.gaps:
        if not gap.optional and not destination.skip_unavailable:
            typer.echo(f"error: {gap.metric} was asked for and could not be had: {gap.problem}", err=True)
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
    from harness.report.board import board_of
    from harness.report.json import render

    if destination.as_json:
        board = json.loads(render(board_of(run)))
        put(json.dumps({"run": run.id, "folder": str(folder), **board}, ensure_ascii=False, indent=2) + "\n")
        return
    print_board(run)
    put(f"\nrun: {folder}\n")
