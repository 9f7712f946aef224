"""Number words that stand together: which of them are one number, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from harness.language.numerals.by_language.word_table import NumberWord, WordTable, word_table
from harness.language.numerals.numeral import Numeral

_NONE: frozenset[Fraction] = frozenset()


@dataclass(frozen=True)
class GroupItem:
    """A word or figure of a number."""

    start: int
    end: int
    word: NumberWord
    figure: Numeral | None = None


# What follows a number inside a word and leaves no doubt: ages and durations.
_COUNTED = re.compile("let|лет|річ|jährig|tägig|stündig|monatig|wöchig|денн|дневн|месячн|členn")
#: More words than this are no number, and their product would be beyond what Python prints.
MOST_WORDS = 40


def one_word(group: Sequence[GroupItem]) -> bool:
    """Whether a group is one written word."""
    return group[0].start == group[-1].start


def power_of_ten(value: Fraction) -> bool:
    """Whether a value is 10, 100, 1000 and so on."""
    return value > 1 and str(value).rstrip("0") == "1"


def adds(before: NumberWord, here: NumberWord, *, glued: bool) -> bool:
    """Whether a smaller number goes on with a larger one: hundreds, tens, units; a unit before tens inside a word."""
    if here.role not in ("unit", "tens", "hundreds"):
        return False
    if before.role == "scale":
        return here.value < before.value and before.value != 12
    if before.role == "hundreds":
        return before.value >= 100 and here.role in ("unit", "tens")
    if before.role == "tens":
        return here.role == "unit" and here.value > 0 and (here.value < 10 or before.value in (60, 80))
    return before.role == "unit" and glued and here.role == "tens" and before.value < 10


def worth(group: Sequence[GroupItem]) -> tuple[Fraction, str, frozenset[Fraction]]:
    """Value, kind and other values of the words of one number."""
    items = [i for i in group if i.word.role != "joint"]
    last = items[-1].word
    rank = last.ordinal and last.role == "unit" and len(items) > 1 and items[-2].start < items[-1].start
    rank = rank and not items[-2].word.ordinal
    if last.role == "part" or (rank and items[-2].word.role in ("unit", "figure")):
        top = total(items[:-1]) if len(items) > 1 else Fraction(1)
        return top / last.value, "fraction", _NONE
    first = items[0]
    value = total(items)
    also = _NONE
    if first.figure is not None and len(items) == 2 and last.role == "scale":
        also = frozenset(v * last.value for v in first.figure.also)
        if not last.hard:
            also |= {first.figure.value}
    kind = "ordinal" if last.ordinal else "fraction" if last.role == "half" and len(items) == 1 else "number"
    return value, kind, also


def total(items: Sequence[GroupItem]) -> Fraction:
    """The sum, with scales multiplied: a scale takes all smaller parts before it."""
    parts: list[Fraction] = []
    for i, item in enumerate(items):
        word = item.word
        if word.role != "scale":
            parts.append(word.value)
            continue
        below = Fraction(0)
        if items[i - 1].figure is not None and parts:
            below = parts.pop()  # 5,500 thousand
        while parts and parts[-1] < word.value:
            below += parts.pop()
        parts.append((below or Fraction(1)) * word.value)
    return sum(parts, Fraction(0))


@lru_cache(maxsize=65536)
def words_of(folded: str, code: str) -> tuple[NumberWord, ...]:
    """The number words that one written word is: several in a compound, none for most words."""
    table = word_table(code)
    if table is None:
        return ()
    word = table.words.get(folded)
    if word is not None:
        return (word,)
    parts = table.compound(folded)
    if parts is not None:
        return parts
    return _prefixed(folded, table)


def _prefixed(folded: str, table: WordTable) -> tuple[NumberWord, ...]:
    """Words that begin with a number and go on with what it counts: dreijährig, пятилетний."""
    for stem, month in table.month_stems.items():
        if folded.startswith(stem):
            return (NumberWord("month", month, False),)
    for size in range(min(len(folded), 60) - 3, 2, -1):
        head = folded[:size]
        value = table.prefixes.get(head)
        if value is None and table.glued:
            parts = table.compound(head)
            items = [GroupItem(0, 0, p) for p in parts or () if p.role != "joint"]
            # Where prefixes are listed, a single word that begins another one is chance.
            if items and not items[-1].word.ordinal and (len(items) > 1 or not table.prefixes):
                value = worth(items)[0]
        if value is not None and (value >= 2 or value.denominator > 1):
            hard = value > 2 and not power_of_ten(value) and _COUNTED.match(folded[size:]) is not None
            return (NumberWord("prefixed", value, hard),)
    for stem, rank in table.ranks_before.items():
        if folded.startswith(stem) and len(folded) > len(stem) + 2:
            return (NumberWord("prefixed", rank, False, True),)
    return ()
