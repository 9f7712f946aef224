"""Sentence embeddings as the aligner's evidence: the packaged encoder, or LaBSE or any model of its kind from a folder.

The idea is Vecalign's (Thompson and Koehn 2019): spans of one to four sentences are embedded as one text, and cosines
are judged against those of pairs taken at random, since models differ in how similar everything is to everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from harness.corpus.alignment.band import Band, find_band
from harness.corpus.alignment.bead_scores import AlignerSide, Cover, Weights
from harness.corpus.alignment.lexical_overlap import MOST
from harness.corpus.segmentation.sentences import Sentence
from harness.domain.corpus import LangPair
from harness.hub.sentence_encoder import SentenceEncoder
from harness.language.lexical_keys import tokens

Floats = npt.NDArray[np.float64]

#: What a pair that is as similar as true pairs of this document are speaks for it, as a log-likelihood ratio.
_SCALE = {"labse": 24.0, "semantic": 48.0}


class EmbeddingAligner:
    """Cosines of sentence embeddings stand in for the dictionary.

    Args:
        encoder: texts to unit vectors; its name is recorded in testset.yaml.
        kind: "semantic" for the packaged encoder: a span's vector is the mean of its sentences' by their lengths, which
            finds the same pairs in a tenth of the time; "labse" encodes every span as one text.
    """

    def __init__(
        self, encoder: SentenceEncoder, weights: Weights | None = None, *, kind: Literal["labse", "semantic"] = "labse"
    ) -> None:
        self.name = f"{kind} {encoder.name}"
        self._kind = kind
        self._encoder = encoder
        self._weights = weights or Weights()

    def evidence(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        sides: tuple[AlignerSide, AlignerSide],
        pair: LangPair,
    ) -> tuple[Band, Cover, Weights]:
        """Embeddings of all spans, looked at inside a band around what both sides share in numbers and names."""
        left, right = (self._spans([s.text for s in side]) for side in (source, target))
        shared = [tokens([s.text for s in side], "und") for side in (source, target)]
        band = find_band(shared[0], shared[1])
        n, m = len(source), len(target)
        columns = np.minimum(band.offset[:n, None] + np.arange(band.width)[None, :], m - 1)
        chance, match = _levels(left[0], right[0], columns)

        def cover(a: int, b: int) -> Floats:
            cosines = np.empty(columns.shape)
            for i in range(n):
                cosines[i] = right[b - 1][columns[i]] @ left[a - 1][i]
            return _SCALE[self._kind] * ((cosines - chance) / max(1e-6, match - chance) - 0.5)

        return band, cover, self._weights

    def _spans(self, texts: Sequence[str]) -> list[Floats]:
        """Vectors of the spans of 1 to MOST sentences that begin at each sentence, shape (n, d) each."""
        sizes = range(1, MOST + 1)
        if self._kind == "labse":
            joined = [[" ".join(texts[i : i + size]) for i in range(len(texts))] for size in sizes]
            return [self._encoder.encode(some).astype(np.float64) for some in joined]
        one = self._encoder.encode(texts).astype(np.float64)
        weighted = one * np.array([[len(text)] for text in texts], dtype=np.float64)
        sums = np.concatenate([np.zeros((1, one.shape[1])), np.cumsum(weighted, axis=0)])
        ends = [np.minimum(np.arange(len(texts)) + size, len(texts)) for size in sizes]
        spans = [sums[end] - sums[:-1] for end in ends]
        return [span / np.maximum(np.linalg.norm(span, axis=1, keepdims=True), 1e-9) for span in spans]


def _levels(left: Floats, right: Floats, columns: npt.NDArray[np.int64]) -> tuple[float, float]:
    """The mean cosine of random pairs, and that of each source sentence with its best partner."""
    rng = np.random.default_rng(0)
    i, j = rng.integers(len(left), size=512), rng.integers(len(right), size=512)
    chance = float(np.mean(np.sum(left[i] * right[j], axis=1)))
    best = [float(np.max(right[columns[k]] @ left[k])) for k in range(len(left))]
    return chance, float(np.median(best))
