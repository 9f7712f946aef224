"""Line shift: hypotheses that translate a neighbour's source.

One line lost or doubled in a file moves every later line, and no score says so. Each hypothesis is compared with its
own source and with those of its neighbours by what survives translation: numerals, Latin words, length. The most likely
sequence of shifts is then found with Viterbi's algorithm, in which a change of shift is rare; so a long run is found by
many weak hints, a single line only by strong ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from harness.domain import Array
from harness.language.length import SMOOTHING, size
from harness.language.numerals import find

#: Shifts that are looked for: a hypothesis may belong to the source up to this many lines away.
FARTHEST = 3
#: Evidence (a natural logarithm of odds) that a change of shift must outweigh.
CHANGE_COST = 6.0

# Log odds of what is seen, translation against chance, from the 14 files of WMT22 zh-en: a hard numeral of the source
# is in its translation in 98.3% of cases and in that of the next line in 7.1% (up to ten: 96.9% and 10.6%), a Latin
# word in 94.8% and 16.3%. Numerals that only the hypothesis has count half: what is lost says much of it already.
_NUMERAL_KEPT, _SMALL_KEPT, _NUMERAL_LOST, _NUMERAL_EXTRA = 2.6, 2.2, -3.5, -1.5
_WORD_KEPT, _WORD_LOST = 1.8, -2.8
_WIDTH_OWN, _WIDTH_ANY = 0.18, 0.8  # Laplace scales of the log length ratio, own source and any source
_FLOOR = -4.0
_MOST = 12.0  # no line outvotes its neighbours

_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9+&.-]*[A-Za-z0-9+]|[A-Za-z]")


@dataclass(frozen=True, slots=True)
class _Traits:
    """What of a text survives translation."""

    size: float
    hard: frozenset[float]
    numbers: frozenset[float]
    words: frozenset[str]

    @property
    def telling(self) -> bool:
        """Whether more than the length can be compared."""
        return bool(self.hard or self.words)


@lru_cache(maxsize=65536)
def _traits(text: str, language: str) -> _Traits:
    numerals = find(text, language)
    every = {float(v) for n in numerals for v in (n.value, *n.also)}
    return _Traits(
        size(text),
        frozenset(float(n.value) for n in numerals if n.hard),
        frozenset(every),
        frozenset(w.casefold() for w in _LATIN_WORD.findall(text) if len(w) > 1),
    )


def shift_flags(texts: Sequence[tuple[str, str] | None], pair: tuple[str, str]) -> list[bool]:
    """For each (source, hypothesis), or None where one is missing: whether the hypothesis belongs to a neighbour."""
    if len(texts) < 3:
        return [False] * len(texts)
    sources = [None if t is None else _traits(t[0], pair[0]) for t in texts]
    targets = [None if t is None else _traits(t[1], pair[1]) for t in texts]
    latin = not any(t is not None and _mostly_latin(t[0]) for t in texts[:50])
    shifts = _most_likely(_evidence(sources, targets, latin))
    return [texts[i] is not None and d != 0 for i, d in enumerate(shifts)]


def _mostly_latin(text: str) -> bool:
    return sum(c.isascii() and c.isalpha() for c in text) > len(text) / 2


def _evidence(sources: Sequence[_Traits | None], targets: Sequence[_Traits | None], words: bool) -> Array:
    """(n, 2 * FARTHEST + 1): how much speaks for the hypothesis of line i translating the source of line i + shift."""
    count = len(targets)
    table = np.zeros((count, 2 * FARTHEST + 1))
    own = np.array([math.nan if s is None else math.log(s.size + SMOOTHING) for s in sources])
    other = np.array([math.nan if t is None else math.log(t.size + SMOOTHING) for t in targets])
    telling = [s is not None and s.telling for s in sources]
    for k in range(2 * FARTHEST + 1):
        shift = k - FARTHEST
        low, high = max(0, -shift), min(count, count - shift)
        ratio = np.abs(other[low:high] - own[low + shift : high + shift])
        odds = math.log(_WIDTH_ANY / _WIDTH_OWN) - ratio * (1 / _WIDTH_OWN - 1 / _WIDTH_ANY)
        table[:, k] = _FLOOR  # beyond the ends of the file
        table[low:high, k] = np.nan_to_num(np.maximum(odds, _FLOOR), nan=0.0)
        for i in range(low, high):
            source, target = sources[i + shift], targets[i]
            if source is not None and target is not None and (telling[i + shift] or target.hard):
                table[i, k] += _log_odds(source, target, words)
    return np.clip(table, -_MOST, _MOST)


def _log_odds(source: _Traits, target: _Traits, words: bool) -> float:
    odds = 0.0
    for value in source.hard:
        if value in target.numbers:
            odds += _SMALL_KEPT if value <= 10 else _NUMERAL_KEPT
        else:
            odds += _NUMERAL_LOST
    odds += _NUMERAL_EXTRA * len(target.hard - source.numbers)
    if words and source.words:
        kept = len(source.words & target.words)
        odds += _WORD_KEPT * kept + _WORD_LOST * (len(source.words) - kept)
    return odds


def _most_likely(evidence: Array) -> list[int]:
    """The sequence of shifts with the most evidence, each change of shift paid for."""
    count, width = evidence.shape
    total = evidence[0].copy()
    total[np.arange(width) != FARTHEST] -= CHANGE_COST
    back = np.zeros((count, width), dtype=np.int64)
    states = np.arange(width)
    for i in range(1, count):
        best = int(total.argmax())
        moved = total[best] - CHANGE_COST
        back[i] = np.where(total >= moved, states, best)
        total = np.maximum(total, moved) + evidence[i]
    path = [int(total.argmax())]
    for i in range(count - 1, 0, -1):
        path.append(int(back[i, path[-1]]))
    return [k - FARTHEST for k in reversed(path)]
