"""MetricX-23 and MetricX-24 (Juraska et al. 2023, 2024), in any environment with torch, transformers and sentencepiece.

https://github.com/google-research/metricx publishes models of a class of its own, written for an old transformers. What
that class predicts is one logit of an ordinary mT5: the first one that the decoder gives to <extra_id_10>, kept within
0 and 25. So an ordinary mT5 serves, and no clone of that repository is needed. Options:

    model       folder or hub id, such as google/metricx-24-hybrid-large-v2p6
    revision    of the model, for the signature and the hub
    tokenizer   folder or hub id; google/mt5-xl, as the authors use it
    generation  24 (default) or 23: how the input is written
    qe          true: score without a reference
    device      "cpu", "cuda", ...; by default "cuda" where there is one
    batch       units at once

Scores are errors from 0 (best) to 25. Several references: the mean over them. An input that is longer than the authors'
scripts keep is scored by its beginning, and flagged. Nothing is downloaded: the hub is asked
for what its cache has.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

#: <extra_id_10> in mT5's vocabulary.
SCORE_TOKEN = 250089
#: Tokens that the authors' scripts keep of an input.
MOST_TOKENS = {23: 1024, 24: 1536}


def load(options: dict[str, Any]) -> MetricX:
    """The scorer that `serve_metric.py` serves."""
    return MetricX(**{key: value for key, value in options.items() if key != "batch"})


class MetricX:
    """A MetricX model; inputs are written and cut as the repository's predict.py does."""

    higher_is_better = False
    digits = 2

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
        if generation not in MOST_TOKENS:
            raise ValueError("generation is 23 or 24")
        self.torch: Any = importlib.import_module("torch")
        transformers: Any = importlib.import_module("transformers")
        self.device = device or ("cuda" if self.torch.cuda.is_available() else "cpu")
        self.generation = generation
        self.qe = bool(qe)
        self.needs_reference = not self.qe
        try:
            self.tokenizer = transformers.AutoTokenizer.from_pretrained(tokenizer)
            loaded, found = transformers.MT5ForConditionalGeneration.from_pretrained(
                model, revision=revision or "main", torch_dtype="auto", output_loading_info=True
            )
        except OSError as error:
            raise ValueError(
                f"{model} or its tokenizer {tokenizer} is no folder of this machine and not in its hub cache"
            ) from error
        if found["missing_keys"] or loaded.config.vocab_size <= SCORE_TOKEN:
            # transformers would make up what is missing, and a model of another kind would give plausible numbers.
            raise ValueError(f"{model} is not a MetricX model: it lacks weights or has another vocabulary than mT5")
        self.model = loaded.to(self.device).eval()
        seen = "qe:yes" if self.qe else "qe:no|refs:mean"
        precision = str(loaded.dtype).replace("torch.", "")
        self.signature = (
            f"MetricX|model:{model}|revision:{revision or 'none'}|tok:{tokenizer}|{seen}|generation:{generation}"
            f"|precision:{precision}"
        )

    def score(self, units: list[dict[str, Any]]) -> list[float]:
        """One error score per unit."""
        texts = []
        owners = []
        for owner, unit in enumerate(units):
            for text in self.inputs(unit):
                texts.append(text)
                owners.append(owner)
        found: list[list[float]] = [[] for _ in units]
        for owner, value in zip(owners, self.predict(texts)):  # noqa: B905 - Python 3.8 has no `strict`
            found[owner].append(value)
        return [sum(values) / len(values) for values in found]

    def flags(self, units: list[dict[str, Any]]) -> list[list[str]]:
        """Which units were cut."""
        most = MOST_TOKENS[self.generation]
        lengths = [
            max(len(ids) for ids in self.tokenizer(self.inputs(unit), verbose=False)["input_ids"]) for unit in units
        ]
        return [["metricx-truncated"] if length > most else [] for length in lengths]

    def inputs(self, unit: dict[str, Any]) -> list[str]:
        """The model's inputs for one unit: one per reference, or one in all."""
        return [self.written(unit, reference) for reference in ([None] if self.qe else unit["references"])]

    def written(self, unit: dict[str, Any], reference: str | None) -> str:
        """The model's input for one unit."""
        if self.generation == 24:
            text = f"source: {unit['source']} candidate: {unit['hypothesis']}"
            return text if reference is None else f"{text} reference: {reference}"
        text = f"candidate: {unit['hypothesis']}"
        return f"{text} source: {unit['source']}" if reference is None else f"{text} reference: {reference}"

    def predict(self, texts: list[str]) -> list[float]:
        """Predictions in order. The end-of-sequence token is taken off, as in training."""
        most = MOST_TOKENS[self.generation]
        rows = [ids[:-1] for ids in self.tokenizer(texts, max_length=most, truncation=True)["input_ids"]]
        width = max(len(row) for row in rows)
        ids = self.torch.tensor([row + [0] * (width - len(row)) for row in rows], device=self.device)
        mask = self.torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self.device)
        start = self.torch.zeros((len(rows), 1), dtype=self.torch.long, device=self.device)
        with self.torch.no_grad():
            logits = self.model(input_ids=ids, attention_mask=mask, decoder_input_ids=start, use_cache=False).logits
        return [float(value) for value in logits[:, 0, SCORE_TOKEN].float().clamp(0, 25)]
