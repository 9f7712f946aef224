"""Which language a line or a file is in: the source's side or the target's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from harness.domain.corpus import LangPair
from harness.language.codes import macrolanguage
from harness.language.script import HAN, han_count, letter_count
from harness.language.writing import LATIN, own_letters, script_of

Side = Literal["source", "target"]

_LATIN = "A-Za-zÀ-ɏ"
_LATIN_WORD = re.compile(f"[{_LATIN}]+")
#: A language is written in a file where so many of the letters are its own alone; kana are half of Japanese, the
#: Russian letters that Ukrainian lacks are 3%.
_LEAST_OWN = 0.01
#: Where none of so many letters is one of a language's own, the file is not in it.
_ENOUGH_LETTERS = 40
#: A file is in one language where so much of it is.
_WHOLE = 0.95


def tells_sides_apart(pair: LangPair) -> bool:
    """Whether script alone says which side a line is on: one side Chinese, the other without ideographs.

    A Japanese line may have no kana, so that it and a Chinese one look alike; whole files do not.

    >>> tells_sides_apart(LangPair("zh", "ko")), tells_sides_apart(LangPair("zh", "ja"))
    (True, False)
    """
    languages = {macrolanguage(pair.source), macrolanguage(pair.target)}
    return "zh" in languages and len(languages) == 2 and "ja" not in languages


def side_of(text: str, pair: LangPair) -> Side | None:
    """The side of a line, or None for one without words ("3", "***", "- 5 -").

    A Chinese line may hold Latin names and an English one Chinese titles: what counts is whether there are more
    ideographs than words of other scripts. ("AI教育大会 AIED 2019" is Chinese; "the theme 共启" is English.)
    """
    han = han_count(text)
    chinese: Side = "source" if macrolanguage(pair.source) == "zh" else "target"
    other: Side = "target" if chinese == "source" else "source"
    words = len(_words_of(pair.target if other == "target" else pair.source).findall(text))
    if han == 0 and words == 0:
        return None
    return chinese if han > words else other


@lru_cache(maxsize=64)
def _words_of(language: str) -> re.Pattern[str]:
    """Matches a word of a language beside Chinese: in its own script, or a name in Latin letters."""
    script = script_of(macrolanguage(language)).replace(HAN, "")
    letters = _LATIN if script == LATIN else _LATIN + script
    return re.compile(f"[{letters}]+(?:['’´-][{letters}]+)*")


def side_of_file(texts: Iterable[str], pair: LangPair) -> Side | None:
    """The side of a file of one language, or None where its letters do not say, or it holds both.

    Where script does not tell every line, the letters do that one of the two languages writes and the other does not:
    kana beside Chinese, і and ї beside Russian. Languages that share all of theirs are not told.
    """
    lines = list(texts)
    count: dict[Side, int] = {"source": 0, "target": 0}
    if tells_sides_apart(pair):
        for text in lines:
            side = side_of(text, pair)
            if side is not None:
                count[side] += len(text)
        total = sum(count.values())
        return next((side for side, size in count.items() if total and size >= _WHOLE * total), None)
    text = "\n".join(lines)
    letters = letter_count(text)
    sides: tuple[tuple[Side, str, str], ...] = (
        ("source", pair.source, pair.target),
        ("target", pair.target, pair.source),
    )
    own: dict[Side, re.Pattern[str] | None] = {side: own_letters(one, two) for side, one, two in sides}
    for side, pattern in own.items():
        count[side] = 0 if pattern is None else len(pattern.findall(text))
    for side, _, _ in sides:
        other: Side = "target" if side == "source" else "source"
        if count[side] > 4 * count[other] and count[side] >= _LEAST_OWN * letters:
            return side
        if own[side] is None and own[other] is not None and not count[other] and letters >= _ENOUGH_LETTERS:
            return side
    return None


def is_mixed(text: str) -> bool:
    """Whether a line has both ideographs and Latin words."""
    return han_count(text) > 0 and _LATIN_WORD.search(text) is not None
