"""sacreBLEU's paired tests, to the last digit (sacreBLEU 2.6.0, `--paired-bs` and `--paired-ar`).

For comparing with published numbers, not for decisions. The two differ from `significance` on purpose:

- sacreBLEU's bootstrap takes absolute differences before it centres them and counts one tail. Equal systems come out
  "significant at 0.05" about one time in ten, and a system differs from its own copy with p = 1 / (n + 1).
- Its randomization counts strictly larger differences only, with the same effect on copies.

Its generator is `numpy.random.default_rng(12345)`, seeded anew for every system, so that all systems share one matrix
of draws; `SACREBLEU_SEED=0` is read as "no seed" there and as a seed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.domain import Array
from harness.portable import totals as sums
from harness.stats.resample import Aggregate, bootstrap_scores
from harness.stats.significance import randomization_totals

DEFAULT_SEED = 12345
DEFAULT_RESAMPLES: Mapping[str, int] = {"bs": 1000, "ar": 10000}


@dataclass(frozen=True, slots=True)
class CompatResult:
    """A row of sacreBLEU's table.

    Attributes:
        p_value: against the baseline; None for the baseline itself.
    """

    system: str
    score: float
    p_value: float | None


def paired_test(
    stats: Mapping[str, Array],
    aggregate: Aggregate,
    *,
    baseline: str,
    test: Literal["bs", "ar"],
    resamples: int | None = None,
    seed: int = DEFAULT_SEED,
) -> tuple[CompatResult, ...]:
    """Each system against one baseline, the baseline first.

    Args:
        stats: per system the segment statistics, (n, k).
        aggregate: summed statistics (..., k) to scores (...).
        baseline: a key of `stats`.
        test: "bs" or "ar".
        resamples: None for sacreBLEU's own default (1,000 or 10,000).
        seed: sacreBLEU's default unless given.
    """
    count = DEFAULT_RESAMPLES[test] if resamples is None else resamples
    names = sorted(stats, key=lambda name: name != baseline)
    stacked = np.stack([np.asarray(stats[name], dtype=np.float64) for name in names], axis=1)
    scores = aggregate(sums(stacked))
    if test == "bs":
        replicates = bootstrap_scores(stacked, aggregate, count, seed)
        gaps = np.abs(replicates - replicates[:, :1])
        nulls = gaps - gaps.mean(axis=0)
    else:
        nulls = _swapped_gaps(stacked, aggregate, count, seed)
    results = []
    for i, name in enumerate(names):
        extreme = int(np.count_nonzero(nulls[:, i] > abs(scores[0] - scores[i])))
        p_value = None if i == 0 else (extreme + 1) / (count + 1)
        results.append(CompatResult(name, float(scores[i]), p_value))
    return tuple(results)


def _swapped_gaps(stacked: Array, aggregate: Aggregate, trials: int, seed: int) -> Array:
    """Absolute differences to the first system after random swaps, shape (trials, systems)."""
    kept, totals = randomization_totals(stacked, trials, seed)
    left = aggregate(kept[:, :1] + (totals - kept))
    right = aggregate(kept + (totals[:1] - kept[:, :1]))
    gaps: Array = np.abs(left - right)
    return gaps
