"""`harness report`: one page that answers who is better, by how much, on what, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[str, typer.Argument(help="A run's name or folder, or 'latest'.")] = "latest",
    every: Annotated[bool, typer.Option("--all", help="The board over all runs instead of one run.")] = False,
    results: Annotated[Path, typer.Option("--results", help="The results folder.")] = Path("results"),
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write. Default: report.html in the run's folder.")
    ] = None,
) -> None:
    """Write report.html: one file that works from disk, without a network."""
    from harness.cli.screen import warn_skipped
    from harness.files import write_atomic
    from harness.report.page.report_page import render, render_all
    from harness.store.leaderboard_csv import read_summaries
    from harness.store.paths import RunLayout
    from harness.store.runs import find_run, read_run

    if every:
        find_run(results, "latest")  # says that there is no run, and what makes one
        target, page = output or results / "report.html", render_all(read_summaries(results, warn_skipped))
    else:
        folder = find_run(results, run)
        target, page = output or RunLayout(folder).report, render(read_run(folder))
    write_atomic(target, page)
    typer.echo(str(target))
