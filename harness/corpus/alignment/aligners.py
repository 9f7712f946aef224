"""Where the aligner's evidence is from: the dictionary, another system's translations, sentence embeddings, or nothing.

All aligners share lengths, structure and the search; they differ in how they know that two sentences say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from harness.corpus.alignment.band import Band, find_band
from harness.corpus.alignment.bead_scores import AlignerSide, Cover, Weights, lexical_cover, no_cover
from harness.corpus.segmentation.sentences import Sentence
from harness.domain.corpus import LangPair
from harness.language.lexical_keys import tokens

#: Source texts in, target-language texts out, as many and in the same order.
Translate = Callable[[Sequence[str]], Sequence[str]]

ALIGNERS = ("auto", "dictionary", "semantic", "mt", "labse", "length")


class Aligner(Protocol):
    """Evidence for beads.

    Attributes:
        name: as in ALIGNERS, with the system or model after a space; recorded in testset.yaml.
    """

    name: str

    def evidence(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        sides: tuple[AlignerSide, AlignerSide],
        pair: LangPair,
    ) -> tuple[Band, Cover, Weights]:
        """The band to search, the evidence for its beads, and what that evidence weighs."""
        ...


class DictionaryAligner:
    """CC-CEDICT, numbers and names in Latin letters. Needs nothing that is not installed with the harness."""

    name = "dictionary"

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()

    def evidence(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        sides: tuple[AlignerSide, AlignerSide],
        pair: LangPair,
    ) -> tuple[Band, Cover, Weights]:
        """Tokens of both sides, looked up once."""
        left = tokens([s.text for s in source], pair.source)
        right = tokens([s.text for s in target], pair.target)
        band = find_band(left, right)
        return band, lexical_cover(left, right, sides, band), self._weights


class TranslationAligner:
    """A system's translations stand in for the dictionary (Sennrich and Volk 2010, "MT-based sentence alignment").

    Args:
        translate: source texts to target-language texts; called once with all sentences of a document.
        system: whose translations they are, recorded in testset.yaml.
    """

    def __init__(self, translate: Translate, system: str, weights: Weights | None = None) -> None:
        self.name = f"mt {system}"
        self._translate = translate
        self._weights = weights or Weights()

    def evidence(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        sides: tuple[AlignerSide, AlignerSide],
        pair: LangPair,
    ) -> tuple[Band, Cover, Weights]:
        """Words that the translation and the target share; numbers are read in the source itself."""
        translated = list(self._translate([s.text for s in source]))
        if len(translated) != len(source):
            raise ValueError(f"{len(translated)} translations for {len(source)} sentences")
        left = tokens(translated, pair.target)
        right = tokens([s.text for s in target], pair.target)
        band = find_band(left, right)
        return band, lexical_cover(left, right, sides, band), self._weights


class LengthAligner:
    """Lengths and structure alone: what the other aligners are measured against."""

    name = "length"

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()

    def evidence(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        sides: tuple[AlignerSide, AlignerSide],
        pair: LangPair,
    ) -> tuple[Band, Cover, Weights]:
        """No evidence; long documents are searched near the diagonal, and near shared numbers."""
        numbers = [tokens([s.text for s in side], "und") for side in (source, target)]
        return find_band(numbers[0], numbers[1]), no_cover, self._weights
