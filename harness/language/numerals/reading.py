"""The one door to the readers: which of them reads a language, and what it can read there."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from harness.language.codes import primary
from harness.language.numerals.by_language.alphabetic import find_alphabetic
from harness.language.numerals.by_language.chinese import POSSIBLE, find_chinese
from harness.language.numerals.by_language.east_asian import find_japanese, find_korean
from harness.language.numerals.by_language.english import find_english
from harness.language.numerals.by_language.word_table import word_table
from harness.language.numerals.figures import VULGAR
from harness.language.numerals.numeral import Numeral, without_endless

_DIGIT, _LETTER_OR_DIGIT, _WORD = re.compile(r"\d"), re.compile(rf"[0-9A-Za-z]|\d|[{VULGAR}]"), re.compile(r"\w")


_READERS = {"zh": find_chinese, "en": find_english, "ja": find_japanese, "ko": find_korean}


def knows_words(language: str) -> bool:
    """Whether number words of a language are read, or its figures only."""
    code = primary(language)
    table = word_table(code)
    return code in ("zh", "en", "ja") or (table is not None and table.complete)


@lru_cache(maxsize=65536)
def find(text: str, language: str) -> tuple[Numeral, ...]:
    """Every numeral of a text, in the order of the text; spans do not overlap.

    Args:
        text: any text, the empty one included.
        language: a BCP 47 tag; its first subtag decides on words, its region on separators.
    """
    text = without_endless(text)
    own = _READERS.get(primary(language))
    return find_alphabetic(text, language) if own is None else own(text)


def possible(language: str) -> re.Pattern[str]:
    """Matches one character; a text in which it matches none has no numeral."""
    return {"zh": POSSIBLE, "en": _LETTER_OR_DIGIT}.get(primary(language), _WORD)


def hard_values(text: str, language: str) -> tuple[Fraction, ...]:
    """The values of the hard numerals of a text, sorted, repeats kept: anchors that survive translation."""
    return tuple(sorted(n.value for n in find(text, language) if n.hard))
