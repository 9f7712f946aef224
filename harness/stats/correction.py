"""Correction of p-values for many comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

Correction = Literal["holm", "bh", "none"]


def corrected(p_values: Sequence[float], method: Correction) -> tuple[float, ...]:
    """Adjusted p-values in the order given, to be compared with the level as they are.

    "holm" bounds the chance of any false claim (Holm 1979); "bh" the share of false claims among all claims (Benjamini
    and Hochberg 1995); "none" returns the p-values themselves.
    """
    p = np.asarray(p_values, dtype=np.float64)
    m = len(p)
    if method == "none" or m == 0:
        return tuple(p.tolist())
    order = np.argsort(p, kind="stable")
    ranked = p[order]
    if method == "holm":
        adjusted = np.maximum.accumulate(ranked * (m - np.arange(m)))
    else:
        adjusted = np.minimum.accumulate((ranked * m / np.arange(1, m + 1))[::-1])[::-1]
    result = np.empty(m)
    result[order] = np.minimum(adjusted, 1.0)
    return tuple(result.tolist())
