"""Resampling as one matrix product.

A resample is a vector of counts: how often each unit was drawn. Stacked, resamples are a matrix (resamples, units);
multiplied by the statistics of all systems side by side, (units, systems * k), it gives the totals of every resample of
every system at once. Intervals, differences and tests of all pairs are then functions of small arrays.

The draws are those of sacreBLEU (`numpy.random.default_rng(seed)`, `choice` for the bootstrap, boolean `integers` for
approximate randomization), so the same seed gives the same resamples there and here. Statistics are rounded so that no
sum of them is rounded (`harness.portable.on_grid`): BLAS adds in another order on another processor, and the result is
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from harness.domain import Array
from harness.portable import on_grid

Aggregate = Callable[[Array], Array]


@dataclass(frozen=True)
class BoundedScore:
    """A formula whose scores lie between a least and a greatest one: intervals stay between them, too."""

    aggregate: Aggregate
    bounds: tuple[float, float]

    def __call__(self, totals: Array) -> Array:
        """Summed statistics (..., k) to scores (...)."""
        return self.aggregate(totals)


# Cells of a count matrix held at one time: 4 million cells are 32 MB as float64, three times that while they are drawn.
CHUNK_CELLS = 4_000_000


def bootstrap_counts(units: int, resamples: int, seed: int) -> Iterator[Array]:
    """Count matrices (rows, units) whose rows add up to `resamples`, in chunks of bounded size.

    `Generator.choice` may be drawn in chunks without changing the stream.
    """
    if units * resamples <= CHUNK_CELLS:
        yield _one_chunk(units, resamples, seed)
    else:
        yield from _drawn(units, resamples, seed)


@lru_cache(maxsize=1)
def _one_chunk(units: int, resamples: int, seed: int) -> Array:
    """The whole matrix, kept: the next metric of the same test set is resampled alike."""
    (counts,) = _drawn(units, resamples, seed)
    counts.flags.writeable = False
    return counts


def _drawn(units: int, resamples: int, seed: int) -> Iterator[Array]:
    rng = np.random.default_rng(seed)
    for rows in _chunks(units, resamples):
        drawn = rng.choice(units, size=(rows, units), replace=True)
        drawn += np.arange(rows, dtype=drawn.dtype)[:, None] * units
        yield np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units).astype(np.float64)


def swap_masks(units: int, resamples: int, seed: int) -> Iterator[Array]:
    """Coin flips (rows, units) of 0 and 1: which units keep their system in each trial.

    Boolean `integers` packs bits and its stream changes with the chunk size, so all flips are drawn at once (one byte
    each) and only their conversion to float is chunked. Where that would take more than a quarter of a gigabyte, the
    flips are drawn chunk by chunk and no longer equal sacreBLEU's.
    """
    rng = np.random.default_rng(seed)
    if units * resamples <= 256_000_000:
        flips = rng.integers(2, size=(resamples, units), dtype=bool)
        start = 0
        for rows in _chunks(units, resamples):
            yield flips[start : start + rows].astype(np.float64)
            start += rows
        return
    for rows in _chunks(units, resamples):
        yield rng.integers(2, size=(rows, units), dtype=bool).astype(np.float64)


def every_swap(units: int) -> Array:
    """All ways in which units keep their system (1) or swap (0), but that in which all keep; (2^units - 1, units)."""
    ways = np.arange((1 << units) - 1, dtype=np.int64)[:, None] >> np.arange(units, dtype=np.int64)
    return (ways & 1).astype(np.float64)


def bootstrap_scores(stacked: Array, aggregate: Aggregate, resamples: int, seed: int) -> Array:
    """Scores of every system in every resample.

    Args:
        stacked: unit statistics of all systems, shape (units, systems, k).
        aggregate: summed statistics (..., k) to scores (...).
        resamples: number of resamples.
        seed: of the generator; 0 is a seed.

    Returns:
        Shape (resamples, systems).
    """
    units, systems, k = stacked.shape
    flat = on_grid(stacked.reshape(units, systems * k))
    parts = [aggregate((counts @ flat).reshape(-1, systems, k)) for counts in bootstrap_counts(units, resamples, seed)]
    return np.concatenate(parts)


def _chunks(units: int, resamples: int) -> Iterator[int]:
    rows = max(1, CHUNK_CELLS // max(1, units))
    for start in range(0, resamples, rows):
        yield min(rows, resamples - start)
