"""Two paired tests of the difference between two systems, for any metric, and one of counts.

The first two ask how often a difference at least as large as the one seen would arise if the two systems were equally
good; both are two-sided and report p = (c + 1) / (n + 1), which keeps the false-positive rate at or under the level
however few resamples there are (Phipson and Smyth 2010; Edgington 1969).
"""

from __future__ import annotations

from math import comb

import numpy as np

from harness.domain import Array
from harness.portable import on_grid
from harness.stats.resample import Aggregate, every_swap, swap_masks

# Ties between floats that are equal on paper: a difference this much smaller still counts as "at least as large".
_RELATIVE, _ABSOLUTE = 1e-9, 1e-12


def p_value(replicates: Array, observed: float) -> float:
    """Share of replicates of the null at least as far from zero as `observed`, counting the data themselves as one."""
    replicates = replicates[np.isfinite(replicates)]
    bound = abs(observed) * (1 - _RELATIVE) - _ABSOLUTE
    return (int(np.count_nonzero(np.abs(replicates) >= bound)) + 1) / (len(replicates) + 1)


def bootstrap_p(resampled: Array, observed: float, factor: float) -> float:
    """Paired bootstrap test.

    The replicates of the difference scatter around the difference seen, not around zero; their deviations from their
    own mean say how it would scatter if the systems were equal (Hall and Wilson 1991, "Two guidelines for bootstrap
    hypothesis testing": resample under the null). sacreBLEU centres too, but takes the absolute value first and counts
    one tail, so that equal systems differ "significantly at 0.05" about one time in ten, and a system differs from
    itself with p = 1 / (n + 1); `sacrebleu_compat` reproduces that where numbers must match, this test does not.

    Args:
        resampled: replicates of the difference, shape (resamples,).
        observed: the difference on the data as they are.
        factor: widening for few units, see `intervals.widening`.
    """
    resampled = resampled[np.isfinite(resampled)]
    return p_value((resampled - resampled.mean()) * factor, observed) if len(resampled) else 1.0


def trials_of(units: int, resamples: int) -> int:
    """How many trials approximate randomization makes: all ways to swap but that of the data, or `resamples`."""
    return min((1 << units) - 1, resamples)


def randomization_totals(stacked: Array, resamples: int, seed: int, *, exact: bool = False) -> tuple[Array, Array]:
    """What is needed for approximate randomization of all pairs (Noreen 1989; Riezler and Maxwell 2005).

    In a trial each unit's two outputs are swapped with probability one half. With a 0/1 mask M, system a keeps
    M @ A and receives B's remainder, total(B) - M @ B: so one product with all systems side by side serves every pair.

    With `exact` each way to swap is tried once instead (Fisher 1935); that which swaps nothing is the data themselves,
    which `p_value` counts.

    Returns:
        The kept totals, shape (trials, systems, k), and the whole totals, shape (systems, k).
    """
    units, systems, k = stacked.shape
    flat = on_grid(stacked.reshape(units, systems * k))
    masks = [every_swap(units)] if exact else swap_masks(units, resamples, seed)
    kept = [(mask @ flat).reshape(-1, systems, k) for mask in masks]
    return np.concatenate(kept), flat.sum(axis=0).reshape(systems, k)


def randomization_p(kept: Array, totals: Array, pair: tuple[int, int], aggregate: Aggregate, observed: float) -> float:
    """Paired approximate randomization test of one pair of systems, by their positions in `kept` and `totals`."""
    a, b = pair
    first = aggregate(kept[:, a] + (totals[b] - kept[:, b]))
    second = aggregate(kept[:, b] + (totals[a] - kept[:, a]))
    return p_value(second - first, observed)


def sign_p(more: int, fewer: int) -> float:
    """Exact one-sided sign test: how often at least so many of the changes go one way, where either way is as likely.

    Args:
        more: segments that changed for the worse.
        fewer: segments that changed for the better.
    """
    changed = more + fewer
    # Whole numbers up to the last step, so that the digits are the same everywhere.
    return sum(comb(changed, k) for k in range(more, changed + 1)) / (1 << changed)
