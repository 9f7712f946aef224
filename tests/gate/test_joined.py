"""Two sides are put side by side by content and by id, and a policy asks only for what there is."""

from __future__ import annotations

import dataclasses
import random
import re
from pathlib import Path

import pytest

from harness.domain import MetricInfo, Run
from harness.domain.policy import CountRules, FlagLimit, MetricRule, Policy, TestSetRule
from harness.domain.verdict import GateInput, Verdict, gate_input_of
from harness.errors import ConfigError, InputError
from harness.gate.compare_runs import compare_runs
from harness.gate.judgement.people_agree import by_what, people_agree
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened

REFERENCES = sentences(120, seed=8)
TESTED = make_test_set(REFERENCES)
POLICY = Policy(metrics={"chrf": MetricRule(2.0), "bleu": MetricRule(2.0, role="watch")}, primary="chrf", runs=1)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("b"), {"mt": worsened(REFERENCES, 0.1, seed=1)}, TESTED, run_id="before")


def check(after: Run, before: GateInput, policy: Policy = POLICY) -> Verdict:
    return compare_runs(gate_input_of(after), before, {t.name: t for t in after.test_sets}, policy)


def test_the_order_of_a_file_says_nothing(tmp_path: Path, baseline: Run) -> None:
    worse = make_run(tmp_path, {"mt": worsened(REFERENCES, 0.4, seed=2)}, TESTED, run_id="worse")
    before = gate_input_of(baseline)
    (outputs,) = before.outputs
    order = list(range(len(outputs.hypotheses)))
    random.Random(4).shuffle(order)
    shuffled = dataclasses.replace(
        outputs,
        hypotheses=tuple(outputs.hypotheses[k] for k in order),
        flags=tuple(outputs.flags[k] for k in order),
        scores={m: tuple(v[k] for k in order) for m, v in outputs.scores.items()},
        notes={m: tuple(v[k] for k in order) for m, v in outputs.notes.items()},
    )
    found = check(worse, dataclasses.replace(before, outputs=(shuffled,)))
    assert found.outcome == "regression"
    assert found == check(worse, before)


def test_a_line_of_another_segment_is_refused(tmp_path: Path, baseline: Run) -> None:
    before = gate_input_of(baseline)
    (outputs,) = before.outputs
    first = dataclasses.replace(outputs.hypotheses[0], id="news-9999")
    odd = dataclasses.replace(outputs, hypotheses=(first, *outputs.hypotheses[1:]))
    with pytest.raises(InputError, match="the segment news-9999 is on one side alone"):
        check(baseline, dataclasses.replace(before, outputs=(odd,)))


def test_the_same_content_under_another_name_is_the_same_test_set(tmp_path: Path, baseline: Run) -> None:
    renamed = make_test_set(REFERENCES, name="press")
    after = make_run(tmp_path, {"mt": worsened(REFERENCES, 0.1, seed=1)}, renamed, run_id="after")
    found = check(after, gate_input_of(baseline))
    assert found.outcome == "pass"
    assert "press has the content of the baseline's news: they are compared as one test set." in found.notes
    changed = make_test_set([*REFERENCES[:-1], "another one ."], name="news")
    other = make_run(tmp_path, {"mt": worsened(REFERENCES, 0.1, seed=1)}, changed, run_id="other")
    assert check(other, gate_input_of(baseline)).outcome == "inconclusive"


def test_what_is_on_one_side_alone_is_named(tmp_path: Path, baseline: Run) -> None:
    texts = worsened(REFERENCES, 0.1, seed=1)
    after = make_run(tmp_path, {"mt": texts, "new": texts}, TESTED, run_id="after")
    assert "The system new is in after alone and is not checked." in check(after, gate_input_of(baseline)).notes


