"""The quick ways to numerals say what the full one says."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.language.numerals import find, possible
from harness.language.numerals.by_language.chinese import find_chinese
from harness.language.numerals.by_language.english_words import TELLING
from harness.language.values import Values, english_values, values

_PIECES = [
    *sorted(TELLING),
    *("and", "a", "to", "or", "percent", "per", "cent", "%", "-", "–", ",", ".", ":", "'", "’", "(", ")", "”"),
    *("5", "12", "2022", "3,000", "60,000", "0.5", "10.30", "3rd", "1990s", "5k", "20km", "G20", "COVID-19", "$251"),
    *("pm", "p.m.", "times", "fold", "century", "o'clock", "the", "people", "in", "May", "MARCH", "March", "Two"),
    *("é", "ſ", "ı", "１", "٣", "_", " ", "  ", "\n"),
]
pieces = st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from([" ", " ", "", "-", ", ", ". "])), max_size=9)
english = pieces.map(lambda parts: "".join(piece + glue for piece, glue in parts))


def read_in_full(text: str) -> Values:
    found = find(text, "en")
    return Values(
        frozenset(float(n.value) for n in found if n.hard),
        frozenset(float(v) for n in found for v in (n.value, *n.also)),
    )


@given(english | st.text(max_size=40))
@example("ninety-fourth\u017f of 3 to 5 percent")
@example("a hundred million in March 2022, 100% of 60,000 people.")
@example("\u017fone two\u017f")
def test_english_values_are_those_of_the_numerals(text: str) -> None:
    assert english_values(text) == read_in_full(text) == values(text, "en")


def test_a_value_that_another_takes_its_scale_from_is_read_with_it() -> None:
    assert english_values("from 3 to 5 million people") == Values(frozenset({3.0, 5e6}), frozenset({3.0, 3e6, 5e6}))


@given(st.text(max_size=30), st.sampled_from(["zh", "en", "de"]))
@example("翻番", "zh")
@example("数百人, 第 五", "zh")
@example("\u0663 \u00bd", "de")
def test_a_text_without_a_possible_character_has_no_numeral(text: str, language: str) -> None:
    if possible(language).search(text) is None:
        # For Chinese `find` itself asks `possible` first, so the text is made to pass that question.
        found = find_chinese(text + "。第") if language == "zh" else find(text, language)
        assert not found


@given(st.text(alphabet="数几上成好十百千万翻第“”五规划人。 ", max_size=12))
def test_what_only_begins_like_a_chinese_numeral_ends_the_search_nowhere(text: str) -> None:
    whole, ends = find_chinese(text + "，共23个"), [n.end for n in find_chinese(text + "，")]
    assert whole[-1].value == 23
    assert [n.end for n in whole[:-1]] == ends


@pytest.mark.parametrize("language", ["en", "zh", "de"])
@pytest.mark.parametrize("endless", ["1" * 5000, "1," * 3000, "一" * 5000, "3." + "7" * 400, "二点一" + "亿" * 900])
def test_digits_without_end_are_no_numeral_and_no_error(endless: str, language: str) -> None:
    text = f"12 people, {endless} and 13"
    assert {n.value for n in find(text, language)} <= {2, 3, 12, 13}
    assert values(text, language).hard >= {12.0, 13.0}
    if language == "en":
        assert english_values(text) == values(text, "en")


def test_a_value_beyond_all_doubles_is_infinite() -> None:
    assert math.inf in values("共二点一" + "亿" * 250, "zh").every
