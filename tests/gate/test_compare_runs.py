"""The gate with a resampling test: what degrades blocks, what improves or repeats passes, equals are left in peace."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from harness.domain import MetricInfo, Run, Signature, StatisticsSpec
from harness.domain.policy import CollapseLimit, FlagLimit, MetricRule, Policy, TestSetRule
from harness.domain.verdict import GateInput, LimitEvidence, MetricEvidence, Verdict, gate_input_of
from harness.errors import ConfigError, UnknownNameError, UserError
from harness.gate.compare_runs import compare_runs
from harness.gate.evidence.paired_metric import PairedMetric
from harness.gate.judgement.judge import judge
from harness.pipeline.rescore import PairedStatistics
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened
from tests.stats.samples import mean, scored

REFERENCES = sentences(300, seed=5)
BASE = worsened(REFERENCES, 0.15, seed=6)
TESTED = make_test_set(REFERENCES, documents=3)
POLICY = Policy(
    metrics={"bleu": MetricRule(2.0), "chrf": MetricRule(2.0)},
    test="bootstrap",
    counts=None,
    statistics=StatisticsSpec(resamples=300),
    flags=FlagLimit(max_increase=0.02),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def baseline(folder: Path) -> Run:
    return make_run(folder, {"mt": BASE}, TESTED, run_id="before")


def check(folder: Path, baseline: Run, texts: list[str], policy: Policy = POLICY) -> Verdict:
    run = make_run(folder, {"mt": texts}, TESTED, run_id="after")
    return compare_runs(gate_input_of(run), gate_input_of(baseline), {t.name: t for t in run.test_sets}, policy)


def paired_tests(found: Verdict) -> list[MetricEvidence]:
    """The paired tests of a verdict."""
    return [c.evidence for c in found.checks if isinstance(c.evidence, MetricEvidence)]


def timed(run: Run, *, seconds: float) -> Run:
    """The same run, as if every system had taken so long."""
    return dataclasses.replace(run, costs={key: {**cost, "seconds": seconds} for key, cost in run.costs.items()})


def dropped(texts: list[str]) -> list[str]:
    return ["" if i % 10 == 0 else t for i, t in enumerate(texts)]


def swapped(texts: list[str]) -> list[str]:
    """Neighbours change places in every fifth pair: a line shift that heals itself."""
    out = list(texts)
    for i in range(0, len(out) - 1, 10):
        out[i], out[i + 1] = out[i + 1], out[i]
    return out


def truncated(texts: list[str]) -> list[str]:
    return [" ".join(t.split()[: max(1, len(t.split()) * 2 // 3)]) for t in texts]


def renumbered(texts: list[str]) -> list[str]:
    return [re.sub(r"\d+", "7", t) for t in texts]


def weaker(texts: list[str]) -> list[str]:
    return worsened(REFERENCES, 0.3, seed=7)


@pytest.mark.parametrize("damage", [dropped, swapped, truncated, renumbered, weaker])
def test_known_degradations_block(folder: Path, baseline: Run, damage: object) -> None:
    found = check(folder, baseline, damage(BASE))  # type: ignore[operator]
    assert found.outcome == "regression"
    assert found.exit_code == 1
    guilty = [c for c in found.checks if c.decides == "regression"]
    assert guilty
    assert all("more than the margin" in c.sentence or c.evidence.kind == "flags" for c in guilty)
    assert found.worst[0].segments[0].baseline_score > found.worst[0].segments[0].system_score


def test_one_pair_of_swapped_sentences_is_seen_by_the_collapse_limit(folder: Path, baseline: Run) -> None:
    texts = list(BASE)
    texts[40], texts[41] = texts[41], texts[40]
    strict = dataclasses.replace(POLICY, collapse=CollapseLimit("chrf", 30.0))
    found = check(folder, baseline, texts, strict)
    assert found.outcome == "regression"
    (guilty,) = [c for c in found.checks if c.decides == "regression"]
    assert isinstance(guilty.evidence, LimitEvidence)
    assert (guilty.evidence.kind, guilty.evidence.candidate) == ("collapse", 2.0)
    assert {s.segment for s in found.worst[0].segments} == {"news-0040", "news-0041"}
    # The averages alone do not show it.
    assert check(folder, baseline, texts).outcome == "pass"


def test_reruns_and_improvements_pass(folder: Path, baseline: Run) -> None:
    rerun = check(folder, baseline, list(BASE))
    assert (rerun.outcome, rerun.exit_code) == ("pass", 0)
    assert [e.loss for e in paired_tests(rerun)] == [0.0, 0.0]
    assert check(folder, baseline, worsened(REFERENCES, 0.08, seed=8)).outcome == "pass"


def test_a_small_test_set_says_that_it_cannot_see_the_margin(folder: Path) -> None:
    small = make_test_set(REFERENCES[:60])
    before = make_run(folder, {"mt": BASE[:60]}, small, run_id="small-before", metrics=("bleu",))
    after = make_run(folder, {"mt": worsened(REFERENCES[:60], 0.15, seed=9)}, small, run_id="small", metrics=("bleu",))
    policy = Policy(metrics={"bleu": MetricRule(0.5)}, test="bootstrap", statistics=StatisticsSpec(resamples=300))
    choices: tuple[tuple[Literal["inconclusive", "pass", "fail"], str, int], ...] = (
        ("inconclusive", "inconclusive", 3),
        ("pass", "pass", 0),
        ("fail", "regression", 1),
    )
    for choice, outcome, code in choices:
        chosen = dataclasses.replace(policy, underpowered=choice)
        found = compare_runs(gate_input_of(after), gate_input_of(before), {small.name: small}, chosen)
        (paired,) = [c for c in found.checks if c.evidence.kind == "metric"]
        assert paired.status == "underpowered"
        assert "60 segments cannot show a loss of 0.5; the smallest they show is" in paired.sentence
        assert (found.outcome, found.exit_code) == (outcome, code)


def test_a_thousand_gates_on_equal_systems_seldom_fail() -> None:
    rng = np.random.default_rng(11)
    test_set = make_test_set(sentences(80))
    spec, rule = StatisticsSpec(resamples=199), MetricRule(0.5)
    failed = 0
    for _ in range(1000):
        shared = rng.normal(50, 10, 80)
        rows = {name: scored(shared + rng.normal(0, 8, 80)) for name in ("baseline", "candidate")}
        measured = PairedStatistics(
            MetricInfo("m", "m"), test_set, rows, {}, tuple(range(80)), {}, mean, Signature("M")
        )
        evidence = PairedMetric(measured).evidence(rule, spec, system="mt")
        alone = dataclasses.replace(evidence, p_corrected=evidence.p_value)
        failed += judge(alone, level=0.95, underpowered="inconclusive").decides == "regression"
    assert 5 <= failed <= 50


def test_a_failed_segment_makes_the_run_incomplete_not_worse(folder: Path, baseline: Run) -> None:
    run = make_run(folder, {"mt": list(BASE)}, TESTED, run_id="failed")
    (outputs,) = run.outputs
    hypotheses = list(outputs.hypotheses)
    hypotheses[3] = dataclasses.replace(hypotheses[3], text=None, error="timeout")
    broken = dataclasses.replace(run, outputs=(dataclasses.replace(outputs, hypotheses=tuple(hypotheses)),))
    found = compare_runs(gate_input_of(broken), gate_input_of(baseline), {t.name: t for t in run.test_sets}, POLICY)
    assert (found.outcome, found.exit_code) == ("inconclusive", 3)
    assert any("failed is incomplete: bleu lacks 1 segments on news." in c.sentence for c in found.checks)
    lenient = dataclasses.replace(POLICY, max_error_share=0.01)
    assert compare_runs(gate_input_of(broken), gate_input_of(baseline), {"news": TESTED}, lenient).outcome == "pass"


def test_another_test_set_is_never_compared(folder: Path, baseline: Run) -> None:
    changed = make_test_set([*REFERENCES[:-1], "Another reference ."], documents=3)
    run = make_run(folder, {"mt": list(BASE)}, changed, run_id="changed")
    found = compare_runs(gate_input_of(run), gate_input_of(baseline), {"news": changed}, POLICY)
    assert found.outcome == "inconclusive"
    assert "its content has another hash" in found.checks[0].sentence


def test_scores_of_other_versions_are_computed_again(folder: Path, baseline: Run) -> None:
    run = make_run(folder, {"mt": list(BASE)}, TESTED, run_id="same")
    old = tuple(
        dataclasses.replace(s, signature=s.signature.replace("version:", "version:0."), score=1.0)
        for s in baseline.scores
    )
    found = compare_runs(
        gate_input_of(run), gate_input_of(dataclasses.replace(baseline, scores=old)), {"news": TESTED}, POLICY
    )
    assert found.outcome == "pass"
    assert len(paired_tests(found)) == 2
    assert all("both sides were scored again as" in e.note for e in paired_tests(found))
    assert paired_tests(found)[0].baseline == pytest.approx(next(s.score for s in run.scores if s.metric == "bleu"))


def test_floors_groups_speed_and_unknown_cost(folder: Path, baseline: Run) -> None:
    policy = dataclasses.replace(
        POLICY,
        metrics={"bleu": MetricRule(2.0, minimum=99.0)},
        max_slowdown=1.5,
        max_cost_ratio=1.0,
        test_sets={"news": TestSetRule(groups={"first": ("doc-000",)})},
    )
    run = timed(make_run(folder, {"mt": list(BASE)}, TESTED, run_id="after"), seconds=1.4)
    found = compare_runs(gate_input_of(run), gate_input_of(timed(baseline, seconds=1.0)), {"news": TESTED}, policy)
    by_name = {c.name: c for c in found.checks}
    assert by_name["news/mt/minimum/bleu"].decides == "regression"
    assert "news/first/mt/metric/bleu" in by_name
    assert [(e.group, e.n) for e in paired_tests(found)] == [("", 300), ("first", 100)]
    nobody = dataclasses.replace(policy, test_sets={"news": TestSetRule(groups={"none": ("other-*",)})})
    with pytest.raises(ConfigError, match="'other-\\*' of the group 'none' matches no document of news"):
        compare_runs(gate_input_of(run), gate_input_of(baseline), {"news": TESTED}, nobody)
    assert by_name["news/mt/speed"].decides == "pass"
    assert by_name["news/mt/cost"].decides == "inconclusive"
    assert found.outcome == "regression"
    slow = compare_runs(
        gate_input_of(timed(run, seconds=1.6)), gate_input_of(timed(baseline, seconds=1.0)), {"news": TESTED}, policy
    )
    assert {c.name: c for c in slow.checks}["news/mt/speed"].decides == "regression"


def test_texts_from_a_file_have_no_speed_to_judge(folder: Path, baseline: Run) -> None:
    """The microseconds that reading a file took once blocked a release, or let it pass."""
    policy = dataclasses.replace(POLICY, max_slowdown=1.01)
    found = check(folder, baseline, list(BASE), policy)
    (speed,) = [c for c in found.checks if c.evidence.kind == "speed"]
    assert speed.decides == "inconclusive"
    assert isinstance(speed.evidence, LimitEvidence)
    assert speed.evidence.candidate is None
    assert (
        "There is no speed in after for mt and in before for mt: its texts were not translated in that run"
        in speed.sentence
    )
    half = compare_runs(
        gate_input_of(timed(make_run(folder, {"mt": list(BASE)}, TESTED, run_id="after"), seconds=1.0)),
        gate_input_of(baseline),
        {"news": TESTED},
        policy,
    )
    assert "There is no speed in before for mt: " in {c.name: c for c in half.checks}["news/mt/speed"].sentence


def test_p_values_are_corrected_over_all_checks(folder: Path, baseline: Run) -> None:
    found = paired_tests(check(folder, baseline, weaker(BASE)))
    assert len(found) == 2
    assert [e.p_corrected for e in found] == pytest.approx([2 * (e.p_value or 0) for e in found])


def test_what_cannot_be_paired_is_refused(folder: Path, baseline: Run) -> None:
    two = make_run(folder, {"x": BASE, "y": BASE}, TESTED, run_id="two")
    sides: tuple[GateInput, GateInput] = gate_input_of(two), gate_input_of(baseline)
    with pytest.raises(UserError, match="share no system"):
        compare_runs(*sides, {"news": TESTED}, POLICY)
    assert compare_runs(*sides, {"news": TESTED}, POLICY, ["x=mt"]).outcome == "pass"
    with pytest.raises(UnknownNameError, match="system 'z'"):
        compare_runs(*sides, {"news": TESTED}, POLICY, ["z=mt"])
    with pytest.raises(UserError, match="share no test set"):
        compare_runs(gate_input_of(baseline), gate_input_of(baseline), {}, POLICY)
    with pytest.raises(ConfigError, match="'blue', which neither run has; did you mean 'bleu'"):
        compare_runs(
            gate_input_of(baseline),
            gate_input_of(baseline),
            {"news": TESTED},
            Policy(metrics={"blue": MetricRule(1.0)}),
        )
    optional = Policy(metrics={"bleu": MetricRule(1.0), "comet": MetricRule(0.1, optional=True)})
    assert compare_runs(gate_input_of(baseline), gate_input_of(baseline), {"news": TESTED}, optional).outcome == "pass"


@pytest.mark.parametrize("higher", [True, False])
def test_a_loss_is_a_loss_whichever_direction_is_better(higher: bool) -> None:
    values = {"baseline": np.linspace(40, 60, 30), "candidate": np.linspace(40, 60, 30) + np.tile([1.0, 3.0], 15)}
    metric = MetricInfo("m", "m", higher_is_better=higher)
    test_set, rows = make_test_set(sentences(30)), {name: scored(v) for name, v in values.items()}
    pair = PairedMetric(PairedStatistics(metric, test_set, rows, values, tuple(range(30)), {}, mean, Signature("M")))
    found = pair.evidence(MetricRule(0.5), StatisticsSpec(resamples=199), system="mt")
    assert found.loss == pytest.approx(-2.0 if higher else 2.0)
    assert pair.losses.mean() == pytest.approx(found.loss)
    assert found.loss_low is not None
    assert found.loss_high is not None
    assert found.loss_low < (found.loss or 0.0) < found.loss_high
    assert found.p_corrected is None
