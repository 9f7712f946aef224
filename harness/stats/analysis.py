"""From segment statistics to scores with intervals, tests of all pairs, ranks and clusters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from harness.domain import Array, Comparison, StatisticsSpec
from harness.portable import totals
from harness.stats.clusters import rank_clusters
from harness.stats.correction import corrected
from harness.stats.intervals import interval, widening
from harness.stats.power import MinimumDetectableDifference, minimum_detectable_difference
from harness.stats.resample import Aggregate, bootstrap_scores
from harness.stats.resampling_units import FEW_SEGMENTS, Units, choose_units
from harness.stats.significance import bootstrap_p, randomization_p, randomization_totals

# More resamples than asked for are drawn where Holm's correction could otherwise never call anything significant, but
# not more than this.
MOST_EXTRA_RESAMPLES = 20_000

Interval = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One pair of systems; `delta` is system minus baseline in the metric's own unit."""

    baseline: str
    system: str
    delta: float
    ci_low: float
    ci_high: float
    p_value: float
    p_corrected: float


@dataclass(frozen=True)
class Analysis:
    """All that one metric says about the systems of one test set.

    Attributes:
        scores: per system, over all segments.
        intervals: per system (low, high); (None, None) where one unit says nothing about spread.
        ranks: 1 is best; systems of one cluster share a rank.
        clusters: numbered from 1; see `harness.stats.clusters`.
        rank_ranges: best and worst rank each system may have.
        comparisons: every pair once; empty where there is but one unit.
        unit: what was resampled, "segment" or "document".
        units: how many of them.
        n: segments the scores are over.
        test, correction, seed: as configured.
        resamples: as drawn, which may be more than configured; `notes` says so.
        notes: sentences that a reader of these numbers must know.
        mdd: the minimum detectable difference of this test set under this metric (80% power, one test); None where
            there is nothing to compare.
    """

    scores: Mapping[str, float]
    intervals: Mapping[str, Interval]
    ranks: Mapping[str, int]
    clusters: Mapping[str, int]
    rank_ranges: Mapping[str, tuple[int, int]]
    comparisons: tuple[PairedTest, ...]
    unit: str
    units: int
    n: int
    test: str
    correction: str
    resamples: int
    seed: int
    notes: tuple[str, ...]
    mdd: MinimumDetectableDifference | None = None

    def comparisons_of(self, test_set: str, metric: str) -> tuple[Comparison, ...]:
        """The comparisons as records of a run."""
        return tuple(
            Comparison(
                test_set=test_set,
                metric=metric,
                baseline=pair.baseline,
                system=pair.system,
                delta=pair.delta,
                ci_low=pair.ci_low,
                ci_high=pair.ci_high,
                p_value=pair.p_value,
                p_corrected=pair.p_corrected,
                correction=self.correction,
                test=self.test,
                unit=self.unit,
                resamples=self.resamples,
                seed=self.seed,
                n=self.n,
            )
            for pair in self.comparisons
        )


def analyse(
    stats: Mapping[str, Array],
    aggregate: Aggregate,
    *,
    higher_is_better: bool,
    documents: Sequence[str],
    spec: StatisticsSpec,
    baseline: str | None = None,
) -> Analysis:
    """Scores, intervals, all paired tests, ranks and clusters of one metric on one test set.

    The result depends on the systems and their statistics, not on the order in which they are given; that order, with
    `baseline` first, only decides which system of a pair is called its baseline.

    Args:
        stats: per system the segment statistics, shape (n, k), all over the same n segments in the same order. Systems
            without a score for every segment must have been dropped: NaN is refused.
        aggregate: summed statistics (..., k) to scores (...).
        higher_is_better: False for error rates.
        documents: the name of the document of each of the n segments.
        spec: resamples, seed, level, interval, test, correction, unit.
        baseline: the system that others are compared with, or None; one that is not among `stats` is ignored.

    Raises:
        ValueError: shapes differ, there are no segments, or a statistic is not finite.
    """
    names = sorted(stats)
    rows = {name: _checked(name, stats[name], len(documents)) for name in names}
    if len({matrix.shape for matrix in rows.values()}) > 1:
        raise ValueError("systems have different numbers of statistics")
    units = choose_units(documents, spec.resample)
    # Sorted by name, so that neither the order of systems nor of columns in the matrix product can change a digit.
    stacked = np.stack([units.sums(rows[name]) for name in names], axis=1) if names else np.zeros((units.count, 0, 1))
    whole = totals(stacked)
    observed = aggregate(whole) if names else np.zeros(0)
    scores = {name: float(score) for name, score in zip(names, observed, strict=True)}
    # A metric may have nothing to say of a whole test set (no terms in it): no score, so nothing to compare.
    silent = {name for name, score in scores.items() if not math.isfinite(score)}
    pairs = _pairs([name for name in stats if name not in silent], baseline)
    resamples, notes = _resamples(spec, len(pairs) if units.count > 1 else 0)
    notes = [units.reason, *notes]
    intervals: dict[str, Interval] = dict.fromkeys(names, (None, None))
    tests: tuple[PairedTest, ...] = ()
    mdd = None
    if units.count > 1 and names:
        replicates = bootstrap_scores(stacked, aggregate, resamples, spec.seed)
        left_out = aggregate(whole - stacked) if spec.interval != "percentile" else None
        job = _Job(names, scores, units, spec, replicates, left_out)
        intervals |= {name: job.interval_of(name) for name in names if name not in silent}
        mdd = minimum_detectable_difference(replicates, units=units.count, level=spec.level)
        tests = _tests(job, pairs, _p_values(job, pairs, stacked, aggregate, resamples))
    elif names:
        notes.append(f"There is only one {units.kind}, which says nothing about uncertainty: no intervals, no tests.")
    if 1 < len(documents) < FEW_SEGMENTS and names:
        notes.append(_width_note(len(documents), intervals, spec.level))
    order = sorted(names, key=lambda name: (name in silent, -scores[name] if higher_is_better else scores[name], name))
    places = rank_clusters(order, _wins(tests, 1 - spec.level, higher_is_better))
    return Analysis(
        scores={name: scores[name] for name in stats},
        intervals={name: intervals[name] for name in stats},
        ranks={name: places[name].rank for name in stats},
        clusters={name: places[name].cluster for name in stats},
        rank_ranges={name: (places[name].best, places[name].worst) for name in stats},
        comparisons=tests,
        unit=units.kind,
        units=units.count,
        n=len(documents),
        test=spec.test,
        correction=spec.correction,
        resamples=resamples,
        seed=spec.seed,
        notes=tuple(notes),
        mdd=mdd,
    )


