"""BLEURT (Sellam et al. 2020, Pu et al. 2021), for an environment with its TensorFlow.

https://github.com/google-research/bleurt: install it into a virtual environment and unpack a checkpoint. Options:

    checkpoint  its folder, such as BLEURT-20
    batch       units at once

Several references: the mean over them.
"""

from __future__ import annotations

import importlib
import os
from typing import Any


def load(options: dict[str, Any]) -> Bleurt:
    """The scorer that `worker.py` serves."""
    return Bleurt(options["checkpoint"], int(options.get("batch", 64)))


class Bleurt:
    """A BLEURT checkpoint."""

    higher_is_better = True
    needs_reference = True

    def __init__(self, checkpoint: str, batch: int) -> None:
        self.batch = batch
        self.scorer = importlib.import_module("bleurt.score").BleurtScorer(checkpoint)
        self.signature = f"BLEURT|model:{os.path.basename(os.path.normpath(checkpoint))}|refs:mean"  # noqa: PTH119

    def score(self, units: list[dict[str, Any]]) -> list[float]:
        """One score a unit."""
        references = [reference for unit in units for reference in unit["references"]]
        candidates = [unit["hypothesis"] for unit in units for _ in unit["references"]]
        values = iter(self.scorer.score(references=references, candidates=candidates, batch_size=self.batch))
        found = [[next(values) for _ in unit["references"]] for unit in units]
        return [sum(scores) / len(scores) for scores in found]
