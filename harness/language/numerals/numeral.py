"""What a numeral is, in any language: where it stands, what it is worth, how sure that is."""

from __future__ import annotations

import re
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
        parts: other readings, as several numerals at once (卷1/2 is a half or volumes 1 and 2; 12 500 is one number or
            two). A reading counts where all of it is on the other side.
        near: bounds of what it may become in another system of measures (30 yards are some 27 metres); of millimetres,
            the centimetres that such bounds are in, as low and high.
    """

    start: int
    end: int
    text: str
    kind: str
    value: Fraction
    hard: bool = True
    also: frozenset[Fraction] = field(default=_NONE)
    parts: tuple[tuple[Fraction, ...], ...] = ()
    near: tuple[tuple[float, float], ...] = ()

    def can_be(self, value: Fraction) -> bool:
        """Whether it has this value under some reading."""
        return value == self.value or value in self.also

    def fits(self, other: Numeral) -> bool:
        """Whether two numerals of two languages can render one another; a month renders a month only."""
        if (self.kind == "month") != (other.kind == "month"):
            month = self if self.kind == "month" else other
            if month.hard:
                return False
        return (
            self.value == other.value
            or self.value in other.also
            or other.value in self.also
            or not self.also.isdisjoint(other.also)
            or (bool(self.near) and self._is_near(other))
            or (bool(other.near) and other._is_near(self))
            or (bool(self.parts) and not set(self.parts).isdisjoint(other.parts))
        )

    def _is_near(self, other: Numeral) -> bool:
        """A point (low and high the same) is what a value is in centimetres; it meets bounds, and no other value."""
        values: list[Fraction | float] = [other.value, *(low for low, high in other.near if low == high)]
        return any(low <= value <= high for low, high in self.near if low < high for value in values)
