"""What every metric promises, whoever wrote it. A new metric joins with one row in CASES.

The promises are those of `harness.metrics.base.Metric`: pipeline, statistics and board rely on nothing else.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.domain import Level, ScoringUnit, Signature
from harness.errors import ConfigError, InputError
from harness.metrics.base import Explains, Metric
from harness.metrics.catalogue import metrics


@dataclass(frozen=True)
class Case:
    """One metric under the contract.

    Attributes:
        metric: its name in the catalogue.
        parameters: of its constructor; a fixture may add more (see `extra`).
        bad: parameters it must refuse with a ConfigError.
        extra: where parameters can only be had at test time (a model's folder): the name of a fixture that gives them.
        quality: whether better hypotheses score better; False for a warning such as contamination.
        trained: False for a model whose weights are drawn at random: which of two texts it prefers is chance.
    """

    metric: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    bad: Mapping[str, Any] = field(default_factory=dict)
    extra: str | None = None
    quality: bool = True
    trained: bool = True

    @property
    def id(self) -> str:
        settings = ",".join(f"{k}={v}" for k, v in self.parameters.items())
        return f"{self.metric}({settings})"


GLOSSARY = Path(__file__).parents[2] / "harness/metrics/fidelity/glossary.zh-en.tsv"

CASES = [
    Case("bleu", bad={"tokenizer": "13b"}),
    Case("bleu", {"tokenizer": "char", "smoothing": "floor", "lowercase": True}, bad={"smoothing_value": -1}),
    Case("bleu", {"max_order": 2, "effective_order": True}, bad={"max_order": 0}),
    Case("chrf", bad={"beta": "two"}),
    Case("chrf", {"eps_smoothing": True, "whitespace": True}, bad={"char_order": True}),
    Case("chrf++", bad={"lowercase": "yes"}),
    Case("bleu", {"engine": "sacrebleu", "lowercase": True}, bad={"engine": "fortran"}),
    Case("chrf", {"engine": "sacrebleu", "char_order": 3}, bad={"engine": 1}),
    Case("ter", bad={"normalized": 1}),
    Case("contamination", bad={"run": 0}, quality=False),
    Case("numbers", bad={"pair": "chinese"}),
    Case("names", bad={"pair": 3}),
    Case("scores", extra="scores_parameters"),
    Case("external", extra="external_parameters"),
    Case("comet", bad={"precision": "fp16", "batch_tokens": 0, "device": 7}, extra="comet_parameters", trained=False),
    Case("terms", {"glossary": str(GLOSSARY)}, bad={"score": "recall", "pair": "zh", "glossary": 3}),
    Case("gemba-mqm", {"model": "judge"}, bad={"concurrency": 0, "pair": 3}, extra="judge_parameters"),
    Case("gemba-esa", {"model": "judge"}, bad={"max_retries": -1}, extra="judge_parameters"),
]

SOURCES = [
    "中国在2030年前实现碳达峰。",
    "他说：“很好。”",
    "",
    "第二十三次会议",
    "今天天气很好，我们去公园吧。",
    "《青岛宣言》提到5G。",
]
HYPOTHESES = {
    "good": [
        "China will peak carbon emissions before 2030.",
        'He said: "Very good."',
        "",
        "The 23rd meeting",
        "The weather is fine today; let us go to the park.",
        "The Qingdao Declaration speaks of 5G.",
    ],
    "poor": ["China peak.", "good good good", "", "Meeting twenty-three", "Today park go weather we", "It says 4G"],
    "empty": ["", " ", "", "\u2028", "", ""],
}
REFERENCES = [
    "China is to reach its carbon peak before 2030.",
    'He said, "Very good."',
    "nothing",
    "The 23rd session",
    "It is a fine day, let's go to the park.",
    "5G is mentioned in the Qingdao Declaration.",
]
SECOND = [
    "China will peak its carbon emissions by 2030.",
    "He said that was very good.",
    "",
    "The twenty-third meeting",
    "Nice weather today. Shall we go to the park?",
    "The Qingdao Declaration mentions 5G.",
]


def units(n_refs: int = 1) -> list[ScoringUnit]:
    return [
        ScoringUnit(
            system=system,
            test_set="demo",
            segment=f"s{i}",
            document="d",
            source=SOURCES[i],
            hypothesis=text,
            references=(REFERENCES[i], SECOND[i])[:n_refs],
        )
        for system, texts in HYPOTHESES.items()
        for i, text in enumerate(texts)
    ]


@pytest.fixture
def scores_parameters(tmp_path: Path) -> Mapping[str, Any]:
    file = tmp_path / "scores.jsonl"
    rows: list[dict[str, Any]] = [{"signature": "Human|protocol:DA", "higher_is_better": True}]
    for unit in units():
        score = {"good": 0.9, "poor": 0.4, "empty": None}[unit.system]
        rows.append({"system": unit.system, "segment": unit.segment, "score": score})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return {"path": str(file)}


@pytest.fixture
def external_parameters(tmp_path: Path) -> Mapping[str, Any]:
    program = tmp_path / "overlap.py"
    program.write_text(
        "class Overlap:\n"
        "    signature = 'Overlap|unit:word'\n"
        "    higher_is_better = needs_reference = True\n"
        "    def score(self, units):\n"
        "        return [len(set(u['hypothesis'].split()) & set(u['references'][0].split())) for u in units]\n"
        "def load(options):\n"
        "    return Overlap()\n",
        encoding="utf-8",
    )
    return {"python": sys.executable, "program": str(program), "timeout": 60}


Make = Callable[[], Metric]


@pytest.fixture(params=CASES, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> Case:
    found = request.param
    assert isinstance(found, Case)
    return found


@pytest.fixture
def make(case: Case, request: pytest.FixtureRequest) -> Make:
    extra: Mapping[str, Any] = request.getfixturevalue(case.extra) if case.extra else {}
    return lambda: metrics.create(case.metric, name="column", **{**case.parameters, **extra})


@pytest.fixture
def metric(make: Make) -> Metric:
    return make()


def test_it_is_a_metric_and_says_what_it_is(metric: Metric) -> None:
    assert isinstance(metric, Metric)
    assert metric.name == "column"
    assert metric.levels
    assert all(isinstance(level, Level) for level in metric.levels)
    assert isinstance(metric.needs_reference, bool)
    assert isinstance(metric.higher_is_better, bool)


def test_statistics_are_one_row_a_unit(metric: Metric) -> None:
    stats = metric.segment_stats(units())
    assert stats.shape[0] == len(units())
    assert stats.ndim == 2
    assert stats.dtype == np.float64


def test_no_units_no_rows(metric: Metric) -> None:
    stats = metric.segment_stats([])
    assert stats.shape == (0, metric.segment_stats(units()).shape[1])


def test_the_order_of_segments_is_irrelevant(metric: Metric) -> None:
    given = units()
    order = list(range(len(given)))
    random.Random(7).shuffle(order)
    straight = metric.segment_stats(given)
    shuffled = metric.segment_stats([given[i] for i in order])
    np.testing.assert_allclose(shuffled, straight[order], rtol=0, atol=1e-5)


def test_other_systems_are_irrelevant(metric: Metric) -> None:
    together = metric.segment_stats(units())
    alone = metric.segment_stats([u for u in units() if u.system == "poor"])
    rows = [i for i, u in enumerate(units()) if u.system == "poor"]
    np.testing.assert_allclose(alone, together[rows], rtol=0, atol=1e-5)


def test_the_same_input_gives_the_same_bytes(make: Make) -> None:
    assert make().segment_stats(units()).tobytes() == make().segment_stats(units()).tobytes()


def test_a_corpus_score_is_the_aggregate_of_the_sum(metric: Metric) -> None:
    stats = metric.segment_stats(units())
    scored = stats[~np.isnan(stats).any(axis=1)]
    total = scored.sum(axis=0)
    one = metric.aggregate(total)
    assert np.shape(one) == ()
    many = metric.aggregate(np.stack([[total, total * 2], [scored[0], total]]))
    assert many.shape == (2, 2)
    # Scaling all counts alike changes no mean and no rate (add-k smoothing apart, which no case uses).
    np.testing.assert_allclose(many[0], [one, one], rtol=1e-12)
    assert many[1, 1] == one


def test_segment_scores_are_one_a_row(metric: Metric) -> None:
    stats = metric.segment_stats(units())
    scores = metric.segment_scores(stats)
    assert scores.shape == (len(units()),)
    assert np.array_equal(np.isnan(scores), np.isnan(stats).any(axis=1))


def test_missing_stays_missing(metric: Metric) -> None:
    stats = metric.segment_stats(units())
    stats[1] = np.nan
    scores = metric.segment_scores(stats)
    assert np.isnan(scores[1])
    assert np.isnan(metric.aggregate(stats.sum(axis=0)))


def test_a_good_system_beats_a_poor_one(case: Case, metric: Metric) -> None:
    if not (case.quality and case.trained):
        return

    def score(system: str) -> float:
        stats = metric.segment_stats([u for u in units() if u.system == system])
        return float(metric.aggregate(stats[~np.isnan(stats).any(axis=1)].sum(axis=0)))

    good, poor = score("good"), score("poor")
    assert good > poor if metric.higher_is_better else good < poor


def test_an_empty_hypothesis_is_the_worst_or_not_scored(case: Case, metric: Metric) -> None:
    if not case.quality:
        return
    given = [u for u in units() if u.segment == "s0"]
    scores = dict(zip((u.system for u in given), metric.segment_scores(metric.segment_stats(given)), strict=True))
    if not np.isnan(scores["empty"]):
        others = [scores["good"], scores["poor"]]
        assert scores["empty"] <= min(others) if metric.higher_is_better else scores["empty"] >= max(others)


def test_the_signature_reads_back_and_repeats(make: Make) -> None:
    one = make().signature(2)
    assert str(one) == str(make().signature(2))
    assert Signature.parse(str(one)) == one


def test_parameters_change_the_signature(case: Case, metric: Metric) -> None:
    if case.parameters:
        plain = next((c for c in CASES if c.metric == case.metric and not c.parameters and not c.extra), None)
        if plain is not None:
            assert str(metrics.create(case.metric).signature(1)) != str(metric.signature(1))


def test_bad_parameters_are_refused_kindly(case: Case) -> None:
    with pytest.raises(ConfigError) as unknown:
        metrics.create(case.metric, **{**case.parameters, "no_such_parameter": 1})
    assert "no_such_parameter" in unknown.value.problem
    for key, value in case.bad.items():
        with pytest.raises(ConfigError) as refused:
            metrics.create(case.metric, **{**case.parameters, key: value})
        assert key in refused.value.problem
        assert refused.value.allowed


def test_references_must_be_there_and_may_vary_in_number(metric: Metric) -> None:
    """One that is missing is not among a unit's: what is scored with it there is scored as without it."""
    if not metric.needs_reference:
        return
    with pytest.raises(InputError):
        metric.segment_stats(units(0))
    first, *rest = units(1)
    mixed = metric.segment_stats([units(2)[0], *rest])
    alone = metric.segment_stats([first, *rest])
    np.testing.assert_allclose(mixed[1:], alone[1:], rtol=1e-6, atol=1e-6)  # of scores near zero the last bits differ


def test_what_it_explains_is_one_object_a_unit(case: Case, metric: Metric) -> None:
    if not isinstance(metric, Explains):
        return
    notes = metric.explain(units())
    assert len(notes) == len(units())
    for note in notes:
        flags = note.get("flags", [])
        assert isinstance(flags, (list, tuple))
        assert all(isinstance(flag, str) for flag in flags)
        assert set(flags) <= set(metrics.row(case.metric).flags) or case.metric in {"scores", "external"}
