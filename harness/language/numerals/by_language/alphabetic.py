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
from harness.language.numerals.by_language.word_table import NumberWord, word_table
from harness.language.numerals.locales import conventions
from harness.language.numerals.numeral import Numeral

_NONE: frozenset[Fraction] = frozenset()
_APOSTROPHE = re.compile("[’ʼ`´]")
_WORD = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u0971-\u097f\u05b0-\u05c7])*"
_TOKEN = re.compile(rf"(?P<figure>\d|[{figures.VULGAR}])|(?P<word>{_WORD})")
_TOKEN_UK = re.compile(rf"(?P<figure>\d|[{figures.VULGAR}])|(?P<word>{_WORD}(?:'{_WORD})*)")
_NEXT = re.compile(rf"[\s\u00a0\u202f-]*({_WORD})")
_GLUE = re.compile(r"(?:\.?[\s\u00a0\u202f]+|-)?")
_HOURS = re.compile(r"(?P<hour>[01]?\d|2[0-4])[ \u00a0\u202f]?h(?:[ \u00a0\u202f]?(?P<minute>[0-5]\d))?(?![^\W_])")
_PERCENT = re.compile(r"[ \u00a0\u202f]?%")
_PERCENT_BEFORE = re.compile(r"(?:%|yüzde )$", re.IGNORECASE)
_PERMILLE = re.compile(r"[ \u00a0\u202f]?‰")
_CASED = r"[A-Za-z\u00c0-\u024f\u0370-\u052f]"
_NAME_BEFORE = re.compile(rf"{_CASED}[-_]?$")
_LETTERS_AFTER = re.compile(rf"{_CASED}+")
_JOIN = re.compile(r"[\s\u00a0\u202f]*(?:[-–—~]|[^\W\d_]{1,4}(?: [^\W\d_]{1,3})?)[\s\u00a0\u202f]*")
_SYMBOLS = (
    "km m cm mm nm kg g mg t l ml s h ms min hz khz mhz ghz kw mw gw kwh w v kb mb gb tb c f k eur usd x км м см мм кг "
    "г мг л мл т с ч мин квт мвт гвт в гб мб тб руб kč kc ha га"
)
_UNITS = frozenset(_SYMBOLS.split())
_HEBREW_PREFIXES = "בלמהושכ"  # in, to, from, the, and, that, as
_NEW_DECADE = range(20, 100, 10)


def find_alphabetic(text: str, language: str) -> tuple[Numeral, ...]:
    """Every numeral of a text, in order.

    Args:
        text: any text.
        language: a BCP 47 tag.
    """
    return tuple(replace(n, text=text[n.start : n.end]) for n in _Reader(text, language).read())


