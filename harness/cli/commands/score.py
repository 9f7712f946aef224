"""`harness score`: translations made elsewhere, scored like any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.domain import MetricSpec, TestSet

_DEFAULT_METRICS = ("bleu", "chrf", "chrf++")


def score(  # noqa: PLR0913, PLR0917 - one parameter an option
    hypothesis: Annotated[
        list[str], typer.Option("--hypothesis", help="NAME=FILE: a system's translations; repeatable.")
    ],
    source: Annotated[Path | None, typer.Option(help="The source text: lines, TSV or JSONL by id.")] = None,
    reference: Annotated[
        list[Path] | None, typer.Option("--reference", "-r", help="A reference translation; repeatable.")
    ] = None,
    test_set: Annotated[
        str | None, typer.Option("--test-set", help="Score against this test set instead of --source and --reference.")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            help="bleu, chrf, chrf++ unless named; with parameters: bleu:tokenizer=zh,lowercase=true; under another "
            "name: lc=bleu:lowercase=true. Repeatable.",
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="A config whose list of metrics is taken.")] = None,
    scores: Annotated[
        list[str] | None,
        typer.Option("--scores", help="NAME=FILE: scores computed elsewhere, as a column of that name; repeatable."),
    ] = None,
    pair: Annotated[str, typer.Option(help="The language pair.")] = "zh-en",
    baseline: Annotated[str | None, typer.Option(help="The system that the others are compared with.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The results folder.")] = Path("results"),
    references: Annotated[Path, typer.Option(help="Where --test-set looks for names.")] = Path("references"),
    resamples: Annotated[int, typer.Option(min=1, max=1_000_000, help="For intervals and tests.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="For intervals and tests.")] = 12345,
    skip_unavailable: Annotated[
        bool, typer.Option("--skip-unavailable", help="A metric that is not available here is no failure.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the board as JSON.")] = False,
) -> int:
    """Score translations made elsewhere: one system or many, against a test set or parallel files."""
    from harness.cli.outcome import Destination, run_and_print
    from harness.domain import MetricSpec, RunSpec, StatisticsSpec, SystemSpec
    from harness.errors import UnknownNameError, UserError

    systems = tuple(
        SystemSpec(name=name, backend="file", parameters={"path": file})
        for name, file in (_named(text, "a system", "--hypothesis mymodel=out/mymodel.en") for text in hypothesis)
    )
    names = [s.name for s in systems]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"Two hypotheses are named '{name}'.", remedy="give one another NAME in NAME=FILE")
    if baseline is not None and baseline not in names:
        raise UnknownNameError("system", baseline, names)
    columns = _columns(metric, config)
    for text in scores or []:
        name, file = _named(text, "a column of scores", "--scores comet=answers.jsonl")
        if name in [m.name for m in columns]:
            raise UserError(f"Two metrics are named '{name}'.", remedy="give another NAME in NAME=FILE")
        columns.append(MetricSpec(name=name, metric="scores", parameters={"path": file}))
    data = _data(test_set, references, source, reference or [], pair)
    spec = RunSpec(
        name=f"score-{data.name}",
        test_sets=(data.name,),
        systems=systems,
        metrics=tuple(columns),
        statistics=StatisticsSpec(resamples=resamples, seed=seed),
        baseline=baseline,
    )
    return run_and_print(spec, (data,), Destination(output, as_json, skip_unavailable), config=None)


def _columns(named: list[str] | None, config: Path | None) -> list[MetricSpec]:
    """The metrics of the config and those that were named; without either the usual ones."""
    from harness.config.metric_choice import chosen_metrics
    from harness.metrics.catalogue import metrics

    of_config: tuple[MetricSpec, ...] = ()
    if config is not None:
        import os

        from harness.backends.catalogue import backends
        from harness.config import Catalogues, load_metrics

        of_config = load_metrics(config, Catalogues(backends, metrics), os.environ)
    usual = _DEFAULT_METRICS if config is None and not named else ()
    return list(chosen_metrics([*of_config, *(named or usual)], metrics))


def _named(text: str, what: str, example: str) -> tuple[str, str]:
    """NAME=FILE."""
    from harness.errors import UserError

    name, equals, file = text.partition("=")
    if not equals or not name.strip() or not file:
        raise UserError(f"'{text}' does not name {what}.", allowed=f"NAME=FILE, as in {example}")
    return name.strip(), file


def _data(test_set: str | None, references: Path, source: Path | None, texts: list[Path], pair: str) -> TestSet:
    """The test set to score against."""
    from harness.domain import LangPair
    from harness.errors import UnknownNameError, UserError

    if test_set is not None:
        from harness.corpus.testset.references_folder import find_test_sets, load_test_set

        if source is not None or texts:
            raise UserError("--test-set brings its own source and references.", remedy="leave out one or the other")
        if Path(test_set).is_dir():
            return load_test_set(Path(test_set))
        known = find_test_sets(references)
        if test_set not in known:
            raise UnknownNameError("test set", test_set, known, remedy="harness list test-sets")
        return load_test_set(known[test_set])
    if source is None:
        raise UserError(
            "There is nothing to score against.",
            allowed="--test-set NAME, or --source FILE with --reference FILE",
            remedy="harness list test-sets shows the test sets there are",
        )
    from harness.corpus.bitext.parallel import read_parallel

    return read_parallel(source, texts, pair=LangPair.parse(pair))
