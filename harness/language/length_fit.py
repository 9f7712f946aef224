"""How well the lengths of two texts fit a translation; apart from `length`, which must not load numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def length_fit(expected: npt.ArrayLike, found: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """How much two lengths speak for a translation: a log-likelihood ratio, a narrow normal on the log ratio against a
    broad one (Gale and Church 1993, on the logarithm).

    Args:
        expected: what the translation should have, in characters.
        found: what it has; both of one shape, or one of them a number.
    """
    wanted, there = np.asarray(expected, dtype=np.float64), np.asarray(found, dtype=np.float64)
    x = np.log((there + 6.0) / (wanted + 6.0))
    narrow = np.sqrt(0.045 + 2.2 / (np.minimum(wanted, there) + 12.0))
    broad = 1.1
    return np.asarray(
        np.log(broad / narrow) - 0.5 * np.minimum((x / narrow) ** 2, 60.0) + 0.5 * (x / broad) ** 2, dtype=np.float64
    )
