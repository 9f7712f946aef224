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

import numpy as np
import numpy.typing as npt

from harness.checks.column import CharacterClass, CharacterColumn
from harness.domain import Array
from harness.language.codes import primary
from harness.language.length import SMOOTHING
from harness.language.values import NOTHING, Values, english_values, values

Mask = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

#: Shifts that are looked for: a hypothesis may belong to the source up to this many lines away.
FARTHEST = 3
#: Evidence (a natural logarithm of odds) that a change of shift must outweigh.
CHANGE_COST = 6.5

# Log odds of what is seen, translation against chance, from the 14 files of WMT22 zh-en: a hard numeral of the source
# is in its translation in 98.3% of cases and in that of the next line in 7.1% (up to ten: 96.9% and 10.6%), a Latin
# word in 94.8% and 16.3%. Numerals that only the hypothesis has count half: what is lost says much of it already.
_NUMERAL_KEPT, _SMALL_KEPT, _NUMERAL_LOST, _NUMERAL_EXTRA = 2.6, 2.2, -3.5, -1.5
_WORD_KEPT, _WORD_LOST = 1.8, -2.8
_WIDTH_OWN, _WIDTH_ANY = 0.18, 0.8  # Laplace scales of the log length ratio, own source and any source
_FLOOR = -4.0
_MOST = 12.0  # no line outvotes its neighbours

_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9+&.-]*[A-Za-z0-9+]|[A-Za-z]")


# How much less the best path with shifts must be worth than none at all to be passed over: far more than rounding.
_SAFE = 0.01


@dataclass(frozen=True)
class TextSide:
    """What of the texts of one side survives translation.

    Attributes:
        texts: all texts of the side, "" where there is none.
        logs: logarithms of their sizes, shape (n,).
        values: of their numerals.
    """

    texts: Sequence[str]
    logs: Array
    values: Sequence[Values]

    @classmethod
    def of(cls, texts: Sequence[str], column: CharacterColumn, language: str) -> TextSide:
        """Read a side; `column` is of the same texts."""
        logs = np.array([math.log(size + SMOOTHING) for size in column.sizes])
        found = [NOTHING] * len(texts)
        if primary(language) == "en":
            for i, spans in column.spans.items():
                found[i] = english_values(texts[i], spans)
        else:
            for i in column.having(CharacterClass.NUMERAL):
                found[i] = values(texts[i], language)
        return cls(texts, logs, found)


class Sources:
    """The source side, with its evidence in rows: one for each value of a hard numeral, in the order of the texts."""

    def __init__(self, side: TextSide, column: CharacterColumn) -> None:
        self.side = side
        self.words = {i: w for i in column.having(CharacterClass.LETTER) if (w := _words(side.texts[i]))}
        self.vocabulary: dict[float, int] = {}
        every: list[tuple[int, int]] = []
        hard: list[tuple[int, int, float]] = []
        for i, found in enumerate(side.values):
            every += [(i, self.vocabulary.setdefault(v, len(self.vocabulary))) for v in found.every]
            hard += [(i, self.vocabulary[v], _SMALL_KEPT if v <= 10 else _NUMERAL_KEPT) for v in found.hard]
        self.every = _keys(every)
        self.hard_rows = np.array([row for row, _, _ in hard], dtype=np.int64)
        self.hard_values = np.array([value for _, value, _ in hard], dtype=np.int64)
        self.kept = np.array([kept for _, _, kept in hard])
        self._latin = [i for i, text in enumerate(side.texts[:50]) if _mostly_latin(text)]

    def distinct_words(self, present: Mask) -> bool:
        """Whether Latin words stand out among the present texts, which are in another script."""
        return not present[self._latin].any()


def shifted(sources: Sources, targets: TextSide, present: Mask) -> list[int]:
    """Positions of the hypotheses that belong to a neighbour; `present` says which there are to judge, shape (n,)."""
    if len(present) < 3:
        return []
    evidence = _evidence(sources, targets, present)
    if _stays(evidence):
        return []
    return [i for i, d in enumerate(_most_likely(evidence)) if d != 0 and present[i]]


def _mostly_latin(text: str) -> bool:
    return sum(c.isascii() and c.isalpha() for c in text) > len(text) / 2


def _words(text: str) -> frozenset[str]:
    return frozenset(w.casefold() for w in _LATIN_WORD.findall(text) if len(w) > 1)


def _keys(pairs: Sequence[tuple[int, int]]) -> Indices:
    """(row, value) as one number each, sorted."""
    keys = np.array([row << 32 | value for row, value in pairs], dtype=np.int64)
    keys.sort()
    return keys


def _among(keys: Indices, rows: Indices, values: Indices) -> Mask:
    """Which (row, value) are among the keys."""
    if not keys.size:
        return np.zeros(len(rows), dtype=bool)
    wanted = rows << 32 | values
    return np.asarray(keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted)


