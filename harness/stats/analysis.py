"""From segment statistics to scores with intervals, tests of all pairs, ranks and clusters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from harness.domain import Array, Comparison, StatisticsSpec
from harness.portable import totals
from harness.stats.clusters import rank_clusters
from harness.stats.correction import corrected
from harness.stats.influence import estimate, of_left_out
from harness.stats.intervals import NONE, Interval, interval, student_interval, widening
from harness.stats.power import POWER, MinimumDetectableDifference, minimum_detectable_difference, summed_up
from harness.stats.resample import Aggregate, BoundedScore, bootstrap_scores
from harness.stats.resampling_units import FEW_SEGMENTS, FEWEST, Units, choose_units
from harness.stats.significance import bootstrap_p, randomization_p, randomization_totals, trials_of

# More resamples than asked for are drawn where Holm's correction could otherwise never call anything significant, but
# not more than this.
MOST_EXTRA_RESAMPLES = 20_000


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One pair of systems; `delta` is system minus baseline, in the metric's unit; its interval may be None too."""

    baseline: str
    system: str
    delta: float
    ci_low: float | None
    ci_high: float | None
    p_value: float
    p_corrected: float


@dataclass(frozen=True)
class Analysis:
    """All that one metric says about the systems of one test set.

    Attributes:
        scores: per system, over all segments.
        intervals: per system (low, high); (None, None) where too few units, or units without scatter, say nothing of
            uncertainty; `notes` says so.
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
        aggregate: summed statistics (..., k) to scores (...); a `BoundedScore` where there is a least and a greatest.
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
    resamples, notes = _resamples(spec, len(pairs) if units.count > 1 else 0, units)
    notes = [units.reason, *notes]
    intervals: dict[str, Interval] = dict.fromkeys(names, NONE)
    tests: tuple[PairedTest, ...] = ()
    mdd = None
    if units.count > 1 and names:
        drawn = spec.interval != "jackknife" or spec.test == "bootstrap"
        replicates = bootstrap_scores(stacked, aggregate, resamples, spec.seed) if drawn else None
        left_out = None if spec.interval == "percentile" and replicates is not None else aggregate(whole - stacked)
        bounds = aggregate.bounds if isinstance(aggregate, BoundedScore) else None
        job = _Job(names, scores, units, spec, bounds, replicates, left_out)
        intervals |= {name: job.interval_of(name) for name in names if name not in silent}
        notes += _interval_notes(intervals, silent, units, spec.level)
        mdd = job.detectable([name for name in names if name not in silent])
        tests = _tests(job, pairs, _p_values(job, pairs, stacked, aggregate, resamples))
    elif names:
        notes.append(f"There is only one {units.kind}, which says nothing about uncertainty: no intervals, no tests.")
    if (
        names
        and FEWEST["segment"] <= len(documents) < FEW_SEGMENTS
        and any(low is not None for low, _ in intervals.values())
    ):
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
    bounds: tuple[float, float] | None
    replicates: Array | None
    left_out: Array | None

    def interval_of(self, system: str, baseline: str | None = None) -> Interval:
        """The interval of a score, or of a system's difference to a baseline; none of too few units."""
        if self.units.count < FEWEST[self.units.kind]:
            return NONE
        if baseline is not None and baseline < system:
            # One direction is computed and the other mirrored: interpolated quantiles are symmetric only on paper.
            low, high = self.interval_of(baseline, system)
            return NONE if low is None or high is None else (-high, -low)
        value = self.scores[system] - (0.0 if baseline is None else self.scores[baseline])
        left_out = self._of(self.left_out, system, baseline)
        if self.spec.interval == "jackknife":
            if left_out is None:
                return NONE
            return student_interval(value, left_out, self.spec.level, self.bounds if baseline is None else None)
        replicates = self._of(self.replicates, system, baseline)
        if replicates is None:
            return NONE
        low, high = interval(self.spec.interval, value, replicates, left_out, self.spec.level, self.units.count)
        return (low, high) if baseline is not None or low < high else NONE

    def detectable(self, names: Sequence[str]) -> MinimumDetectableDifference | None:
        """What the test finds four times out of five: from the resamples or, where none are drawn, in closed form."""
        if self.replicates is not None:
            return minimum_detectable_difference(self.replicates, units=self.units.count, level=self.spec.level)
        if self.units.count < FEWEST[self.units.kind]:
            return None
        # The half-width of an interval of both errors together: of 5%, and of the one time in five.
        return summed_up(
            [
                self._shown(left_out)
                for a, b in combinations(names, 2)
                if (left_out := self._of(self.left_out, b, a)) is not None
            ]
        )

    def _shown(self, left_out: Array) -> float:
        if not np.isfinite(left_out).all():
            return 0.0
        return estimate(0.0, of_left_out(left_out)).shown((1 + self.spec.level) / 2, POWER)

    def _of(self, table: Array | None, system: str, baseline: str | None) -> Array | None:
        """A system's column, less the baseline's."""
        if table is None:
            return None
        column: Array = table[:, self.names.index(system)]
        return column if baseline is None else column - table[:, self.names.index(baseline)]


