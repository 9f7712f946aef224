"""The best cuts: a dynamic program over the places where the text may be cut, segment by segment.

Each segment gets a stretch of the text or nothing; stretches of the text belong to no segment (added text). A stretch's
score is the evidence of its words, its length against what the segment's translation should have (Gale and Church 1993,
on the logarithm of the ratio), and the cost of the cut at its end. What a segment without text and a sentence without
segment cost decides how readily either is believed. Sums over all cuttings in place of the best one give the
probability of each stretch (forward-backward).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from harness.language.length_fit import length_fit
from harness.resegmentation.cut_places import CutPlaces
from harness.resegmentation.search_band import SearchBand

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: A segment, and the first and the last word of the text that are asked about: running totals of evidence.
Totals = Callable[[int, int, int], Floats]

NEVER = -1e9
#: What a segment without text and a sentence without segment cost; tuned on WMT22 zh-en, segments 0-299. Probabilities
#: that follow from scores as they stand are right: of cuts at 0.9 nine in ten are.
OMITTED, ADDED = -6.0, -2.5
#: Scores that are kept for the way back and the next search; those of longer texts are computed again.
_MOST_HELD = 8_000_000


@dataclass(frozen=True)
class Spans:
    """The best cutting.

    Attributes:
        first, last: per segment, in the order in which they were searched, the places it stands between; equal where
            it has no text.
        score: of the whole.
        certainty: per segment, the probability of just this stretch (or of none).
        evidence: per segment, what the words of its stretch say.
    """

    first: Ints
    last: Ints
    score: float
    certainty: Floats
    evidence: Floats


class SpanSearch:
    """Searches one running text.

    Args:
        places: the text.
        totals: the evidence of words.
        expected: per segment, how long its translation should be, in characters of the text.
    """

    def __init__(self, places: CutPlaces, totals: Totals, expected: Sequence[float]) -> None:
        self.places = places
        self.expected = np.array(expected, dtype=np.float64)
        self._evidence = totals
        self._known: dict[tuple[int, int, int], Floats] = {}
        self._scores: dict[tuple[int, int, int], Floats] = {}
        self._held = 0
        self._ends_before = np.concatenate([[0], np.cumsum(places.ends)[:-1]]).astype(np.float64)

    def _totals(self, segment: int, low: int, high: int) -> Floats:
        """Running totals of evidence at places low..high-1, the first one's 0; asked for once in each direction."""
        key = segment, low, high
        if key not in self._known:
            at = self.places.at[low:high]
            self._known[key] = self._evidence(segment, int(at[0]), int(at[-1]))[at - at[0]]
        return self._known[key]

    def reach(self, segment: int, low: int, high: int) -> int:
        """How many places a stretch of a segment may span."""
        longest = 2.5 * self.expected[segment] + 80.0
        offsets = self.places.offsets[low:high]
        return max(1, int((np.arange(len(offsets)) - np.searchsorted(offsets, offsets - longest)).max()))

    def scores(self, segment: int, low: int, high: int) -> Floats:
        """Scores of stretches that end at low..high-1: (places, reach); column r begins r+1 places before."""
        key = segment, low, high
        found = self._scores.get(key)
        if found is None:
            found = self._scored(segment, low, high)
            self._held += found.size
            if self._held <= _MOST_HELD:
                self._scores[key] = found
        return found

    def _scored(self, segment: int, low: int, high: int) -> Floats:
        places = self.places
        reach = self.reach(segment, low, high)
        totals = self._totals(segment, low, high)
        before_totals = before(totals, reach, NEVER)
        before_offsets = before(places.offsets[low:high].astype(np.float64), reach, -1e7)
        lengths = places.offsets[low:high, None] - before_offsets
        found = totals[:, None] - before_totals + self._length(segment, lengths) + places.costs[low:high, None]
        return np.where(before_totals > NEVER / 2, found, NEVER)

    def _length(self, segment: int, lengths: Floats) -> Floats:
        """Log-likelihood ratio of lengths, looked up by whole characters."""
        wanted = self.expected[segment]
        most = int(3.5 * wanted + 200.0)
        table = length_fit(wanted, np.arange(most + 1))
        return np.asarray(table[np.clip(lengths, 0, most).astype(np.int64)], dtype=np.float64)

    def search(self, order: Sequence[int], band: SearchBand) -> Spans:
        """The best cutting for segments in the order in which they stand in the text.

        Args:
            order: of the segments.
            band: where to look for each, by its place in that order.
        """
        n, m = len(order), len(self.places.at)
        forward: list[Floats] = []
        best, sums = np.full(band.width(0), NEVER), np.full(band.width(0), NEVER)
        best[0] = sums[0] = 0.0
        back: list[Ints] = []
        jumps: list[Ints] = []
        for k, segment in enumerate(order):
            low, high = band.of(k)
            best, jumped = self.add(best, low, high)
            sums = self._add_sums(sums, low, high)
            jumps.append(jumped)
            forward.append(sums)
            scores = self.scores(segment, low, high)
            reach = scores.shape[1]
            table = before(best, reach, NEVER) + scores
            choice = table.argmax(axis=1)
            found = table[np.arange(len(table)), choice]
            omitted = best + OMITTED
            taken = np.where(found > omitted, choice + 1, 0)
            value = np.maximum(found, omitted)
            summed = np.logaddexp(_logsum(before(sums, reach, NEVER) + scores), sums + OMITTED)
            next_low, next_high = band.of(k + 1)
            best, sums = (_moved(v, low, next_low, next_high) for v in (value, summed))
            back.append(taken)
        low, high = band.of(n)
        best, jumped = self.add(best, low, high)
        sums = self._add_sums(sums, low, high)
        jumps.append(jumped)
        return self._traced(order, band, (back, jumps), (forward, float(sums[m - 1 - low])), float(best[m - 1 - low]))

    def _traced(
        self,
        order: Sequence[int],
        band: SearchBand,
        ways: tuple[Sequence[Ints], Sequence[Ints]],
        forward: tuple[Sequence[Floats], float],
        score: float,
    ) -> Spans:
        """Back along the best cutting, with the sums over all cuttings behind each stretch."""
        back, jumps = ways
        n, m = len(order), len(self.places.at)
        first, last = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        certainty, evidence = np.zeros(n), np.zeros(n)
        low, high = band.of(n)
        after = np.full(high - low, NEVER)
        after[m - 1 - low] = 0.0
        after = self._add_sums(after, low, high, backwards=True)
        at = int(jumps[n][m - 1 - low])
        for k in range(n - 1, -1, -1):
            segment = order[k]
            here_low, here_high = band.of(k)
            after = _moved(after, low, here_low, here_high)
            low, high = here_low, here_high
            scores = self.scores(segment, low, high)
            reach = scores.shape[1]
            step = int(back[k][at - low])
            start = at - step
            first[k], last[k] = start, at
            if step:
                own = float(forward[0][k][start - low] + scores[at - low, step - 1] + after[at - low])
                words = self._totals(segment, low, high)
                evidence[k] = words[at - low] - words[start - low]
            else:
                own = float(_logsum((forward[0][k] + OMITTED + after)[None, :])[0])
            certainty[k] = float(np.exp(min(0.0, own - forward[1])))
            ahead = _after(after[:, None] + scores, reach)
            after = np.logaddexp(ahead, after + OMITTED)
            after = self._add_sums(after, low, high, backwards=True)
            at = int(jumps[k][start - low])
        return Spans(first, last, score, certainty, evidence)

    def add(self, best: Floats, low: int, high: int) -> tuple[Floats, Ints]:
        """Text without segment after what is placed: the best value at each place, and where that text begins."""
        paid = ADDED * self._ends_before[low:high]
        # A stretch p..q of added text costs one sentence, and one more for each sentence that ends inside.
        start = best - paid - ADDED * self.places.ends[low:high]
        running = np.maximum.accumulate(start)
        where = np.maximum.accumulate(np.where(start >= running, np.arange(len(start)), 0))
        value = np.full(len(best), NEVER)
        value[1:] = running[:-1] + paid[1:] + ADDED + self.places.costs[low + 1 : high]
        origin = np.concatenate([[0], where[:-1]])
        places = np.arange(low, high)
        return np.maximum(best, value), np.where(value > best, low + origin, places)

    def _add_sums(self, sums: Floats, low: int, high: int, *, backwards: bool = False) -> Floats:
        """The same as a sum over all ways; backwards, what may follow a place."""
        paid = ADDED * self._ends_before[low:high]
        inside = ADDED * self.places.ends[low:high]
        leave = self.places.costs[low:high]
        found = np.full(len(sums), NEVER)
        if backwards:
            running = np.logaddexp.accumulate((sums + paid + leave)[::-1])[::-1]
            found[:-1] = running[1:] - paid[:-1] - inside[:-1] + ADDED
        else:
            running = np.logaddexp.accumulate(sums - paid - inside)
            found[1:] = running[:-1] + paid[1:] + ADDED + leave[1:]
        return np.logaddexp(sums, found)


