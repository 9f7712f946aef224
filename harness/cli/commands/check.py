"""`harness check`: the CI gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.domain.verdict import Verdict


def check(  # noqa: PLR0913, PLR0917 - one parameter an option
    candidate: Annotated[str, typer.Argument(help="A run's name or folder, latest, or a config to run first.")],
    baseline: Annotated[str, typer.Option("--baseline", "-b", help="An accepted baseline, or a run.")] = "default",
    policy: Annotated[Path, typer.Option("--policy", "-p", help="What is asked.")] = Path("configs/gate.yaml"),
    system: Annotated[
        list[str] | None, typer.Option("--system", "-s", help="NAME, or CANDIDATE=BASELINE; repeatable.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write a job summary here.")] = None,
    comment: Annotated[Path | None, typer.Option(help="Write a pull-request comment here.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json-file", help="Write JSON here.")] = None,
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    baselines: Annotated[Path, typer.Option(help="The folder of accepted baselines.")] = Path("baselines"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Has the translation got worse? 0: no. 1: yes. 3: this test set or these runs cannot say."""
    import os

    from harness.cli.screen import put, screen
    from harness.gate.check import check as gate
    from harness.report.verdict.verdict_text import render_annotations, render_json, render_text

    found = gate(
        candidate, baseline=baseline, policy=policy, systems=system or (), results=results, baselines=baselines
    )
    _write(found, junit, markdown, comment, json_file)
    put(render_json(found) if as_json else render_text(found, screen()))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        # The runner reads commands from both streams; on this one they cannot end up in somebody's JSON.
        typer.echo(render_annotations(found), err=True, nl=False)
    _summary(found, os.environ.get("GITHUB_STEP_SUMMARY", ""))
    return found.exit_code


def _write(
    verdict: Verdict, junit: Path | None, markdown: Path | None, comment: Path | None, json_file: Path | None
) -> None:
    from harness.errors import UserError
    from harness.files import write_atomic
    from harness.report.verdict.junit import render_junit
    from harness.report.verdict.verdict_markdown import COMMENT_BYTES, render_markdown
    from harness.report.verdict.verdict_text import render_json

    wanted = (
        (junit, render_junit(verdict)),
        (markdown, render_markdown(verdict)),
        (comment, render_markdown(verdict, limit=COMMENT_BYTES)),
        (json_file, render_json(verdict)),
    )
    for path, text in wanted:
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(path, text)
            except OSError as error:
                raise UserError(f"{path} cannot be written: {error.strerror}.") from None


def _summary(verdict: Verdict, file: str) -> None:
    """GitHub's job summary, where there is one; what other steps wrote there counts towards its limit."""
    from harness.report.verdict.verdict_markdown import SUMMARY_BYTES, render_markdown

    if not file:
        return
    path = Path(file)
    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(render_markdown(verdict, limit=max(0, SUMMARY_BYTES - used)))
    except OSError as error:
        typer.echo(f"warning: the job summary {file} cannot be written: {error.strerror}", err=True)
