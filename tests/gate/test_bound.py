"""One metric's one-sided bound over all test sets: what passes, what is red, and what the reader is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from harness.domain import Run, TestSet
from harness.domain.policy import CountRules, MetricRule, Policy, TestSetRule
from harness.domain.verdict import CountEvidence, GateInput, LossEvidence, Verdict, gate_input_of
from harness.gate.compare_runs import compare_runs
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened

POLICY = Policy(
    metrics={"chrf": MetricRule(2.0), "bleu": MetricRule(2.0, role="watch")}, primary="chrf", runs=1, counts=None
)


def merged(runs: list[Run]) -> GateInput:
    """Several runs of one system on several test sets as one."""
    first, *more = (gate_input_of(run) for run in runs)
    for side in more:
        first = dataclasses.replace(
            first,
            fingerprints={**first.fingerprints, **side.fingerprints},
            contents={**first.contents, **side.contents},
            outputs=(*first.outputs, *side.outputs),
            scores=(*first.scores, *side.scores),
            costs={**first.costs, **side.costs},
        )
    return first


def sets(count: int, n: int) -> list[TestSet]:
    return [make_test_set(sentences(n, seed=70 + k), name=f"set{k}") for k in range(count)]


def side(folder: Path, tested: list[TestSet], label: str, shares: list[float], seed: int) -> GateInput:
    """A system that gets so large a share of the words of each test set wrong."""
    runs = [
        make_run(folder, {"mt": worsened(t.references["refA"], share, seed=seed + k)}, t, run_id=label)
        for k, (t, share) in enumerate(zip(tested, shares, strict=True))
    ]
    return merged(runs)


def check(before: GateInput, after: GateInput, tested: list[TestSet], policy: Policy = POLICY) -> Verdict:
    return compare_runs(after, before, {t.name: t for t in tested}, policy)


def losses(found: Verdict, kind: str = "metric") -> dict[str, LossEvidence]:
    return {
        c.evidence.subject + c.evidence.test_set: c.evidence
        for c in found.checks
        if isinstance(c.evidence, LossEvidence) and c.evidence.kind == kind
    }


def test_the_same_output_passes_and_a_worse_one_does_not(tmp_path: Path) -> None:
    tested = sets(1, 150)
    before = side(tmp_path, tested, "before", [0.15], 1)
    assert check(before, dataclasses.replace(before, label="again"), tested).outcome == "pass"
    worse = check(before, side(tmp_path, tested, "worse", [0.4], 2), tested)
    assert worse.outcome == "regression"
    assert {c.status for c in worse.checks if c.evidence.subject == "bleu"} == {"warning"}
    better = check(before, side(tmp_path, tested, "better", [0.02], 3), tested)
    assert better.outcome == "pass"
    assert "a loss of 2 or more is excluded" in render(better)


def test_the_verdict_needs_no_seed_and_no_bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tested = sets(1, 80)
    before, after = side(tmp_path, tested, "before", [0.15], 1), side(tmp_path, tested, "after", [0.2], 2)
    expected = check(before, after, tested)
    other = dataclasses.replace(POLICY, statistics=dataclasses.replace(POLICY.statistics, seed=99))

    def none(*_: object, **__: object) -> None:
        raise AssertionError("a resample was drawn")

    monkeypatch.setattr("harness.stats.resample.bootstrap_scores", none)
    assert check(before, after, tested, other) == expected


def test_a_small_equal_system_is_told_what_would_answer(tmp_path: Path) -> None:
    tested = sets(1, 40)
    found = check(side(tmp_path, tested, "a", [0.3], 1), side(tmp_path, tested, "b", [0.3], 9), tested)
    (asked,) = [c for c in found.checks if c.evidence.kind == "metric" and c.evidence.subject == "chrf"]
    assert (asked.status, found.outcome) == ("underpowered", "inconclusive")
    evidence = losses(found)["chrfset0"]
    assert evidence.needed is not None
    assert evidence.needed > 40
    assert evidence.visible is not None
    assert evidence.visible > 2.0
    assert "segments (now 40) would pass an equal system 4 times out of 5" in asked.advice[0]
    assert "`underpowered: pass`" in asked.advice[1]
    through = dataclasses.replace(POLICY, underpowered="pass")
    before, after = (side(tmp_path, tested, label, [0.3], seed) for label, seed in (("a", 1), ("b", 9)))
    assert check(before, after, tested, through).outcome == "pass"


def test_small_test_sets_answer_together(tmp_path: Path) -> None:
    tested = sets(5, 60)
    before, after = side(tmp_path, tested, "a", [0.2] * 5, 1), side(tmp_path, tested, "b", [0.2] * 5, 50)
    policy = dataclasses.replace(POLICY, metrics={"chrf": MetricRule(3.5)})
    alone = check(before, after, tested, dataclasses.replace(policy, pool="off"))
    together = check(before, after, tested, policy)
    assert alone.outcome == "inconclusive"
    assert together.outcome == "pass"
    (pooled,) = [e for e in losses(together).values() if e.subject == "chrf"]
    assert pooled.over == tuple(t.name for t in tested)
    assert pooled.n == 300
    parts = losses(together, "set")
    assert pooled.loss == pytest.approx(sum(e.loss or 0.0 for e in parts.values()) / 5)
    assert sum(len(w.segments) for w in together.worst) == 10


def test_one_broken_test_set_is_seen_in_a_pool(tmp_path: Path) -> None:
    tested = sets(5, 100)
    before = side(tmp_path, tested, "a", [0.2] * 5, 1)
    broken = side(tmp_path, tested, "b", [0.0, 0.0, 0.0, 0.0, 0.7], 1)
    found = check(before, broken, tested)
    assert {c.name for c in found.checks if c.decides == "regression"} == {"set4/mt/set/chrf"}
    assert check(before, broken, tested, dataclasses.replace(POLICY, set_guard=None)).outcome == "pass"


def test_shares_weigh_the_pool(tmp_path: Path) -> None:
    tested = sets(2, 60)
    before, after = side(tmp_path, tested, "a", [0.1, 0.1], 1), side(tmp_path, tested, "b", [0.1, 0.5], 1)
    parts = losses(check(before, after, tested), "set")
    light = losses(check(before, after, tested, dataclasses.replace(POLICY, pool={"set0": 9.0, "set1": 1.0})))
    (pooled,) = [e for e in light.values() if e.subject == "chrf"]
    assert parts["chrfset0"].loss == 0
    assert pooled.loss == pytest.approx((parts["chrfset1"].loss or 0.0) / 10)


def test_small_losses_do_not_add_up_unseen(tmp_path: Path) -> None:
    tested = sets(1, 400)
    first = side(tmp_path, tested, "first", [0.10], 1)
    last = side(tmp_path, tested, "last", [0.20], 1)
    now = side(tmp_path, tested, "now", [0.21], 1)
    policy = dataclasses.replace(POLICY, metrics={"chrf": MetricRule(4.0)}, primary="chrf")
    assert check(last, now, tested, policy).outcome == "pass"
    found = compare_runs(now, last, {t.name: t for t in tested}, policy, anchor=first)
    assert {c.name for c in found.checks if c.decides == "regression"} == {"set0/mt/anchor/chrf"}
    assert "against the anchor, the first accepted baseline" in render(found)
    off = dataclasses.replace(policy, anchor=False)
    assert compare_runs(now, last, {t.name: t for t in tested}, off, anchor=first).outcome == "pass"


def test_many_checks_against_one_baseline_share_the_error(tmp_path: Path) -> None:
    tested = sets(1, 60)
    before, after = side(tmp_path, tested, "a", [0.2], 1), side(tmp_path, tested, "b", [0.27], 4)
    single = losses(check(before, after, tested))["chrfset0"]
    assert single.p_value is not None
    assert 0.05 / 400 < single.p_value < 0.05, single.p_value
    assert check(before, after, tested).outcome == "regression"
    nightly = check(before, after, tested, dataclasses.replace(POLICY, runs=400))
    assert nightly.outcome == "inconclusive"
    assert "suspicious" in render(nightly)


def test_documents_are_the_units_where_there_are_five(tmp_path: Path) -> None:
    references = sentences(100, seed=3)
    for documents, unit, units in ((5, "document", 5), (4, "segment", 100)):
        tested = [make_test_set(references, documents=documents)]
        before, after = side(tmp_path, tested, "a", [0.2], 1), side(tmp_path, tested, "b", [0.2], 7)
        found = losses(check(before, after, tested))["chrfnews"]
        assert (found.unit, found.units, found.n) == (unit, units, 100)


def test_groups_are_checked_by_themselves(tmp_path: Path) -> None:
    tested = [make_test_set(sentences(200, seed=3), documents=2)]
    before = side(tmp_path, tested, "a", [0.1], 1)
    texts = [h.text or "" for h in before.outputs[0].hypotheses]
    half = [*texts[:100], *worsened(texts[100:], 0.6, seed=5)]
    after = gate_input_of(make_run(tmp_path, {"mt": half}, tested[0], run_id="b"))
    policy = dataclasses.replace(
        POLICY,
        metrics={"chrf": MetricRule(30.0)},
        test_sets={"news": TestSetRule(metrics={"chrf": MetricRule(15.0)}, groups={"second": ("doc-001",)})},
    )
    found = check(before, after, tested, dataclasses.replace(policy, test_sets={}))
    assert found.outcome == "pass"
    grouped = check(before, after, tested, policy)
    assert "news/second/mt/metric/chrf" in {c.name for c in grouped.checks if c.decides == "regression"}


def test_counts_see_what_an_average_hides(tmp_path: Path) -> None:
    tested = sets(1, 200)
    before = side(tmp_path, tested, "a", [0.1], 1)
    texts = [h.text or "" for h in before.outputs[0].hypotheses]
    policy = dataclasses.replace(POLICY, counts=CountRules(), runs=30)
    assert check(before, before, tested, policy).outcome == "pass"
    one_empty = [*texts[:-1], ""]
    found = check(before, gate_input_of(make_run(tmp_path, {"mt": one_empty}, tested[0], run_id="b")), tested, policy)
    assert [c.name for c in found.checks if c.decides == "regression"] == ["set0/mt/never"]
    assert "set0-0199" in render(found)
    swapped = [*texts[20:40], *texts[:20], *texts[40:]]
    found = check(before, gate_input_of(make_run(tmp_path, {"mt": swapped}, tested[0], run_id="b")), tested, policy)
    assert "set0/mt/collapse/chrf" in {c.name for c in found.checks if c.decides == "regression"}
    (fell,) = [
        c.evidence for c in found.checks if isinstance(c.evidence, CountEvidence) and c.evidence.kind == "collapse"
    ]
    assert (fell.baseline, fell.candidate >= 20) == (0, True)


def test_a_fault_that_the_baseline_has_already_is_tested(tmp_path: Path) -> None:
    tested = sets(1, 200)
    texts = [h.text or "" for h in side(tmp_path, tested, "a", [0.1], 1).outputs[0].hypotheses]
    old = gate_input_of(make_run(tmp_path, {"mt": ["", *texts[1:]]}, tested[0], run_id="old"))
    new = gate_input_of(make_run(tmp_path, {"mt": [texts[0], "", *texts[2:]]}, tested[0], run_id="new"))
    policy = dataclasses.replace(POLICY, metrics={"chrf": MetricRule(5.0)}, counts=CountRules(collapse=None))
    assert not [c for c in check(old, new, tested, policy).checks if c.decides == "regression"]


def test_a_score_that_its_texts_do_not_give_is_no_score(tmp_path: Path) -> None:
    tested = sets(1, 60)
    before, after = side(tmp_path, tested, "a", [0.1], 1), side(tmp_path, tested, "b", [0.1], 1)
    (outputs,) = before.outputs
    edited = dataclasses.replace(outputs, hypotheses=(*outputs.hypotheses[1:], outputs.hypotheses[0]))
    ids = [h.id for h in outputs.hypotheses]
    moved = tuple(dataclasses.replace(h, id=i) for h, i in zip(edited.hypotheses, ids, strict=True))
    damaged = dataclasses.replace(before, outputs=(dataclasses.replace(edited, hypotheses=moved),))
    found = check(damaged, after, tested)
    assert found.outcome == "inconclusive"
    assert "the files were changed after that" in render(found)


def render(found: Verdict) -> str:
    from harness.report.verdict.verdict_text import render_text

    return render_text(found)
