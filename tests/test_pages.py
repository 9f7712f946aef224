"""One rule of what is shown as it is, over every code point there is."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from itertools import pairwise

import pytest
from markupsafe import escape

from harness.corpus.ingest.review import _plain, _shown
from harness.pages import ACTING_RANGES, fragment, pieces, visible
from tests.samples import HOSTILE

EVERY = [chr(c) for c in range(0x110000)]
RAW = [c for c in EVERY if visible(c) == c]


def test_controls_separators_and_surrogates_are_shown_by_their_codes() -> None:
    raw = {c for c in RAW if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}}
    assert not raw


def test_format_characters_are_shown_but_for_those_that_writing_needs() -> None:
    names = {unicodedata.name(c) for c in RAW if unicodedata.category(c) == "Cf"}
    needed = {"ZERO WIDTH JOINER", "ZERO WIDTH NON-JOINER", "MONGOLIAN VOWEL SEPARATOR"}
    assert needed <= names
    scripts = ("ARABIC ", "SYRIAC ", "KAITHI ", "EGYPTIAN HIEROGLYPH ")
    assert {n for n in names - needed if not n.startswith(scripts)} == set()


def test_nothing_with_ink_and_no_space_is_shown_by_its_code() -> None:
    spelt = {unicodedata.name(c) for c in EVERY if visible(c) != c and unicodedata.category(c)[0] in "LMNPSZ"}
    assert {n for n in spelt if "SEPARATOR" not in n} == {
        *("HANGUL FILLER", "HALFWIDTH HANGUL FILLER"),
        *("KHMER VOWEL INHERENT AQ", "KHMER VOWEL INHERENT AA"),
    }


def test_ranges_are_in_order_and_apart() -> None:
    assert all(low <= high for low, high in ACTING_RANGES)
    assert all(a[1] < b[0] for a, b in pairwise(ACTING_RANGES))


@pytest.mark.parametrize(
    "good",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0995\u09cd\u200d\u09b7",
        "\u2764\ufe0f\u200d\U0001f525",
        "\u8fba\U000e0100",
    ],
)
def test_persian_bengali_emoji_and_variants_stay_as_they_are(good: str) -> None:
    assert visible(good) == good


def test_hidden_texts_are_shown() -> None:
    assert visible("a\U000e0068\U000e0069") == "a<U+E0068><U+E0069>"
    assert visible("a\ufe01\U000e0150b") == "a<U+FE01><U+E0150>b"
    assert visible("\u200b\u200c\u200c") == "<U+200B><U+200C><U+200C>"


def in_a_template(text: str) -> str:
    page = fragment("harness.report.page", "error.html.j2", message=text)
    return page.removeprefix("<!doctype html><title>error</title><p>").removesuffix("</p>")


def test_both_pages_show_the_same() -> None:
    for character in EVERY:
        review, marked = _plain(character), _shown(character)
        assert review == str(escape(visible(character))).replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
        assert unescape(review) == visible(character)
        assert unescape(re.sub("<[^>]*>", "", marked)) == visible(character).strip("<>" if len(review) > 6 else "")
    for text in (*HOSTILE, *map(chr, range(0x300)), "\u202e", "\U000e0041"):
        assert unescape(in_a_template(text)) == visible(text)
        assert not re.search("[<>\"']", in_a_template(text))
        assert "".join(f"<{p}>" if coded else p for p, coded in pieces(text)) == visible(text)
