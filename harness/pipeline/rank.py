"""Scores with their uncertainty; ranks, clusters and tests among the systems that are complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.backends.base import Backend
from harness.domain import Comparison, Json, Signature, StatisticsSpec, SystemScore
from harness.metrics.base import Bounded
from harness.pipeline.job import Job
from harness.pipeline.score import MetricScores, signature_on
from harness.stats import Analysis, analyse
from harness.stats.resample import BoundedScore

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RankedMetric:
    """Scores, ranks and tests of one metric on one test set; `mdd` is its minimum detectable difference there."""

    test_set: str
    metric: str
    scores: tuple[SystemScore, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]
    mdd: float | None = None


def rank(
    job: Job, part: MetricScores, engines: Sequence[Backend], unranked: Mapping[tuple[str, str], str] | None = None
) -> RankedMetric:
    """Score every system; rank and test those that have a score for every segment that can have one.

    A segment whose source is blank has nothing to translate: a metric that refuses it makes no system incomplete.
    """
    spec = job.spec.statistics
    barred = {system: why for (name, system), why in (unranked or {}).items() if name == part.test_set.name}
    coverage = _Coverage.of(part, barred)
    joint = _analysis(part, coverage.complete, coverage.shared, spec, job.spec.baseline) if coverage.complete else None
    scores = []
    for engine in engines:
        name = engine.system.name
        rows = coverage.shared if name in coverage.complete else coverage.valid(name)
        own = joint if name in coverage.complete else _analysis(part, [name], rows, spec) if rows.any() else None
        signature = signature_on(part.metric, part.test_set)
        low, high = own.intervals[name] if own is not None else (None, None)
        ranked = joint is not None and name in coverage.complete
        best, worst = joint.rank_ranges[name] if joint is not None and ranked else (None, None)
        scores.append(
            SystemScore(
                test_set=part.test_set.name,
                system=name,
                metric=part.metric.name,
                score=None if own is None else own.scores[name],
                ci_low=low,
                ci_high=high,
                n=int(rows.sum()),
                n_missing=coverage.missing(name),
                rank=joint.ranks[name] if joint is not None and ranked else None,
                cluster=joint.clusters[name] if joint is not None and ranked else None,
                signature=str(_full_signature(signature, part, engine, spec, own)),
                reason="" if ranked else barred.get(name) or _reason(part, name, coverage),
                rank_low=best,
                rank_high=worst,
            )
        )
    comparisons = joint.comparisons_of(part.test_set.name, part.metric.name) if joint is not None else ()
    notes = joint.notes if joint is not None else ()
    mdd = joint.mdd.typical if joint is not None and joint.mdd is not None else None
    return RankedMetric(part.test_set.name, part.metric.name, tuple(scores), tuple(comparisons), tuple(notes), mdd)


def merged_notes(parts: Sequence[RankedMetric]) -> tuple[str, ...]:
    """Every note once: what holds for all metrics of a test set names the test set alone."""
    metrics: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        for note in part.notes:
            metrics.setdefault((part.test_set, note), []).append(part.metric)
    sizes = Counter(part.test_set for part in parts if part.notes)
    told = [
        f"{test_set}: {note}" if len(named) == sizes[test_set] else f"{test_set}, {', '.join(named)}: {note}"
        for (test_set, note), named in metrics.items()
    ]
    return (*told, *_power_notes(parts))


def _power_notes(parts: Sequence[RankedMetric]) -> list[str]:
    """What each test set can show, one sentence for all metrics."""
    seen: dict[str, list[str]] = {}
    for part in parts:
        if part.mdd:
            seen.setdefault(part.test_set, []).append(f"{part.mdd:.2g} {part.metric}")
    return [
        f"{test_set}: the smallest differences between two systems that it can show (80% power, one test) are about "
        f"{', '.join(sizes)}."
        for test_set, sizes in seen.items()
    ]


@dataclass(frozen=True)
class _Coverage:
    """Which segments each system has a score for.

    Attributes:
        blank: segments with nothing to translate.
        rows: per system, the segments that have statistics.
        complete: systems that miss no segment but blank ones.
        shared: segments that all complete systems have.
    """

    blank: Mask
    rows: Mapping[str, Mask]
    complete: Sequence[str]
    shared: Mask

    @classmethod
    def of(cls, part: MetricScores, barred: Collection[str]) -> _Coverage:
        blank = np.array([part.test_set.segments[i].blank for i in part.test_set.scored], dtype=bool)
        rows = {name: ~np.isnan(stats).any(axis=1) for name, stats in part.rows.items()}
        complete = [name for name, ok in rows.items() if ok.any() and (ok | blank).all() and name not in barred]
        shared = np.ones(len(blank), dtype=bool)
        for name in complete:
            shared &= rows[name]
        return cls(blank, rows, complete, shared)

    def valid(self, system: str) -> Mask:
        """The segments of a system that have statistics; none where the metric gave nothing at all."""
        return self.rows.get(system, np.zeros(len(self.blank), dtype=bool))

    def missing(self, system: str) -> int:
        """Segments that should have a score and have none."""
        return int((~self.valid(system) & ~self.blank).sum())


def _analysis(
    part: MetricScores, names: Sequence[str], rows: Mask, spec: StatisticsSpec, baseline: str | None = None
) -> Analysis:
    documents = [part.test_set.segments[i].document for i, keep in zip(part.test_set.scored, rows, strict=True) if keep]
    metric = part.metric
    return analyse(
        {name: part.rows[name][rows] for name in names},
        BoundedScore(metric.aggregate, metric.bounds) if isinstance(metric, Bounded) else metric.aggregate,
        higher_is_better=part.metric.higher_is_better,
        documents=documents,
        spec=spec,
        baseline=baseline,
    )


def _full_signature(
    signature: Signature, part: MetricScores, engine: Backend, spec: StatisticsSpec, own: Analysis | None
) -> Signature:
    """The metric's own signature, then what else the numbers of this row depend on."""
    fields = [("data", part.test_set.fingerprint[:12]), ("system", engine.system.key[:12])]
    if own is not None and own.units > 1:
        test = "bs" if spec.test == "bootstrap" else "ar"
        fields += [(test, str(own.resamples)), ("unit", own.unit), ("ci", spec.interval), ("seed", str(spec.seed))]
    return signature.extended(*fields)


def _reason(part: MetricScores, system: str, coverage: _Coverage) -> str:
    """Why a system has no rank under this metric."""
    if part.failure:
        return part.failure
    valid = coverage.valid(system) | coverage.blank
    raised = Counter(
        str(flag)
        for ok, note in zip(valid, part.notes.get(system, ()), strict=False)
        if not ok
        for flag in _list(note.get("flags"))
    )
    missing = f"{coverage.missing(system)} of {len(valid)} segments are not scored"
    causes = ", ".join(f"{flag} ({count})" for flag, count in raised.most_common(3))
    return f"{missing}: {causes}" if causes else missing


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
