"""Which script a text is in."""

from __future__ import annotations

import re

# Unified ideographs with extensions A-H, compatibility ideographs, and the two ideographic marks that are characters.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
#: CJK punctuation and full-width forms: part of a Chinese text, but no evidence of Chinese words.
CJK_PUNCTUATION = "\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"

_HAN = re.compile(f"[{HAN}]")
_LETTER = re.compile(r"[^\W\d_]")


def is_han(char: str) -> bool:
    """Whether one character is an ideograph."""
    return _HAN.fullmatch(char) is not None


def han_count(text: str) -> int:
    """How many ideographs a text has."""
    return len(_HAN.findall(text))


def letter_count(text: str) -> int:
    """How many letters of any script a text has, ideographs included; digits and punctuation are none."""
    return len(_LETTER.findall(text))


def han_share(text: str) -> float:
    """Ideographs among all letters, 0 to 1; 0.0 for a text without letters.

    >>> han_share("5G网络")
    0.6666666666666666
    """
    letters = letter_count(text)
    return han_count(text) / letters if letters else 0.0
