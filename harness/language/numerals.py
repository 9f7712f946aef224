"""Numerals in text: digits, words and characters to exact values, with their spans.

`find` is for Chinese and English; any other language has its digits read, nothing else.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from harness.language.codes import primary
from harness.language.numeral import KINDS, Matching, Numeral, match, without_endless
from harness.language.numerals_en import find_english
from harness.language.numerals_zh import POSSIBLE, find_chinese

__all__ = ["KINDS", "Matching", "Numeral", "find", "hard_values", "knows_words", "match", "possible"]

_DIGIT, _LETTER_OR_DIGIT = re.compile(r"\d"), re.compile("[0-9A-Za-z]")
_DIGITS = re.compile(r"(?<![^\W_])\d+(?:[.,]\d+)*(?![^\W_])")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def knows_words(language: str) -> bool:
    """Whether number words of a language are read, or its digits only."""
    return primary(language) in ("zh", "en")


@lru_cache(maxsize=65536)
def find(text: str, language: str) -> tuple[Numeral, ...]:
    """Every numeral of a text, in the order of the text; spans do not overlap.

    Args:
        text: any text, the empty one included.
        language: a BCP 47 tag; its first subtag decides.
    """
    known, text = primary(language), without_endless(text)
    if known == "zh":
        return find_chinese(text)
    if known == "en":
        return find_english(text)
    return _find_digits(text)


def possible(language: str) -> re.Pattern[str]:
    """Matches one character; a text in which it matches none has no numeral."""
    return {"zh": POSSIBLE, "en": _LETTER_OR_DIGIT}.get(primary(language), _DIGIT)


def hard_values(text: str, language: str) -> tuple[Fraction, ...]:
    """The values of the hard numerals of a text, sorted, repeats kept: anchors that survive translation."""
    return tuple(sorted(n.value for n in find(text, language) if n.hard))


def _find_digits(text: str) -> tuple[Numeral, ...]:
    """Digits of any script; separators that could be decimals or thousands are accepted either way."""
    found = []
    for m in _DIGITS.finditer(text):
        raw = "".join(c if c in ".," else str(int(c)) for c in m.group())
        if _PLAIN.fullmatch(raw):
            value, also = Fraction(raw), frozenset({Fraction(raw.replace(".", ""))} if "." in raw else set[Fraction]())
        elif _GROUPED.fullmatch(raw):
            value, also = Fraction(raw.replace(",", "")), frozenset[Fraction]()
            if raw.count(",") == 1 and "." not in raw:
                also = frozenset({Fraction(raw.replace(",", "."))})
        else:
            parts = re.split("[.,]", raw)
            value = Fraction("".join(parts))
            also = frozenset({Fraction("".join(parts[:-1]) + "." + parts[-1])})
        found.append(Numeral(m.start(), m.end(), m.group(), "number", value, True, also))
    return tuple(found)
