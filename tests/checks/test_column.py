"""What arrays say of texts is what the rules say of each of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.checks import check_hypotheses, shift
from harness.checks.column import Alphabet, CharacterClass, read_column
from harness.checks.content import content_flags, may_refuse
from harness.checks.leftovers import leftovers
from harness.checks.lookalikes import lookalikes
from harness.checks.loops import has_run, is_loop
from harness.checks.shift import FARTHEST, Sources, TextSide, shifted
from harness.checks.third_language import is_third_language
from harness.domain import Array, Hypothesis, Kind, LangPair, Segment
from harness.language.length import size
from harness.language.numerals.by_language.english import candidates

_PIECES = [
    *("the the the very good", "no no no no no no", "up to eight words that come again in a row ", "ab ab ab ab"),
    *("China", "数字", "哈哈哈哈哈哈", "カタ", "ภาษา", "한국", "x", "。", "\U0001f600", "\U00020000", "\ud800"),
    *("straße", "ß", "İ", "ﬁ", "é", "\u0345", "\u212a", "\u017fix"),
    *("one", "Two", "5G", "COVID-19", "2022", "60,000", "&amp;", "_", "a_b", "'", "-", ". ", ", "),
    *("\x01", "\x07", "\t", "\n", "\u2028"),
    *("（", "<think>", "Translation:", "I'm sorry, I can't", "翻译："),
]
texts = st.lists(
    st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(["", " ", " "])), max_size=8).map(
        lambda parts: "".join(piece + glue for piece, glue in parts) * (1 + len(parts) % 3)
    ),
    max_size=6,
)
PAIRS = ["zh-en", "en-zh", "en-de", "de-en", "ja-en", "ar-en", "zh-ja"]


@given(texts, st.sampled_from(["en", "zh", "de", "ja"]))
@example(["", "one", "", "no no no no no no", ""], "en")
def test_a_column_is_what_its_texts_are(some: list[str], language: str) -> None:
    column = read_column(some, Alphabet(language, None))
    assert column.sizes == [size(text) for text in some]
    assert {i for i, text in enumerate(some) if has_run(text)} <= column.may_loop
    assert column.having(CharacterClass.AMPERSAND) == [i for i, text in enumerate(some) if "&" in text]
    if language == "en":
        assert [column.spans.get(i, []) for i in range(len(some))] == [
            list(candidates(text, 0, len(text))) for text in some
        ]


def test_few_texts_are_asked_for_loops() -> None:
    plain = [f"The {n} of March is a day like any other day in the year, said the man of the house." for n in range(99)]
    assert read_column(plain, Alphabet("en", None)).may_loop == set()


def test_a_long_file_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [f"{n} of the {n * n} people 数字" for n in range(50)]
    whole = read_column(some, Alphabet("en", None))
    monkeypatch.setattr("harness.checks.column._MOST", 40)
    assert read_column(some, Alphabet("en", None)) == whole


@given(texts, st.data(), st.sampled_from(PAIRS))
def test_flags_of_one_text_are_those_of_the_rules(some: list[str], data: st.DataObject, name: str) -> None:
    pair = LangPair.parse(name)
    sources = [data.draw(st.sampled_from([*some, "数字 经济 2022", "A plain source of words"])) for _ in some]
    segments = [Segment(str(i), "d", 1, Kind.SENTENCE, s) for i, s in enumerate(sources)]
    found = check_hypotheses(segments, [Hypothesis(str(i), t) for i, t in enumerate(some)], pair)
    for segment, text, flags in zip(segments, some, found, strict=True):
        if segment.blank:
            expected = {"invented"} if text.strip() else set()
        else:
            expected = content_flags(segment.source, text, (pair.source, pair.target))
            languages = (pair.source, pair.target)
            if text.strip():
                expected |= {"loop"} if is_loop(segment.source, text) else set()
                expected |= leftovers(segment.source, text, languages) | lookalikes(segment.source, text, languages)
                expected |= {"wrong-language"} if is_third_language(segment.source, text, languages) else set()
        # These look at more than one text.
        assert flags - {"length-ratio", "line-shift", "tokenised"} == expected - {"tokenised"}


@given(texts)
def test_every_refusal_may_be_one(some: list[str]) -> None:
    for text in some:
        if "refusal" in content_flags("数字", text, ("zh", "en")):
            assert may_refuse(text)


@given(st.lists(st.lists(st.floats(-12, 12), min_size=7, max_size=7), min_size=3, max_size=40), st.floats(0, 12))
def test_no_path_with_shifts_is_passed_over(rows: list[list[float]], own: float) -> None:
    evidence = np.array(rows)
    evidence[:, FARTHEST] += own
    if shift._stays(evidence):
        assert not any(shift._most_likely(evidence))


def test_the_most_likely_path_is_the_best_of_all() -> None:
    """Against all paths of a short file, one by one."""
    from itertools import product

    rng = np.random.default_rng(3)
    for _ in range(20):
        evidence = rng.normal(0, 6, (4, 7))

        def worth(path: tuple[int, ...], evidence: Array = evidence) -> float:
            changes = sum(a != b for a, b in zip((FARTHEST, *path), path, strict=False))
            return float(sum(evidence[i, k] for i, k in enumerate(path))) - shift.CHANGE_COST * changes

        best = max(product(range(7), repeat=4), key=worth)
        found = tuple(k + FARTHEST for k in shift._most_likely(evidence))
        assert math.isclose(worth(found), worth(best))


def test_evidence_is_the_sum_over_what_two_lines_share() -> None:
    sources = ["2022年有3个APEC项目", "五百人", "没有数字", "GDP增长5%"]
    targets = ["In 2022 there were 3 APEC projects", "Five hundred people, 77 more", "nothing", "GDP grew by 5%"]
    read = read_column(sources, Alphabet("zh", None), loops=False)
    column = read_column(targets, Alphabet("en", None))
    side = Sources(TextSide.of(sources, read, "zh"), read)
    present = np.ones(4, dtype=bool)
    table = shift._evidence(side, TextSide.of(targets, column, "en"), present)
    assert shifted(side, TextSide.of(targets, column, "en"), present) == []
    for i in range(4):
        for k in range(7):
            j = i + k - FARTHEST
            if 0 <= j < 4:
                ratio = abs(math.log(size(targets[i]) + 10) - math.log(size(sources[j]) + 10))
                length = max(math.log(0.8 / 0.18) - ratio * (1 / 0.18 - 1 / 0.8), -4.0)
                assert table[i, k] == pytest.approx(max(-12, min(12, length + EXPECTED[i][j])))
            else:
                assert table[i, k] == -4.0


# What numerals and words add, hypothesis by source: kept 2.6 (up to ten 2.2), lost -3.5, extra -1.5; words 1.8, -2.8.
EXPECTED = [
    [2.6 + 2.2 + 1.8, -3.5 - 1.5 * 2, -1.5 * 2, -3.5 - 1.5 * 2 - 2.8],
    [-3.5 * 2 - 1.5 * 2 - 2.8, 2.6 - 1.5, -1.5 * 2, -3.5 - 1.5 * 2 - 2.8],
    [-3.5 * 2 - 2.8, -3.5, 0.0, -3.5 - 2.8],
    [-3.5 * 2 - 1.5 - 2.8, -3.5 - 1.5, -1.5, 2.2 + 1.8],
]
