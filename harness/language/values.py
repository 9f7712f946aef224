"""What the numerals of a text are worth, without where they stand: enough to compare a text with its translation.

`values` says in sets of numbers what `find` says in full. For English it is quicker: most numerals are a single word or
figure with nothing around it that changes its meaning, and those are read from a table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from harness.language.numerals import find
from harness.language.numerals.by_language.english import candidates, find_english, month_at, read_at, share_scale
from harness.language.numerals.by_language.english_words import MONTHS, TELLING
from harness.language.numerals.figures import plain as plain_characters
from harness.language.numerals.numeral import Numeral, without_endless

_NONE: frozenset[float] = frozenset()


class Values(NamedTuple):
    """Values of the numerals of one text, in the order of the text where order can be told.

    Attributes:
        hard: of those that can be nothing else.
        every: of all, what else they may be worth included.
    """

    hard: frozenset[float] = _NONE
    every: frozenset[float] = _NONE


NOTHING = Values()

# What may follow a numeral that stands alone: the end, a mark that ends a clause, a word.
_AFTER = r"""(?:[,.;!?)\]"”](?=[ ]|\Z)|\Z|[ ][(\["“]|[ -](?P<word>[A-Za-z]+)(?![A-Za-z]|[^\x00-\x7f]))"""
_WORD_ALONE = re.compile(_AFTER)
# At most 15 digits: a double holds as many exactly.
_FIGURES = r"(?P<figures>(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(?:\.[0-9]{1,3})?)"
_FIGURES_ALONE = re.compile(_FIGURES + _AFTER)
_PERCENT = re.compile(f"{_FIGURES}%")
# Words that go on with the numeral before them, or say what it counts.
_GOES_ON = TELLING | {
    *("and", "to", "or", "percent", "per", "percentage", "pct", "times", "fold", "century", "week", "weeks"),
    *("a", "am", "p", "pm", "o"),
}


def values(text: str, language: str) -> Values:
    """What `find` finds in a text, as values."""
    return _of(find(text, language))


def english_values(text: str, spans: Iterable[tuple[int, int]] | None = None) -> Values:
    """`values` of an English text.

    Args:
        text: any text.
        spans: its `candidates`, where they are known.
    """
    plain = plain_characters(without_endless(text))
    if plain is not text:
        text, spans = plain, None
    # (start, value, whether it is hard) of what stands alone, and numerals read with all that is around them.
    alone: list[tuple[int, float, bool]] = []
    read: list[Numeral] = []
    position = 0
    for start, end in candidates(text, 0, len(text)) if spans is None else spans:
        if start < position:
            continue
        one = _alone(text, start, end)
        if one is not None:
            alone.append((start, one[0], one[1]))
            position = one[2]
            continue
        numerals, after = _in_context(text, start, end)
        read.extend(numerals)
        position = max(position, after)
    if not read:
        if not alone:
            return NOTHING
        return Values(frozenset(v for _, v, hard in alone if hard), frozenset(v for _, v, _ in alone))
    # A numeral that stands alone neither gives a scale nor takes one, and none can be shared across it.
    if len(read) > 1:
        read = share_scale(text, read)
    if not alone:
        return _of(read)
    rows = sorted(
        [(s, hard, (v,)) for s, v, hard in alone]
        + [(n.start, n.hard, (as_float(n.value), *map(as_float, n.also))) for n in read],
        key=lambda row: row[0],
    )
    return Values(frozenset(r[2][0] for r in rows if r[1]), frozenset(v for r in rows for v in r[2]))


def as_float(value: Fraction) -> float:
    """The nearest double; infinity where a value is beyond all of them."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _alone(text: str, start: int, end: int) -> tuple[float, bool, int] | None:
    """Value, hardness and end of a candidate that nothing around it changes; None for any other."""
    if _in_word(text, start):
        return None
    if text[start].isdecimal():
        m = _FIGURES_ALONE.match(text, start)
        return None if m is None or _goes_on(m) else (_value(m["figures"]), True, m.end("figures"))
    if text[start].isupper():
        return None  # may be a part of a name
    word = text[start:end].lower()
    m = _WORD_ALONE.match(text, end)
    known = None if m is None or _goes_on(m) or word in MONTHS else _word(word)
    return None if known is None else (*known, end)


def _in_context(text: str, start: int, end: int) -> tuple[list[Numeral], int]:
    """`read_at`, with short ways for percentages and months."""
    if not _in_word(text, start):
        m = _PERCENT.match(text, start)
        if m is not None:
            return [Numeral(start, m.end(), m.group(), "percent", _fraction(m["figures"]) / 100)], m.end("figures")
        after = text[end : end + 1]
        if text[start:end].lower() in MONTHS and after != "-" and after.isascii():
            return month_at(text, start, end), end
    return read_at(text, start, end)


def _in_word(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1] == "-" or text[start - 1].isalnum())


def _goes_on(after: re.Match[str]) -> bool:
    return after["word"] is not None and after["word"].lower() in _GOES_ON


def _of(numerals: Iterable[Numeral]) -> Values:
    if not numerals:
        return NOTHING
    return Values(
        frozenset(as_float(n.value) for n in numerals if n.hard),
        frozenset(as_float(v) for n in numerals for v in (n.value, *n.also)),
    )


@lru_cache(maxsize=4096)
def _fraction(figures: str) -> Fraction:
    return Fraction(figures.replace(",", ""))


@lru_cache(maxsize=4096)
def _value(figures: str) -> float:
    return float(_fraction(figures))


@lru_cache(maxsize=1024)
def _word(word: str) -> tuple[float, bool] | None:
    """What one number word says where it stands alone."""
    found = find_english(word)
    return (float(found[0].value), found[0].hard) if len(found) == 1 and not found[0].also else None