class _Reader:
    """One text on its way from characters to numerals."""

    def __init__(self, text: str, language: str) -> None:
        self.plain = figures.plain(text)
        code = primary(language)
        self.table = word_table(code)
        self.ways = conventions(language)
        self.tokens = _TOKEN
        self.percent_first = code in ("tr", "eu")
        self.code = code
        if code == "uk":
            self.plain, self.tokens = _APOSTROPHE.sub("'", self.plain), _TOKEN_UK

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
        special = figures.special(text, start, self.ways)
        found, end = special if special is not None else ([one := figures.number(text, start, self.ways)], one.end)
        if len(found) > 1:
            return found, end
        numeral = found[0]
        if _NAME_BEFORE.search(text[max(0, start - 2) : start]):
            return [replace(numeral, hard=False)], end
        after = _LETTERS_AFTER.match(text, end)
        if after is not None and not self._goes_with_figures(after.group().casefold()):
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
                phrase = re.compile(rf"{_WORD}(?:[\s\u00a0-]+{_WORD}){{{count - 1}}}").match(self.plain, start)
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

    def _dated(self, start: int, end: int) -> bool:
        """Whether an abbreviation stands between figures, as that of a month does."""
        before = re.search(r"\d[.\s\u00a0\u202f-]*$", self.plain[max(0, start - 4) : start]) is not None
        after = re.match(r"(\.)?[\s\u00a0\u202f-]*(\d)?", self.plain[end : end + 4])
        return after is not None and (bool(before and after[2]) or bool(after[1] and (before or after[2])))

    # Groups

    def _joins(self, group: list[GroupItem], here: GroupItem) -> bool:  # noqa: PLR0911 - one rule a line
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
            return [self._finish(group[0].figure)]
        value, kind, also = worth(group)
        hard = self._hard(group, value)
        kind = "number" if kind == "ordinal" and not self._complete else kind
        start, end = group[0].start, group[-1].end
        parts = ((total(group[:-1]), group[-1].word.value),) if kind == "fraction" and len(group) > 1 else ()
        return [self._finish(Numeral(start, end, "", kind, value, hard, also, parts))]

    def _hard(self, group: list[GroupItem], value: Fraction) -> bool:  # noqa: PLR0911 - one rule a line
        if group[0].figure is not None:
            return True
        if not self._complete:
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
        if not word.hard or word.role in ("scale", "part", "half") or value == 10:
            return False
        return value > (3 if word.ordinal else 2)

    @property
    def _complete(self) -> bool:
        return self.table is not None and self.table.complete

    def _finish(self, n: Numeral) -> Numeral:  # noqa: PLR0911 - one rule a line
        """Percentages, hours, decades: what the surroundings make of a number."""
        text = self.plain
        if (m := _PERCENT.match(text, n.end)) is not None:
            return replace(n, end=m.end(), kind="percent", value=n.value / 100, also=_scaled(n.also, 100), parts=())
        if (m := _PERMILLE.match(text, n.end)) is not None:
            return replace(n, end=m.end(), kind="fraction", value=n.value / 1000, also=_NONE)
        if self.percent_first and _PERCENT_BEFORE.search(text[max(0, n.start - 6) : n.start]):
            return replace(n, kind="percent", value=n.value / 100, also=_scaled(n.also, 100))
        after = _NEXT.match(text, n.end)
        role = self._role_at(after)
        if after is not None and self._half_follows(after.end()):
            n = replace(n, also=n.also | {n.value + Fraction(1, 2)})
        if role is not None and role[0] == "percent":
            return replace(n, end=role[1], kind="percent", value=n.value / 100, also=_scaled(n.also, 100), parts=())
        figure = text[n.start].isdecimal()
        if figure and after is not None and not self._complete and n.value < 1000:
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
            m = _NEXT.match(self.plain, end)
            words = words_of(m[1].casefold(), self.code) if m is not None else ()
            if m is None or not words or words[0].role != role:
                return False
            end = m.end()
        return True

    def _role_at(self, after: re.Match[str] | None) -> tuple[str, int] | None:
        if after is None or self.table is None:
            return None
        folded = after[1].casefold()
        for count in range(self.table.phrases.get(folded, 0), 1, -1):
            phrase = re.compile(rf"{_WORD}(?:[\s\u00a0-]+{_WORD}){{{count - 1}}}").match(self.plain, after.start(1))
            if phrase is not None:
                known = self.table.words.get(re.sub(r"[\s\u00a0-]+", " ", phrase.group().casefold()))
                if known is not None:
                    return known.role, phrase.end()
        known = self.table.words.get(folded)
        return None if known is None else (known.role, after.end(1))

    def _calendar(self, n: Numeral, after: re.Match[str] | None) -> Numeral:  # noqa: PLR0911 - one rule a line
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

    def _alone(self, item: GroupItem) -> Numeral:
        start, end, word = item.start, item.end, item.word
        if word.role == "month":
            near = re.search(r"\d[\s\u00a0\u202f.]*(?:de |d')?$", self.plain[max(0, start - 6) : start]) is not None
            follows = re.match(r"\.?[\s\u00a0\u202f,]*(?:de |del )?\d", self.plain[end : end + 9]) is not None
            return Numeral(start, end, "", "month", word.value, (near or follows) and word.hard and self._complete)
        return Numeral(start, end, "", "number" if word.role == "roman" else "multiple", word.value, False)

    def _join_decades(self, found: list[Numeral]) -> list[Numeral]:
        """30. let 20. století: the 1930s, and the century may go unsaid."""
        for i in range(len(found) - 1):
            decade, century = found[i], found[i + 1]
            if decade.kind != "decade" or not 0 <= century.start - decade.end <= 12 or not 1 < century.value <= 21:
                continue
            role = self._role_at(
                _NEXT.match(self.plain, century.end + (self.plain[century.end : century.end + 1] == "."))
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
