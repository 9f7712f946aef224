"""WMT22 Chinese-English, where it lies beside the repository, and sacreBLEU's view of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.domain import Array

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "wmt22-zh-en"
needs_wmt22 = pytest.mark.skipif(not FOLDER.is_dir(), reason="WMT22 data are not in ../shared")


def lines(name: str) -> list[str]:
    """The segments of a file; only newlines end one."""
    return (FOLDER / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")


@lru_cache(maxsize=4)
def peer_metric(name: str) -> Any:
    """sacreBLEU's own metric with reference A cached."""
    from sacrebleu.metrics import BLEU, CHRF

    return {"bleu": BLEU, "chrf": CHRF}[name](references=[lines("refA.en")])


@lru_cache(maxsize=64)
def peer_stats(name: str, system: str) -> Array:
    """sacreBLEU's segment statistics, (1875, k)."""
    return np.asarray(peer_metric(name)._extract_corpus_statistics(lines(f"systems/{system}.en"), None), dtype=float)


def peer_aggregate(name: str) -> Callable[[Array], Array]:
    """sacreBLEU's score of summed statistics, over any leading shape."""
    metric = peer_metric(name)

    def aggregate(totals: Array) -> Array:
        rows = totals.reshape(-1, totals.shape[-1])
        scores = [metric._compute_score_from_stats(row).score for row in rows]
        return np.asarray(scores).reshape(totals.shape[:-1])

    return aggregate
