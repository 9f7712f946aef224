"""Lines that stand in another line's place, seen by the references: no model, no dictionary.

A translation shares letters with its own reference. One that shares far more with another segment's reference stands
where it does not belong. Neighbours within three lines are looked at, and of the others the one that shares most of
what is rare. Thresholds are set so that honest systems are hardly ever accused (docs/checks.md has the rates).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

_N = 5  # characters of a gram, blanks and marks left out
_LEAST = 8  # grams that a text must have to say anything
_MORE = 16  # grams that the other reference must share more: short lines say the same by chance
_NEARBY = 3
_NEAR, _FAR = 0.15, 0.3  # how much larger the F-score must be, nearby and anywhere
_LOST = 0.1  # an F-score with its own reference below which a line is looked for anywhere
_OWN = 0.15  # an F-score with its own reference from which on a line is its own
_RARE = 3
_SHARED_WORDS = 0.4  # of the words of the shorter side: beyond it a line is its own reference's

_NO_LETTER = re.compile(r"[\W_]+")

Grams = frozenset[str]


class ReferenceLines:
    """The references of one test set, read once.

    Args:
        references: those of each segment; none for a segment without.
    """

    def __init__(self, references: Sequence[Sequence[str]]) -> None:
        self._grams = [[_grams(text) for text in some] for some in references]
        self._words = [[frozenset(text.casefold().split()) for text in some] for some in references]

    @cached_property
    def _where(self) -> dict[str, list[int]]:
        """The segments of each rare gram; made for the first line that is nowhere near its own."""
        every = [frozenset().union(*some) for some in self._grams]
        frequency = Counter(gram for grams in every for gram in grams)
        found: dict[str, list[int]] = {}
        for i, grams in enumerate(every):
            for gram in grams:
                if frequency[gram] <= _RARE:
                    found.setdefault(gram, []).append(i)
        return found

    def misplaced(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts that are another segment's translation, in order.

        Args:
            texts: one per segment; "" where there is none.
        """
        return self.looked_at(texts)[0]

    def looked_at(self, texts: Sequence[str]) -> tuple[list[int], list[int]]:
        """Positions of the texts that are another segment's translation, and of those that have so little of their own
        reference that it does not say whose they are.

        Args:
            texts: one per segment; "" where there is none.
        """
        elsewhere: list[int] = []
        unknown: list[int] = []
        for i, text in enumerate(texts):
            if not text or self._shares_words(i, text):
                continue
            grams = _grams(text)
            own = max((_alike(grams, reference) for reference in self._grams[i]), default=(0.0, 0))
            if self._grams[i] and len(grams) >= _LEAST and self._is_elsewhere(i, grams, own):
                elsewhere.append(i)
            elif own[0] < _OWN:
                unknown.append(i)
        return elsewhere, unknown

    def _shares_words(self, i: int, text: str) -> bool:
        words = frozenset(text.casefold().split())
        return any(len(words & own) >= max(3.0, _SHARED_WORDS * min(len(words), len(own))) for own in self._words[i])

    def _is_elsewhere(self, i: int, grams: Grams, own: tuple[float, int]) -> bool:
        nearby = range(max(0, i - _NEARBY), min(len(self._grams), i + _NEARBY + 1))
        if any(self._fits(grams, j, own, _NEAR) for j in nearby if j != i):
            return True
        if own[0] >= _LOST:
            return False
        votes = Counter(j for gram in grams for j in self._where.get(gram, ()) if j != i)
        return bool(votes) and self._fits(grams, votes.most_common(1)[0][0], own, _FAR)

    def _fits(self, grams: Grams, j: int, own: tuple[float, int], margin: float) -> bool:
        """Whether a text is so much more like the references of segment j than like its own."""
        for reference in self._grams[j]:
            score, shared = _alike(grams, reference)
            if len(reference) >= _LEAST and score - own[0] > margin and shared - own[1] >= _MORE:
                return True
        return False


def _grams(text: str) -> Grams:
    letters = _NO_LETTER.sub("", text.casefold())
    return frozenset(letters[i : i + _N] for i in range(len(letters) - _N + 1))


def _alike(a: Grams, b: Grams) -> tuple[float, int]:
    """The F-score of two sets, and how many they share."""
    if not a or not b:
        return 0.0, 0
    shared = len(a & b)
    return 2 * shared / (len(a) + len(b)), shared
