"""What the words and signs around a number make of it: percentages, hours, days, decades, halves.

For languages that write words with spaces; the numbers themselves are read in `alphabetic`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from harness.language.codes import primary
from harness.language.numerals import figures
from harness.language.numerals.by_language.word_groups import words_of
from harness.language.numerals.by_language.word_table import word_table
from harness.language.numerals.locales import conventions
from harness.language.numerals.numeral import Numeral

_NONE: frozenset[Fraction] = frozenset()
_PERCENT = re.compile(r"[ \u00a0\u202f]?%")
_PERCENT_BEFORE = re.compile(r"(?:%|yüzde )$", re.IGNORECASE)
#: An inch is 25 mm or 2.5 cm.
MILLIMETRES = re.compile(r"[ \u00a0\u202f]?(?:mm|мм|מ[\"“״]מ|millim|миллим|milim)")
_PERMILLE = re.compile(r"[ \u00a0\u202f]?‰")
_NEW_DECADE = range(20, 100, 10)
#: A word, with the marks that Indian and Hebrew letters carry.
WORD = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u0971-\u097f\u05b0-\u05c7])*"
#: The next word, over spaces and hyphens.
NEXT_WORD = re.compile(rf"[\s\u00a0\u202f-]*({WORD})")


class Surroundings:
    """A text, and what its language says around numbers.

    Args:
        plain: the text, made plain.
        language: a BCP 47 tag.
    """

    def __init__(self, plain: str, language: str) -> None:
        self.plain = plain
        self.code = primary(language)
        self.table = word_table(self.code)
        self.ways = conventions(language)
        self.percent_first = self.code in ("tr", "eu")

    @property
    def complete(self) -> bool:
        """Whether the language's number words are all read."""
        return self.table is not None and self.table.complete

    def finish(self, n: Numeral) -> Numeral:  # noqa: PLR0911 - one rule per line
        """Percentages, hours, decades: what the surroundings make of a number."""
        text = self.plain
        if (m := _PERCENT.match(text, n.end)) is not None:
            return replace(n, end=m.end(), kind="percent", value=n.value / 100, also=_scaled(n.also, 100), parts=())
        if MILLIMETRES.match(text, n.end) is not None:
            return replace(n, near=((float(n.value / 10),) * 2,))
        if (m := _PERMILLE.match(text, n.end)) is not None:
            return replace(n, end=m.end(), kind="fraction", value=n.value / 1000, also=_NONE)
        if self.percent_first and _PERCENT_BEFORE.search(text[max(0, n.start - 6) : n.start]):
            return replace(n, kind="percent", value=n.value / 100, also=_scaled(n.also, 100))
        after = NEXT_WORD.match(text, n.end)
        role = self.role_at(after)
        if after is not None and self._half_follows(after.end()):
            n = replace(n, also=n.also | {n.value + Fraction(1, 2)})
        if role is not None and role[0] == "percent":
            return replace(n, end=role[1], kind="percent", value=n.value / 100, also=_scaled(n.also, 100), parts=())
        figure = text[n.start].isdecimal()
        if figure and after is not None and not self.complete and n.value < 1000:
            n = self._in_unread_words(n, after[1].casefold())
        if role is not None and role[0] in ("span", "week") and after is not None:
            tenfold = words_of(after[1].casefold(), self.code)[0].value
            n = replace(n, also=n.also | {n.value * tenfold})
        if role is not None and role[0] == "hour" and n.value <= 24:
            return replace(n, kind="time", also=n.also | figures.other_hours(n.value))
        if figure and n.value.denominator == 1 and n.kind == "number":
            return self._calendar(n, after)
        return n

    def _in_unread_words(self, n: Numeral, word: str) -> Numeral:
        """The word may be "percent", or a scale in a form that is not known ("milionów")."""
        stem = word[:3]
        also = {n.value * v for w, v in self.ways.scales.items() if len(stem) == 3 and w.startswith(stem)}
        if n.value <= 100:
            also.add(n.value / 100)
        return replace(n, also=n.also | also)

    def _half_follows(self, end: int) -> bool:
        """Trois ans et demi: the half stands behind what is counted."""
        for role in ("joint", "half"):
            m = NEXT_WORD.match(self.plain, end)
            words = words_of(m[1].casefold(), self.code) if m is not None else ()
            if m is None or not words or words[0].role != role:
                return False
            end = m.end()
        return True

    def role_at(self, after: re.Match[str] | None) -> tuple[str, int] | None:
        """What the word or phrase of a match of NEXT_WORD is, and where it ends."""
        if after is None or self.table is None:
            return None
        folded = after[1].casefold()
        for count in range(self.table.phrases.get(folded, 0), 1, -1):
            phrase = re.compile(rf"{WORD}(?:[\s\u00a0-]+{WORD}){{{count - 1}}}").match(self.plain, after.start(1))
            if phrase is not None:
                known = self.table.words.get(re.sub(r"[\s\u00a0-]+", " ", phrase.group().casefold()))
                if known is not None:
                    return known.role, phrase.end()
        known = self.table.words.get(folded)
        return None if known is None else (known.role, after.end(1))

    def _calendar(self, n: Numeral, after: re.Match[str] | None) -> Numeral:  # noqa: PLR0911 - one rule per line
        text, value = self.plain, int(n.value)
        if self.ways.month_word and 1 <= value <= 12 and self._named_month(n):
            return replace(n, kind="month")
        if value in _NEW_DECADE and n.end - n.start == 2 and self._decade(n):
            return replace(n, kind="decade", also=n.also | {Fraction(1900 + value), Fraction(2000 + value)})
        if n.end - n.start == 4 and 1000 <= value < 2200:
            decade = frozenset({Fraction(value % 100)}) if value % 10 == 0 and self._decade(n) else _NONE
            return replace(n, kind="year", also=n.also | decade)
        if text[n.end : n.end + 1] in (".", "º", "ª") and 1 <= value <= 31 and self._month(after):
            return replace(n, kind="day")
        if after is not None and 1 <= value <= 31 and self._month(after):
            return replace(n, kind="day")
        if 12 < value <= 24 or (value <= 12 and re.match(r"[:.]?[ \u00a0]?h\b", text[n.end : n.end + 3])):
            return n
        return n

    def after_joint(self, start: int) -> bool:
        """Whether "and" stands before: hodina a půl."""
        before = re.search(rf"({WORD})[\s\u00a0]+(?:eine )?$", self.plain[max(0, start - 14) : start])
        words = words_of(before[1].casefold(), self.code) if before is not None else ()
        return bool(words) and words[0].role == "joint"

    def _named_month(self, n: Numeral) -> bool:
        before = self.plain[max(0, n.start - 12) : n.start].casefold().rstrip()
        return before.endswith(self.ways.month_word)

    def _decade(self, n: Numeral) -> bool:
        return (
            re.match(r"(?:er|ern|s|-?х|-?е|-?ті|-?тих|-?ых)\b|\.[\s\u00a0]let", self.plain[n.end : n.end + 6])
            is not None
            or re.search(
                r"(?:(?:années|años|anos|anni|de los|los|latach|lat)[\s\u00a0][‘’']?|שנות ה[-\s]*)$",
                self.plain[max(0, n.start - 8) : n.start],
            )
            is not None
        )

    def _month(self, after: re.Match[str] | None) -> bool:
        if after is None:
            return False
        words = words_of(after[1].casefold(), self.code)
        return after[1].casefold() in self.ways.months or bool(words and words[0].role == "month")


def _scaled(values: frozenset[Fraction], by: int) -> frozenset[Fraction]:
    return frozenset(v / by for v in values)
