"""Metrics of a run against human scores of its test set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.domain import Array, MetricInfo, Run, TestSet
from harness.domain.ratings import HumanScores
from harness.errors import InfrastructureError, InputError
from harness.pipeline.rescore import measure, subject_of
from harness.stats.meta_evaluation import Judged, MetaEvaluation, meta_evaluate


@dataclass(frozen=True)
class MetaReport:
    """What each metric is worth on one test set.

    Attributes:
        systems: those that both the run and the humans have.
        rows: metric to its figures, in column order.
        notes: sentences a reader must know.
    """

    test_set: str
    human: str
    systems: tuple[str, ...]
    rows: Mapping[str, MetaEvaluation]
    notes: tuple[str, ...]


def meta(run: Run, test_set: TestSet, human: HumanScores, *, resamples: int = 1000, seed: int = 12345) -> MetaReport:
    """Evaluate every metric of a run that is available here.

    Raises:
        InputError: the humans judged fewer than two systems of the run, or segments that the test set does not have.
    """
    names = _matched(run, human)
    cells = [(s.system, s.metric) for s in run.scores if s.test_set == test_set.name and s.score is not None]
    rows: dict[str, MetaEvaluation] = {}
    notes: list[str] = []
    for info in run.metrics:
        mine = [name for name in names if (name, info.name) in cells]
        if len(mine) < 2:
            notes.append(f"{info.name} is left out: it has scores of {len(mine)} of the systems.")
            continue
        try:
            rows[info.name] = meta_evaluate(
                _judged(run, test_set, info, {name: names[name] for name in mine}, human),
                resamples=resamples,
                seed=seed,
            )
        except InfrastructureError as error:
            notes.append(f"{info.name} is left out: {error.problem}")
    return MetaReport(test_set.name, human.kind, tuple(names), rows, tuple(notes))


def _matched(run: Run, human: HumanScores) -> dict[str, str]:
    """System of the run to the name the humans know it by; WMT appends a number, as in "Online-A.11"."""
    theirs = {*human.segments, *human.systems}
    plain = {re.sub(r"\.\d+$", "", name): name for name in sorted(theirs)}
    names = {s.name: s.name if s.name in theirs else plain.get(s.name, "") for s in run.systems}
    found = {mine: other for mine, other in names.items() if other}
    if len(found) < 2:
        raise InputError(
            f"Human scores of at least two systems of the run are needed; there are {len(found)}.",
            allowed=f"the humans judged {', '.join(sorted(plain))}",
            remedy="name the run's systems as the file does",
        )
    return found


def _judged(run: Run, test_set: TestSet, info: MetricInfo, names: Mapping[str, str], human: HumanScores) -> Judged:
    measured = measure(subject_of(run, test_set, info, names))
    sign = 1.0 if measured.metric.higher_is_better else -1.0

    def aggregate(totals: Array) -> Array:
        return sign * measured.aggregate(totals)

    return Judged(
        human=_matrix(test_set, measured.places, [human.segments.get(other, {}) for other in names.values()]),
        cells=sign * np.stack([measured.values[name] for name in names], axis=1) if human.segments else None,
        stacked=np.stack([measured.rows[name] for name in names], axis=1),
        aggregate=aggregate,
        human_systems=_systems(names, human),
    )


def _matrix(test_set: TestSet, places: Sequence[int], judged: Sequence[Mapping[int, float]]) -> Array:
    last = max((position for one in judged for position in one), default=0)
    if last >= len(test_set.segments):
        raise InputError(
            f"The humans judged a segment {last + 1}, and the test set {test_set.name} has {len(test_set.segments)}.",
            remedy="give the human scores of this very test set",
        )
    return np.array([[one.get(position, np.nan) for one in judged] for position in places], dtype=np.float64)


def _systems(names: Mapping[str, str], human: HumanScores) -> Array | None:
    if not all(other in human.systems for other in names.values()):
        return None
    return np.array([human.systems[other] for other in names.values()], dtype=np.float64)
