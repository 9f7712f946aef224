"""A metric that another distribution registers is found by name, and a name that is taken is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain import ScoringUnit
from harness.errors import UserError
from harness.metrics.base import Metric
from harness.metrics.catalogue import metrics as built_in
from harness.registry import Registry

SOURCE = '''
import numpy as np
from harness.domain import Level, Signature

class Words:
    """How many words a hypothesis has."""
    needs_reference = False
    higher_is_better = True
    levels = frozenset({Level.SEGMENT})
    def __init__(self, *, name="words", least: int = 1):
        self.name, self.least = name, least
    def signature(self, n_refs):
        return Signature("Words", (("least", str(self.least)),))
    def segment_stats(self, units):
        return np.array([[float(len(u.hypothesis.split())), 1.0] for u in units])
    def aggregate(self, totals):
        return totals[..., 0] / totals[..., 1]
    segment_scores = aggregate
'''


def install(folder: Path, name: str) -> None:
    (folder / "wordcount.py").write_text(SOURCE, encoding="utf-8")
    info = folder / "wordcount-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wordcount\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[harness.metrics]\n{name} = wordcount:Words\n", encoding="utf-8")


def catalogue() -> Registry[Metric]:
    return Registry("metric", {"bleu": built_in.row("bleu")}, group="harness.metrics")


def test_a_metric_of_another_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "words")
    monkeypatch.syspath_prepend(tmp_path)
    found = catalogue()
    assert "words" in found
    assert found.row("words").origin == "wordcount"
    metric = found.create("words", name="w", least=2)
    assert isinstance(metric, Metric)
    unit = ScoringUnit("s", "t", "1", "d", "", "three words here", ())
    assert metric.aggregate(metric.segment_stats([unit]).sum(axis=0)) == 3


def test_a_name_that_is_taken_is_loud_where_metrics_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "bleu")
    monkeypatch.syspath_prepend(tmp_path)
    found = catalogue()
    assert found.row("bleu").origin == "harness"
    with pytest.raises(UserError, match="harness and wordcount"):
        found.names()
