"""Lines in another's place are seen by meaning where the encoder is there, and only near where they belong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from harness.checks.hypotheses import Checker
from harness.checks.meaning_lines import MeaningLines
from harness.domain import Hypothesis, Kind, LangPair, Segment
from harness.hub import sentence_encoder
from harness.hub.sentence_encoder import is_installed

SOURCES = ["一", "二", "三", "四", "五", "六", "七"]
LINES = ["one", "two", "three", "four", "five", "six", "seven"]


class Counting:
    """A sentence's vector is its place in the list: what two languages mean is the same."""

    name = "counting"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.seen += texts
        place = {text: i for side in (SOURCES, LINES) for i, text in enumerate(side)}
        return np.eye(8, dtype=np.float32)[[place.get(text, 7) for text in texts]]


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Counting:
    found = Counting()
    monkeypatch.setattr(sentence_encoder, "encoder_for", lambda *languages: found)
    return found


def test_swapped_and_shifted_lines_are_accused_and_others_are_not(encoder: Counting) -> None:
    asked = list(range(7))
    assert MeaningLines(SOURCES, ("zh", "en")).misplaced(LINES, asked) == []
    swapped = [LINES[1], LINES[0], *LINES[2:]]
    assert MeaningLines(SOURCES, ("zh", "en")).misplaced(swapped, asked) == [0, 1]
    shifted = ["something else", *LINES[:6]]
    assert MeaningLines(SOURCES, ("zh", "en")).misplaced(shifted, asked) == [1, 2, 3, 4, 5, 6]
    # A line that is nobody's near by is no shift.
    assert MeaningLines(SOURCES, ("zh", "en")).misplaced([LINES[6], *LINES[1:]], asked) == []


def test_a_source_that_stands_twice_accuses_nobody(encoder: Counting) -> None:
    sources = ["一", "一", "", *SOURCES[3:]]
    lines = ["one", "one", "", *LINES[3:]]
    assert MeaningLines(sources, ("zh", "en")).misplaced(lines, [0, 1, 3]) == []


def test_only_what_is_asked_about_becomes_vectors_and_sources_once(encoder: Counting) -> None:
    found = MeaningLines(SOURCES, ("zh", "en"))
    assert found.misplaced(LINES, []) == []
    assert encoder.seen == []
    found.misplaced(LINES, [0])
    assert encoder.seen == [*SOURCES[:4], "one"]
    found.misplaced(LINES, [1])
    assert encoder.seen == [*SOURCES[:4], "one", SOURCES[4], "two"]


def test_languages_that_it_does_not_know_are_not_looked_at() -> None:
    assert MeaningLines(["Dobrý den."], ("cs", "en")).misplaced(["Good day."], [0]) == []


@pytest.mark.skipif(not is_installed(), reason="the extra `semantic` is not installed")
def test_a_wrong_line_of_real_text_is_flagged_where_references_do_not_say() -> None:
    sources = ["请保留您的门票。", "博物馆九点开门。", "儿童免费入场。", "咖啡厅在二楼。", "请勿拍照。"]
    lines = [
        "Keep your ticket, please.",
        "Kids get in free.",
        "Opening time is 9 a.m.",
        "The café is upstairs.",
        "No photos.",
    ]
    segments = tuple(Segment(str(k), "d", 1, Kind.SENTENCE, s) for k, s in enumerate(sources))
    flags = Checker(segments, LangPair("zh", "en")).flags([Hypothesis(str(k), t) for k, t in enumerate(lines)])
    assert [k for k, f in enumerate(flags) if "line-shift" in f] == [1, 2]
