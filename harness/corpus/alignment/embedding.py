"""Sentence embeddings as the aligner's evidence: LaBSE or any model of its kind, from a local folder.

The idea is Vecalign's (Thompson and Koehn 2019): spans of one to four sentences are embedded as one text, and cosines
are judged against those of pairs taken at random, since models differ in how similar everything is to everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.corpus.alignment.band import Band, find_band
from harness.corpus.alignment.bead_scores import AlignerSide, Cover, Weights
from harness.corpus.alignment.lexical_keys import tokens
from harness.corpus.alignment.lexical_overlap import MOST
from harness.corpus.segmentation.sentences import Sentence
from harness.domain.corpus import LangPair
from harness.errors import MissingExtraError, MissingModelError

Floats = npt.NDArray[np.float64]
#: Texts in, one unit vector per text: (n, d).
Embed = Callable[[Sequence[str]], Floats]

#: What a pair that is as similar as true pairs of this document are speaks for it, as a log-likelihood ratio.
_SCALE = 24.0


class EmbeddingAligner:
    """Cosines of sentence embeddings stand in for the dictionary.

    Args:
        embed: texts to unit vectors.
        model: the model's name, recorded in testset.yaml.
    """

    def __init__(self, embed: Embed, model: str, weights: Weights | None = None) -> None:
        self.name = f"labse {model}"
        self._embed = embed
        self._weights = weights or Weights()

    def evidence(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        sides: tuple[AlignerSide, AlignerSide],
        pair: LangPair,
    ) -> tuple[Band, Cover, Weights]:
        """Embeddings of all spans, looked at inside a band around what both sides share in numbers and names."""
        left = [self._spans([s.text for s in source], size) for size in range(1, MOST + 1)]
        right = [self._spans([s.text for s in target], size) for size in range(1, MOST + 1)]
        shared = [tokens([s.text for s in side], "und") for side in (source, target)]
        band = find_band(shared[0], shared[1])
        n, m = len(source), len(target)
        columns = np.minimum(band.offset[:n, None] + np.arange(band.width)[None, :], m - 1)
        chance, match = _levels(left[0], right[0], columns)

        def cover(a: int, b: int) -> Floats:
            cosines = np.empty(columns.shape)
            for i in range(n):
                cosines[i] = right[b - 1][columns[i]] @ left[a - 1][i]
            return _SCALE * ((cosines - chance) / max(1e-6, match - chance) - 0.5)

        return band, cover, self._weights

    def _spans(self, texts: Sequence[str], size: int) -> Floats:
        return self._embed([" ".join(texts[i : i + size]) for i in range(len(texts))])


def _levels(left: Floats, right: Floats, columns: npt.NDArray[np.int64]) -> tuple[float, float]:
    """The mean cosine of random pairs, and that of each source sentence with its best partner."""
    rng = np.random.default_rng(0)
    i, j = rng.integers(len(left), size=512), rng.integers(len(right), size=512)
    chance = float(np.mean(np.sum(left[i] * right[j], axis=1)))
    best = [float(np.max(right[columns[k]] @ left[k])) for k in range(len(left))]
    return chance, float(np.median(best))


def load_embedder(folder: Path, *, batch: int = 32, longest: int = 256) -> Embed:
    """Load a model in the layout of sentence-transformers or transformers from a local folder; nothing is downloaded.

    Args:
        folder: with config.json, weights and tokenizer; `1_Pooling/config.json` says how tokens are pooled, and without
            it the mean over tokens is taken.
        batch: texts at a time.
        longest: tokens of one text; the rest is cut.

    Raises:
        MissingExtraError: torch or transformers are not installed.
        MissingModelError: there is no model in the folder.
    """
    if not (folder / "config.json").is_file():
        raise MissingModelError(
            f"There is no embedding model in {folder}: it has no config.json.",
            remedy="give --model the folder of a model such as LaBSE, downloaded before",
        )
    try:
        import torch
        from transformers import AutoModel, AutoTokenizer
    except ImportError as error:
        raise MissingExtraError("The aligner 'labse'", "transformers", cause=str(error)) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        model = AutoModel.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise MissingModelError(
            f"The embedding model in {folder} cannot be loaded: {first}", remedy="download the whole model again"
        ) from error
    model.eval()
    first_token = _pools_first_token(folder)

    def embed(texts: Sequence[str]) -> Floats:
        vectors: list[Any] = []
        with torch.inference_mode():
            for start in range(0, len(texts), batch):
                some = list(texts[start : start + batch])
                encoded = tokenizer(some, padding=True, truncation=True, max_length=longest, return_tensors="pt")
                output = model(**encoded)
                pooled = getattr(output, "pooler_output", None)
                if not first_token or pooled is None:
                    mask = encoded["attention_mask"].unsqueeze(-1)
                    states = output.last_hidden_state
                    pooled = states[:, 0] if first_token else (states * mask).sum(1) / mask.sum(1).clamp(min=1)
                vectors.append(torch.nn.functional.normalize(pooled.float(), dim=-1).numpy())
        found: Floats = np.concatenate(vectors).astype(np.float64)
        return found

    return embed


def _pools_first_token(folder: Path) -> bool:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return False
    return bool(json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token", False))