@dataclass(frozen=True)
class _Job:
    """What intervals and tests of one metric share."""

    names: list[str]
    scores: Mapping[str, float]
    units: Units
    spec: StatisticsSpec
    replicates: Array
    left_out: Array | None

    def interval_of(self, system: str, baseline: str | None = None) -> tuple[float, float]:
        """The interval of a score, or of a system's difference to a baseline."""
        if baseline is not None and baseline < system:
            # One direction is computed and the other mirrored: interpolated quantiles are symmetric only on paper.
            low, high = self.interval_of(baseline, system)
            return -high, -low
        i = self.names.index(system)
        estimate, replicates = self.scores[system], self.replicates[:, i]
        left_out = None if self.left_out is None else self.left_out[:, i]
        if baseline is not None:
            j = self.names.index(baseline)
            estimate, replicates = estimate - self.scores[baseline], replicates - self.replicates[:, j]
            left_out = None if self.left_out is None or left_out is None else left_out - self.left_out[:, j]
        return interval(self.spec.interval, estimate, replicates, left_out, self.spec.level, self.units.count)


def _checked(name: str, matrix: Array, n: int) -> Array:
    if matrix.ndim != 2 or len(matrix) != n or n == 0:
        raise ValueError(f"statistics of '{name}' have shape {matrix.shape} for {n} segments")
    if not np.isfinite(matrix).all():
        raise ValueError(f"statistics of '{name}' are not all finite; incomplete systems must be left out")
    return matrix


def _pairs(order: Sequence[str], baseline: str | None) -> list[tuple[str, str]]:
    """Every pair as (baseline, system), the baseline before all others."""
    return list(combinations(sorted(order, key=lambda name: name != baseline), 2))


def _resamples(spec: StatisticsSpec, pairs: int) -> tuple[int, list[str]]:
    """How many resamples to draw: as configured, or more where Holm's correction would make all tests futile."""
    alpha = 1 - spec.level
    if spec.correction != "holm" or pairs == 0 or pairs / (spec.resamples + 1) < alpha:
        return spec.resamples, []
    # Twice the least number that can reach the level, so that one unlucky resample does not decide.
    needed = min(math.ceil(2 * pairs / alpha), max(MOST_EXTRA_RESAMPLES, spec.resamples))
    floor = pairs / (spec.resamples + 1)
    why = f"{pairs} pairs with Holm's correction cannot give a p-value under {min(floor, 1.0):.3g} from "
    if pairs / (needed + 1) < alpha:
        return needed, [f"{needed:,} resamples were drawn: {why}the configured {spec.resamples:,}."]
    return needed, [
        f"{needed:,} resamples were drawn, which is still too few: no difference can be called significant. Compare "
        "fewer systems, or set `correction: bh`."
    ]


def _p_values(
    job: _Job, pairs: Sequence[tuple[str, str]], stacked: Array, aggregate: Aggregate, resamples: int
) -> list[float]:
    index = {name: i for i, name in enumerate(job.names)}
    deltas = [job.scores[system] - job.scores[base] for base, system in pairs]
    at = [(index[base], index[system]) for base, system in pairs]
    if job.spec.test == "bootstrap":
        factor = widening(job.units.count, job.spec.level)
        return [
            bootstrap_p(job.replicates[:, b] - job.replicates[:, a], delta, factor)
            for (a, b), delta in zip(at, deltas, strict=True)
        ]
    kept, totals = randomization_totals(stacked, resamples, job.spec.seed)
    return [randomization_p(kept, totals, pair, aggregate, delta) for pair, delta in zip(at, deltas, strict=True)]


def _tests(job: _Job, pairs: Sequence[tuple[str, str]], p_values: Sequence[float]) -> tuple[PairedTest, ...]:
    adjusted = corrected(p_values, job.spec.correction)
    return tuple(
        PairedTest(base, system, job.scores[system] - job.scores[base], *job.interval_of(system, base), raw, fixed)
        for (base, system), raw, fixed in zip(pairs, p_values, adjusted, strict=True)
    )


def _wins(tests: Sequence[PairedTest], alpha: float, higher_is_better: bool) -> set[tuple[str, str]]:
    """(winner, loser) of each significant difference."""
    return {
        (t.system, t.baseline) if (t.delta > 0) == higher_is_better else (t.baseline, t.system)
        for t in tests
        if t.p_corrected < alpha and t.delta != 0
    }


def _width_note(n: int, intervals: Mapping[str, Interval], level: float) -> str:
    widths = sorted((high - low) / 2 for low, high in intervals.values() if low is not None and high is not None)
    width = f": about ±{widths[len(widths) // 2]:.2g} around a score" if widths else ""
    return f"Only {n} segments, so the {level:.0%} intervals are wide{width}. Small differences mean nothing here."
