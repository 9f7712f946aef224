"""`harness compare`: two systems of a run, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(  # noqa: PLR0913, PLR0917 - one parameter an option
    run: Annotated[str, typer.Argument(help="A run's name, its folder, or latest.")],
    baseline: Annotated[str, typer.Argument(metavar="SYSTEM_A", help="The system to compare with.")],
    system: Annotated[str, typer.Argument(metavar="SYSTEM_B", help="The system to compare.")],
    metric: Annotated[
        list[str] | None, typer.Option("--metric", "-m", help="Only these; the first one picks segments; repeatable.")
    ] = None,
    test_set: Annotated[list[str] | None, typer.Option("--test-set", help="Only these; repeatable.")] = None,
    top: Annotated[int, typer.Option(min=0, help="Segments and n-grams to show each way.")] = 5,
    results: Annotated[Path, typer.Option(help="The results folder.")] = Path("results"),
    form: Annotated[str, typer.Option("--format", help="table or md.")] = "table",
    compat: Annotated[str | None, typer.Option(help="sacrebleu: p-values as sacreBLEU computes them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Differences between two systems: how large, how sure, where, and in which words."""
    from harness.cli.screen import put, screen
    from harness.errors import UserError
    from harness.pipeline.compare_systems import CompareRequest, differences
    from harness.report.text import comparison_text as report
    from harness.store.runs import find_run, read_run

    if form not in {"table", "md"}:
        raise UserError(f"A comparison cannot be printed as {form}.", allowed="table, md, or --json")
    if compat not in {None, "sacrebleu"}:
        raise UserError(f"There is no compatibility with '{compat}'.", allowed="sacrebleu")
    wanted = CompareRequest(baseline, system, tuple(metric) if metric else None, top, compat == "sacrebleu")
    found = differences(read_run(find_run(results, run)), wanted, test_set or ())
    if as_json:
        put(report.render_json(found))
    elif form == "md":
        put(report.render_markdown(found))
    else:
        put(report.render_text(found, screen()))
