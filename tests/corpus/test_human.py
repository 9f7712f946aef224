"""Human scores in the layouts that WMT and mt-metrics-eval publish."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.corpus.testset.human_scores import read_human
from harness.errors import InputError
from tests.stats.wmt22 import FOLDER, needs_wmt22

MQM = "system\tseg_id\trater\tsource\tcategory\tseverity\n"


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "human.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_direct_assessment_by_segment(tmp_path: Path) -> None:
    found = read_human(
        file(tmp_path, "SYS SID RAW.SCR Z.SCR N \nA.1 1 93.5 0.47 2 \nA.1 3 90 -0.06 1 \nB.2 1 70 -1 1\n")
    )
    assert found.segments == {"A.1": {0: 0.47, 2: -0.06}, "B.2": {0: -1.0}}


def test_direct_assessment_by_system(tmp_path: Path) -> None:
    found = read_human(file(tmp_path, "73.4 0.134 1586 2098 HUMAN-B.12 HUMAN-B\n69.8 -0.026 1570 2134 J.6 J\n"))
    assert found.systems == {"HUMAN-B": 0.134, "J": -0.026}


def test_mt_metrics_eval(tmp_path: Path) -> None:
    found = read_human(file(tmp_path, "A\t-1.5\nA\tNone\nB\t0\nB\t-2\n"))
    assert found.segments == {"A": {0: -1.5}, "B": {0: 0.0, 1: -2.0}}
    assert read_human(file(tmp_path, "A\t0.5\nB\tNone\nC\t1\n")).systems == {"A": 0.5, "C": 1.0}


def test_mqm(tmp_path: Path) -> None:
    head = "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity\n"
    rows = [
        ("A", "1", "r1", "Accuracy/Mistranslation", "Major"),
        ("A", "1", "r1", "Fluency/Punctuation", "Minor"),
        ("A", "1", "r2", "No-error", "No-error"),
        ("A", "2", "r1", "Non-translation!", "Major"),
        ("B", "1", "r1", "Fluency/Grammar", "Minor"),
    ]
    text = head + "".join(f"{s}\td\t1\t{i}\t{r}\tsrc\ttgt\t{c}\t{v}\n" for s, i, r, c, v in rows)
    assert read_human(file(tmp_path, text)).segments == {"A": {0: -2.55, 1: -25.0}, "B": {0: -1.0}}
    means = read_human(file(tmp_path, "system\tmqm_avg_score\tseg_id\nA\t-1.5\t1\nA\tNone\t2\n"))
    assert means.segments == {"A": {0: -1.5}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("SYS SID RAW.SCR Z.SCR N\nA x 1 2 3\n", ", line 2: "),
        ("SYS SID RAW.SCR Z.SCR N\nA 0 1 2 3\n", "'0' is no segment number"),
        ("A 1\nB two\n", ", line 2: "),
        ("what is this\n", "The layout of the human scores"),
        ("1 2 3 4 5 six\nseven\n", ", line 2: "),
        (MQM + "A\t1\tr\ta tab\tinside\tFluency/Grammar\tMinor\n", ", line 2: 7 fields, but the header has 6"),
        (MQM + "\nA\t1\tr\ttext\tFluency/Grammar\n", ", line 3: there is no severity"),
        (MQM.replace("seg_id", "segment"), "the column 'seg_id' is missing"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_human(file(tmp_path, text))
    assert sentence in caught.value.problem


@needs_wmt22
def test_wmt22() -> None:
    segments = read_human(FOLDER / "da-segments.txt").segments
    assert len(segments) == 13
    assert sum(map(len, segments.values())) == 20_820
    assert read_human(FOLDER / "da-systems.txt").systems["HUMAN-B"] == 0.134
