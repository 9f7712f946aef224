"""The translation in a chat model's answer: what stands around it goes, what belongs to it stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.backends.llm.answers import KEPT, MOST_CHARACTERS, clean_answer
from harness.domain import LangPair
from harness.errors import BackendError
from tests.backends.answer_cases import TRAPS, WRAPPED, Case

ZH_EN = LangPair("zh", "en")
WMT = Path(__file__).parents[2].parent / "shared" / "data" / "wmt22-zh-en"


def cleaned(source: str, answer: str, pair: str = "zh-en") -> str | None:
    try:
        return clean_answer(answer, source, LangPair.parse(pair)).text
    except BackendError as error:
        kept = error.raw
    assert kept == answer[:KEPT]
    return None


@pytest.mark.parametrize("case", [*WRAPPED, *TRAPS], ids=lambda case: f"{case[0]}: {case[3][:30]!r}")
def test_the_translation_and_nothing_else(case: Case) -> None:
    _, pair, source, answer, right = case
    assert cleaned(source, answer, pair) == right


@pytest.mark.parametrize(
    "case", [c for c in [*WRAPPED, *TRAPS] if c[4] is not None], ids=lambda case: repr(case[3][:30])
)
def test_what_was_cleaned_stays_as_it_is(case: Case) -> None:
    _, pair, source, _, right = case
    assert right is not None
    assert cleaned(source, right, pair) == right


def test_the_answer_is_kept_where_cleaning_changed_it() -> None:
    answer = clean_answer("Translation: Peace.", "和平。", ZH_EN)
    assert (answer.text, answer.raw) == ("Peace.", "Translation: Peace.")
    assert clean_answer("Peace.", "和平。", ZH_EN).raw is None


@pytest.mark.parametrize(
    "piece",
    [
        "\n",
        "<think>",
        "</think>",
        "```",
        "(",
        "“",
        '"',
        "{",
        "[",
        "**",
        "<|im_end|>",
        "Note:\n",
        "1. a\n",
        "注",
        " ",
        "\\boxed{",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Peace.{}", "{}Peace."])
def test_the_time_is_linear(piece: str, around: str) -> None:
    """Not a timed test: an answer of 100,000 pieces would take hours where a rule looks back over all of them."""
    answer = around.format(piece * (100_000 // len(piece)))
    started = time.process_time()
    cleaned("和平。", answer)
    assert time.process_time() - started < 20


def test_an_answer_without_end_is_an_error_that_keeps_its_beginning() -> None:
    with pytest.raises(BackendError, match="characters") as error:
        clean_answer("a" * (MOST_CHARACTERS + 1), "和平。", ZH_EN)
    assert len(error.value.raw or "") == KEPT


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_answer_is_a_text_or_an_error(answer: str, source: str) -> None:
    try:
        text = clean_answer(answer, source, ZH_EN).text
    except BackendError:
        return
    assert text.strip() == text
    assert text


def test_no_translation_of_wmt22_is_changed() -> None:
    if not WMT.is_dir():
        pytest.skip("shared/data/wmt22-zh-en is not here")
    sources = (WMT / "source.zh").read_text(encoding="utf-8").split("\n")
    changed = []
    count = 0
    for file in [*sorted((WMT / "systems").glob("*.en")), WMT / "refA.en", WMT / "refB.en"]:
        for source, text in zip(sources, file.read_text(encoding="utf-8").split("\n"), strict=True):
            if text.strip():
                count += 1
                if cleaned(source, text) != text.strip():
                    changed.append((file.name, source, text))
    assert count == 26_249
    # A system put quotation marks around a sentence that has none.
    quoted = ("DLUT.en", "那是不是要给我 compensation", '"I\'m going to give it to you."')
    assert changed == [quoted]