def test_the_candidate_does_not_choose_how_it_is_measured(tmp_path: Path, baseline: Run) -> None:
    lower = [t.upper() for t in worsened(REFERENCES, 0.1, seed=1)]
    after = make_run(tmp_path, {"mt": lower}, TESTED, run_id="after")
    sly = dataclasses.replace(
        gate_input_of(after),
        parameters={"chrf": {"lowercase": True}},
        scores=tuple(
            dataclasses.replace(s, signature=re.sub("case:mixed", "case:lc", s.signature), score=90.0)
            for s in gate_input_of(after).scores
        ),
    )
    found = compare_runs(sly, gate_input_of(baseline), {"news": TESTED}, POLICY)
    assert found.outcome == "regression"
    first = found.checks[0]
    assert first.decides == "inconclusive"
    assert "chrf is case:lc in after and case:mixed in before." in first.sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metrics": {"blue": MetricRule(1.0)}}, "metric 'blue', which neither run has; did you mean 'bleu'?"),
        ({"metrics": {"cmet": MetricRule(1.0, optional=True)}}, "there is none of this name; did you mean 'comet'?"),
        ({"metrics": {"comet": MetricRule(1.0, optional=True)}}, "This gate compares nothing: neither run has comet."),
        ({"counts": CountRules(never=("emtpy",))}, "There is no flag 'emtpy'; did you mean 'empty'?"),
        ({"flags": FlagLimit(("lop",), max_share=0.1)}, "There is no flag 'lop'; did you mean 'loop'?"),
        ({"counts": CountRules(rate=("number-mismatch",))}, "given by the metric numbers, and neither run has it"),
        ({"flags": FlagLimit(("name-missing",), max_share=0.1)}, "given by the metric names, and neither run has it"),
        ({"test_sets": {"newz": TestSetRule()}}, "the test set 'newz', which neither side has; did you mean 'news'?"),
        ({"pool": {"news": 1.0, "old": 2.0}}, "the test set 'old', which neither side has."),
        (
            {"test_sets": {"news": TestSetRule(groups={"g": ("dok-*",)})}},
            "'dok-*' of the group 'g' matches no document",
        ),
    ],
)
def test_a_name_that_nothing_answers_to_is_a_mistake(baseline: Run, changes: dict[str, object], said: str) -> None:
    policy = dataclasses.replace(POLICY, **{"primary": "", **changes})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=re.escape(said)):
        check(baseline, gate_input_of(baseline), policy)


@pytest.mark.parametrize("kind", ["cleaned", "truncated-output", "line-breaks-joined", "contaminated"])
def test_a_flag_that_an_engine_or_a_metric_of_the_runs_may_give_is_known(
    tmp_path: Path, baseline: Run, kind: str
) -> None:
    before = gate_input_of(baseline)
    given = dataclasses.replace(before, metrics=(*before.metrics, MetricInfo("seen", "contamination")))
    policy = dataclasses.replace(POLICY, flags=FlagLimit((kind,), max_share=0.1))
    assert compare_runs(given, given, {"news": TESTED}, policy).outcome == "pass"


def test_flags_of_scores_from_elsewhere_cannot_be_listed(baseline: Run) -> None:
    before = gate_input_of(baseline)
    given = dataclasses.replace(before, metrics=(*before.metrics, MetricInfo("human", "scores")))
    own = dataclasses.replace(POLICY, flags=FlagLimit(("a-severe-error",), max_share=0.1))
    assert compare_runs(given, given, {"news": TESTED}, own).outcome == "pass"
    typo = dataclasses.replace(POLICY, flags=FlagLimit(("emtpy",), max_share=0.1))
    with pytest.raises(ConfigError, match="did you mean 'empty'"):
        compare_runs(given, given, {"news": TESTED}, typo)


def test_a_flag_that_no_check_gives_is_counted_as_it_is_stored(baseline: Run) -> None:
    before = gate_input_of(baseline)
    (outputs,) = before.outputs
    flags = (outputs.flags[0] | {"cleaned"}, *outputs.flags[1:])
    after = dataclasses.replace(before, label="after", outputs=(dataclasses.replace(outputs, flags=flags),))
    policy = dataclasses.replace(POLICY, counts=CountRules(never=("cleaned",)))
    found = compare_runs(after, before, {"news": TESTED}, policy)
    assert [c.name for c in found.checks if c.decides == "regression"] == ["news/mt/never"]


def test_people_agree_more_where_the_difference_is_larger() -> None:
    assert [people_agree("chrf", d) for d in (0.0, 0.33, 0.32, 1.0, -1.0, 9.0)] == [50, 55, 50, 70, 70, 90]
    assert people_agree("ter", 3.0) is None
    assert "about 70 times out of 100" in by_what("chrf", "chrf", 1.0)
    assert "times out of" not in by_what("terms", "terms", 1.0)
