"""Scores that were computed elsewhere: every kind of file, and every way it can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InputError, UserError
from harness.metrics.catalogue import metrics
from harness.metrics.external.score_files import fingerprint

HEAD = {"signature": "MetricX|model:xl", "higher_is_better": False}


def unit(system: str, segment: str, hypothesis: str = "text", test_set: str = "t") -> ScoringUnit:
    return ScoringUnit(system, test_set, segment, "d", "源", hypothesis, ("ref",))


UNITS = [unit("a", "1"), unit("a", "2"), unit("b", "1"), unit("b", "2")]


def write(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def row(system: str, segment: str, score: object, **more: object) -> dict[str, Any]:
    return {"system": system, "segment": segment, "score": score, **more}


def test_json_lines_bring_scores_signature_and_direction(tmp_path: Path) -> None:
    rows = [row("b", "2", 4.5), row("a", "1", 1), row("a", "2", None), row("b", "1", 0.25), {"done": 4}]
    metric = metrics.create("scores", path=write(tmp_path / "s.jsonl", HEAD, *rows))
    assert str(metric.signature(1)) == "MetricX|model:xl"
    assert not metric.higher_is_better
    stats = metric.segment_stats(UNITS)
    np.testing.assert_array_equal(metric.segment_scores(stats), [1, np.nan, 0.25, 4.5])
    assert metric.aggregate(stats[2:].sum(axis=0)) == pytest.approx((0.25 + 4.5) / 2)


def test_flags_come_along(tmp_path: Path) -> None:
    rows = [row("a", "1", 1, flags=["cut"]), row("a", "2", 2, flags=[])]
    metric: Any = metrics.create("scores", path=write(tmp_path / "s.jsonl", HEAD, *rows))
    assert metric.explain(UNITS) == [{"flags": ["cut"]}, {}, {}, {}]
    with pytest.raises(InputError, match="line 2: the flags are no list of words"):
        metrics.create("scores", path=write(tmp_path / "s.jsonl", HEAD, row("a", "1", 1, flags=[3])))


def test_a_table_brings_scores_and_the_config_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "s.tsv"
    file.write_text("system\tsegment\tscore\na\t1\t0.5\na\t2\tNone\nb\t1\t-1e-3\n", encoding="utf-8")
    metric = metrics.create("scores", path=str(file), signature="DA|year:2022", higher_is_better=True)
    np.testing.assert_array_equal(metric.segment_scores(metric.segment_stats(UNITS)), [0.5, np.nan, -0.001, np.nan])
    with pytest.raises(ConfigError, match="does not say what its scores depend on"):
        metrics.create("scores", path=str(file), higher_is_better=True)
    with pytest.raises(ConfigError, match="does not say whether higher is better"):
        metrics.create("scores", path=str(file), signature="DA")


# The format: https://github.com/google-research/mt-metrics-eval, README, "Specification"
def test_score_files_of_mt_metrics_eval(tmp_path: Path) -> None:
    file = tmp_path / "COMET-refA.seg.score"
    file.write_text("a\t0.5\na\tNone\nb 0.25\nb\t1\n", encoding="utf-8")
    ids = tmp_path / "segments.tsv"
    ids.write_text("document\tid\nd\t1\nd\t2\n", encoding="utf-8")
    metric = metrics.create("scores", path=str(file), segments=str(ids), higher_is_better=True)
    assert str(metric.signature(1)) == "COMET-refA|from:mt-metrics-eval"
    np.testing.assert_array_equal(metric.segment_scores(metric.segment_stats(UNITS)), [0.5, np.nan, 0.25, 1])

    with pytest.raises(ConfigError, match="no ids"):
        metrics.create("scores", path=str(file), higher_is_better=True)
    ids.write_text("1\n2\n3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"2 scores of a, and .* has 3 segments"):
        metrics.create("scores", path=str(file), segments=str(ids), higher_is_better=True)
    system_level = tmp_path / "COMET-refA.sys.score"
    system_level.write_text("a 0.5\n", encoding="utf-8")
    with pytest.raises(InputError, match="one score per system"):
        metrics.create("scores", path=str(system_level))


def test_the_ids_of_segments_are_read_as_test_sets_write_them(tmp_path: Path) -> None:
    file = tmp_path / "m.seg.score"
    file.write_text("a 0.5\n\na 1\n", encoding="utf-8")
    ids = tmp_path / "segments.tsv"
    ids.write_text("id\tsource\nx\\\\1\t源\n2\t源\n", encoding="utf-8")
    metric = metrics.create("scores", path=str(file), segments=str(ids), higher_is_better=True)
    units = [unit("a", "x\\1"), unit("a", "2")]
    np.testing.assert_array_equal(metric.segment_scores(metric.segment_stats(units)), [0.5, 1])
    for content, message in (
        ("id\tsource\n1\tx\n2\n", "line 3: 1 field, but the header has 2"),
        ("ID\tsource\n1\tx\n2\ty\n", r"the column 'id' is missing \(is it 'ID'\?\)"),
        ("1\n1\n", "line 2: the id '1' stands already in line 1"),
    ):
        ids.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            metrics.create("scores", path=str(file), segments=str(ids), higher_is_better=True)


def test_test_sets_are_kept_apart(tmp_path: Path) -> None:
    rows = [row("a", "1", 1, test_set="t"), row("a", "1", 2, test_set="u")]
    metric = metrics.create("scores", path=write(tmp_path / "s.jsonl", HEAD, *rows))
    found = metric.segment_scores(metric.segment_stats([unit("a", "1"), unit("a", "1", test_set="u")]))
    assert found.tolist() == [1, 2]


def test_a_score_of_another_text_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", HEAD, row("a", "1", 1, of=fingerprint(unit("a", "1", "old"))))
    metric = metrics.create("scores", path=path)
    assert metric.segment_stats([unit("a", "1", "old")]).tolist() == [[1, 1]]
    with pytest.raises(InputError, match="scored another text"):
        metric.segment_stats([unit("a", "1", "new")])


def test_ids_that_do_not_match_at_all_are_named(tmp_path: Path) -> None:
    metric = metrics.create("scores", path=write(tmp_path / "s.jsonl", HEAD, row("A", "s1", 1)))
    with pytest.raises(InputError, match=r"no score for any of 4 units; its systems are 'A', its segments 's1'"):
        metric.segment_stats(UNITS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("system\tsegments\tscore\na\t1\t2\n", r"the column 'segment' is missing \(is it 'segments'\?\)"),
        ("system\tsegment\tscore\n\na\t1\tbad\n", "line 3: 'bad' is not a score"),
        ("system\tsegment\tscore\na\t1\t2\t3\n", "line 2: 4 fields, but the header has 3"),
        ("system\tsegment\tscore\tscore\na\t1\t2\t3\n", "line 1: the column 'score' stands twice"),
        ('{"signature": "X"}\n' + "[" * 100_000, "line 2: the JSON is nested too deeply"),
        ("system\tscore\na\t1\n", "line 1: the column 'segment' is missing"),
        ('{"signature": "X"}\n{"system": "a"\n', "line 2: this is not JSON"),
        ('{"signature": "X"}\n{"system": "a", "score": 1}\n', "line 2: system and segment are needed"),
        ('{"signature": "X"}\n{"system": "a", "segment": "1", "score": NaN}\n', "line 2: 'nan' is not a score"),
        ('{"signature": "X"}\n{"system": "a", "segment": "1", "score": "good"}\n', "'good' is not a score"),
        (
            '{"signature": "X"}\n' + '{"system": "a", "segment": "1", "score": 1}\n' * 2,
            "line 3: a second score for segment 1 of a",
        ),
        ('{"signature": "X"}\n{"error": "out of memory"}\n', "line 2: the metric failed: out of memory"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "s.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        metrics.create("scores", path=str(file), higher_is_better=True)


def test_a_missing_file_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        metrics.create("scores", path=str(tmp_path / "none.jsonl"))
