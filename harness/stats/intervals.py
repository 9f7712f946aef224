"""Intervals around a score or a difference of scores."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from harness.domain import Array
from harness.stats.student import normal_cdf, normal_quantile, t_quantile

Kind = Literal["percentile", "bca", "jackknife"]


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
            accelerated, expanded alike), or "jackknife" (Student's t around the estimate; for a mean of segment scores
            that is the textbook interval, exact for normal data).
        estimate: the score, or the difference, on the data as they are.
        resampled: its bootstrap replicates, shape (resamples,).
        left_out: for "bca" and "jackknife", its values with each unit left out, shape (units,).
        level: 0.95 for a 95% interval.
        units: how many units were resampled.
    """
    resampled = resampled[np.isfinite(resampled)]
    if not len(resampled):
        return math.nan, math.nan
    if kind == "jackknife" and left_out is not None:
        half = t_quantile((1 + level) / 2, units - 1) * jackknife_error(left_out)
        return estimate - half, estimate + half
    z = normal_quantile((1 + level) / 2) * widening(units, level)
    if kind == "percentile" or left_out is None:
        low, high = normal_cdf(-z), normal_cdf(z)
    else:
        low, high = _bca_levels(z, estimate, resampled, left_out)
    ends = np.quantile(resampled, [low, high])
    return float(ends[0]), float(ends[1])


def jackknife_error(left_out: Array) -> float:
    """Standard error from the values with each unit left out (Efron and Tibshirani 1993, equation 11.5)."""
    n = len(left_out)
    return math.sqrt((n - 1) / n * float(((left_out - left_out.mean()) ** 2).sum()))


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
