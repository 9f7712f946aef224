"""Any sentence-embedding model from a local folder as an encoder: LaBSE, E5 and their kind. Nothing is downloaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import MissingExtraError, MissingModelError
from harness.hub.sentence_encoder import Vectors


class FolderEncoder:
    """A model in the layout of sentence-transformers or transformers.

    Args:
        folder: with config.json, weights and tokenizer; `1_Pooling/config.json` says how tokens are pooled, and without
            it the mean over tokens is taken.
        batch: texts at a time.
        longest: tokens of one text; the rest is cut.

    Raises:
        MissingExtraError: torch or transformers are not installed.
        MissingModelError: there is no model in the folder.
    """

    def __init__(self, folder: Path, *, batch: int = 32, longest: int = 256) -> None:
        self.name = folder.resolve().name
        self._batch, self._longest = batch, longest
        if not (folder / "config.json").is_file():
            raise MissingModelError(
                f"There is no embedding model in {folder}: it has no config.json.",
                remedy="give --model the folder of a model such as LaBSE, downloaded before",
            )
        try:
            import torch
            from transformers import AutoModel, AutoTokenizer
        except ImportError as error:
            raise MissingExtraError("An embedding model", "transformers", cause=str(error)) from error
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            self._model = AutoModel.from_pretrained(str(folder), local_files_only=True)
        except (OSError, ValueError) as error:
            first = str(error).splitlines()[0]
            raise MissingModelError(
                f"The embedding model in {folder} cannot be loaded: {first}", remedy="download the whole model again"
            ) from error
        self._torch: Any = torch
        self._model.eval()
        self._first_token = _pools_first_token(folder)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 per text, (n, d), in their order; a blank text's is all zeros."""
        vectors: list[Any] = []
        with self._torch.inference_mode():
            for start in range(0, len(texts), self._batch):
                vectors.append(self._pooled(list(texts[start : start + self._batch])))
        found: Vectors = np.concatenate(vectors) if vectors else np.zeros((0, 1), dtype=np.float32)
        found[[not text.strip() for text in texts]] = 0.0
        return found

    def _pooled(self, texts: list[str]) -> Any:
        encoded = self._tokenizer(texts, padding=True, truncation=True, max_length=self._longest, return_tensors="pt")
        output = self._model(**encoded)
        pooled = getattr(output, "pooler_output", None)
        if not self._first_token or pooled is None:
            mask = encoded["attention_mask"].unsqueeze(-1)
            states = output.last_hidden_state
            pooled = states[:, 0] if self._first_token else (states * mask).sum(1) / mask.sum(1).clamp(min=1)
        return self._torch.nn.functional.normalize(pooled.float(), dim=-1).numpy()


def _pools_first_token(folder: Path) -> bool:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return False
    return bool(json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token", False))
