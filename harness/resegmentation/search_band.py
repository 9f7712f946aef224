"""Near which places of a long text each segment is looked for, so that time grows with the length, not its square."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

#: Texts with fewer places are searched whole.
_SMALL = 300
#: Anchors this many segments before and after one bound where it is looked for, and so many places more.
_SEGMENTS, _MORE = 10, 40
#: Most places that one segment is looked for at.
_WIDEST = 1500


@dataclass(frozen=True)
class SearchBand:
    """For each segment, and for the end after the last, the first place and the one after the last; both only grow."""

    low: Ints
    high: Ints

    def of(self, number: int) -> tuple[int, int]:
        """First place, and the one after the last."""
        return int(self.low[number]), int(self.high[number])

    def width(self, number: int) -> int:
        """How many places."""
        return int(self.high[number] - self.low[number])


def search_band(anchors: Sequence[tuple[int, int]], segments: int, at: Ints) -> SearchBand:
    """The band of a text.

    Args:
        anchors: segment and position of a word that belong together, each pair once; wrong ones are among them.
        segments: how many there are.
        at: for each place the number of words before it.
    """
    count = len(at)
    if count <= _SMALL:
        return SearchBand(np.zeros(segments + 1, dtype=np.int64), np.full(segments + 1, count, dtype=np.int64))
    # Anchors of one segment stand from the last to the first, so that a rise takes one of each.
    sorted_anchors = sorted(anchors, key=lambda a: (a[0], -a[1]))
    chain = [sorted_anchors[k] for k in longest_rise([spot for _, spot in sorted_anchors])]
    owners = [i for i, _ in chain]
    spots = np.searchsorted(at, [spot for _, spot in chain], side="right") - 1 if chain else np.zeros(0, dtype=np.int64)
    numbers = np.arange(segments + 1)
    before = np.searchsorted(owners, numbers - _SEGMENTS, side="right") - 1
    behind = np.searchsorted(owners, numbers + _SEGMENTS, side="left")
    known = np.concatenate([spots, [0]])
    low = np.where(before >= 0, known[np.clip(before, 0, len(spots))] - _MORE, 0)
    high = np.where(behind < len(spots), known[np.clip(behind, 0, len(spots))] + _MORE, count)
    middle = np.interp(numbers, [0, *owners, segments], [0, *spots.tolist(), count])
    low = np.maximum(low, (middle - _WIDEST / 2).astype(np.int64))
    high = np.minimum(high, (middle + _WIDEST / 2).astype(np.int64))
    low = np.minimum.accumulate(np.clip(low, 0, count - 1)[::-1])[::-1]
    high = np.maximum.accumulate(np.clip(high, 1, count))
    low[0], high[-1] = 0, count
    # Wrong anchors may tear it; each segment's places go on where those of the one before end.
    low[1:] = np.minimum(low[1:], high[:-1] - 1)
    return SearchBand(low.astype(np.int64), high.astype(np.int64))


def longest_rise(values: Sequence[int]) -> list[int]:
    """Places of the longest run of values that rise, found by patience sorting.

    >>> longest_rise([3, 1, 2, 9, 4])
    [1, 2, 4]
    """
    tails: list[int] = []
    heads: list[int] = []
    previous: list[int] = []
    for number, value in enumerate(values):
        place = bisect_left(tails, value)
        previous.append(heads[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            heads.append(number)
        else:
            tails[place], heads[place] = value, number
    found = []
    at = heads[-1] if heads else -1
    while at >= 0:
        found.append(at)
        at = previous[at]
    return found[::-1]
