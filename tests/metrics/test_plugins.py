"""A metric that another distribution registers is found by name, and a name that is taken is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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
    citation = "Somebody 2026, https://example.org/words"
    digits = 3
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


def command(folder: Path, *arguments: str) -> str:
    """What the command line prints where the distribution in `folder` is installed."""
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_what_it_says_of_itself_is_listed(tmp_path: Path) -> None:
    install(tmp_path, "words")
    rows = {row["name"]: row for row in json.loads(command(tmp_path, "list", "metrics", "--json"))}
    assert rows["words"]["digits"] == "3"
    assert rows["words"]["citation"] == "Somebody 2026, https://example.org/words"
    assert rows["bleu"]["digits"] == "1"


@pytest.mark.parametrize(("declared", "shown"), [("    digits = 3\n", "2.333"), ("", "2.3333")])
def test_its_digits_are_those_of_the_board(tmp_path: Path, declared: str, shown: str) -> None:
    install(tmp_path, "words")
    plugin = tmp_path / "wordcount.py"
    plugin.write_text(plugin.read_text(encoding="utf-8").replace("    digits = 3\n", declared), encoding="utf-8")
    for name, lines in (("source", "一\n二\n三\n"), ("mt.en", "one\none two\none two three four\n")):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    printed = command(
        tmp_path, *("score", "--source", "source", "--reference", "mt.en", "--hypothesis", "mt=mt.en"),
        *("--metric", "words", "--output", "results"),
    )  # fmt: skip
    assert shown in printed.split()
    (stored,) = (tmp_path / "results").glob("*/run.json")
    (info,) = json.loads(stored.read_text(encoding="utf-8"))["metrics"]
    assert info["digits"] == len(shown.partition(".")[2])
