"""What each of several looks at growing data may err, so that all of them together err as often as one would.

A group-sequential design with the spending function alpha * t^2 of Kim and DeMets (1987, "Design and analysis of group
sequential tests based on the type I error spending rate function"): by the share t of the data, alpha * t^2 of the
error is spent. The bounds are those of Lan and DeMets (1983), found by numerical integration over the paths that have
not ended (Armitage, McPherson and Rowe 1969).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from harness.stats.student import normal_cdf

_POINTS = 1201
_FAR = 8.0


@lru_cache(maxsize=256)
def spent_level(alpha: float, shares: tuple[float, ...]) -> float:
    """The one-sided p-value that the last of some looks must stay under.

    Args:
        alpha: the error of all looks of the design together.
        shares: of the data, up to and with the last look; rising, the last at most 1. None is a single look at all.

    Returns:
        Less than alpha wherever there is more than one look, or not all of the data.
    """
    if not shares:
        return alpha
    bounds: list[float] = []
    x, density, before, spent = np.zeros(1), np.ones(1), 0.0, 0.0
    for share in shares:
        step = math.sqrt(share - before)
        wanted = alpha * share**2 - spent
        low, high = 0.0, _FAR * math.sqrt(share) + _FAR
        for _ in range(100):
            middle = (low + high) / 2
            beyond = float(density @ np.array([normal_cdf((v - middle) / step) for v in x.tolist()]))
            low, high = (middle, high) if beyond > wanted else (low, middle)
        bounds.append(high)
        grid = np.linspace(-_FAR * math.sqrt(share), high, _POINTS)
        width = np.full(_POINTS, grid[1] - grid[0])
        width[[0, -1]] /= 2
        kernel = np.exp(-(((grid[:, None] - x[None, :]) / step) ** 2) / 2) / (step * math.sqrt(2 * math.pi))
        density = (kernel * density).sum(axis=1) * width
        x, before, spent = grid, share, alpha * share**2
    return 1 - normal_cdf(bounds[-1] / math.sqrt(shares[-1]))
