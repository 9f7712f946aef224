"""The bound keeps its promises on segments of which a few lose nearly everything (benchmarks/gate.py: on real ones)."""

from __future__ import annotations

import numpy as np
import pytest

from harness.domain import Array
from harness.stats.influence import Estimate, estimate, influence_values

DRAWS = 2000


def _ratio(totals: Array) -> Array:
    found: Array = 100 * totals[..., 0] / totals[..., 1]
    return found


def samples(n: int, loss: float, seed: int) -> list[Estimate]:
    """Pairs of equal systems, one of which then loses `loss` points in expectation."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(DRAWS):
        length = rng.integers(5, 60, n).astype(float)
        shared = rng.beta(4, 3, n)
        rates = np.clip(shared + rng.normal(0, 0.12, (2, n)) * (rng.random((2, n)) < 0.4), 0, 1)
        rates[1] -= loss / 100
        before, after = (np.stack([length * rate, length], axis=1) for rate in rates)
        value = float(_ratio(before.sum(axis=0)) - _ratio(after.sum(axis=0)))
        found.append(estimate(value, influence_values(before, _ratio) - influence_values(after, _ratio)))
    return found


@pytest.mark.parametrize("n", [60, 100, 300])
def test_equal_systems_are_called_worse_in_one_of_twenty_cases(n: int) -> None:
    tails = [one.p_above() < 0.05 for one in samples(n, 0.0, n)]
    # Three standard errors of a share of 2,000 draws are 1.5 points.
    assert 0.035 < np.mean(tails) < 0.067


@pytest.mark.parametrize("n", [60, 100, 300])
def test_a_loss_as_large_as_the_margin_passes_in_one_of_twenty_cases(n: int) -> None:
    passes = [one.upper(0.95) <= 1.0 for one in samples(n, 1.0, n + 1)]
    assert 0.03 < np.mean(passes) < 0.07


def test_what_is_said_to_be_needed_is_enough() -> None:
    told = float(np.median([100 * one.needed(1.0, 0.95) for one in samples(100, 0.0, 7)]))
    passes = [one.upper(0.95) <= 1.0 for one in samples(round(told), 0.0, 8)]
    assert 0.75 < np.mean(passes) < 0.85
