"""`harness export`: a test set, and what systems said, for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.corpus.bitext.mt_metrics_eval import SystemResult
    from harness.domain import Run, TestSet

_REQUESTS = "requests"


def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    test_set: Annotated[str, typer.Argument(help="A test set's name or folder; with --run, one of that run.")],
    to: Annotated[
        str, typer.Option("--format", "-f", help="tmx, xliff, xliff1, tsv, jsonl, moses, mt-metrics-eval or requests.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write; for moses its stem; else a folder.")
    ],
    references: Annotated[Path, typer.Option(help="Where names are looked up.")] = Path("references"),
    run: Annotated[
        str | None, typer.Option("--run", help="For mt-metrics-eval and requests: this run's outputs as well.")
    ] = None,
    results: Annotated[Path, typer.Option(help="Where --run is looked up.")] = Path("results"),
    scored: Annotated[bool, typer.Option("--scored", help="Leave out the segments that scores leave out.")] = False,
) -> None:
    """Write a test set as TMX, XLIFF, TSV, JSONL, Moses text or in mt-metrics-eval's layout.

    "requests" is for a metric on another machine: a JSON object for every hypothesis of a run. What that machine
    answers comes back with `harness score --scores NAME=FILE` or the metric `scores` of a config.
    """
    from harness.corpus.bitext.write import FORMATS, scored_only
    from harness.corpus.bitext.write import export as rendered
    from harness.errors import UnknownNameError, UserError
    from harness.files import write_atomic

    if to not in (*FORMATS, _REQUESTS):
        raise UnknownNameError("export format", to, (*FORMATS, _REQUESTS))
    if run is None:
        if to == _REQUESTS:
            raise UserError("Requests are about the hypotheses of a run.", remedy="--run latest, or a run's name")
        chosen = _find(test_set, references)
        files = rendered(scored_only(chosen) if scored else chosen, to).files
    else:
        whole = _read(run, results)
        chosen = _of_run(whole, _find(test_set, references).name if Path(test_set).is_dir() else test_set)
        if to == _REQUESTS:
            files = {"": _requests(whole, chosen)}
        else:
            systems, notes = _systems(whole, chosen)
            for note in notes:
                typer.echo(note, err=True)
            files = rendered(scored_only(chosen), to, systems=systems).files
    for part, text in files.items():
        path = output if not part else output.with_name(output.name + part) if part.startswith(".") else output / part
        try:
            write_atomic(path, text)
        except OSError as error:
            raise UserError(f"{path} cannot be written: {error.strerror}.") from None
        typer.echo(path)


def _find(name: str, references: Path) -> TestSet:
    from harness.corpus.testset.references_folder import find_test_sets, load_test_set
    from harness.errors import UnknownNameError

    if Path(name).is_dir():
        return load_test_set(Path(name))
    known = find_test_sets(references)
    if name not in known:
        raise UnknownNameError("test set", name, known, remedy="harness list test-sets")
    return load_test_set(known[name])


def _read(name: str, results: Path) -> Run:
    from harness.store.runs import find_run, read_run

    return read_run(find_run(results, name))


def _of_run(run: Run, name: str) -> TestSet:
    from harness.errors import UnknownNameError

    test_sets = {t.name: t for t in run.test_sets}
    if name not in test_sets:
        raise UnknownNameError("test set of that run", name, test_sets)
    return test_sets[name]


def _requests(run: Run, test_set: TestSet) -> str:
    """A line for every hypothesis that metrics are asked about."""
    from harness.metrics.external.subprocess_metric import request
    from harness.pipeline.scoring_units import scoring_units

    outputs = {o.system: o for o in run.outputs if o.test_set == test_set.name}
    units, _ = scoring_units(test_set, outputs)
    return "".join(json.dumps(request(unit)) + "\n" for unit in units)


def _systems(run: Run, test_set: TestSet) -> tuple[dict[str, SystemResult], list[str]]:
    """The run's complete systems, on what scores are over; sentences about the others."""
    from harness.corpus.bitext.mt_metrics_eval import SystemResult

    kept = test_set.scored
    found: dict[str, SystemResult] = {}
    notes = []
    for outputs in (o for o in run.outputs if o.test_set == test_set.name):
        texts = [outputs.hypotheses[i].text for i in kept]
        missing = sum(text is None for text in texts)
        if missing:
            # The layout has no way to say that a text is missing, and an empty line would be scored as one.
            notes.append(f"{outputs.system} is left out: {missing} of its {len(kept)} segments have no text.")
            continue
        columns = {m: [values[i] for i in kept] for m, values in outputs.scores.items()}
        found[outputs.system] = SystemResult(
            outputs=[text for text in texts if text is not None],
            segment_scores={m: [v for v in vs if v is not None] for m, vs in columns.items() if None not in vs},
            scores={
                s.metric: s.score
                for s in run.scores
                if s.test_set == test_set.name and s.system == outputs.system and s.score is not None
            },
        )
    return found, notes
