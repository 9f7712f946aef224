"""What speaks for a stretch of text being a segment's translation: the words that both have.

Each word of the running text is looked for among the keys of a segment (the words of its references, or what a
dictionary makes of its source). One that is there speaks for the segment by how unlikely that is by chance, one that is
not speaks against it; both are log-likelihood ratios, so that the evidence of a stretch is a sum over its words, and
that of all stretches a difference of running totals.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from harness.domain import LangPair
from harness.language import lexical_keys
from harness.language.codes import macrolanguage
from harness.resegmentation.cut_places import words_of

Floats = npt.NDArray[np.float64]
#: The keys of each word of a text.
TextKeys = Callable[[Sequence[str]], Sequence[Collection[str]]]

#: How often a word of a translation stands in the reference, two neighbouring words, and in the dictionary's entries.
_WORD_HIT, _PAIR_HIT, _DICTIONARY_HIT = 0.5, 0.3, 0.4
#: Words are not independent of one another: they count half of what they would say if they were.
_WEIGHT = 0.5
#: Added to counts of segments, so that a word of a small document is as rare as one of a large.
_SEEN, _OTHERS = 0.5, 8.0


@dataclass(frozen=True)
class _Layer:
    """One kind of key.

    Attributes:
        keys: of each segment.
        gains: key to what finding it adds over not finding it.
        miss: what a word costs that is not found.
        text_keys: of the words of a text.
    """

    keys: Sequence[frozenset[str]]
    gains: Mapping[str, float]
    miss: float
    text_keys: TextKeys


class SegmentWords:
    """What the segments of a test set have, made once for all texts that are to be cut.

    Args:
        sources: of each segment.
        references: of each segment; none where it has none.
        pair: languages.
    """

    def __init__(self, sources: Sequence[str], references: Sequence[Sequence[str]], pair: LangPair) -> None:
        self.layers: list[_Layer] = []
        words = [[words_of(text) for text in some] for some in references]
        if any(words):
            single = [frozenset(word for text in some for word in text) for some in words]
            pairs = [frozenset(two for text in some for two in _pairs(text)) for some in words]
            self.layers += [
                _layer(single, _WORD_HIT, lambda text: [(word,) for word in text]),
                _layer(pairs, _PAIR_HIT, lambda text: [(), *((two,) for two in _pairs(text))]),
            ]
        if (macrolanguage(pair.source), macrolanguage(pair.target)) == ("zh", "en"):
            self.layers.append(_layer(_dictionary(sources, "zh"), _DICTIONARY_HIT, lambda t: _dictionary(t, "en")))

    @property
    def known(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.layers)


class WordEvidence:
    """The evidence of the words of one text for every segment.

    Args:
        segments: what is looked for.
        words: of the text, casefolded.
    """

    def __init__(self, segments: SegmentWords, words: Sequence[str]) -> None:
        self._layers = segments.layers
        self._places: list[dict[str, list[int]]] = []
        self._misses = np.zeros(len(words))
        for layer in self._layers:
            places: dict[str, list[int]] = {}
            for at, keys in enumerate(layer.text_keys(words)):
                if keys:
                    self._misses[at] += layer.miss
                for key in keys:
                    places.setdefault(key, []).append(at)
            self._places.append(places)

    def anchors(self) -> list[tuple[int, int]]:
        """Segments and positions of words that belong together: keys of one segment that stand once in the text."""
        found: set[tuple[int, int]] = set()
        for layer, places in zip(self._layers, self._places, strict=True):
            owners: dict[str, int] = {}
            for i, keys in enumerate(layer.keys):
                for key in keys:
                    owners[key] = -1 if key in owners else i
            for key, i in owners.items():
                spots = places.get(key, ())
                if i >= 0 and len(spots) == 1:
                    found.add((i, spots[0]))
        return sorted(found)

    def totals(self, segment: int, first: int, last: int) -> Floats:
        """Running totals over the words first..last-1: one entry more than there are words, 0 first."""
        values = self._misses[first:last].copy()
        for layer, places in zip(self._layers, self._places, strict=True):
            for key in layer.keys[segment]:
                spots = places.get(key)
                if spots is None or spots[-1] < first or spots[0] >= last:
                    continue
                gain = layer.gains[key]
                for spot in spots[bisect_left(spots, first) : bisect_left(spots, last)]:
                    values[spot - first] += gain
        return np.concatenate([[0.0], np.cumsum(values)])


def _pairs(words: Sequence[str]) -> list[str]:
    """Two neighbouring words each, by the place of the second."""
    return [f"{a} {b}" for a, b in pairwise(words)]


def _layer(keys: Sequence[frozenset[str]], hit: float, text_keys: TextKeys) -> _Layer:
    frequency: dict[str, int] = {}
    for of_segment in keys:
        for key in of_segment:
            frequency[key] = frequency.get(key, 0) + 1
    miss = _WEIGHT * math.log1p(-hit)
    gains = {}
    for key, count in frequency.items():
        # Of the other segments: that the segment at hand has the key is what the evidence is about.
        chance = min(0.95, (count - 1 + _SEEN) / (len(keys) - 1 + _OTHERS))
        gains[key] = _WEIGHT * math.log((hit + (1.0 - hit) * chance) / chance) - miss
    return _Layer(keys, gains, miss, text_keys)


def _dictionary(texts: Sequence[str], language: str) -> list[frozenset[str]]:
    """What CC-CEDICT makes of Chinese texts and what English words are there, numbers and Latin names."""
    return [frozenset(k for token in some for k in token.keys) for some in lexical_keys.tokens(texts, language)]
