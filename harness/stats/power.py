"""What a test set can show: the smallest true difference that a test would find four times out of five.

The paired bootstrap replicates of a difference, centred, are the simulation: they are how the measured difference
scatters around the true one on test sets like this one. A difference is called significant when it exceeds the critical
value c that its own scatter exceeds with probability 1 - level; a true difference d is found with probability
P(|d + scatter| > c). The smallest d for which that reaches the power wanted is the minimum detectable difference, MDD
(Card et al. 2020, "With Little Power Comes Great Responsibility", on why to ask before deciding).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.domain import Array
from harness.stats.intervals import widening

POWER = 0.8


@dataclass(frozen=True, slots=True)
class MinimumDetectableDifference:
    """The smallest true differences that a test on a test set detects, over pairs of its systems.

    Attributes:
        typical: the median over pairs.
        best: of the pair that is easiest to tell apart (systems that translate alike).
        worst: of the hardest.
    """

    typical: float
    best: float
    worst: float


def detectable_differences(differences: Array, *, units: int, level: float = 0.95, power: float = POWER) -> Array:
    """The minimum detectable difference of each pair of systems: the test finds it with probability `power`.

    One uncorrected two-sided test; a correction for many comparisons raises the bar further.

    Args:
        differences: bootstrap replicates of the difference, shape (resamples, pairs).
        units: how many units were resampled.
        level: of the test; 0.95 for p < 0.05.
        power: how often the difference is to be found.

    Returns:
        Shape (pairs,); 0 for a pair without finite replicates.
    """
    if not len(differences):
        return np.zeros(differences.shape[1])
    finite = np.isfinite(differences)
    if not finite.all():
        columns = [differences[kept, i, None] for i, kept in enumerate(finite.T)]
        return np.concatenate([detectable_differences(c, units=units, level=level, power=power) for c in columns])
    scatter = (differences - differences.mean(axis=0)) * widening(units, level)
    # For a true difference at or above the critical value the far tail is empty, so the near one alone decides.
    detectable: Array = np.quantile(np.abs(scatter), level, axis=0) - np.quantile(scatter, 1 - power, axis=0)
    return detectable


def minimum_detectable_difference(
    replicates: Array, *, units: int, level: float = 0.95, power: float = POWER
) -> MinimumDetectableDifference | None:
    """`detectable_differences` of all pairs of systems, summed up; None for fewer than two systems or units.

    Args:
        replicates: bootstrap replicates of the scores of all systems, shape (resamples, systems).
        units, level, power: as above.
    """
    systems = replicates.shape[1]
    if systems < 2 or units < 2:
        return None
    # One system against all that follow it at a time: no array grows with the square of the number of systems.
    found = np.concatenate(
        [
            detectable_differences(replicates[:, a + 1 :] - replicates[:, [a]], units=units, level=level, power=power)
            for a in range(systems - 1)
        ]
    )
    return summed_up(found.tolist())


def summed_up(found: Sequence[float]) -> MinimumDetectableDifference | None:
    """The minimum detectable differences of pairs, as their median and their ends; None where there is no pair."""
    if not found:
        return None
    return MinimumDetectableDifference(float(np.median(found)), min(found), max(found))
