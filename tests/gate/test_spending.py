"""Several looks together err as often as one would."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from harness.gate.early.looks import SHARES
from harness.gate.evidence.spending import spent_level


def bounds(alpha: float) -> list[float]:
    return [-NormalDist().inv_cdf(spent_level(alpha, SHARES[:k])) for k in range(1, len(SHARES) + 1)]


@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_paths_of_equal_systems_cross_as_often_as_asked(alpha: float) -> None:
    rng, paths = np.random.default_rng(3), 200_000
    steps = np.diff([0.0, *SHARES])
    walk = np.cumsum(rng.standard_normal((paths, len(steps))) * np.sqrt(steps), axis=1)
    crossed = walk / np.sqrt(SHARES) > bounds(alpha)
    error = np.sqrt(alpha / paths)
    assert abs(crossed.any(axis=1).mean() - alpha) < 4 * error
    spent = [crossed[:, :k].any(axis=1).mean() for k in range(1, len(SHARES) + 1)]
    assert np.allclose(spent, alpha * np.square(SHARES), atol=4 * error)


def test_one_look_at_everything_is_no_design() -> None:
    assert spent_level(0.05, ()) == 0.05
    assert spent_level(0.05, (1.0,)) == pytest.approx(0.05, rel=1e-6)


def test_bounds_fall_and_the_last_is_dearer_than_one_look() -> None:
    found = bounds(0.05)
    assert found == sorted(found, reverse=True)
    assert found[-1] > NormalDist().inv_cdf(0.95)
