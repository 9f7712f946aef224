"""WMT22 Chinese-English, where it lies beside the repository, and sacreBLEU's view of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.domain import Array, ScoringUnit

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "wmt22-zh-en"
needs_wmt22 = pytest.mark.skipif(not FOLDER.is_dir(), reason="WMT22 data are not in ../shared")


def lines(name: str) -> list[str]:
    """The segments of a file; only newlines end one."""
    return (FOLDER / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")


@lru_cache(maxsize=4)
def peer_metric(name: str) -> Any:
    """sacreBLEU's own metric."""
    from sacrebleu.metrics import BLEU, CHRF

    return {"bleu": BLEU, "chrf": CHRF}[name]()


@lru_cache(maxsize=64)
def peer_stats(name: str, system: str, n: int) -> Array:
    """sacreBLEU's statistics of the first n segments, (n, k)."""
    hypotheses, references = lines(f"systems/{system}.en")[:n], [lines("refA.en")[:n]]
    return np.asarray(peer_metric(name)._extract_corpus_statistics(hypotheses, references), dtype=float)


def peer_aggregate(name: str) -> Callable[[Array], Array]:
    """sacreBLEU's score of summed statistics, over any leading shape."""
    metric = peer_metric(name)

    def aggregate(totals: Array) -> Array:
        rows = totals.reshape(-1, totals.shape[-1])
        scores = [metric._compute_score_from_stats(row).score for row in rows]
        return np.asarray(scores).reshape(totals.shape[:-1])

    return aggregate


@lru_cache(maxsize=4)
def own_metric(name: str) -> Any:
    """This project's metric, which is faster and tested elsewhere to be the same."""
    from harness.metrics.catalogue import metrics

    return metrics.create(name, name=name)


@lru_cache(maxsize=4)
def own_stats(name: str, systems: tuple[str, ...]) -> dict[str, Array]:
    """Segment statistics of several systems in one call, (1875, k) each."""
    source, reference = lines("source.zh"), lines("refA.en")
    units = [
        ScoringUnit(system, "wmt22", str(i), "news", source[i], text, (reference[i],))
        for system in systems
        for i, text in enumerate(lines(f"systems/{system}.en"))
    ]
    stats = own_metric(name).segment_stats(units)
    return dict(zip(systems, stats.reshape(len(systems), -1, stats.shape[1]), strict=True))
