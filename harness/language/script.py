"""Which script a text is in."""

from __future__ import annotations

import re
import unicodedata

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


#: Scripts that one language mixes are one here: Japanese writes kanji and two kana, Korean hangul and hanja.
_ONE_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HANGUL": "CJK", "BOPOMOFO": "CJK", "FULLWIDTH": "LATIN"}


def script_counts(text: str) -> dict[str, int]:
    """Letters by script, named as Unicode names them ("LATIN", "CJK", "CYRILLIC"); digits and marks are none.

    >>> script_counts("5G网络")
    {'LATIN': 1, 'CJK': 2}
    """
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            script = "CJK" if is_han(char) else unicodedata.name(char, "UNKNOWN").split()[0].split("-")[0]
            script = _ONE_SCRIPT.get(script, script)
            counts[script] = counts.get(script, 0) + 1
    return counts
