"""Numerals in languages that write words with spaces: figures by their locale, words by their table.

One reader serves all of them; what differs is data (`words_<language>.tsv`, CLDR). A language without a table has its
figures, percentages, dates and the scales that CLDR knows read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from harness.language.codes import primary
from harness.language.numerals import figures
from harness.language.numerals.by_language.surroundings import MILLIMETRES, NEXT_WORD, WORD, Surroundings
from harness.language.numerals.by_language.word_groups import (
    MOST_WORDS,
    GroupItem,
    adds,
    one_word,
    power_of_ten,
    total,
    words_of,
    worth,
)
from harness.language.numerals.by_language.word_table import NumberWord
from harness.language.numerals.numeral import Numeral

_NONE: frozenset[Fraction] = frozenset()
_APOSTROPHE = re.compile("[’ʼ`´]")
_TOKEN = re.compile(rf"(?P<figure>\d|[{figures.VULGAR}])|(?P<word>{WORD})")
_TOKEN_UK = re.compile(rf"(?P<figure>\d|[{figures.VULGAR}])|(?P<word>{WORD}(?:'{WORD})*)")
_GLUE = re.compile(r"(?:\.?[\s\u00a0\u202f]+|-)?")
_HOURS = re.compile(r"(?P<hour>[01]?\d|2[0-4])[ \u00a0\u202f]?h(?:[ \u00a0\u202f]?(?P<minute>[0-5]\d))?(?![^\W_])")
_DAY_MONTH = re.compile(r"(?P<day>[12]?\d|3[01])\.[ \u00a0](?P<month>[1-9]|1[0-2])\.(?![ \u00a0]?\d)")
_CASED = r"[A-Za-z\u00c0-\u024f\u0370-\u052f]"
# A lone small letter is a word that lost its space (v15 hodin).
_NAME_BEFORE = re.compile(rf"(?:{_CASED}[-_]|{_CASED}{{2}}|[A-Z\u00c0-\u00de\u0391-\u03a9\u0400-\u042f])$")
_LETTERS_AFTER = re.compile(rf"{_CASED}+")
_JOIN = re.compile(r"[\s\u00a0\u202f]*(?:[-–—~]|[^\W\d_]{1,4}(?: [^\W\d_]{1,3})?)[\s\u00a0\u202f]*")
_SYMBOLS = (
    "km m cm mm nm kg g mg t l ml s h ms min hz khz mhz ghz kw mw gw kwh w v kb mb gb tb c f k eur usd x км м см мм кг "
    "г мг л мл т с ч мин квт мвт гвт в гб мб тб руб kč kc ha га"
)
_UNITS = frozenset(_SYMBOLS.split())
_HEBREW_PREFIXES = "בלמהושכ"  # in, to, from, the, and, that, as


def find_alphabetic(text: str, language: str) -> tuple[Numeral, ...]:
    """Every numeral of a text, in order.

    Args:
        text: any text.
        language: a BCP 47 tag.
    """
    return tuple(replace(n, text=text[n.start : n.end]) for n in _Reader(text, language).read())


class _Reader(Surroundings):
    """One text on its way from characters to numerals."""

    def __init__(self, text: str, language: str) -> None:
        code = primary(language)
        plain = figures.plain(text)
        self.tokens = _TOKEN
        if code == "uk":
            plain, self.tokens = _APOSTROPHE.sub("'", plain), _TOKEN_UK
        super().__init__(plain, language)

    def read(self) -> list[Numeral]:
        """Tokens to items, items to groups, groups to numerals."""
        found: list[Numeral] = []
        group: list[GroupItem] = []
        position, text = 0, self.plain
        while (m := self.tokens.search(text, position)) is not None:
            position = m.end()
            if m["figure"] is not None:
                numerals, position = self._figure(m.start())
                first = numerals[0]
                if len(numerals) == 1 and first.hard and first.kind in ("number", "fraction"):
                    if self._goes_on(group, first):
                        group.append(GroupItem(first.start, first.end, NumberWord("figure", first.value), first))
                        continue
                    found.extend(self._close(group))
                    group = [GroupItem(first.start, first.end, NumberWord("figure", first.value), first)]
                else:
                    found.extend(self._close(group))
                    group = []
                    found.extend(numerals)
                continue
            items, position = self._word(m)
            for item in items:
                if item.word.role in ("month", "soft", "span", "roman", "prefixed"):
                    found.extend(self._close(group))
                    group = []
                    found.append(self._alone(item))
                elif group and self._joins(group, item):
                    group.append(item)
                else:
                    found.extend(self._close(group))
                    group = [item]
        found.extend(self._close(group))
        return self._share_scale(self._join_decades(found))

    # Tokens

    def _figure(self, start: int) -> tuple[list[Numeral], int]:
        text = self.plain
        if (m := _HOURS.match(text, start)) is not None:
            hour = Fraction(m["hour"])
            found = [Numeral(*m.span("hour"), "", "time", hour, True, figures.other_hours(hour))]
            if m["minute"] is not None:
                minute = Fraction(m["minute"])
                found.append(Numeral(*m.span("minute"), "", "time", minute, minute != 0))
            return found, m.end()
        if self.ways.day_first and self.ways.decimal == "," and (m := _DAY_MONTH.match(text, start)) is not None:
            day, month = Fraction(m["day"]), Fraction(m["month"])
            return [
                Numeral(*m.span("day"), "", "day", day),
                Numeral(*m.span("month"), "", "month", month, False),
            ], m.end()
        special = figures.special(text, start, self.ways)
        found, end = special if special is not None else ([one := figures.number(text, start, self.ways)], one.end)
        if len(found) > 1:
            return found, end
        numeral = found[0]
        if _NAME_BEFORE.search(text[max(0, start - 2) : start]):
            return [replace(numeral, hard=False)], end
        after = _LETTERS_AFTER.match(text, end)
        glued = after is not None and after.group().islower() and len(after.group()) >= 3  # 13letý
        if after is not None and not glued and not self._goes_with_figures(after.group().casefold()):
            return [replace(numeral, hard=False)], end
        return [numeral], end

    def _goes_with_figures(self, letters: str) -> bool:
        if letters in _UNITS or letters in self.ways.scales:
            return True
        word = self.table.words.get(letters) if self.table is not None else None
        return word is not None and word.role in ("suffix", "scale", "percent", "hour")

    def _word(self, m: re.Match[str]) -> tuple[list[GroupItem], int]:
        """The items that a word is, none for most; a phrase counts as one."""
        start, end, table = m.start(), m.end(), self.table
        folded = m.group().casefold()
        if table is not None:
            for count in range(table.phrases.get(folded, 0), 1, -1):
                phrase = re.compile(rf"{WORD}(?:[\s\u00a0-]+{WORD}){{{count - 1}}}").match(self.plain, start)
                if phrase is not None:
                    known = table.words.get(re.sub(r"[\s\u00a0-]+", " ", phrase.group().casefold()))
                    if known is not None:
                        return [GroupItem(start, phrase.end(), known)], phrase.end()
        words = words_of(folded, self.code)
        if not words and self.code == "he" and len(folded) > 2 and folded[0] in _HEBREW_PREFIXES:
            folded = folded[1:]
            words = words_of(folded, self.code)
        short = self.ways.short_months.get(folded)
        if short is not None and not self._dated(start, end):
            short = None
        if short is not None:
            words = ()  # 19 sept. 1946
        if not words:
            month = self.ways.months.get(folded, short)
            scale = self.ways.scales.get(folded)
            if month is not None:
                words = (NumberWord("month", Fraction(month)),)
            elif scale is not None and len(folded) > 1:
                words = (NumberWord("scale", Fraction(scale)),)
            elif m.group()[0] in "IVXL" and (value := figures.roman(m.group())) is not None:
                words = (NumberWord("roman", Fraction(value), False),)
        return [GroupItem(start, end, w) for w in words], end

    def _goes_on(self, group: list[GroupItem], figure: Numeral) -> bool:
        """1 млн 200 тыс.: a figure that goes on with a larger scale."""
        if len(group) < 2 or group[0].figure is None or group[-1].word.role != "scale" or figure.value >= 1000:
            return False
        scale = group[-1].word.value
        if scale < 1000 or _GLUE.fullmatch(self.plain, group[-1].end, figure.start) is None:
            return False
        role = self.role_at(NEXT_WORD.match(self.plain, figure.end))
        return (role is not None and role[0] == "scale") or (scale == 1000 and figure.end - figure.start == 3)

    def _dated(self, start: int, end: int) -> bool:
        """Whether an abbreviation stands between figures, as that of a month does."""
        before = re.search(r"\d[.\s\u00a0\u202f-]*$", self.plain[max(0, start - 4) : start]) is not None
        after = re.match(r"(\.)?[\s\u00a0\u202f-]*(\d)?", self.plain[end : end + 4])
        return after is not None and (bool(before and after[2]) or bool(after[1] and (before or after[2])))

    # Groups

    def _joins(self, group: list[GroupItem], here: GroupItem) -> bool:  # noqa: PLR0911 - one rule per line
        if len(group) >= MOST_WORDS:
            return False
        last = group[-1]
        role, before = here.word.role, last.word
        same = last.start == here.start
        if not same and _GLUE.fullmatch(self.plain, last.end, here.start) is None:
            return False
        if group[0].figure is not None and len(group) > 1 and role in ("unit", "tens", "hundreds"):
            return False
        if before.ordinal and here.word.ordinal and role == "unit" and here.word.value < 10:
            return before.role in ("tens", "hundreds", "scale") or before.value == 10  # vigésimo sexto, dvacátý pátý
        if before.ordinal or before.role in ("part", "percent", "hour", "week"):
            return False
        if before.role == "joint":
            if len(group) < 2 or role in ("scale", "joint"):
                return False
            before = group[-2].word
            if role == "half":
                return before.role in ("figure", "unit", "tens", "scale", "hundreds")
            return role in ("unit", "tens", "hundreds") and adds(before, here.word, glued=same)
        if role == "joint":
            return before.role in ("unit", "tens", "hundreds", "scale", "figure")
        if role == "scale":
            return not (before.role == "scale" and before.value == here.word.value)
        if role in ("part", "half"):
            return role == "half" if same else role == "part" and before.role in ("unit", "tens", "figure")
        ranked = self.table is not None and self.table.ranks and here.word.ordinal and here.word.value > 2
        if ranked and before.role in ("unit", "figure") and (here.word.role == "unit"):
            return True
        return adds(before, here.word, glued=same)

    def _close(self, group: list[GroupItem]) -> list[Numeral]:
        """The numeral of a group, with what stands right after it."""
        while group and group[-1].word.role == "joint":
            group.pop()
        if not group or group[0].word.role in ("joint", "percent", "hour", "week", "decade", "suffix"):
            return []
        if group[0].figure is not None and len(group) == 1:
            return [self.finish(group[0].figure)]
        value, kind, also = worth(group)
        hard = self._hard(group, value)
        kind = "number" if kind == "ordinal" and not self.complete else kind
        start, end = group[0].start, group[-1].end
        if kind == "fraction" and len(group) == 1 and self.after_joint(start):
            also = also | {1 + value}  # hodina a půl
        parts = ((total(group[:-1]), group[-1].word.value),) if kind == "fraction" and len(group) > 1 else ()
        return [self.finish(Numeral(start, end, "", kind, value, hard, also, parts))]

    def _hard(self, group: list[GroupItem], value: Fraction) -> bool:  # noqa: PLR0911 - one rule per line
        if group[0].figure is not None:
            return True
        if not self.complete:
            return False
        if len(group) > 1:
            if all(i.word.role == "scale" for i in group) or (one_word(group) and power_of_ten(value)):
                return False  # Hunderttausende, desetitisíce: a manner of speaking
            return value > 2 or value.denominator > 1
        word = group[0].word
        if self.plain[group[0].start].isupper() and re.search(
            r"[^\W\d_][,]?[\s\u00a0]$", self.plain[max(0, group[0].start - 3) : group[0].start]
        ):
            return False  # in the middle of a sentence: a name
        if not word.hard or word.role in ("scale", "part", "half"):
            return False
        return value > (3 if word.ordinal else 2)

    def _alone(self, item: GroupItem) -> Numeral:
        start, end, word = item.start, item.end, item.word
        if word.role == "month":
            near = re.search(r"\d[\s\u00a0\u202f.]*(?:de |d')?$", self.plain[max(0, start - 6) : start]) is not None
            follows = re.match(r"\.?[\s\u00a0\u202f,]*(?:de |del )?\d", self.plain[end : end + 9]) is not None
            return Numeral(start, end, "", "month", word.value, (near or follows) and word.hard and self.complete)
        kind = "ordinal" if word.ordinal else "number" if word.role == "roman" else "multiple"
        return Numeral(start, end, "", kind, word.value, word.hard and word.role == "prefixed" and self.complete)

    def _join_decades(self, found: list[Numeral]) -> list[Numeral]:
        """30. let 20. století: the 1930s, and the century may go unsaid."""
        for i in range(len(found) - 1):
            decade, century = found[i], found[i + 1]
            if decade.kind != "decade" or not 0 <= century.start - decade.end <= 12 or not 1 < century.value <= 21:
                continue
            role = self.role_at(
                NEXT_WORD.match(self.plain, century.end + (self.plain[century.end : century.end + 1] == "."))
            )
            if role is not None and role[0] == "span":
                found[i] = replace(decade, also=decade.also | {(century.value - 1) * 100 + decade.value % 100})
                found[i + 1] = replace(century, hard=False)
        return found

    def _share_scale(self, found: list[Numeral]) -> list[Numeral]:
        """4-5 Millionen, 3 bis 5 Prozent: the first number takes the scale of the second as well."""
        for i in range(len(found) - 1):
            first, second = found[i], found[i + 1]
            plain_figure = first.kind in ("number", "time") and self.plain[first.start : first.end].isdecimal()
            decimal = re.fullmatch(r"\d+[.,]\d+", self.plain[first.start : first.end]) is not None
            if not (plain_figure or decimal) or not _JOIN.fullmatch(self.plain, first.end, second.start):
                continue
            if MILLIMETRES.match(self.plain, second.end):
                found[i] = replace(first, near=((float(first.value / 10),) * 2,))
                continue
            if second.kind == "percent":
                found[i] = replace(first, also=first.also | {first.value / 100})
                continue
            if second.kind == "time" and first.value <= 24:
                found[i] = replace(first, also=first.also | figures.other_hours(first.value))
                continue
            figure = (
                figures.number(self.plain, second.start, self.ways) if self.plain[second.start].isdecimal() else None
            )
            if figure is not None and figure.value and second.value > figure.value and figure.end < second.end:
                found[i] = replace(first, also=first.also | {first.value * second.value / figure.value})
        return found


def _scaled(values: frozenset[Fraction], by: int) -> frozenset[Fraction]:
    return frozenset(v / by for v in values)
