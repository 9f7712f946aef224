"""`harness meta`: what the metrics of a run are worth, by people's judgement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def meta(  # noqa: PLR0913, PLR0917 - one parameter an option
    run: Annotated[str, typer.Argument(help="A run's name, its folder, or latest.")],
    human: Annotated[
        list[Path], typer.Option("--human", help="WMT DA or MQM scores, or mt-metrics-eval's; repeatable.")
    ],
    test_set: Annotated[str | None, typer.Option("--test-set", help="Needed where the run has several.")] = None,
    resamples: Annotated[int, typer.Option(min=1, max=1_000_000, help="For the intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="For the intervals.")] = 12345,
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    form: Annotated[str, typer.Option("--format", help="table or md.")] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """How well each metric ranks systems and segments, given human scores."""
    from dataclasses import asdict

    from harness.cli.screen import put, screen
    from harness.corpus.testset.human_scores import read_human
    from harness.domain.ratings import HumanScores
    from harness.errors import UnknownNameError, UserError
    from harness.pipeline.evaluate_metrics import meta as evaluate
    from harness.report.text import metrics_text as report
    from harness.store.runs import find_run, read_run

    if form not in {"table", "md"}:
        raise UserError(f"A meta-evaluation cannot be printed as {form}.", allowed="table, md, or --json")
    found = read_run(find_run(results, run))
    names = [t.name for t in found.test_sets]
    if test_set is not None and test_set not in names:
        raise UnknownNameError("test set", test_set, names)
    if test_set is None and len(names) > 1:
        raise UserError("The run has several test sets.", allowed=", ".join(names), remedy="--test-set NAME")
    chosen = next(t for t in found.test_sets if test_set in {None, t.name})
    files = [read_human(path) for path in human]
    merged = HumanScores(
        " and ".join(dict.fromkeys(f.kind for f in files)),
        {k: v for f in files for k, v in f.segments.items()},
        {k: v for f in files for k, v in f.systems.items()},
    )
    result = evaluate(found, chosen, merged, resamples=resamples, seed=seed)
    value = {
        "test_set": result.test_set,
        "human": result.human,
        "systems": list(result.systems),
        "metrics": {name: asdict(row) for name, row in result.rows.items()},
        "notes": list(result.notes),
    }
    if as_json:
        put(report.render_json(value))
    elif form == "md":
        put(report.render_markdown(value))
    else:
        put(report.render_text(value, screen()))
