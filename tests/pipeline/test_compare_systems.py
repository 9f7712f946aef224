"""Two systems side by side."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from harness.domain import MetricInfo, Run, StatisticsSpec, SystemScore
from harness.errors import UnknownNameError, UserError
from harness.pipeline.compare_systems import CompareRequest, differences
from harness.pipeline.rescore import Subject, core_signature, measure
from harness.report.text.comparison_text import render_json, render_markdown, render_text
from harness.store.runs import write_run
from tests.cli.command import harness
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened

SHARES = {"good": 0.1, "fair": 0.12, "twin": 0.1, "bad": 0.5}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    references = sentences(120)
    better, worse = worsened(references, 0.1, seed=2), worsened(references, 0.3, seed=3)
    worse[7] = "<b>|@all</b> \x1b[31m"
    return make_run(
        tmp_path_factory.mktemp("run"), {"old": worse, "new": better}, make_test_set(references, documents=4)
    )


def test_deltas_and_p_values_are_those_of_the_run(run: Run) -> None:
    (found,) = differences(run, CompareRequest("old", "new"))
    assert [m.metric for m in found.metrics] == ["bleu", "chrf"]
    for row, stored in zip(found.metrics, run.comparisons, strict=True):
        assert (stored.baseline, stored.system) == ("old", "new")
        assert (row.delta, row.ci_low, row.ci_high, row.p_value) == pytest.approx(
            (stored.delta, stored.ci_low, stored.ci_high, stored.p_value)
        )
        assert row.better is True


def test_the_other_way_round_is_the_mirror(run: Run) -> None:
    (forth,), (back,) = differences(run, CompareRequest("old", "new")), differences(run, CompareRequest("new", "old"))
    for a, b in zip(forth.metrics, back.metrics, strict=True):
        assert (a.delta, a.ci_low, a.ci_high, a.p_value, a.agreement) == (
            -b.delta,
            None if b.ci_high is None else -b.ci_high,
            None if b.ci_low is None else -b.ci_low,
            b.p_value,
            b.agreement,
        )
    assert [c.segment for c in forth.gained] == [c.segment for c in back.lost]
    assert {(c.ngram, c.system) for c in forth.found} == {(c.ngram, c.baseline) for c in back.missed}


def test_segments_that_changed_most_come_first(run: Run) -> None:
    (found,) = differences(run, CompareRequest("old", "new", top=5))
    gains = [c.system_score - c.baseline_score for c in found.gained]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0
    assert all(c.system_score < c.baseline_score for c in found.lost)
    stored = {o.system: o.scores["bleu"] for o in run.outputs}
    best = max(b - a for a, b in zip(stored["old"], stored["new"], strict=True) if a is not None and b is not None)
    assert gains[0] == pytest.approx(best)


def test_groups_add_up_to_the_whole(run: Run) -> None:
    (found,) = differences(run, CompareRequest("old", "new"))
    assert sum(g.n for g in found.lengths) == sum(g.n for g in found.documents) == found.n == 120
    assert [g.group for g in found.documents] == ["doc-000", "doc-001", "doc-002", "doc-003"]
    assert [g.group.strip().split()[0] for g in found.lengths] == ["1-20", "21-40", "41-80", "81"]


def test_ngrams_count_what_the_reference_has(tmp_path: Path) -> None:
    run = make_run(
        tmp_path,
        {"a": ["the cat sat", "the the the"], "b": ["the cat sat down", "the"]},
        make_test_set(["the cat sat down", "the dog"]),
    )
    (found,) = differences(run, CompareRequest("a", "b"))
    assert {(c.ngram, c.baseline, c.system) for c in found.found} == {
        ("down", 0, 1),
        ("sat down", 0, 1),
        ("cat sat down", 0, 1),
        ("the cat sat down", 0, 1),
    }
    assert found.missed == ()


def test_a_metric_that_is_a_mean_is_not_scored_again(run: Run) -> None:
    """COMET's corpus score is the mean of its segment scores: comparing must not load the model."""
    n = len(run.test_sets[0].segments)
    values = {"old": np.linspace(0.6, 0.8, n), "new": np.linspace(0.65, 0.85, n)}
    outputs = {
        o.system: dataclasses.replace(o, scores={"comet": tuple(map(float, values[o.system]))}) for o in run.outputs
    }
    signature = "COMET|nrefs:1|model:Unbabel/wmt22-comet-da|data:abc|system:def|seed:0"
    subject = Subject(
        run.test_sets[0],
        MetricInfo("comet", "comet"),
        outputs,
        {"model": "no/such-model"},
        {
            name: SystemScore("news", name, "comet", float(v.mean()), None, None, n, 0, 1, 1, signature)
            for name, v in values.items()
        },
    )
    found = measure(subject)  # no such model: scoring again would raise
    assert str(found.signature) == "COMET|nrefs:1|model:Unbabel/wmt22-comet-da"
    assert found.rows["new"].sum(axis=0).tolist() == pytest.approx([values["new"].sum(), n])


