"""What each unit adds to a score: influence values, and a standard error without resampling.

The influence value of a unit is how far the score moves when the unit is left out, times the number of the other units
(the jackknife: Efron and Stein 1981, "The jackknife estimate of variance"). A score is nearly the mean of independent
influence values, whatever its formula, so what holds for a mean holds for BLEU and chrF: a standard error, an interval
by Student's t, a correction for skewness. They need no seed and take milliseconds.
"""

from __future__ import annotations

import math

import numpy as np

from harness.domain import Array
from harness.portable import totals
from harness.stats.resample import Aggregate


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
    left_out = np.asarray(aggregate(totals(rows) - rows), dtype=np.float64)
    values: Array = (n - 1) * (float(totals(left_out)) / n - left_out)
    return values


def standard_error(influence: Array) -> float:
    """Of the score whose influence values these are: the root of their variance over n."""
    n = len(influence)
    return math.sqrt(float(totals(influence * influence)) / (n - 1) / n)
