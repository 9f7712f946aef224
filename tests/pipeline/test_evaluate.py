"""The public face scores what a program holds, exactly as the command line scores files."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from harness.domain import LangPair, MetricSpec, StatisticsSpec
from harness.errors import InputError, UnknownNameError
from harness.pipeline.score import build_metrics
from harness.report.board.rows import board_of
from harness.report.board.terminal import render

REFERENCES = Path(__file__).parents[2] / "references"
FEW = StatisticsSpec(resamples=50, seed=0)


@pytest.fixture(scope="module")
def statement() -> harness.TestSet:
    return harness.load_test_set(REFERENCES / "gdi-digital-forum-2024")


def test_the_reference_is_perfect_and_a_failure_takes_no_rank(statement: harness.TestSet, tmp_path: Path) -> None:
    perfect = list(statement.references["refA"])
    holes: list[str | None] = [*perfect[:-1], None]
    run = harness.evaluate(statement, {"perfect": perfect, "holes": holes}, statistics=FEW)
    scores = {(s.system, s.metric): s for s in run.scores}
    assert scores["perfect", "bleu"].score == pytest.approx(100)
    assert scores["perfect", "chrf"].rank == 1
    assert scores["holes", "chrf"].rank is None
    assert scores["holes", "chrf"].n_missing == 1
    assert "1 of 23 segments are not scored" in scores["holes", "chrf"].reason
    again = harness.read_run(harness.write_run(run, tmp_path))
    assert again.scores == run.scores


def test_texts_that_were_handed_in_have_no_speed(statement: harness.TestSet, tmp_path: Path) -> None:
    run = harness.evaluate(statement, {"mine": list(statement.references["refA"])}, metrics=["chrf"], statistics=FEW)
    assert run.costs[statement.name, "mine"]["seconds"] is None
    assert run.costs[statement.name, "mine"]["segments_per_second"] is None
    assert [s.timed for s in run.systems] == [False]
    again = harness.read_run(harness.write_run(run, tmp_path))
    (section,) = board_of(again).sections
    assert section.rows[0].values.get("segments_per_second") is None
    assert "seg/s" not in render(board_of(again))


def test_counts_that_differ_stop_before_scoring(statement: harness.TestSet) -> None:
    with pytest.raises(InputError, match="22 hypotheses for the 23 segments"):
        harness.evaluate(statement, {"short": list(statement.references["refA"])[1:]})


def test_a_metric_that_nobody_registered(statement: harness.TestSet) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'bleu'"):
        harness.evaluate(statement, {"x": list(statement.references["refA"])}, metrics=["blue"])


def test_metrics_of_languages_are_built_once_a_pair() -> None:
    pairs = [LangPair("zh", "en"), LangPair("de", "en")]
    built, gaps = build_metrics([MetricSpec("numbers", "numbers"), MetricSpec("chrf", "chrf")], pairs)
    assert gaps == []
    assert built[pairs[0]][0] is not built[pairs[1]][0], "numerals are read by language"
    assert built[pairs[0]][1] is built[pairs[1]][1], "characters are characters"


def test_the_face_is_complete_and_lazy() -> None:
    assert all(getattr(harness, name) is not None for name in harness.__all__)
    assert set(dir(harness)) == set(harness.__all__)
    with pytest.raises(AttributeError, match="no attribute 'evalute'"):
        harness.evalute  # noqa: B018
