"""Lines that stand in another line's place, seen by their meaning: vectors of sentences, of both languages alike.

A line is accused where the source of another line within three fits it better than its own does, by a margin. Vectors
only accuse; they are blind to numbers and negation, and score nothing. docs/checks.md has the rates.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from harness.hub.sentence_encoder import SentenceEncoder

Vector = npt.NDArray[np.float32]

#: How much better, as a cosine: of 3,750 honest lines of WMT22 none has such a neighbour.
_MARGIN = 0.2
_NEARBY = 3


class MeaningLines:
    """The sources of one test set; they become vectors when the first line is asked about.

    Args:
        sources: of each segment, "" where there is none.
        languages: of the sources and of the lines.
    """

    def __init__(self, sources: Sequence[str], languages: tuple[str, str]) -> None:
        self._sources = sources
        self._languages = languages
        self._vectors: dict[int, Vector] = {}

    @cached_property
    def _encoder(self) -> SentenceEncoder | None:
        from harness.hub.sentence_encoder import encoder_for

        return encoder_for(*self._languages)

    def _source_vectors(self, encoder: SentenceEncoder, places: Collection[int]) -> Mapping[int, Vector]:
        """Those of some sources; each is made once for all systems."""
        new = sorted(set(places) - self._vectors.keys())
        self._vectors.update(zip(new, encoder.encode([self._sources[i] for i in new]), strict=True))
        return self._vectors

    def misplaced(self, texts: Sequence[str], asked: Sequence[int]) -> list[int]:
        """Positions of the texts that are another line's translation; none without the encoder.

        Args:
            texts: one per segment; "" where there is none.
            asked: positions of those to look at, in order.
        """
        encoder = self._encoder if asked else None
        if encoder is None:
            return []
        near = {i: range(max(0, i - _NEARBY), min(len(texts), i + _NEARBY + 1)) for i in asked}
        sources = self._source_vectors(encoder, {j for places in near.values() for j in places})
        found = []
        for i, vector in zip(asked, encoder.encode([texts[i] for i in asked]), strict=True):
            own = self._sources[i].strip()
            # A sentence that stands twice, or a blank one, is nobody's place.
            others = [float(sources[j] @ vector) for j in near[i] if self._sources[j].strip() not in ("", own)]
            if max(others, default=-1.0) > float(sources[i] @ vector) + _MARGIN:
                found.append(i)
        return found
