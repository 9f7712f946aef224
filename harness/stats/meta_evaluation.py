"""How well a metric ranks systems and segments as people do.

System level: pairwise accuracy (Kocmi et al. 2021, "To Ship or Not to Ship"), Pearson's r, Kendall's tau-b. Segment
level, systems compared on the same segment: tie-calibrated pairwise accuracy (Deutsch, Foster and Freitag 2023, "Ties
Matter"; the acc-t of WMT23, as in mt-metrics-eval with average_by="item"), and Kendall's tau-b averaged over segments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.domain import Array, mean_of
from harness.portable import on_grid, totals
from harness.stats.resample import Aggregate, bootstrap_counts, bootstrap_scores


@dataclass(frozen=True, slots=True)
class Figure:
    """One correlation with a percentile bootstrap interval over segments; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class MetaEvaluation:
    """What one metric is worth against one set of human scores.

    Attributes:
        pairwise_accuracy, pearson, kendall: over systems.
        segment_accuracy: tie-calibrated pairwise accuracy.
        epsilon: metric differences up to this count as ties; found on the same data, as the definition asks.
        segment_kendall: tau-b among systems on one segment, averaged over the segments that have one.
        segment_pearson: over all judged (system, segment) cells together.
        systems, segments, cells: how many of each took part.
    """

    pairwise_accuracy: Figure
    pearson: Figure
    kendall: Figure
    segment_accuracy: Figure
    epsilon: float | None
    segment_kendall: Figure
    segment_pearson: Figure
    systems: int
    segments: int
    cells: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Human and metric scores of the same systems and segments; better is higher in both (negate error rates).

    Attributes:
        human: shape (segments, systems), NaN where nobody judged.
        cells: the metric's segment scores, same shape, NaN where there is none; None for a corpus-only metric.
        stacked: the metric's statistics, shape (segments, systems, k).
        aggregate: summed statistics to scores; higher is better.
        human_systems: published system scores, or None to average `human`.
    """

    human: Array
    cells: Array | None
    stacked: Array
    aggregate: Aggregate
    human_systems: Array | None = None


def meta_evaluate(judged: Judged, *, resamples: int = 1000, seed: int = 12345, level: float = 0.95) -> MetaEvaluation:
    """All figures with their intervals; segments are resampled, systems are given."""
    human, stacked = judged.human, judged.stacked
    known = ~np.isnan(human)
    opinions = np.stack([np.where(known, human, 0.0), known.astype(float)], axis=2)
    people = judged.human_systems if judged.human_systems is not None else mean_of(totals(opinions))
    machine = judged.aggregate(totals(stacked))
    # The same seed draws the same segments for both.
    drawn_people = bootstrap_scores(opinions, mean_of, resamples, seed)
    drawn_machine = bootstrap_scores(stacked, judged.aggregate, resamples, seed)

    def over_systems(measure: Callable[[Array, Array], float | None]) -> Figure:
        if judged.human_systems is not None:
            return Figure(measure(people, machine))
        draws = [measure(h, m) for h, m in zip(drawn_people, drawn_machine, strict=True)]
        return _figure(measure(people, machine), draws, level)

    pairs = _pairs(human, judged.cells) if judged.cells is not None else None
    accuracy, epsilon, tau, r, cells = Figure(None), None, Figure(None), Figure(None), 0
    if judged.cells is not None and pairs is not None and len(pairs.row):
        counts = np.concatenate(list(bootstrap_counts(len(human), resamples, seed)))
        best, epsilon = tie_calibrated(pairs, np.ones(len(human)))
        accuracy = _figure(best, [tie_calibrated(pairs, c)[0] for c in counts], level)
        taus = tau_by_row(pairs, len(human))
        defined = ~np.isnan(taus)
        if defined.any():
            weights = counts[:, defined]
            sums = weights.sum(axis=1)
            draws = (weights @ on_grid(taus[defined])) / np.where(sums > 0, sums, np.nan)
            tau = _figure(float(taus[defined].mean()), draws.tolist(), level)
        both = known & ~np.isnan(judged.cells)
        cells = int(both.sum())
        r = _figure(pearson(human[both], judged.cells[both]), _cell_draws(human, judged.cells, both, counts), level)
    return MetaEvaluation(
        pairwise_accuracy=over_systems(pairwise_accuracy),
        pearson=over_systems(pearson),
        kendall=over_systems(kendall_tau_b),
        segment_accuracy=accuracy,
        epsilon=epsilon,
        segment_kendall=tau,
        segment_pearson=r,
        systems=human.shape[1],
        segments=int(known.any(axis=1).sum()),
        cells=cells,
    )


def pairwise_accuracy(human: Array, metric: Array) -> float | None:
    """Share of pairs of systems, apart for humans, that the metric puts in the same order."""
    upper = np.triu_indices(len(human), 1)
    h, m = np.sign(human[upper[0]] - human[upper[1]]), np.sign(metric[upper[0]] - metric[upper[1]])
    apart = h != 0
    return float((h == m)[apart].mean()) if apart.any() else None


def pearson(x: Array, y: Array) -> float | None:
    """Pearson's r; None where one side does not vary."""
    a, b = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / scale if scale > 0 and np.isfinite(scale) else None


