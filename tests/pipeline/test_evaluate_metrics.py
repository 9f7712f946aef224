"""Meta-evaluation of a run, from its texts and files of human scores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.corpus.testset.human_scores import read_human
from harness.domain import Run
from harness.domain.ratings import HumanScores
from harness.errors import InputError
from harness.pipeline.evaluate_metrics import meta
from harness.store.runs import write_run
from tests.cli.command import harness
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened
from tests.stats.wmt22 import FOLDER, lines, needs_wmt22

REFERENCES = sentences(80, seed=31)
SHARES = {"best": 0.05, "good": 0.15, "fair": 0.3, "poor": 0.5}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    texts = {name: worsened(REFERENCES, share, seed=i) for i, (name, share) in enumerate(SHARES.items())}
    folder = tmp_path_factory.mktemp("meta")
    return make_run(folder, texts, make_test_set(REFERENCES), metrics=("bleu", "ter"))


def humans() -> HumanScores:
    return HumanScores("made up", {f"{n}.{i}": dict.fromkeys(range(80), -s) for i, (n, s) in enumerate(SHARES.items())})


def test_metrics_that_rank_as_people_do_are_perfect(run: Run) -> None:
    found = meta(run, run.test_sets[0], humans(), resamples=50)
    assert found.systems == tuple(SHARES)
    for row in found.rows.values():  # TER's errors count down
        assert row.pairwise_accuracy.value == row.kendall.value == 1.0
        assert row.segment_accuracy.value is not None
        assert row.segment_accuracy.value > 0.6


def test_system_scores_alone_will_do(run: Run) -> None:
    found = meta(run, run.test_sets[0], HumanScores("x", systems={n: -s for n, s in SHARES.items()}), resamples=20)
    assert found.rows["bleu"].kendall.value == 1.0
    assert found.rows["bleu"].segment_accuracy.value is None


def test_what_does_not_match_is_refused(run: Run) -> None:
    with pytest.raises(InputError, match="there are 1"):
        meta(run, run.test_sets[0], HumanScores("x", {"best": {0: 1.0}, "other": {0: 1.0}}))
    with pytest.raises(InputError, match="judged a segment 81"):
        meta(run, run.test_sets[0], HumanScores("x", {"best": {80: 1.0}, "good": {0: 1.0}}))


def test_on_the_command_line(run: Run, tmp_path: Path) -> None:
    write_run(run, tmp_path)
    file = tmp_path / "human.seg.score"
    file.write_text("".join(f"{n}\t{-s}\n" for n, s in SHARES.items() for _ in range(80)), encoding="utf-8")
    shown = harness("meta", "latest", "--human", file, "--results", tmp_path, "--resamples", "20")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("news: 4 systems against segment scores\n\nmetric  systems: pairs right")
    plain = json.loads(
        harness("meta", "run", "--human", file, "--results", tmp_path, "--resamples", "20", "--json").out
    )
    assert plain["metrics"]["bleu"]["kendall"]["value"] == 1.0
    assert harness("meta", "run", "--human", tmp_path / "no", "--results", tmp_path).code == 2


@needs_wmt22
def test_wmt22_by_scipy(tmp_path: Path) -> None:
    import numpy as np
    from scipy import stats

    names = ["JDExploreAcademy", "HuaweiTSC", "Online-W", "NiuTrans"]
    n = 250
    tested = make_test_set(lines("refA.en")[:n])
    run = make_run(tmp_path, {name: lines(f"systems/{name}.en")[:n] for name in names}, tested, metrics=("bleu",))
    every = read_human(FOLDER / "da-segments.txt")
    human = HumanScores(every.kind, {k: {i: v for i, v in s.items() if i < n} for k, s in every.segments.items()})
    found = meta(run, run.test_sets[0], human, resamples=100).rows["bleu"]
    plain = {name.rpartition(".")[0]: scores for name, scores in human.segments.items()}
    means = [float(np.mean(list(plain[name].values()))) for name in names]
    scores = {s.system: s.score for s in run.scores}
    bleu = [scores[name] or 0.0 for name in names]
    assert found.pearson.value == pytest.approx(stats.pearsonr(means, bleu).statistic)
    assert found.kendall.value == pytest.approx(stats.kendalltau(means, bleu).statistic)
    cells = {o.system: o.scores["bleu"] for o in run.outputs}
    pairs = [(plain[name][i], cells[name][i] or 0.0) for name in names for i in sorted(plain[name])]
    assert found.segment_pearson.value == pytest.approx(stats.pearsonr(*zip(*pairs, strict=True)).statistic)
    assert found.cells == len(pairs)
