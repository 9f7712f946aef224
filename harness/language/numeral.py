"""What a numeral is, in any language: where it stands, what it is worth, how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

# What a decoder writes that does not stop. No text has such a number, and Python refuses to read one of 4,301 digits.
_ENDLESS = re.compile(r"[\d.,零〇○一二三四五六七八九十百千万萬亿億]{300,}")

KINDS = ("number", "ordinal", "percent", "fraction", "multiple", "year", "decade", "century", "month", "day", "time")
_NONE: frozenset[Fraction] = frozenset()


def without_endless(text: str) -> str:
    """The text, with as many underscores in place of digits that go on for 300 characters or more."""
    return text if len(text) < 300 else _ENDLESS.sub(lambda m: "_" * len(m.group()), text)


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number in a text. A date is several of them: a year, a month, a day.

    Attributes:
        start, end: the span in the text, in characters.
        text: the characters of the span.
        kind: one of KINDS.
        value: exact; a percentage is its hundredth (50% is 1/2), a month is 1 to 12, a decade its first year.
        hard: True where the text can mean nothing else (digits, long numerals); False for what may be an idiom or what
            another language may leave out ("one", "一", "second"). Soft ones may be matched and are never required.
        also: other values that a correct rendering may have (15时 is also 3 p.m.; 80年代 is the 80s and the 1980s).
    """

    start: int
    end: int
    text: str
    kind: str
    value: Fraction
    hard: bool = True
    also: frozenset[Fraction] = field(default=_NONE)

    def fits(self, other: Numeral) -> bool:
        """Whether two numerals of two languages can render one another."""
        return (
            self.value == other.value
            or self.value in other.also
            or other.value in self.also
            or not self.also.isdisjoint(other.also)
        )


@dataclass(frozen=True)
class Matching:
    """Which numerals of a source are in its translation.

    Attributes:
        pairs: source and target numerals that render one another; each numeral stands in one pair at most.
        missing: hard source numerals whose value is nowhere in the target. A value said twice may be rendered once.
        extra: hard target numerals whose value is nowhere in the source; a month that only makes "the 20th" of the
            source a full date is none.
    """

    pairs: tuple[tuple[Numeral, Numeral], ...]
    missing: tuple[Numeral, ...]
    extra: tuple[Numeral, ...]


def match(source: Sequence[Numeral], target: Sequence[Numeral]) -> Matching:
    """Pair the numerals of a text and of its translation by value, each at most once.

    Order plays no role, since word order differs between languages. Hard numerals choose first, equal values before
    alternatives, so that an idiom never takes the partner of a figure.
    """
    free = list(range(len(target)))
    partner: dict[int, int] = {}
    order = sorted(range(len(source)), key=lambda i: not source[i].hard)
    for equal, hard_only in ((True, True), (False, True), (True, False), (False, False)):
        for i in order:
            if i in partner or (hard_only and not source[i].hard):
                continue
            for j in sorted(free, key=lambda j: not target[j].hard):
                if source[i].value == target[j].value if equal else source[i].fits(target[j]):
                    partner[i] = j
                    free.remove(j)
                    break
    dated = any(n.kind == "month" for n in source) or not any(n.kind in ("day", "number") for n in source)
    return Matching(
        pairs=tuple((source[i], target[j]) for i, j in sorted(partner.items())),
        missing=tuple(
            n for i, n in enumerate(source) if n.hard and i not in partner and not any(n.fits(t) for t in target)
        ),
        extra=tuple(
            target[j]
            for j in free
            if target[j].hard and (dated or target[j].kind != "month") and not any(target[j].fits(n) for n in source)
        ),
    )
