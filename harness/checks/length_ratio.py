"""Hypotheses much shorter or longer than a translation of their source can be."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from harness.language.codes import primary
from harness.language.length import log_ratio

#: Natural logarithms of the length ratio; beyond them a hypothesis is flagged. `docs/checks.md` has the measured rates.
SHORTEST, LONGEST = -0.85, 0.75
#: The same for pairs that nobody calibrated, around the file's own median.
SHORTEST_OTHER, LONGEST_OTHER = -1.1, 1.1
_CALIBRATED = ({"zh", "en"},)
_ENOUGH = 30  # hypotheses that make a median worth having
_FARTHEST = 0.5  # how far a file's median may move the centre: a file that is cut throughout must not look normal


def length_flags(texts: Sequence[tuple[str, str] | None], pair: tuple[str, str]) -> list[bool]:
    """For each (source, hypothesis), or None where there is nothing to judge: whether its length is out of range."""
    ratios = [None if t is None else log_ratio(*t) for t in texts]
    if {primary(pair[0]), primary(pair[1])} in _CALIBRATED:
        return [r is not None and not SHORTEST <= r <= LONGEST for r in ratios]
    known = [r for r in ratios if r is not None]
    centre = statistics.median(known) if len(known) >= _ENOUGH else 0.0
    centre = max(-_FARTHEST, min(_FARTHEST, centre))
    return [r is not None and not SHORTEST_OTHER <= r - centre <= LONGEST_OTHER for r in ratios]
