"""Hypotheses much shorter or longer than a translation of their source can be."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from harness.language.codes import primary
from harness.language.length import SMOOTHING

#: Natural logarithms of the length ratio; beyond them a hypothesis is flagged. `docs/checks.md` has the measured rates.
SHORTEST, LONGEST = -0.85, 0.75
#: The same for pairs that nobody calibrated, around the file's own median.
SHORTEST_OTHER, LONGEST_OTHER = -1.1, 1.1
_CALIBRATED = ({"zh", "en"},)
_ENOUGH = 30  # hypotheses that make a median worth having
_FARTHEST = 0.5  # how far a file's median may move the centre: a file that is cut throughout must not look normal


def out_of_range(sizes: Sequence[tuple[float, float] | None], pair: tuple[str, str]) -> list[int]:
    """Positions of hypotheses of the wrong length.

    Args:
        sizes: of each source and its hypothesis, or None where there is nothing to judge.
        pair: the two languages.
    """
    ratios = [(i, math.log((t[1] + SMOOTHING) / (t[0] + SMOOTHING))) for i, t in enumerate(sizes) if t is not None]
    if {primary(pair[0]), primary(pair[1])} in _CALIBRATED:
        return [i for i, r in ratios if not SHORTEST <= r <= LONGEST]
    centre = statistics.median(r for _, r in ratios) if len(ratios) >= _ENOUGH else 0.0
    centre = max(-_FARTHEST, min(_FARTHEST, centre))
    return [i for i, r in ratios if not SHORTEST_OTHER <= r - centre <= LONGEST_OTHER]
