"""BLEURT (Sellam et al. 2020, Pu et al. 2021), for an environment that has one of its two packages. Options:

    checkpoint  the folder of a checkpoint such as BLEURT-20, for https://github.com/google-research/bleurt (TensorFlow)
    model       folder or hub id of the same weights for PyTorch, such as lucadiliello/BLEURT-20, for the package
                bleurt-pytorch (`pip install bleurt-pytorch`); the hub is asked for what its cache has
    revision    of the model, for the signature and the hub
    device      for PyTorch: "cpu", "cuda", ...; by default "cuda" where there is one
    batch       units at once

Several references: the mean over them. In PyTorch, a pair that is longer than the model reads is scored by its
beginnings, and flagged.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Scorer = Callable[[list[str], list[str]], list[float]]
    Cut = Callable[[str, str], bool]


def load(options: dict[str, Any]) -> Bleurt:
    """The scorer that `serve_metric.py` serves."""
    if ("checkpoint" in options) == ("model" in options):
        raise ValueError("either 'checkpoint' (TensorFlow) or 'model' (PyTorch) is needed")
    if "checkpoint" in options:
        checkpoint = options["checkpoint"]
        name = os.path.basename(os.path.normpath(checkpoint))  # noqa: PTH119 - no need of more
        return Bleurt(_tensorflow(checkpoint, int(options.get("batch", 64))), f"BLEURT|model:{name}|refs:mean")
    model, revision = options["model"], options.get("revision")
    signature = f"BLEURT|model:{model}|revision:{revision or 'none'}|refs:mean|engine:bleurt-pytorch"
    scorer, cut = _pytorch(model, revision, options.get("device"))
    return Bleurt(scorer, signature, cut)


class Bleurt:
    """BLEURT over whatever computes it."""

    higher_is_better = True
    digits = 4
    needs_reference = True

    def __init__(self, scorer: Scorer, signature: str, cut: Cut | None = None) -> None:
        self.scorer = scorer
        self.signature = signature
        self.cut = cut

    def score(self, units: list[dict[str, Any]]) -> list[float]:
        """One score per unit."""
        references = [reference for unit in units for reference in unit["references"]]
        candidates = [unit["hypothesis"] for unit in units for _ in unit["references"]]
        values = iter(self.scorer(references, candidates))
        found = [[next(values) for _ in unit["references"]] for unit in units]
        return [sum(scores) / len(scores) for scores in found]

    def flags(self, units: list[dict[str, Any]]) -> list[list[str]]:
        """Which units were cut; Google's package does not say."""
        cut = self.cut
        if cut is None:
            return [[] for _ in units]
        return [
            ["bleurt-truncated"] if any(cut(r, unit["hypothesis"]) for r in unit["references"]) else []
            for unit in units
        ]


def _tensorflow(checkpoint: str, batch: int) -> Scorer:
    scorer: Any = importlib.import_module("bleurt.score").BleurtScorer(checkpoint)
    return lambda references, candidates: scorer.score(references=references, candidates=candidates, batch_size=batch)


def _pytorch(model: str, revision: str | None, device: str | None) -> tuple[Scorer, Cut]:
    os.environ["HF_HUB_OFFLINE"] = "1"
    torch: Any = importlib.import_module("torch")
    package: Any = importlib.import_module("bleurt_pytorch")
    where = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        tokenizer = package.BleurtTokenizer.from_pretrained(model, revision=revision or "main")
        loaded, found = package.BleurtForSequenceClassification.from_pretrained(
            model, revision=revision or "main", output_loading_info=True
        )
    except OSError as error:
        raise ValueError(f"{model} is no folder of this machine and not in its hub cache") from error
    if found["missing_keys"]:
        # transformers would make up what is missing.
        raise ValueError(f"{model} is not a BLEURT model: it lacks {', '.join(sorted(found['missing_keys'])[:3])}")
    network = loaded.to(where).eval()
    most = network.config.max_position_embeddings

    def score(references: list[str], candidates: list[str]) -> list[float]:
        inputs = tokenizer(
            references, candidates, padding="longest", truncation=True, max_length=most, return_tensors="pt"
        ).to(where)
        with torch.no_grad():
            return [float(value) for value in network(**inputs).logits.flatten()]

    def cut(reference: str, candidate: str) -> bool:
        return bool(len(tokenizer(reference, candidate, verbose=False)["input_ids"]) > most)

    return score, cut