def test_the_core_of_a_signature_is_the_metrics_own(run: Run) -> None:
    stored = next(s.signature for s in run.scores if s.metric == "bleu")
    assert "|data:" in stored
    assert str(core_signature(stored)).startswith("BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert "data" not in str(core_signature(stored))


def test_unknown_names_are_refused_kindly(run: Run) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'new'"):
        differences(run, CompareRequest("old", "news"))
    with pytest.raises(UnknownNameError, match="metric 'blue'"):
        differences(run, CompareRequest("old", "new", metrics=("blue",)))
    with pytest.raises(UnknownNameError, match="test set"):
        differences(run, CompareRequest("old", "new"), ["olds"])
    with pytest.raises(UserError, match="itself"):
        differences(run, CompareRequest("old", "old"))


def test_hostile_texts_stay_inert(run: Run) -> None:
    found = differences(run, CompareRequest("old", "new", top=200))
    text, page = render_text(found), render_markdown(found)
    assert "\x1b" not in text + page
    assert "<U+001B>" in text
    assert "<b>" not in page
    assert "\\|\\@all" in page


def test_json_is_the_value(run: Run) -> None:
    found = differences(run, CompareRequest("old", "new"))
    plain = json.loads(render_json(found))
    assert plain[0]["metrics"][0]["delta"] == found[0].metrics[0].delta
    assert plain[0]["lengths"][0]["n"] == found[0].lengths[0].n


@pytest.mark.parametrize("correction", ["holm", "bh", "none"])
def test_p_is_not_corrected_and_the_boards_is(tmp_path: Path, correction: Literal["holm", "bh", "none"]) -> None:
    """A small p beside systems that the board calls tied is explained, whichever way round they are compared."""
    references = sentences(120)
    texts = {name: worsened(references, share, seed=i) for i, (name, share) in enumerate(SHARES.items())}
    statistics = StatisticsSpec(resamples=200, correction=correction)
    run = make_run(tmp_path, texts, make_test_set(references), statistics=statistics)
    stored = {c.metric: c.p_corrected for c in run.comparisons if {c.baseline, c.system} == {"good", "fair"}}
    for wanted in (CompareRequest("good", "fair"), CompareRequest("fair", "good")):
        (found,) = differences(run, wanted)
        assert {m.metric: m.p_corrected for m in found.metrics} == stored
        assert {(m.correction, m.pairs) for m in found.metrics} == {(correction, 6)}
        plain = json.loads(render_json([found]))[0]
        assert plain["metrics"][0]["p_corrected"] == stored["bleu"]
        assert plain["metrics"][0]["correction"] == correction
        (note,) = [n for n in found.notes if n.startswith("p is for this one comparison")]
        assert "all 6 pairs of systems" in note
        assert (f"({correction}); of these two: bleu {stored['bleu']:.4f}" in note) == (correction != "none")
        assert note in render_text([found])
        assert "p is for this one comparison" in render_markdown([found])
        assert note in plain["notes"]


def test_one_pair_needs_no_correction(run: Run) -> None:
    (found,) = differences(run, CompareRequest("old", "new"))
    assert not [n for n in found.notes if "corrected" in n]
    assert [(m.pairs, m.p_corrected) for m in found.metrics] == [(1, c.p_value) for c in run.comparisons]


def test_on_the_command_line(run: Run, tmp_path: Path) -> None:
    write_run(run, tmp_path)
    shown = harness("compare", "latest", "old", "new", "--results", tmp_path)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("news: new against old, 120 segments\n\nmetric  old")
    assert harness("compare", "run", "old", "new", "--results", tmp_path, "--format", "md").out.startswith("### news")
    compat = json.loads(
        harness("compare", "run", "old", "new", "--results", tmp_path, "--compat", "sacrebleu", "--json").out
    )
    assert compat[0]["metrics"][0]["test"] == "sacrebleu-ar"
    assert compat[0]["metrics"][0]["resamples"] == 10000
    refused = harness("compare", "run", "old", "olds", "--results", tmp_path)
    assert (refused.code, refused.out) == (2, "")
    assert "did you mean 'old'?" in refused.err


def test_a_run_knows_which_ranks_each_system_may_have(tmp_path: Path) -> None:
    references = sentences(120)
    shares = {"good": 0.05, "twin": 0.05, "bad": 0.6}
    texts = {name: worsened(references, share, seed=i) for i, (name, share) in enumerate(shares.items())}
    run = make_run(tmp_path, texts, make_test_set(references))
    ranges = {s.system: (s.rank_low, s.rank_high) for s in run.scores if s.metric == "chrf"}
    assert ranges == {"good": (1, 2), "twin": (1, 2), "bad": (3, 3)}
