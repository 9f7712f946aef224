"""COMET (Rei et al. 2020, 2022), for a machine that has unbabel-comet and not the harness. Options:

    model       a checkpoint's folder or .ckpt file, or a hub name such as Unbabel/wmt22-comet-da
    local       true: the model's hparams.yaml names an encoder on this machine, and nothing is asked of a hub
    gpus        how many; by default 1 where there is one
    batch       units at once

unbabel-comet computes the scores, in fp32, with its own batches. A blank hypothesis and one that repeats its source
get none: COMET would give them a plausible one. Several references: the mean over them. A text of which the
encoder sees only the beginning is flagged (unified models, which read all texts as one, aside). Where the harness is
installed, its metric `comet` gives the same scores sooner, and looks for outputs in a wrong language as well.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from importlib.metadata import version
from typing import Any


def load(options: dict[str, Any]) -> CometScorer:
    """The scorer that `serve_metric.py` serves."""
    return CometScorer(**options)


class CometScorer:
    """A COMET model, run by its own `predict`."""

    higher_is_better = True
    digits = 4

    def __init__(self, model: str, local: bool = False, gpus: int | None = None, batch: int = 64) -> None:
        comet: Any = importlib.import_module("comet")
        torch: Any = importlib.import_module("torch")
        path = _checkpoint(model) or _fetched(comet, model)
        self.model = comet.load_from_checkpoint(path, reload_hparams=bool(local), local_files_only=bool(local))
        self.needs_reference = bool(self.model.requires_references())
        self.gpus = int(torch.cuda.is_available()) if gpus is None else gpus
        self.batch = min(batch, 16)
        refs = "|refs:mean" if self.needs_reference else ""
        self.signature = (
            f"COMET|model:{model}|sha256:{_sha256(path)}{refs}|precision:fp32|invalid:blank+copy|engine:unbabel-comet"
            f"|version:{version('unbabel-comet')}|torch:{version('torch')}"
        )

    def score(self, units: list[dict[str, Any]]) -> list[float | None]:
        """One score per unit, None where there must not be one."""
        samples: list[dict[str, str]] = []
        owners = []
        for owner, unit in enumerate(units):
            source, hypothesis = unit["source"], unit["hypothesis"]
            if hypothesis.strip() in {"", source.strip()}:
                continue
            for reference in unit["references"] if self.needs_reference else [""]:
                sample = {"src": source, "mt": hypothesis}
                samples.append({**sample, "ref": reference} if self.needs_reference else sample)
                owners.append(owner)
        found: list[list[float]] = [[] for _ in units]
        if samples:
            scores = self.model.predict(
                samples, batch_size=self.batch, gpus=self.gpus, num_workers=0, progress_bar=False
            ).scores
            for owner, value in zip(owners, scores):  # noqa: B905 - Python 3.8 has no `strict`
                found[owner].append(float(value))
        return [sum(values) / len(values) if values else None for values in found]

    def flags(self, units: list[dict[str, Any]]) -> list[list[str]]:
        """Which texts of a unit were cut."""
        encoder = self.model.encoder
        if hasattr(self.model.hparams, "sent_layer"):  # a unified model
            return [[] for _ in units]
        most = encoder.max_positions - 2  # as COMET cuts
        found = []
        for unit in units:
            sides = {"source": [unit["source"]], "hypothesis": [unit["hypothesis"]]}
            if self.needs_reference:
                sides["reference"] = unit["references"]
            words = [
                f"comet-truncated-{side}"
                for side, texts in sides.items()
                if max(len(ids) for ids in encoder.tokenizer(texts, verbose=False)["input_ids"]) > most
            ]
            found.append(words)
        return found


def _checkpoint(model: str) -> str | None:
    """The file, where `model` is a place on this machine."""
    inside = os.path.join(model, "checkpoints", "model.ckpt")  # noqa: PTH118 - as COMET lays out a folder
    return next((path for path in (model, inside) if os.path.isfile(path)), None)  # noqa: PTH113


def _fetched(comet: Any, model: str) -> str:
    try:
        return str(comet.download_model(model))
    except Exception as error:  # COMET calls whatever went wrong a model that it does not support
        raise ValueError(
            f"{model} is no checkpoint on this machine, and no hub that can be reached from it has such a model"
        ) from error


def _sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as handle:  # noqa: PTH123
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:12]
