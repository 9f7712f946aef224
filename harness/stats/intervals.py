"""Intervals around a score or a difference of scores."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from harness.domain import Array
from harness.portable import totals
from harness.stats.student import normal_cdf, normal_quantile, t_quantile

Kind = Literal["percentile", "bca"]
Interval = tuple[float | None, float | None]

#: Where no honest interval can be given.
NONE: Interval = (None, None)


def widening(units: int, level: float) -> float:
    """How much too narrow the percentile bootstrap is for a mean of `units` values, as a factor of at least 1.

    The bootstrap divides by n where an unbiased variance divides by n - 1, and its tails are those of a normal where a
    mean of few values follows Student's t: together sqrt(n / (n - 1)) * t / z (Hesterberg 2015, "What Teachers Should
    Know About the Bootstrap", section 5.3, the expanded percentile interval). 1.0006 for 1,875 units, 1.06 for 30.
    """
    upper = (1 + level) / 2
    return math.sqrt(units / (units - 1)) * t_quantile(upper, units - 1) / normal_quantile(upper)


def interval(
    kind: Kind, estimate: float, resampled: Array, left_out: Array | None, level: float, units: int
) -> tuple[float, float]:
    """A two-sided interval from bootstrap resamples.

    Args:
        kind: "percentile" (expanded for few units, Hesterberg 2015) or "bca" (Efron 1987, bias-corrected and
            accelerated, expanded alike).
        estimate: the score, or the difference, on the data as they are.
        resampled: its bootstrap replicates, shape (resamples,).
        left_out: for "bca", its values with each unit left out, shape (units,).
        level: 0.95 for a 95% interval.
        units: how many units were resampled.
    """
    resampled = resampled[np.isfinite(resampled)]
    if not len(resampled):
        return math.nan, math.nan
    z = normal_quantile((1 + level) / 2) * widening(units, level)
    if kind == "percentile" or left_out is None:
        low, high = normal_cdf(-z), normal_cdf(z)
    else:
        low, high = _bca_levels(z, estimate, resampled, left_out)
    ends = np.quantile(resampled, [low, high])
    return float(ends[0]), float(ends[1])


def student_interval(
    estimate: float, left_out: Array, level: float, bounds: tuple[float, float] | None = None
) -> Interval:
    """Student's t around a score or a difference, without resampling.

    The standard error is the jackknife's (Efron and Stein 1981). Its degrees of freedom are those of a variance whose
    units have the kurtosis seen, rounded down and at most n - 1 (`freedom`): where a few units carry most of the
    scatter, the error rests on those few. A score with bounds is taken on the scale log((x - low) / (high - x)), where
    its scatter is nearly symmetric, and the ends are taken back: they never leave the bounds. benchmarks/coverage.py
    measures what becomes of the promise.

    Args:
        estimate: the score, or the difference, of all n units.
        left_out: its values with each unit left out, shape (n,), n at least 2.
        level: 0.95 for a 95% interval.
        bounds: the least and the greatest score there can be; None for a difference, or where there are none.

    Returns:
        `NONE` where the values do not scatter, which says nothing of how they would elsewhere, or lie on a bound.
    """
    values = [estimate, *left_out.tolist()]
    if not all(map(math.isfinite, values)):
        return NONE
    if bounds is not None:
        low, high = bounds
        if not all(low < value < high for value in values):
            return NONE
        values = [math.log((value - low) / (high - value)) for value in values]
    centre, moved = values[0], np.array(values[1:])
    n = len(moved)
    pull = moved - float(totals(moved)) / n
    # What is left of rounding is no scatter.
    if float(np.abs(pull).max()) <= 1e-12 * max(1.0, abs(centre)):
        return NONE
    error = math.sqrt((n - 1) / n * float(totals(pull * pull)))
    half = t_quantile((1 + level) / 2, freedom(pull)) * error
    ends = centre - half, centre + half
    if bounds is None:
        return ends
    return _within(ends[0], low, high), _within(ends[1], low, high)


def freedom(deviations: Array) -> int:
    """Degrees of freedom of the variance of n values, by their kurtosis; n - 1 for a normal's.

    A sample variance scatters by s^4 (2 / (n - 1) + g / n), with g the excess kurtosis (Cramer 1946, 27.4), as one of
    1 / (1 / (n - 1) + g / 2n) degrees of freedom does (Satterthwaite 1946); g is estimated without bias for normal
    values (Joanes and Gill 1998, G2). Under four values nothing can be said of g.

    Args:
        deviations: from their mean, shape (n,), not all 0.
    """
    n = len(deviations)
    if n < 4:
        return n - 1
    squares = deviations * deviations
    second, fourth = float(totals(squares)) / n, float(totals(squares * squares)) / n
    excess = fourth / (second * second) - 3
    excess = ((n + 1) * excess + 6) * (n - 1) / ((n - 2) * (n - 3))
    if excess <= 0:
        return n - 1
    return max(1, math.floor(1 / (1 / (n - 1) + excess / (2 * n))))


def _within(x: float, low: float, high: float) -> float:
    """From the logarithmic scale back between the bounds."""
    # The exponent of a large number overflows, that of a small one does not.
    share = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    return low + (high - low) * share


def _bca_levels(z: float, estimate: float, resampled: Array, left_out: Array) -> tuple[float, float]:
    """Which quantiles of the replicates bound the interval (Efron and Tibshirani 1993, equation 14.10)."""
    n = len(resampled)
    below = (np.count_nonzero(resampled < estimate) + 0.5 * np.count_nonzero(resampled == estimate)) / n
    bias = normal_quantile(min(max(float(below), 0.5 / n), 1 - 0.5 / n))
    pull = left_out.mean() - left_out
    spread = math.pow(float((pull * pull).sum()), 1.5)
    acceleration = float((pull * pull * pull).sum()) / (6 * spread) if spread > 0 else 0.0

    def level(side: float) -> float:
        shifted = bias + side
        scale = 1 - acceleration * shifted
        # A scale at or below zero means that the correction has run away: the outermost replicate is all that is known.
        return normal_cdf(bias + shifted / scale) if scale > 0 else normal_cdf(math.copysign(40.0, side))

    return level(-z), level(z)
