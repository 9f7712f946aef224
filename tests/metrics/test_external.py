"""Metrics in an environment of their own, and what happens when they misbehave."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InfrastructureError, InputError, MetricError
from harness.metrics.catalogue import metrics
from harness.metrics.external import SHIPPED, WORKERS, request
from harness.metrics.workers import bleurt, metricx

SCORER = """
import sys
class Scorer:
    signature = "Length|unit:char"
    higher_is_better = False
    needs_reference = {needs}
    def __init__(self, options): self.options = options
    def score(self, units):
{body}
def load(options):
    return Scorer(options)
"""
LENGTH = "return [float(len(u['hypothesis'])) for u in units]"


def program(folder: Path, body: str = LENGTH, needs: bool = False) -> str:
    path = folder / "scorer.py"
    indented = "\n".join(" " * 8 + line for line in body.splitlines())
    path.write_text(SCORER.format(body=indented, needs=needs), encoding="utf-8")
    return str(path)


def units(*hypotheses: str) -> list[ScoringUnit]:
    return [ScoringUnit("sys", "t", f"s{i}", "d", "源", text, ("ref",)) for i, text in enumerate(hypotheses)]


def create(path: str, **more: Any) -> Any:
    return metrics.create("external", **{"python": sys.executable, "program": path, "timeout": 60, **more})


def test_scores_come_back_by_unit(tmp_path: Path) -> None:
    metric = create(program(tmp_path), options={"batch": 2})
    assert not metric.higher_is_better
    assert not metric.needs_reference
    assert str(metric.signature(1)) == "Length|unit:char"
    stats = metric.segment_stats(units("a", "", "\u2028 c", "中文😀", "eeeee"))
    assert metric.segment_scores(stats).tolist() == [1, 0, 3, 3, 5]
    assert metric.aggregate(stats.sum(axis=0)) == pytest.approx(12 / 5)
    # The same process serves the next test set.
    assert metric.segment_scores(metric.segment_stats(units("aa"))).tolist() == [2]


def test_more_requests_than_a_pipe_holds(tmp_path: Path) -> None:
    texts = ["x" * (i % 977) for i in range(3000)]
    metric = create(program(tmp_path), options={"batch": 7})
    assert metric.segment_scores(metric.segment_stats(units(*texts))).tolist() == [len(t) for t in texts]


def test_it_runs_where_nothing_of_ours_is_installed(tmp_path: Path) -> None:
    venv.create(tmp_path / "own", with_pip=False)
    body = "import importlib.util\nassert importlib.util.find_spec('harness') is None\n" + LENGTH
    metric = create(program(tmp_path, body), python=str(tmp_path / "own"))
    assert metric.segment_scores(metric.segment_stats(units("abc"))).tolist() == [3]


def test_what_libraries_print_is_no_answer(tmp_path: Path) -> None:
    body = "print('loading...')\nimport os; os.write(1, b'native noise\\n')\n" + LENGTH
    metric = create(program(tmp_path, body))
    assert metric.segment_scores(metric.segment_stats(units("abc"))).tolist() == [3]


def test_none_is_missing_and_references_are_counted(tmp_path: Path) -> None:
    metric = create(program(tmp_path, "return [None if not u['hypothesis'] else 1 for u in units]", needs=True))
    assert str(metric.signature(2)) == "Length|unit:char|nrefs:2"
    scores = metric.segment_scores(metric.segment_stats(units("a", "")))
    assert np.isnan(scores).tolist() == [False, True]
    with pytest.raises(InputError, match="needs a reference"):
        metric.segment_stats([units("a")[0]._replace(references=())])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise RuntimeError('out of memory')", "failed: RuntimeError: out of memory"),
        ("import os; print('last words'); sys.stdout.flush(); os._exit(7)", r"(?s)exit code 7.*last words"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "exit code -9"),
        ("return [1.0]", "failed: ValueError: 1 scores for 2 units"),
        ("return [float('nan')] * 2", "gave nan for segment s0 of sys"),
        ("units[1]['id'] = 0\nreturn [1, 2]", "the id 0, which it was not asked for, or twice"),
        ("units[1]['id'] = 99\nreturn [1, 2]", "the id 99"),
    ],
)
def test_a_program_that_fails_says_how(tmp_path: Path, body: str, message: str) -> None:
    metric = create(program(tmp_path, body))
    with pytest.raises(MetricError, match=message):
        metric.segment_stats(units("a", "b"))


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    metric = create(program(tmp_path, "import time; time.sleep(600)"), timeout=120)
    metric._conversation.patience = 0.5  # not from the start: a busy machine takes longer than that to start a process
    with pytest.raises(MetricError, match=r"gave no answer for 0\.5 seconds"):
        metric.segment_stats(units("a"))


def test_what_is_missing_is_known_before_anything_is_scored(tmp_path: Path) -> None:
    with pytest.raises(MetricError, match="No module named 'metricx24'"):
        create("metricx", options={"model": "google/metricx-24-hybrid-large-v2p6"})
    with pytest.raises(MetricError, match="No module named 'bleurt'"):
        create("bleurt", options={"checkpoint": "BLEURT-20"})
    with pytest.raises(InfrastructureError, match="not on this machine"):
        create("bleurt", python=str(tmp_path / "absent"))
    with pytest.raises(InfrastructureError, match="not a virtual environment"):
        create("bleurt", python=str(tmp_path))
    with pytest.raises(ConfigError, match="does not exist"):
        create(str(tmp_path / "none.py"))
    (tmp_path / "plain.txt").write_text("no program", encoding="utf-8")
    with pytest.raises(MetricError, match="cannot be started"):
        create("bleurt", python=str(tmp_path / "plain.txt"))


def test_a_program_that_is_no_metric_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scorer.py"
    path.write_text("class S: signature = 'a|b'; higher_is_better = needs_reference = True\ndef load(o): return S()\n")
    with pytest.raises(MetricError, match=r"no signature that can be read: 'a\|b'"):
        create(str(path))
    path.write_text("class S: signature = 'a'; higher_is_better = 1; needs_reference = True\ndef load(o): return S()\n")
    with pytest.raises(MetricError, match="did not say whether higher is better"):
        create(str(path))


def test_answers_from_another_machine_are_a_score_file(tmp_path: Path) -> None:
    """The same program, run by hand elsewhere: its answers are what the metric `scores` reads."""
    given = units("a", "bcd")
    requests = "".join(json.dumps(request(unit)) + "\n" for unit in given)
    command = [sys.executable, str(WORKERS / "worker.py"), program(tmp_path)]
    done = subprocess.run(command, input=requests, capture_output=True, text=True, check=True)
    (tmp_path / "answers.jsonl").write_text(done.stdout, encoding="utf-8")
    metric = metrics.create("scores", path=str(tmp_path / "answers.jsonl"))
    assert str(metric.signature(1)) == "Length|unit:char"
    assert metric.segment_scores(metric.segment_stats(given)).tolist() == [1, 3]
    with pytest.raises(InputError, match="another text"):
        metric.segment_stats(units("a", "changed"))


# The models themselves cannot be had here. What can be checked is what our side adds: how inputs are written (as
# predict.py of google-research/metricx at 0be34b4 does), cut, padded and averaged; packages are stood in for.
def test_metricx_inputs_and_averages(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[int]] = []
    texts: list[str] = []

    class Model:
        def to(self, device: str) -> Model:
            return self

        def eval(self) -> Model:
            return self

        def __call__(self, input_ids: list[list[int]], attention_mask: list[list[int]]) -> Any:
            seen.extend(row[: sum(mask)] for row, mask in zip(input_ids, attention_mask, strict=True))
            assert len({len(row) for row in input_ids}) == 1
            return SimpleNamespace(predictions=[float(sum(mask)) for mask in attention_mask])

    def tokenizer(given: Sequence[str], *, max_length: int, truncation: bool) -> dict[str, list[list[int]]]:
        assert (max_length, truncation) == (1536, True)
        texts.extend(given)
        return {"input_ids": [[*range(10, 10 + len(text.split())), 1] for text in given]}

    torch = SimpleNamespace(
        cuda=SimpleNamespace(is_available=lambda: False), tensor=lambda rows, device: rows, no_grad=nullcontext
    )
    auto = SimpleNamespace(from_pretrained=lambda name: tokenizer)
    regression = SimpleNamespace(from_pretrained=lambda model, revision: Model())
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "transformers", SimpleNamespace(AutoTokenizer=auto))
    monkeypatch.setitem(sys.modules, "metricx24.models", SimpleNamespace(MT5ForRegression=regression))
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    scorer = metricx.load({"model": "m", "batch": 8})
    found = scorer.score([{"source": "一 二", "hypothesis": "one two", "references": ["1 2", "one, two three"]}])
    assert texts == [
        "source: 一 二 candidate: one two reference: 1 2",
        "source: 一 二 candidate: one two reference: one, two three",
    ]
    assert seen == [[*range(10, 19)], [*range(10, 20)]], "the end-of-sequence token is taken off"
    assert found == [9.5]
    assert scorer.signature == "MetricX|model:m|revision:none|tok:google/mt5-xl|qe:no|refs:mean|generation:24"


def test_bleurt_inputs_and_averages(monkeypatch: pytest.MonkeyPatch) -> None:
    class Scorer:
        def score(self, *, references: list[str], candidates: list[str], batch_size: int) -> list[float]:
            return [float(len(r) - len(c)) for r, c in zip(references, candidates, strict=True)]

    stand_in = SimpleNamespace(BleurtScorer=lambda checkpoint: Scorer())
    monkeypatch.setitem(sys.modules, "bleurt.score", stand_in)
    scorer = bleurt.load({"checkpoint": "models/BLEURT-20/"})
    units_ = [{"hypothesis": "a", "references": ["abc", "abcde"]}, {"hypothesis": "ab", "references": ["abc", "ab"]}]
    assert scorer.score(units_) == [3.0, 0.5]
    assert scorer.signature == "BLEURT|model:BLEURT-20|refs:mean"


def test_workers_run_on_old_pythons() -> None:
    for path in [WORKERS / "worker.py", *(WORKERS / f"{name}.py" for name in SHIPPED)]:
        ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
