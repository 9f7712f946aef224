"""Statistics of stored outputs: what comparing systems of a run, or of two runs, begins with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from harness.domain import (
    Array,
    Json,
    MetricInfo,
    Outputs,
    Run,
    Signature,
    StatisticsSpec,
    SystemScore,
    TestSet,
    mean_of,
)
from harness.metrics.catalogue import create_for
from harness.pipeline.score import signature_on
from harness.pipeline.scoring_units import scoring_units
from harness.stats.resample import Aggregate

# Fields that a run adds to a metric's own signature: the data, the system, how uncertainty was computed.
_ADDED = frozenset({"data", "system", "bs", "ar", "unit", "ci", "seed"})


@dataclass(frozen=True)
class Subject:
    """Stored outputs of some systems on one test set, under one metric.

    Attributes:
        outputs: by label; labels are free, so that two runs' systems of one name can stand side by side.
        parameters: of the metric, as configured.
        cells: the score each system got in its run, by label; None where it got none.
    """

    test_set: TestSet
    metric: MetricInfo
    outputs: Mapping[str, Outputs]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    cells: Mapping[str, SystemScore | None] = field(default_factory=dict)


def subject_of(run: Run, test_set: TestSet, metric: MetricInfo, systems: Collection[str]) -> Subject:
    """Some systems of one run, labelled by their names."""
    cells = {s.system: s for s in run.scores if (s.test_set, s.metric) == (test_set.name, metric.name)}
    return Subject(
        test_set=test_set,
        metric=metric,
        outputs={o.system: o for o in run.outputs if o.test_set == test_set.name and o.system in systems},
        parameters=run.metric_parameters.get(metric.name, {}),
        cells={name: cells.get(name) for name in systems},
    )


@dataclass(frozen=True)
class PairedStatistics:
    """Statistics over the segments that all systems have.

    Attributes:
        rows: per label, shape (n, k).
        values: per label, one score per segment, shape (n,).
        places: the position in the test set of each of the n segments.
        missing: per label, scored segments that should have a score and have none.
        signature: under which all of them were measured.
    """

    metric: MetricInfo
    test_set: TestSet
    rows: Mapping[str, Array]
    values: Mapping[str, Array]
    places: tuple[int, ...]
    missing: Mapping[str, int]
    aggregate: Aggregate
    signature: Signature

    @property
    def documents(self) -> list[str]:
        """The document of each of the n segments."""
        return [self.test_set.segments[i].document for i in self.places]


def statistics_of(run: Run) -> StatisticsSpec:
    """How a stored run computed uncertainty; defaults where it does not say."""
    found = run.spec.get("statistics")
    known = {f.name for f in fields(StatisticsSpec)}
    given: dict[str, Any] = {k: v for k, v in found.items() if k in known} if isinstance(found, Mapping) else {}
    # The names are the dataclass's own; the values were written by a spec that was checked when it was read.
    return StatisticsSpec(**given)


def core_signature(text: str) -> Signature:
    """A metric's own signature, without what a run added to it."""
    whole = Signature.parse(text)
    return Signature(whole.name, tuple(f for f in whole.fields if f[0] not in _ADDED))


def measure(subject: Subject) -> PairedStatistics:
    """Statistics from stored segment scores where their mean is the corpus score, else from the texts.

    A model metric is a mean of segment scores: those are on file, and no model is loaded. BLEU and its kin are counted
    again, which is quick.

    Raises:
        InfrastructureError: the texts must be scored again, and the metric is not available here.
    """
    same = {str(core_signature(c.signature)) for c in subject.cells.values() if c is not None and c.signature}
    stored = _stored(subject) if len(same) == 1 else None
    if stored is not None:
        return _common(subject, stored, stored, mean_of, Signature.parse(same.pop()))
    pair = str(subject.test_set.pair)
    metric = create_for(subject.metric.metric, pair, subject.metric.name, subject.parameters)
    units, places = scoring_units(subject.test_set, subject.outputs)
    stats = np.asarray(metric.segment_stats(units), dtype=np.float64)
    scores = np.asarray(metric.segment_scores(stats), dtype=np.float64)
    n = len(subject.test_set.scored)
    rows = {label: np.full((n, stats.shape[1]), np.nan) for label in subject.outputs}
    values = {label: np.full(n, np.nan) for label in subject.outputs}
    for unit, place, row, value in zip(units, places, stats, scores, strict=True):
        rows[unit.system][place], values[unit.system][place] = row, value
    signature = signature_on(metric, subject.test_set)
    return _common(subject, rows, values, metric.aggregate, signature)


def _stored(subject: Subject) -> dict[str, Array] | None:
    """Stored segment scores as (score, 1), or None where their mean is not the stored corpus score."""
    found = {}
    for label, outputs in subject.outputs.items():
        cells = outputs.scores.get(subject.metric.name)
        whole = subject.cells.get(label)
        corpus = None if whole is None else whole.score
        if cells is None or corpus is None:
            return None
        column = np.array([np.nan if cells[i] is None else cells[i] for i in subject.test_set.scored], dtype=float)
        if np.isnan(column).all() or abs(np.nanmean(column) - corpus) > 1e-9 * max(1.0, abs(corpus)):
            return None
        found[label] = np.stack([column, np.where(np.isnan(column), np.nan, 1.0)], axis=1)
    return found


def _common(
    subject: Subject,
    rows: Mapping[str, Array],
    values: Mapping[str, Array],
    aggregate: Aggregate,
    signature: Signature,
) -> PairedStatistics:
    """Keep the segments that every system has; count what each lacks, blank sources aside."""
    test_set = subject.test_set
    blank = np.array([test_set.segments[i].blank for i in test_set.scored], dtype=bool)
    present = {label: ~np.isnan(matrix).any(axis=1) for label, matrix in rows.items()}
    shared = np.logical_and.reduce(list(present.values()))
    flat = {label: v if v.ndim == 1 else v[:, 0] for label, v in values.items()}
    return PairedStatistics(
        metric=subject.metric,
        test_set=test_set,
        rows={label: matrix[shared] for label, matrix in rows.items()},
        values={label: v[shared] for label, v in flat.items()},
        places=tuple(i for i, keep in zip(test_set.scored, shared, strict=True) if keep),
        missing={label: int((~ok & ~blank).sum()) for label, ok in present.items()},
        aggregate=aggregate,
        signature=signature,
    )
