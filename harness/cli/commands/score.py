"""`harness score`: translations made elsewhere, scored like any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.domain import MetricSpec, TestSet

#: Options that take several values at once.
REPEATED = ("--hypothesis", "--reference", "-r", "--metric", "-m", "--scores")
_DEFAULT_METRICS = ("bleu", "chrf", "chrf++")


def score(  # noqa: PLR0913, PLR0917 - one parameter an option
    hypothesis: Annotated[
        list[str],
        typer.Option(
            "--hypothesis",
            help="A system's translations: FILE, NAME=FILE, a folder, a quoted glob, or - for standard input; several "
            "or repeated. Text by line, TSV, JSONL, XLIFF or TMX, packed or not.",
        ),
    ],
    source: Annotated[Path | None, typer.Option(help="The source text: lines, TSV or JSONL by id.")] = None,
    reference: Annotated[
        list[Path] | None, typer.Option("--reference", "-r", help="A reference translation; several or repeated.")
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
            "name: lc=bleu:lowercase=true. Several or repeated.",
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="A config whose list of metrics is taken.")] = None,
    scores: Annotated[
        list[str] | None,
        typer.Option(
            "--scores", help="NAME=FILE: scores computed elsewhere, as a column of that name; several or repeated."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Of the test set; its file's name unless said.")] = None,
    pair: Annotated[str, typer.Option(help="The language pair.")] = "zh-en",
    segmentation: Annotated[
        str,
        typer.Option(
            help="lines: a hypothesis stands line by line. document: it is running text, in one file or a folder with "
            "a file for each document, and is cut into segments. auto: what its number of lines says."
        ),
    ] = "auto",
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

    given = {} if segmentation == "auto" else {"segmentation": segmentation}
    systems = tuple(
        SystemSpec(name=system, backend="file", parameters={"path": file, **given})
        for system, file in _hypotheses(hypothesis)
    )
    names = [s.name for s in systems]
    for twice in names:
        if names.count(twice) > 1:
            raise UserError(f"Two hypotheses are named '{twice}'.", remedy="give one another NAME in NAME=FILE")
    if baseline is not None and baseline not in names:
        raise UnknownNameError("system", baseline, names)
    columns = _columns(metric, config)
    for text in scores or []:
        column, file = _named(text, "a column of scores", "--scores comet=answers.jsonl")
        if column in [m.name for m in columns]:
            raise UserError(f"Two metrics are named '{column}'.", remedy="give another NAME in NAME=FILE")
        columns.append(MetricSpec(name=column, metric="scores", parameters={"path": file}))
    without = bool(metric or config or scores) and not all(_needs_reference(m.metric) for m in columns)
    data = _data(test_set, references, source, reference or [], pair, name, without)
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


def _needs_reference(metric: str) -> bool:
    """Whether a metric always needs a reference; one whose model or parameters decide does not always."""
    from harness.metrics.catalogue import metrics

    return getattr(metrics.load(metric), "needs_reference", None) is True


def _hypotheses(given: list[str]) -> list[tuple[str, str]]:
    """Names and files: of NAME=FILE, of a FILE by its stem, of a folder and a glob all files in them."""
    from harness.errors import UserError
    from harness.files import files_in

    found: list[tuple[str, str]] = []
    for text in given:
        path = Path(text)
        if text == "-":
            found.append(("stdin", text))
        elif path.is_dir():
            files = files_in(path)
            if not files:
                raise UserError(f"The folder {text} has no files in it.", allowed="one file for each system")
            found += [(_stem(p), str(p)) for p in files]
        elif path.exists():
            found.append((_stem(path), text))
        elif any(sign in text for sign in "*?[") and "=" not in text:
            files = sorted(Path().glob(text)) if not path.is_absolute() else sorted(Path("/").glob(text[1:]))
            if not files:
                raise UserError(f"No file matches '{text}'.", remedy="check the pattern, and quote it")
            found += [(_stem(p), str(p)) for p in files if p.is_file()]
        elif "=" in text:
            found.append(_named(text, "a system", "--hypothesis mymodel=out/mymodel.en"))
        else:
            raise UserError(
                f"The hypothesis file {text} does not exist.", allowed="FILE, NAME=FILE, a folder, a glob, or -"
            )
    return found


def _stem(path: Path) -> str:
    """The name of a system by its file: `out/mymodel.en.gz` is mymodel."""
    from harness.files import PACKED

    plain = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return plain.stem or plain.name


def _named(text: str, what: str, example: str) -> tuple[str, str]:
    """NAME=FILE."""
    from harness.errors import UserError

    name, equals, file = text.partition("=")
    if not equals or not name.strip() or not file:
        raise UserError(f"'{text}' does not name {what}.", allowed=f"NAME=FILE, as in {example}")
    return name.strip(), file


def _data(  # noqa: PLR0913, PLR0917 - what the options say
    test_set: str | None,
    references: Path,
    source: Path | None,
    texts: list[Path],
    pair: str,
    name: str | None,
    without_reference: bool,
) -> TestSet:
    """The test set to score against; `without_reference` says that a metric can do without one."""
    from harness.domain import LangPair
    from harness.errors import UnknownNameError, UserError

    if test_set is not None:
        from harness.corpus.testset.references_folder import find_test_sets, load_test_set

        if source is not None or texts:
            raise UserError("--test-set brings its own source and references.", remedy="leave out one or the other")
        if name is not None:
            raise UserError("--name is for --source; a test set has its own.", remedy="leave --name out")
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

    if name is not None:
        from harness.corpus.testset.references_folder import check_name

        check_name(name)
    return read_parallel(source, texts, pair=LangPair.parse(pair), name=name, needs_reference=not without_reference)
