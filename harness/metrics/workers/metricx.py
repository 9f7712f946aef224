"""MetricX-23 and MetricX-24 (Juraska et al. 2023, 2024), for an environment with their own, older transformers.

https://github.com/google-research/metricx has no package on an index: clone it, install its requirements into a virtual
environment, and put the clone on that environment's path (a .pth file). Options:

    model       folder or hub id, such as google/metricx-24-hybrid-large-v2p6
    revision    of the model, for the signature and the hub
    tokenizer   folder or hub id; google/mt5-xl, as the authors use it
    generation  24 (default) or 23: which of the repository's two packages, and how the input is written
    qe          true: score without a reference
    device      "cpu", "cuda", ...; by default "cuda" where there is one
    batch       units at once

Scores are errors from 0 (best) to 25. Several references: the mean over them. Nothing is downloaded: the hub is asked
for what its cache has.
"""

from __future__ import annotations

import importlib
import os
from typing import Any


def load(options: dict[str, Any]) -> MetricX:
    """The scorer that `worker.py` serves."""
    return MetricX(**{key: value for key, value in options.items() if key != "batch"})


class MetricX:
    """A MetricX model; inputs are written and cut as the repository's predict.py does."""

    higher_is_better = False

    def __init__(
        self,
        model: str,
        revision: str | None = None,
        tokenizer: str = "google/mt5-xl",
        generation: int = 24,
        qe: bool = False,
        device: str | None = None,
    ) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        if generation not in (23, 24):
            raise ValueError("generation is 23 or 24")
        models = importlib.import_module(f"metricx{generation}.models")
        import torch
        import transformers

        self.torch = torch
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.generation = generation
        self.qe = bool(qe)
        self.needs_reference = not self.qe
        self.most = 1536 if generation == 24 else 1024
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(tokenizer)
        self.model = models.MT5ForRegression.from_pretrained(model, revision=revision).to(self.device).eval()
        seen = "qe:yes" if self.qe else "qe:no|refs:mean"
        self.signature = (
            f"MetricX|model:{model}|revision:{revision or 'none'}|tok:{tokenizer}|{seen}|generation:{generation}"
        )

    def score(self, units: list[dict[str, Any]]) -> list[float]:
        """One error score a unit."""
        texts = []
        owners = []
        for owner, unit in enumerate(units):
            for reference in [None] if self.qe else unit["references"]:
                texts.append(self.written(unit, reference))
                owners.append(owner)
        found: list[list[float]] = [[] for _ in units]
        for owner, value in zip(owners, self.predict(texts)):  # noqa: B905 - Python 3.8 has no `strict`
            found[owner].append(value)
        return [sum(values) / len(values) for values in found]

    def written(self, unit: dict[str, Any], reference: str | None) -> str:
        """The model's input for one unit."""
        if self.generation == 24:
            text = f"source: {unit['source']} candidate: {unit['hypothesis']}"
            return text if reference is None else f"{text} reference: {reference}"
        text = f"candidate: {unit['hypothesis']}"
        return f"{text} source: {unit['source']}" if reference is None else f"{text} reference: {reference}"

    def predict(self, texts: list[str]) -> list[float]:
        """Predictions in order. The end-of-sequence token is taken off, as in training."""
        rows = [ids[:-1] for ids in self.tokenizer(texts, max_length=self.most, truncation=True)["input_ids"]]
        width = max(len(row) for row in rows)
        ids = self.torch.tensor([row + [0] * (width - len(row)) for row in rows], device=self.device)
        mask = self.torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self.device)
        with self.torch.no_grad():
            predictions = self.model(input_ids=ids, attention_mask=mask).predictions
        return [float(value) for value in predictions]
