"""Segments that stand in another order in the text than in the test set, found by search.

Near places where something is missing, extra or does not fit, all orders are searched in which a segment comes at most
three places early (as phrase-based translation did it: Koehn et al. 2003, with a window). What is missing in one place
and extra in another, however far away, is tried there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.resegmentation.search_band import longest_rise
from harness.resegmentation.span_search import NEVER, OMITTED, Spans, SpanSearch, before

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: What a segment that comes early must win by.
MOVE = 4.0
#: What a stretch must score by itself to be a segment's that should not stand there: to miss something here and to have
#: something extra there is no reason to call them one.
FITS = 0.0
#: How many segments before it may not have come yet.
_WINDOW = 3
#: Segments around a suspicious one that are searched with it, and the most that are searched at once.
_AROUND, _MOST = 4, 40
#: Omissions and additions that are tried with each other at most.
_MOST_PAIRS = 100
_State = tuple[int, int]


@dataclass
class _Reached:
    """The best ways into a state, by place."""

    value: Floats
    state: list[_State | None]
    place: Ints
    segment: Ints
    source: Ints

    @classmethod
    def empty(cls, count: int) -> _Reached:
        zeros = np.zeros(count, dtype=np.int64)
        return cls(np.full(count, NEVER), [None], zeros.copy(), np.full(count, -1), zeros.copy())

    def offer(self, value: Floats, state: _State, place: Ints, segment: int) -> None:
        """Ways that come from a state, covering a segment."""
        better = value > self.value
        if not better.any():
            return
        self.state.append(state)
        self.value[better] = value[better]
        self.place[better] = place[better]
        self.segment[better] = segment
        self.source[better] = len(self.state) - 1


def order_in_text(search: SpanSearch, order: Sequence[int], spans: Spans) -> list[int]:
    """The order of segments in the text, after a search near what does not fit.

    Args:
        order: in which `spans` were found.
        spans: the best cutting in that order.
    """
    found = list(order)
    for start, end in _zones(search, spans):
        low = int(spans.last[start - 1]) if start else 0
        high = int(spans.first[end]) if end < len(found) else len(search.places.at) - 1
        if high > low:
            found[start:end] = _searched(search, found[start:end], low, high)
    return found


def tried_elsewhere(search: SpanSearch, order: Sequence[int], spans: Spans) -> list[int]:
    """The order with missing segments put where added text fits them; the same order where none does."""
    missing = [k for k in range(len(order)) if spans.first[k] == spans.last[k]]
    extra = [(gap, low, high) for gap, (low, high) in enumerate(_gaps(search, spans)) if high > low]
    offers = []
    for k in missing[:_MOST_PAIRS]:
        for gap, low, high in extra[:_MOST_PAIRS]:
            score = float(search.scores(order[k], low, high + 1).max())
            if score > FITS and abs(gap - k) > 1:
                offers.append((score, k, gap))
    taken: dict[int, int] = {}
    for _, k, gap in sorted(offers, reverse=True):
        if k not in taken and gap not in taken.values():
            taken[k] = gap
    keys = {k: (gap - 0.5, 0) for k, gap in taken.items()}
    ranked = sorted(range(len(order)), key=lambda k: keys.get(k, (k, 1)))
    return [order[k] for k in ranked]


def moved(order: Sequence[int]) -> frozenset[int]:
    """The fewest segments without which the others stand in their order."""
    return frozenset(order) - {order[k] for k in longest_rise(order)}


def _gaps(search: SpanSearch, spans: Spans) -> list[tuple[int, int]]:
    """Stretches that belong to no segment: one before each segment (often empty), and one after the last."""
    ends = [0, *map(int, spans.last)]
    starts = [*map(int, spans.first), len(search.places.at) - 1]
    return list(zip(ends, starts, strict=True))


def _zones(search: SpanSearch, spans: Spans) -> Iterator[tuple[int, int]]:
    """Runs of segments around those that are missing, beside added text, or whose words do not fit."""
    count = len(spans.first)
    if not count:
        return
    suspicious = (spans.first == spans.last) | (spans.evidence < 0.0)
    for gap, (low, high) in enumerate(_gaps(search, spans)):
        if high > low:
            suspicious[max(0, gap - 1) : gap + 1] = True
    near = np.zeros(count, dtype=bool)
    for k in np.flatnonzero(suspicious):
        near[max(0, k - _AROUND) : k + _AROUND + 1] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(np.int8), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for first in range(int(start), int(end), _MOST):
            yield first, min(int(end), first + _MOST)


def _searched(search: SpanSearch, segments: Sequence[int], low: int, high: int) -> list[int]:
    """The best order of a few segments in a stretch of the text."""
    count, width = len(segments), high + 1 - low
    tables = [search.scores(s, low, high + 1) for s in segments]
    states: dict[_State, _Reached] = {(0, 0): _Reached.empty(width)}
    states[0, 0].value[0] = 0.0
    jumps: dict[_State, Ints] = {}
    places = np.arange(width)
    while True:
        state = min((s for s in states if s not in jumps), key=lambda s: (s[0], bin(s[1]).count("1")), default=None)
        if state is None:
            break
        value, jumped = search.add(states[state].value, low, high + 1)
        jumps[state] = jumped - low
        lowest, mask = state
        if lowest == count:
            continue
        omitted = states.setdefault(_covered(state, 0), _Reached.empty(width))
        omitted.offer(value + OMITTED, state, places, lowest)
        for ahead in range(min(_WINDOW + 1, count - lowest)):
            if ahead and mask >> (ahead - 1) & 1:
                continue
            table = tables[lowest + ahead]
            if ahead:
                table = np.where(table > FITS, table, NEVER)
            every = before(value, table.shape[1], NEVER) + table
            choice = every.argmax(axis=1)
            gained = every[places, choice] - (MOVE if ahead else 0.0)
            into = states.setdefault(_covered(state, ahead), _Reached.empty(width))
            into.offer(gained, state, places - choice - 1, lowest + ahead)
    return [segments[k] for k in _traced(states, jumps, (count, 0), width - 1)]


def _covered(state: _State, ahead: int) -> _State:
    """The state after one more segment: the first that is not covered, and which of the next ones are."""
    lowest, mask = state
    if ahead:
        return lowest, mask | 1 << (ahead - 1)
    lowest += 1
    while mask & 1:
        lowest, mask = lowest + 1, mask >> 1
    return lowest, mask >> 1


def _traced(states: dict[_State, _Reached], jumps: dict[_State, Ints], state: _State, place: int) -> list[int]:
    """Back to the beginning: the segments in the order of the text."""
    found: list[int] = []
    while True:
        place = int(jumps[state][place])
        reached = states[state]
        earlier = reached.state[int(reached.source[place])]
        if earlier is None:
            return found[::-1]
        found.append(int(reached.segment[place]))
        state, place = earlier, int(reached.place[place])
