"""Metrics in an environment of their own, and what happens when they misbehave."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import venv
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InfrastructureError, InputError, MetricError
from harness.metrics.catalogue import metrics
from harness.metrics.external.subprocess_metric import SHIPPED, WORKERS, request
from harness.metrics.external.workers import bleurt_worker as bleurt
from harness.metrics.external.workers import metricx_worker as metricx
from tests.metrics import comet_models
from tests.metrics.worker_models import build_bleurt, build_metricx

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


def test_what_is_missing_is_known_before_anything_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    with pytest.raises(MetricError, match="not in its hub cache"):
        create("metricx", options={"model": "google/metricx-24-hybrid-large-v2p6"})
    with pytest.raises(MetricError, match="no checkpoint on this machine, and no hub"):
        create("comet", options={"model": "Unbabel/wmt22-comet-da"})
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


FLAGS = """
Scorer.flags = lambda self, units: [{flags} if len(u["hypothesis"]) > 2 else [] for u in units]
"""


def flagging(folder: Path, flags: object) -> str:
    path = Path(program(folder))
    path.write_text(path.read_text("utf-8") + FLAGS.format(flags=flags), encoding="utf-8")
    return str(path)


def test_what_a_program_flags_stands_beside_the_score(tmp_path: Path) -> None:
    given = units("a", "bcd")
    metric = create(flagging(tmp_path, ["slow", "cut"]))
    assert metric.segment_scores(metric.segment_stats(given)).tolist() == [1, 3]
    assert metric.explain(given) == [{}, {"flags": ["cut", "slow"]}]
    metric = create(flagging(tmp_path, [["two words"]]))
    with pytest.raises(MetricError, match="no list of words"):
        metric.segment_stats(given)


def test_answers_from_another_machine_are_a_score_file(tmp_path: Path) -> None:
    """The same program, run by hand elsewhere: its answers are what the metric `scores` reads."""
    given = units("a", "bcd")
    requests = "".join(json.dumps(request(unit)) + "\n" for unit in given)
    command = [sys.executable, str(WORKERS / "serve_metric.py"), flagging(tmp_path, ["long"])]
    done = subprocess.run(command, input=requests, capture_output=True, text=True, check=True)
    (tmp_path / "answers.jsonl").write_text(done.stdout, encoding="utf-8")
    metric: Any = metrics.create("scores", path=str(tmp_path / "answers.jsonl"))
    assert str(metric.signature(1)) == "Length|unit:char"
    assert metric.segment_scores(metric.segment_stats(given)).tolist() == [1, 3]
    assert metric.explain(given) == [{}, {"flags": ["long"]}]
    with pytest.raises(InputError, match="another text"):
        metric.segment_stats(units("a", "changed"))


HYPOTHESES = (
    "The meeting adopted the Beijing Declaration in 2024.",
    "All countries.",
    "A digital future",
    "",
    "economy needs a community",
)
SOURCE, REFERENCE = "会议通过了北京宣言", "The meeting adopted the Beijing Declaration."


def asked(*references: str) -> list[ScoringUnit]:
    return [ScoringUnit("sys", "t", f"s{i}", "d", SOURCE, text, references) for i, text in enumerate(HYPOTHESES)]


@pytest.fixture(scope="module")
def metricx_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_metricx(tmp_path_factory.mktemp("metricx"))


# What metricx24/models.py of google-research/metricx (fc4978e), run by transformers 4.30.2, predicts for the model of
# worker_models.py and the inputs that the repository's predict.py writes: generation 24 with a reference, 23 without.
METRICX_24 = [13.454952, 16.822582, 15.506137, 13.920506, 15.902172]
METRICX_23_QE = [14.210175, 18.140056, 14.656754, 12.779586, 19.339384]


def test_metricx_is_that_of_its_authors(metricx_model: Path) -> None:
    options = {"model": str(metricx_model), "tokenizer": str(metricx_model), "device": "cpu"}
    metric = create("metricx", options=options)
    assert not metric.higher_is_better
    assert metric.needs_reference
    assert metric.segment_scores(metric.segment_stats(asked(REFERENCE))) == pytest.approx(METRICX_24, abs=2e-5)
    assert metric.signature(1).get("precision") == "float32"
    metric = create("metricx", options={**options, "generation": 23, "qe": True})
    assert not metric.needs_reference
    assert metric.segment_scores(metric.segment_stats(asked())) == pytest.approx(METRICX_23_QE, abs=2e-5)


def test_metricx_keeps_within_its_scale_and_averages(metricx_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    scorer = metricx.load({"model": str(metricx_model), "tokenizer": str(metricx_model), "device": "cpu"})
    unit = {"source": SOURCE, "hypothesis": HYPOTHESES[1], "references": [REFERENCE, "", HYPOTHESES[2]]}
    alone = [scorer.score([{**unit, "references": [text]}])[0] for text in unit["references"]]
    assert len(set(alone)) == 3
    assert scorer.score([unit])[0] == pytest.approx(sum(alone) / 3, abs=2e-5)
    with torch.no_grad():
        scorer.model.lm_head.weight.mul_(-1)
        assert scorer.score([unit]) == [0.0]
        scorer.model.lm_head.weight.mul_(-100)
        assert scorer.score([unit]) == [25.0]
    long = {**unit, "hypothesis": "countries " * 4000}
    assert scorer.score([long]) == scorer.score([{**unit, "hypothesis": "countries " * 4001}])
    assert scorer.flags([unit, long]) == [[], ["metricx-truncated"]]


def test_metricx_refuses_a_model_of_another_kind(tmp_path: Path) -> None:
    from transformers import MT5Config, MT5ForConditionalGeneration

    small = MT5Config(vocab_size=300, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    MT5ForConditionalGeneration(small).save_pretrained(tmp_path)
    tokenizer = build_metricx(tmp_path / "tokenizer")
    with pytest.raises(MetricError, match="is not a MetricX model"):
        create("metricx", options={"model": str(tmp_path), "tokenizer": str(tokenizer)})


def test_bleurt_in_pytorch_is_that_of_its_package(tmp_path: Path) -> None:
    import torch
    from bleurt_pytorch import BleurtForSequenceClassification, BleurtTokenizer

    folder = build_bleurt(tmp_path / "bleurt")
    tokenizer = BleurtTokenizer.from_pretrained(folder)
    model = BleurtForSequenceClassification.from_pretrained(folder).eval()

    def alone(reference: str, candidate: str) -> float:
        with torch.no_grad():
            return float(model(**tokenizer([reference], [candidate], return_tensors="pt")).logits)

    metric = create("bleurt", options={"model": str(folder), "device": "cpu"})
    found = metric.segment_scores(metric.segment_stats(asked(REFERENCE, HYPOTHESES[2])))
    expected = [(alone(REFERENCE, text) + alone(HYPOTHESES[2], text)) / 2 for text in HYPOTHESES]
    assert len(set(expected)) == len(expected)
    assert found == pytest.approx(expected, abs=1e-5)
    assert str(metric.signature(2)).endswith("|refs:mean|engine:bleurt-pytorch|nrefs:2")
    first = asked(REFERENCE)[0]
    long = [first._replace(hypothesis=text * 300) for text in ("a", "countries ")]
    assert np.isfinite(metric.segment_stats(long)).all()
    assert metric.explain([*long, first]) == [{"flags": ["bleurt-truncated"]}] * 2 + [{}]
    with pytest.raises(MetricError, match="either 'checkpoint'"):
        create("bleurt", options={})


# Google's own package brings a TensorFlow and is on no index: it is stood in for.
def test_bleurt_in_tensorflow_gets_pairs_and_is_averaged(monkeypatch: pytest.MonkeyPatch) -> None:
    class Scorer:
        def score(self, *, references: list[str], candidates: list[str], batch_size: int) -> list[float]:
            return [float(len(r) - len(c)) for r, c in zip(references, candidates, strict=True)]

    stand_in = SimpleNamespace(BleurtScorer=lambda checkpoint: Scorer())
    monkeypatch.setitem(sys.modules, "bleurt.score", stand_in)
    scorer = bleurt.load({"checkpoint": "models/BLEURT-20/"})
    units_ = [{"hypothesis": "a", "references": ["abc", "abcde"]}, {"hypothesis": "ab", "references": ["abc", "ab"]}]
    assert scorer.score(units_) == [3.0, 0.5]
    assert scorer.signature == "BLEURT|model:BLEURT-20|refs:mean"


@pytest.mark.parametrize("architecture", ["regression_metric", "referenceless_regression_metric"])
def test_comet_elsewhere_is_comet_here(tmp_path: Path, architecture: str) -> None:
    encoder = comet_models.build_encoder(tmp_path / "encoder")
    folder = comet_models.build_checkpoint(tmp_path / "model", encoder, architecture)
    here: Any = metrics.create("comet", model=str(folder))
    hparams = folder / "hparams.yaml"
    published = yaml.safe_load(hparams.read_text("utf-8"))
    hparams.write_text(yaml.safe_dump({**published, "pretrained_model": str(encoder)}), encoding="utf-8")
    there = create("comet", options={"model": str(folder), "local": True, "gpus": 0})
    assert there.needs_reference == here.needs_reference
    given = [*asked(REFERENCE), ScoringUnit("sys", "t", "copy", "d", SOURCE, f" {SOURCE}", (REFERENCE,))]
    found = there.segment_scores(there.segment_stats(given))
    assert np.isnan(found[[3, 5]]).all()
    assert np.isfinite(found[[0, 1, 2, 4]]).all()
    assert found == pytest.approx(here.segment_scores(here.segment_stats(given)), abs=1e-5, nan_ok=True)
    long = [given[0]._replace(hypothesis="a b " * 90), given[0]._replace(source="会议" * 300)]
    assert there.segment_scores(there.segment_stats(long)) == pytest.approx(
        here.segment_scores(here.segment_stats(long)), abs=1e-5
    )
    assert (
        there.explain(long)
        == here.explain(long)
        == [{"flags": ["comet-truncated-hypothesis"]}, {"flags": ["comet-truncated-source"]}]
    )


def test_workers_run_on_old_pythons() -> None:
    for path in [WORKERS / "serve_metric.py", *(WORKERS / f"{name}_worker.py" for name in SHIPPED)]:
        ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