def kendall_tau_b(x: Array, y: Array) -> float | None:
    """Kendall's tau-b (1945), which corrects for ties; None where one side is all ties."""
    upper = np.triu_indices(len(x), 1)
    a, b = np.sign(x[upper[0]] - x[upper[1]]), np.sign(y[upper[0]] - y[upper[1]])
    scale = float(np.sqrt(np.count_nonzero(a) * np.count_nonzero(b)))
    return float((a * b).sum()) / scale if scale > 0 else None


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of systems on the same segment: `row` of each, and who is ahead by how much.

    Sorted by the size of the metric's difference, so that a larger epsilon ties a longer prefix.
    """

    row: npt.NDArray[np.intp]
    human: Array
    metric: Array


def _pairs(human: Array, metric: Array) -> Pairs:
    first, second = np.triu_indices(human.shape[1], 1)
    h, m = human[:, first] - human[:, second], metric[:, first] - metric[:, second]
    row, _ = np.nonzero(known := ~(np.isnan(h) | np.isnan(m)))
    order = np.argsort(np.abs(m[known]), kind="stable")
    return Pairs(row[order], np.sign(h[known])[order], m[known][order])


def tie_calibrated(pairs: Pairs, weights: Array) -> tuple[float | None, float | None]:
    """The best pairwise accuracy over all epsilons, and the smallest epsilon that reaches it.

    A pair counts as right where metric and humans both order it alike or both tie it; every segment weighs the same
    however many of its systems were judged.

    Args:
        pairs: see `Pairs`.
        weights: of each segment, shape (segments,): ones, or how often a resample drew it.
    """
    per_row = np.bincount(pairs.row, minlength=len(weights))
    rows = float(weights[per_row > 0].sum())
    if rows == 0:
        return None, None
    weight = weights[pairs.row] / per_row[pairs.row] / rows
    right = weight * (np.sign(pairs.metric) == pairs.human)
    tied = weight * (pairs.human == 0)
    # Prefix of ties, then what is right of the rest: entry i has the first i pairs tied.
    scores = np.concatenate([[right.sum()], right.sum() + np.cumsum(tied - right)])
    size = np.abs(pairs.metric)
    # Pairs of one size are tied together, so only the last of them ends a candidate; no ties at all is one as well.
    ends = np.concatenate([[True], np.append(size[1:] != size[:-1], True)])
    candidates = np.flatnonzero(ends)
    best = candidates[int(np.argmax(scores[candidates]))]
    return float(scores[best]), float(size[best - 1]) if best > 0 else 0.0


def tau_by_row(pairs: Pairs, rows: int) -> Array:
    """Kendall's tau-b on each segment, NaN where it is not defined; shape (rows,)."""
    sign = np.sign(pairs.metric)
    agree = np.bincount(pairs.row, weights=sign * pairs.human, minlength=rows)
    spread = np.bincount(pairs.row, weights=sign != 0, minlength=rows) * np.bincount(
        pairs.row, weights=pairs.human != 0, minlength=rows
    )
    return np.divide(agree, np.sqrt(spread), out=np.full(rows, np.nan), where=spread > 0)


def _cell_draws(human: Array, metric: Array, both: npt.NDArray[np.bool_], counts: Array) -> list[float | None]:
    """Pearson's r of each resample from weighted moments."""
    h, m = np.where(both, human, 0.0), np.where(both, metric, 0.0)
    moments = [both, h, m, h * h, m * m, h * m]
    n, sh, sm, shh, smm, shm = (counts @ on_grid(np.asarray(x, dtype=float).sum(axis=1)) for x in moments)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = (shm - sh * sm / n) / np.sqrt((shh - sh**2 / n) * (smm - sm**2 / n))
    return [float(x) if np.isfinite(x) else None for x in r]


def _figure(value: float | None, draws: list[float | None] | list[float], level: float) -> Figure:
    known = [d for d in draws if d is not None and not np.isnan(d)]
    if value is None or not known:
        return Figure(value)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Figure(value, float(low), float(high))
