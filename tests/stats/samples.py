"""Made-up metrics whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from harness.domain import Array


def mean(totals: Array) -> Array:
    """Aggregate of a metric that is a mean of segment scores, as COMET is."""
    return totals[..., 0] / totals[..., 1]


def scored(values: Sequence[float] | Array) -> Array:
    """Statistics (n, 2) of segment scores."""
    column = np.asarray(values, dtype=np.float64)
    return np.stack([column, np.ones_like(column)], axis=1)


def noisy(means: Mapping[str, float], n: int, *, seed: int, spread: float = 10.0) -> dict[str, Array]:
    """Systems with the given true means over n independent segments of shared difficulty."""
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0, spread, n)
    return {name: scored(mu + difficulty + rng.normal(0, spread, n)) for name, mu in means.items()}