def before(values: Floats, reach: int, outside: float) -> Floats:
    """(len, reach): column r has the value r+1 places before."""
    padded = np.concatenate([np.full(reach, outside), values[:-1]]) if len(values) else values
    return np.asarray(sliding_window_view(padded, reach)[:, ::-1], dtype=np.float64)


def _after(table: Floats, reach: int) -> Floats:
    """Sums over the stretches that begin at each place: entry p adds table[p + r + 1, r] over r."""
    count = len(table)
    rows = np.arange(count)[:, None] + np.arange(1, reach + 1)[None, :]
    found = table[np.minimum(rows, count - 1), np.arange(reach)[None, :]]
    return _logsum(np.where(rows < count, found, NEVER))


def _logsum(table: Floats) -> Floats:
    """The logarithm of the sum of exponentials, by row."""
    most = table.max(axis=1)
    return np.asarray(most + np.log(np.exp(table - most[:, None]).sum(axis=1)), dtype=np.float64)


def _moved(values: Floats, low: int, new_low: int, new_high: int) -> Floats:
    """The values of a band at another band's places."""
    found = np.full(new_high - new_low, NEVER)
    first, last = max(low, new_low), min(low + len(values), new_high)
    if last > first:
        found[first - new_low : last - new_low] = values[first - low : last - low]
    return found
