"""What each unit adds to a score: influence values, and a standard error without resampling.

The influence value of a unit is how far the score moves when the unit is left out, times the number of the other units
(the jackknife: Efron and Stein 1981, "The jackknife estimate of variance"). A score is nearly the mean of independent
influence values, whatever its formula, so what holds for a mean holds for BLEU and chrF: a standard error, an interval
by Student's t, a correction for skewness. They need no seed and take milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.domain import Array
from harness.portable import totals
from harness.stats.resample import Aggregate
from harness.stats.student import t_cdf, t_quantile


def influence_values(rows: Array, aggregate: Aggregate) -> Array:
    """Influence of each unit on the score of all, in the score's unit; they add up to 0.

    Args:
        rows: statistics of the units, shape (n, k), n at least 2; segments, or documents summed beforehand.
        aggregate: summed statistics (..., k) to scores (...).

    Returns:
        Shape (n,). For the difference of two systems subtract the influence values of one from those of the other.

    Raises:
        ValueError: fewer than two units.
    """
    n = len(rows)
    if n < 2:
        raise ValueError(f"{n} units say nothing about spread")
    return of_left_out(np.asarray(aggregate(totals(rows) - rows), dtype=np.float64))


def of_left_out(left_out: Array) -> Array:
    """Influence values from the scores, or differences of scores, with each unit left out, shape (n,)."""
    n = len(left_out)
    values: Array = (n - 1) * (float(totals(left_out)) / n - left_out)
    return values


def standard_error(influence: Array) -> float:
    """Of the score whose influence values these are: the root of their variance over n."""
    n = len(influence)
    return math.sqrt(float(totals(influence * influence)) / (n - 1) / n)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured score, or a difference of scores, and how it scatters around the true one.

    The scatter is Student's t. The upper bound takes the transformation of Hall (1992, "On the removal of skewness by
    transformation"): T = (value - true) / error becomes ((1 + aT/3)^3 - 1) / a + a/6, with a the skewness. Without it
    the bound is too tight where a few units lose nearly everything. The lower bound and the p-value go without: the
    skewness of few units is itself a rough estimate, and far out in the tail it makes twice the alarms it promises
    (benchmarks/gate.py, thirty nights).

    Attributes:
        value: in the score's unit.
        error: its standard error.
        skewness: of the estimate, not of the units.
        freedom: degrees of freedom of the error.
    """

    value: float
    error: float
    skewness: float
    freedom: int

    def upper(self, level: float) -> float:
        """The true value stays below this with probability `level`."""
        return self.value - self.error * self._untransformed(-t_quantile(level, self.freedom))

    def lower(self, level: float) -> float:
        """The true value stays above this with probability `level`."""
        return self.value - self.error * t_quantile(level, self.freedom)

    def p_above(self, bound: float = 0.0) -> float:
        """One-sided p-value of "the true value is at most `bound`"; without scatter 0 or 1."""
        if self.error == 0:
            return float(self.value <= bound)
        # The upper tail itself: one minus the lower one would lose the digits of a small p.
        return t_cdf(-(self.value - bound) / self.error, self.freedom)

    def needed(self, margin: float, level: float, power: float = 0.8) -> float:
        """How many times as many units exclude a loss of `margin` in a share `power` of cases, at no true loss."""
        wanted = t_quantile(level, self.freedom) + t_quantile(power, self.freedom)
        return (wanted * self.error / margin) ** 2 if margin > 0 else math.inf

    def shown(self, level: float, power: float = 0.8) -> float:
        """The margin that these units exclude in a share `power` of cases, at no true loss."""
        return (t_quantile(level, self.freedom) + t_quantile(power, self.freedom)) * self.error

    def _untransformed(self, x: float) -> float:
        a = self.skewness
        if abs(a) < 1e-6:  # the limit, where the formula would divide by almost nothing
            return x - a * (x * x / 3 + 1 / 6)
        inside = 1 + a * (x - a / 6)
        return 3 / a * (math.copysign(abs(inside) ** (1 / 3), inside) - 1)


def estimate(value: float, influence: Array) -> Estimate:
    """A score whose units have these influence values, shape (n,), n at least 2.

    Raises:
        ValueError: fewer than two units, or a value that is not finite.
    """
    n = len(influence)
    if n < 2 or not (math.isfinite(value) and np.isfinite(influence).all()):
        raise ValueError(f"no standard error from {n} units")
    centred = influence - float(totals(influence)) / n
    error = standard_error(centred)
    third = float(totals(centred * centred * centred)) / n
    skewness = third / (n * n) / error**3 if error > 0 else 0.0
    return Estimate(value, error, skewness, n - 1)


def weighted_sum(parts: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """The weighted sum of independent estimates; degrees of freedom by Welch and Satterthwaite, rounded down."""
    value = sum(w * p.value for p, w in zip(parts, weights, strict=True))
    variances = [(w * p.error) ** 2 for p, w in zip(parts, weights, strict=True)]
    variance = sum(variances)
    if variance == 0:
        return Estimate(value, 0.0, 0.0, sum(p.freedom for p in parts))
    thirds = [p.skewness * (w * p.error) ** 3 for p, w in zip(parts, weights, strict=True)]
    spread = sum(v * v / p.freedom for p, v in zip(parts, variances, strict=True))
    return Estimate(
        value, math.sqrt(variance), sum(thirds) / variance**1.5, max(1, math.floor(variance * variance / spread))
    )