def _evidence(sources: Sources, targets: TextSide, present: Mask) -> Array:
    """(n, 2 * FARTHEST + 1): how much speaks for the hypothesis of line i translating the source of line i + shift."""
    count = len(present)
    table = np.zeros((count, 2 * FARTHEST + 1))
    own, other = (np.where(present, side.logs, np.nan) for side in (sources.side, targets))
    words = _word_odds(sources, targets.texts, present)
    places = np.flatnonzero(present).tolist()
    vocabulary = sources.vocabulary
    every = _keys([(i, vocabulary[v]) for i in places for v in targets.values[i].every if v in vocabulary])
    # A value that no source has is extra beside each of them.
    hard = [(i, vocabulary.get(v, len(vocabulary))) for i in places for v in targets.values[i].hard]
    hard_rows = np.array([row for row, _ in hard], dtype=np.int64)
    hard_values = np.array([value for _, value in hard], dtype=np.int64)
    for k in range(2 * FARTHEST + 1):
        shift = k - FARTHEST
        low, high = max(0, -shift), min(count, count - shift)
        ratio = np.abs(other[low:high] - own[low + shift : high + shift])
        odds = math.log(_WIDTH_ANY / _WIDTH_OWN) - ratio * (1 / _WIDTH_OWN - 1 / _WIDTH_ANY)
        table[:, k] = _FLOOR  # beyond the ends of the file
        table[low:high, k] = np.nan_to_num(np.maximum(odds, _FLOOR), nan=0.0)
        pairs = np.zeros(count, dtype=bool)
        pairs[low:high] = present[low:high] & present[low + shift : high + shift]
        # Sources' numerals, in the rows of the hypotheses that they are compared with.
        rows = sources.hard_rows - shift
        inside = (rows >= low) & (rows < high)
        inside[inside] = pairs[rows[inside]]
        rows, found = rows[inside], _among(every, rows[inside], sources.hard_values[inside])
        odds = np.zeros(count)  # numpy counts nothing in whole numbers
        odds += np.bincount(rows, np.where(found, sources.kept[inside], _NUMERAL_LOST), minlength=count)
        # Hypotheses' numerals.
        inside = pairs[hard_rows]
        rows = hard_rows[inside]
        extra = ~_among(sources.every, rows + shift, hard_values[inside])
        odds += _NUMERAL_EXTRA * np.bincount(rows, extra, minlength=count)
        table[:, k] += odds + words[:, k]
    return np.clip(table, -_MOST, _MOST)


def _word_odds(sources: Sources, texts: Sequence[str], present: Mask) -> Array:
    """(n, 2 * FARTHEST + 1): what Latin words of the sources say, where they stand out."""
    count = len(present)
    odds = np.zeros((count, 2 * FARTHEST + 1))
    if not sources.words or not sources.distinct_words(present):
        return odds
    near = present.tolist()
    lowered: dict[int, str] = {}
    exact: dict[int, frozenset[str]] = {}
    for row, words in sources.words.items():
        if not near[row]:
            continue
        for i in range(max(0, row - FARTHEST), min(count, row + FARTHEST + 1)):
            if not near[i]:
                continue
            lower = lowered.get(i)
            if lower is None:
                lower = lowered[i] = texts[i].lower()
            kept = 0
            # Most words are nowhere in the text, which is quicker to see than to cut the text into words.
            if any(word in lower for word in words):
                if i not in exact:
                    exact[i] = _words(texts[i])
                kept = len(words & exact[i])
            odds[i, row - i + FARTHEST] = _WORD_KEPT * kept + _WORD_LOST * (len(words) - kept)
    return odds


def _stays(evidence: Array) -> bool:
    """Whether no path with shifts can be the most likely one.

    Each stretch of one shift costs at least one change, so some stretch must gain more than that on the path without.
    """
    gains = np.zeros((len(evidence) + 1, evidence.shape[1]))
    np.cumsum(evidence - evidence[:, FARTHEST : FARTHEST + 1], axis=0, out=gains[1:])
    return bool((gains - np.minimum.accumulate(gains)).max() < CHANGE_COST - _SAFE)


def _most_likely(evidence: Array) -> list[int]:
    """The sequence of shifts with the most evidence, each change of shift paid for."""
    first, *rest = evidence.tolist()
    states = range(len(first))
    total = [value if k == FARTHEST else value - CHANGE_COST for k, value in enumerate(first)]
    back: list[list[int]] = []
    for row in rest:
        highest = max(total)
        best, moved = total.index(highest), highest - CHANGE_COST
        back.append([k if total[k] >= moved else best for k in states])
        total = [max(value, moved) + more for value, more in zip(total, row, strict=True)]
    path = [total.index(max(total))]
    for step in reversed(back):
        path.append(step[path[-1]])
    return [k - FARTHEST for k in reversed(path)]