def _checked(name: str, matrix: Array, n: int) -> Array:
    if matrix.ndim != 2 or len(matrix) != n or n == 0:
        raise ValueError(f"statistics of '{name}' have shape {matrix.shape} for {n} segments")
    if not np.isfinite(matrix).all():
        raise ValueError(f"statistics of '{name}' are not all finite; incomplete systems must be left out")
    return matrix


def _pairs(order: Sequence[str], baseline: str | None) -> list[tuple[str, str]]:
    """Every pair as (baseline, system), the baseline before all others."""
    return list(combinations(sorted(order, key=lambda name: name != baseline), 2))


def _resamples(spec: StatisticsSpec, pairs: int, units: Units) -> tuple[int, list[str]]:
    """How many resamples to draw: as configured, or more where Holm's correction would make all tests futile."""
    resamples, notes = _enough_for_holm(spec, pairs)
    every = trials_of(units.count, resamples)
    if spec.test != "randomization" or pairs == 0 or every == resamples:
        return resamples, notes
    # Every way to swap is tried. A way and its mirror image are as far from zero: two ways at least are as far as seen.
    least = 2 / (every + 1) * (pairs if spec.correction == "holm" else 1)
    if least < 1 - spec.level:
        return every, []
    return every, [
        f"{units.count} {units.kind}s can change places in {every + 1} ways, so no p-value can be under "
        f"{min(least, 1.0):.2g}: no difference can be called significant."
    ]


def _enough_for_holm(spec: StatisticsSpec, pairs: int) -> tuple[int, list[str]]:
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
    if job.spec.test == "bootstrap" and job.replicates is not None:
        factor = widening(job.units.count, job.spec.level)
        return [
            bootstrap_p(job.replicates[:, b] - job.replicates[:, a], delta, factor)
            for (a, b), delta in zip(at, deltas, strict=True)
        ]
    # As many trials as there are ways to swap: `_resamples` asks for each of them.
    exact = resamples == (1 << job.units.count) - 1
    kept, whole = randomization_totals(stacked, resamples, job.spec.seed, exact=exact)
    return [randomization_p(kept, whole, pair, aggregate, delta) for pair, delta in zip(at, deltas, strict=True)]


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


def _interval_notes(intervals: Mapping[str, Interval], silent: Set[str], units: Units, level: float) -> list[str]:
    """Why some intervals are not shown."""
    fewest = FEWEST[units.kind]
    if units.count < fewest:
        return [
            f"No intervals: {units.count} {units.kind}s are too few for one that keeps its {level:.0%} (at least "
            f"{fewest} are needed)."
        ]
    still = [name for name, ends in intervals.items() if ends == NONE and name not in silent]
    if not still:
        return []
    return [f"No interval for {', '.join(still)}: no {units.kind} differs, which says nothing of those not seen."]


def _width_note(n: int, intervals: Mapping[str, Interval], level: float) -> str:
    widths = sorted((high - low) / 2 for low, high in intervals.values() if low is not None and high is not None)
    width = f": about ±{widths[len(widths) // 2]:.2g} around a score" if widths else ""
    return f"Only {n} segments, so the {level:.0%} intervals are wide{width}. Small differences mean nothing here."
