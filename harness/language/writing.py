"""Which letters a language is written in, so that text in the wrong language can be told from text in the right one."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.language.codes import macrolanguage, primary
from harness.language.script import HAN, han_count, letter_count

#: Leftover letters of the source's script among all letters of a hypothesis.
LEFTOVER_SHARE = 0.20
#: The same where the source is in Latin script: names and acronyms stay, and a word has many letters.
LEFTOVER_SHARE_LATIN = 0.50
#: Letters of an English text for one ideograph of its Chinese.
LETTERS_AN_IDEOGRAPH = 3

_KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_CYRILLIC = "\u0400-\u052f"
_ARABIC = "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"
_DEVANAGARI = "\u0900-\u097f"
#: Latin letters, the accented ones included.
LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a"

_SCRIPTS = {
    "zh": HAN, "yue": HAN, "lzh": HAN, "ja": HAN + _KANA, "ko": _HANGUL + HAN, "ru": _CYRILLIC, "uk": _CYRILLIC,
    "be": _CYRILLIC, "bg": _CYRILLIC, "mk": _CYRILLIC, "kk": _CYRILLIC, "ky": _CYRILLIC, "mn": _CYRILLIC,
    "tg": _CYRILLIC, "ar": _ARABIC, "fa": _ARABIC, "ur": _ARABIC, "ps": _ARABIC, "ug": _ARABIC,
    "el": "\u0370-\u03ff\u1f00-\u1fff", "he": "\u0590-\u05ff", "yi": "\u0590-\u05ff", "hi": _DEVANAGARI,
    "mr": _DEVANAGARI, "ne": _DEVANAGARI, "sa": _DEVANAGARI, "th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f", "km": "\u1780-\u17ff", "ka": "\u10a0-\u10ff", "hy": "\u0530-\u058f",
    "bn": "\u0980-\u09ff", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "am": "\u1200-\u137f",
}  # fmt: skip


def script_of(language: str) -> str:
    """The letters of a language as the inside of a character class; Latin where nothing else is known."""
    return _SCRIPTS.get(primary(language), LATIN)


@lru_cache(maxsize=256)
def foreign_letters(source: str, target: str) -> re.Pattern[str] | None:
    """Matches a letter that the source language has and the target language has not; None if they share their script.

    >>> bool(foreign_letters("zh", "en").search("the 数字 economy"))
    True
    """
    own, other = script_of(source), script_of(target)
    if own == other or own in other:
        return None
    shared = HAN if HAN in own and HAN in other else ""
    return re.compile(f"(?![{shared}])[{own}]" if shared else f"[{own}]")


#: Letters of Cyrillic alphabets that stand in nearly every sentence, so that two of them can be told apart.
_CYRILLIC_LETTERS = {
    "ru": "ыэё", "uk": "іїєґ", "be": "ўіыэё", "bg": "", "mk": "јљњѓќѕџ", "kk": "әғқңөұүһіыэ", "ky": "ңөүыэ",
    "mn": "өүыэ", "tg": "ғӣқӯҳҷэ",
}  # fmt: skip
#: Written in two scripts: their letters say nothing before it is known in which.
_TWO_SCRIPTS = frozenset({"sr", "sh", "bs", "uz", "az", "tk", "kk", "mn", "ms", "ku", "pa"})


@lru_cache(maxsize=256)
def own_letters(language: str, other: str) -> re.Pattern[str] | None:
    """Matches a letter that a language has and the other one lacks, in text of either; None where there is none.

    >>> bool(own_letters("ja", "zh").search("会議が開かれた")), own_letters("zh", "ja"), own_letters("en", "de")
    (True, None, None)
    """
    first, second = macrolanguage(language), macrolanguage(other)
    if {first, second} & _TWO_SCRIPTS:
        return None
    if first in _CYRILLIC_LETTERS and second in _CYRILLIC_LETTERS:
        own = "".join(c for c in _CYRILLIC_LETTERS[first] if c not in _CYRILLIC_LETTERS[second])
        return re.compile(f"[{own}{own.upper()}]") if own else None
    return foreign_letters(first, second)


def is_untranslated(text: str, pair: tuple[str, str]) -> bool:
    """Whether too many letters of a hypothesis are in the source's script.

    More than 20% (and two letters) for sources like Chinese; for sources in Latin script more than half, in at least
    four words.
    """
    foreign = foreign_letters(*pair)
    if foreign is None:
        return False
    leftover = len(foreign.findall(text))
    if script_of(pair[0]) == LATIN:
        words = re.findall(rf"[{LATIN}]*[a-z][{LATIN}]*", text)
        # An ideograph says as much as several letters; with Latin names in it, a Chinese sentence has fewer of them.
        written = letter_count(text) + (LETTERS_AN_IDEOGRAPH - 1) * han_count(text)
        return len(words) >= 4 and leftover > LEFTOVER_SHARE_LATIN * written
    return leftover >= 2 and leftover > LEFTOVER_SHARE * letter_count(text)
