"""Numerals in English text: figures, words, ordinals, scales, fractions, percentages, months, clock times.

Figures and long number words are certain. "One", "second", "first", "half", "double" and the like are soft: they often
are no numbers, and other languages do without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from harness.language.numerals import figures
from harness.language.numerals.english_words import (
    ABBREVIATED,
    DOZEN,
    MONTHS,
    ORDINALS,
    PARTS,
    SCALE_ORDINALS,
    SCALES,
    SOFT,
    TELLING,
    TENS,
    TENTHS,
    UNITS,
    WORDS,
    words,
)
from harness.language.numerals.locales import conventions
from harness.language.numerals.numeral import Numeral

_FIGURES = r"\d{1,2}(?:,\d{2})+,\d{3}(?![\d])|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"


# What `re.IGNORECASE` takes for s, i and k besides the letters themselves: "\u017fix" matches "six".
_ALIKE = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i", "\u212a": "k"})


def _lower(word: str) -> str:
    """A matched word as the tables have it."""
    return word.translate(_ALIKE).lower() if not word.isascii() else word.lower()


def _longest_first(words: set[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_ATOM = re.compile(
    rf"(?P<figures>{_FIGURES})(?P<suffix>st|nd|rd|th|bn|tn|mn|k|m|b)?(?![A-Za-z0-9]|[.,]\d)"
    rf"|(?P<word>{_longest_first(WORDS)})(?![A-Za-z])",
    re.IGNORECASE,
)
_START = re.compile(
    rf"""(?<![A-Za-z0-9])(?:
    (?P<clock>(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?\s*(?P<half>[ap]\.?m\b)?(?![\d%]))
  | (?P<month>{_longest_first(set(MONTHS))})(?![A-Za-z-])
  | (?P<soft>{_longest_first(set(SOFT))})(?![A-Za-z])
  | (?P<decade>(?P<tens>\d{{1,3}}0)['’]?s)(?![A-Za-z0-9])
  | (?P<run>(?={_FIGURES}|(?:{_longest_first(WORDS)})(?![A-Za-z])))
  )
  | (?P<glued>(?P<lead>{_FIGURES})(?=[A-Za-z]))
""",
    re.IGNORECASE | re.VERBOSE,
)
_CANDIDATE = re.compile(rf"[0-9]+|[{figures.VULGAR}]|(?<![A-Za-z0-9])[A-Za-z]+")
_NAME_BEFORE = re.compile(r"([A-Za-z]+)-?$")
_PREFIXES = frozenset({"mid", "post", "pre", "early", "late", "non", "sub"})
_GLUE = re.compile(r"(?:\s*-\s*|,?\s+)(?:and[\s-]+(?:a[\s-]+)?)?", re.IGNORECASE)
_PERCENT = re.compile(r"\s*%|\s*-?\s*(?:percent|per cent|percentage|pct)\b|\s*-?\s*percentage points?\b", re.IGNORECASE)
_CLOCK_AFTER = re.compile(r"\s*(?:(?P<pm>p\.?m\b)|a\.?m\b|o['’]clock)", re.IGNORECASE)
_TIMES = re.compile(r"\s*-?\s*(?:times|fold)\b", re.IGNORECASE)
_CENTURY = re.compile(r"[\s-]*century\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|from|to|early|mid|late|last|next|this|every|before|after|during|through|between)[\s-]|\d(?:st|nd|rd|th)?\s*|[-–/(]\s*)$",
    re.IGNORECASE,
)
_MONTH_AFTER = re.compile(r"\.?\s*,?\s*(?:the\s+)?\d|\s*[-–/]|\s+(?:and|to|through)\s+[A-Z]")
_COUNTED_BEFORE = re.compile(
    r"\b(?:chapter|part|section|volume|vol\.|phase|type|class|grade|level|stage|act|book|article|war|title|annex|group|"
    r"appendix|category|tier|table|league)\s$",
    re.IGNORECASE,
)
_TENFOLD = re.compile(r"[\s-]+(?:(?P<ten>decades?)|(?P<seven>weeks?)|(?P<hundred>centur(?:y|ies)))\b", re.IGNORECASE)
_HALF_OF = re.compile(
    r"[\s-]+(?:of\s+)?(?:an?\s+)?(?P<whole>century|decade|dozen|hundred|thousand|million|billion|trillion|year|day|hour)\b",
    re.IGNORECASE,
)
_WHOLES = SCALES | {"century": 100, "decade": 10, "dozen": 12, "year": 12, "day": 24, "hour": 60}
_SECOND_OF_TIME = re.compile(r"(?:\b(?:a|one|per|each|every|split)[\s-]|\d[\s-]?)$", re.IGNORECASE)
_WAYS = conventions("en")
_JOIN = re.compile(r"\s*(?:[-–—~]|to|and|or)\s*", re.IGNORECASE)
_SYMBOLS = re.compile(r"[A-Za-z]+")
_METRIC = frozenset(
    words(
        "km m cm mm nm kg g mg t l ml L mL h s ms min hz Hz khz kHz MHz GHz kW MW GW kw kwh kWh W V KB MB GB TB PB kb "
        "mb gb Gbps Mbps mol C F in ft oz lb px dpi rmb RMB usd USD CNY cny HKD hkd EUR eur am pm AM PM x yuan hrs hr "
        "yr yrs sqm years year days hours minutes people odd"
    )
)


@dataclass
class _Part:
    """One word or figure of a run."""

    start: int
    end: int
    value: Fraction
    role: str  # figures, unit, tens, scale, part; ordinals have `ordinal` set


def find_english(text: str) -> tuple[Numeral, ...]:
    """Every numeral of an English text, in order."""
    original, text = text, figures.plain(text)
    found: list[Numeral] = []
    position = 0
    for start, end in candidates(text, 0, len(text)):
        if start >= position:
            numerals, after = read_at(text, start, end)
            found.extend(numerals)
            position = max(position, after)
    found = share_scale(text, found)
    return tuple(found if text is original else (replace(n, text=original[n.start : n.end]) for n in found))


def candidates(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of figures and of words that numerals are made of, inside text[start:end]."""
    for m in _CANDIDATE.finditer(text, start, end):
        word = m.group()
        if not word.isalpha() or word.lower() in TELLING:
            yield m.span()


def read_at(text: str, start: int, end: int) -> tuple[list[Numeral], int]:
    """The numerals that begin with one candidate, and from where on the next may begin."""
    word = text[start:end]
    if word.isdecimal() and _in_name(text, start):
        return [Numeral(start, end, word, "number", Fraction(word), False)], end
    if word[0] in figures.VULGAR or word[0].isdecimal():
        read = _form(text, start)
        if read is not None:
            return read
    elif word.isupper() and (value := figures.roman(word)) is not None and _may_be_roman(text, start, word):
        return [Numeral(start, end, word, "number", Fraction(value), False)], end
    m = _START.match(text, start)
    if m is None:
        return [], start
    if m["run"] is not None:
        return _run(text, start)
    return _other(text, m), m.end()


def _form(text: str, start: int) -> tuple[list[Numeral], int] | None:
    """Dates, fractions and the like, whose form says what they are; clock times may go on with "p.m."."""
    read = figures.special(text, start, _WAYS)
    if read is None or read[0][0].kind == "time":
        return None
    found, end = read
    percent = _PERCENT.match(text, end)
    if len(found) == 1 and percent is not None:
        n = found[0]
        found = [replace(n, end=percent.end(), text=text[start : percent.end()], kind="percent", value=n.value / 100)]
    return found, end


def _may_be_roman(text: str, start: int, word: str) -> bool:
    """Whether capitals count something: "I" and "V" only after what is counted."""
    return len(word) > 1 or _COUNTED_BEFORE.search(text[max(0, start - 12) : start]) is not None


def _in_name(text: str, start: int) -> bool:
    """G20, COVID-19: the figures belong to a name; those of mid-2015 and post-2015 do not."""
    m = _NAME_BEFORE.search(text[max(0, start - 12) : start])
    return m is not None and m[1].lower() not in _PREFIXES


def _other(text: str, m: re.Match[str]) -> list[Numeral]:
    start, end = m.span()
    if m["clock"] is not None:
        if "." in m["clock"] and not m["half"]:  # 10.30 is a decimal unless a.m. or p.m. follows
            return _run(text, start)[0]
        return _clock(m)
    if m["month"] is not None:
        return month_at(text, *m.span("month"))
    if m["soft"] is not None:
        word = _lower(m["soft"])
        value = Fraction(SOFT[word])
        also = frozenset({1900 + value}) if word.endswith("ties") and value > 10 else frozenset[Fraction]()
        return [Numeral(start, end, m["soft"], "multiple", value, False, also)]
    if m["decade"] is not None:
        value = Fraction(m["tens"])
        years = set[Fraction]() if value >= 1000 else {value + 1800, value + 1900, value + 2000}
        return [Numeral(start, end, m["decade"], "decade", value, True, frozenset(years))]
    value = Fraction(m["lead"].replace(",", ""))
    return [Numeral(start, m.end("lead"), m["lead"], "number", value, False)]


def _clock(m: re.Match[str]) -> list[Numeral]:
    hour, minute = Fraction(m["hour"]), Fraction(m["minute"])
    found = [
        Numeral(m.start("hour"), m.end("hour"), m["hour"], "time", hour, True, figures.other_hours(hour)),
        Numeral(m.start("minute"), m.end("minute"), m["minute"], "time", minute, minute != 0),
    ]
    if m["second"] is not None:
        found.append(Numeral(*m.span("second"), m["second"], "time", Fraction(m["second"]), m["second"] != "00"))
    return found


def month_at(text: str, start: int, end: int) -> list[Numeral]:
    """The month that a month's name says, or none where it is another word ("may", "march")."""
    word = text[start:end]
    before = _MONTH_BEFORE.search(text[max(0, start - 10) : start]) is not None
    after = _MONTH_AFTER.match(text[end : end + 12]) is not None
    clear = _lower(word) not in ("may", "march", "mar", "sep", "dec", "jan", "jun")
    if not word[0].isupper() or not (clear or before or after):
        return []
    return [Numeral(start, end, word, "month", Fraction(MONTHS[_lower(word)]))]


def _run(text: str, start: int) -> tuple[list[Numeral], int]:
    """All numerals of a run of number words and figures, and where the run ends."""
    parts: list[_Part] = []
    position = start
    while (m := _ATOM.match(text, position)) is not None:
        parts.append(_part(m))
        glue = _GLUE.match(text, m.end())
        if glue is None or _ATOM.match(text, glue.end()) is None:
            position = m.end()
            break
        position = glue.end()
    if not parts:  # figures glued to letters, such as 5G or 20km
        figures = re.compile(_FIGURES).match(text, start)
        if figures is None:
            return [], start + 1
        return [_glued(text, figures)], figures.end()
    groups = _split(text, parts)
    return [n for g in groups if (n := _numeral(text, g)) is not None], position


def _glued(text: str, m: re.Match[str]) -> Numeral:
    after = _SYMBOLS.match(text, m.end())
    unit = after is not None and (after.group() in _METRIC or after.group().islower())
    value = Fraction(m.group().replace(",", ""))
    also: frozenset[Fraction] = frozenset()
    if after is not None and after.group().lower() == "pm" and value <= 12:
        also = frozenset({value + 12})
    return Numeral(m.start(), m.end(), m.group(), "number", value, unit, also)


def _part(m: re.Match[str]) -> _Part:
    if m["figures"] is not None:
        value = Fraction(m["figures"].replace(",", ""))
        suffix = _lower(m["suffix"] or "")
        if suffix in ("st", "nd", "rd", "th"):
            return _Part(m.start(), m.end(), value, "figures-ordinal")
        if suffix in ABBREVIATED:
            return _Part(m.start(), m.end(), value * ABBREVIATED[suffix], "closed")
        if suffix:
            return _Part(m.start(), m.end(), value, suffix)
        return _Part(m.start(), m.end(), value, "figures")
    word = _lower(m["word"])
    for table, role in (
        (UNITS, "unit"), (TENS, "tens"), (SCALES, "scale"), (DOZEN, "scale"), (ORDINALS, "unit-ordinal"),
        (TENTHS, "tens-ordinal"), (SCALE_ORDINALS, "scale-ordinal"), (PARTS, "part"),
    ):  # fmt: skip
        if word in table:
            return _Part(m.start(), m.end(), Fraction(table[word]), role)
    raise AssertionError(word)


def _split(text: str, parts: list[_Part]) -> list[list[_Part]]:
    """Cut a run where two neighbours cannot be one number ("one two", "five 2016")."""
    groups: list[list[_Part]] = [[parts[0]]]
    for before, here in pairwise(parts):
        between = text[before.end : here.start]
        if _joins(before, here, between, groups[-1]):
            groups[-1].append(here)
        else:
            groups.append([here])
    return groups


def _joins(  # noqa: PLR0911 - one rule a line
    before: _Part, here: _Part, between: str, group: list[_Part]
) -> bool:
    if before.role.endswith("ordinal") or before.role in ("part", "closed", "k", "m", "b"):
        return False
    linked = "and" in between.lower()
    if "," in between and not (before.role == "scale" and before.value >= 1000 and here.role in ("unit", "tens")):
        return False
    role = here.role.removesuffix("-ordinal")
    if role in ("figures", "closed", "k", "m", "b"):
        return False
    if role == "scale":
        return not linked and not (before.role == "scale" and before.value >= here.value and before.value != 12)
    if here.role == "part":
        if linked and here.value == 2:
            here.role = "half"
            return True
        return not linked and before.role in ("unit", "tens")
    if before.role == "scale":
        return here.value < before.value and before.value != 12 and any(p.role != "scale" for p in group)
    if linked:
        return False
    if before.role == "tens":
        return role == "unit" and 0 < here.value < 10
    # "one third" is a fraction; "nineteen ninety" is a year.
    if before.role == "unit":
        return (here.role == "unit-ordinal" and here.value > 2 and before.value == 1) or (
            before.value in (18, 19) and role == "tens" and len(group) == 1
        )
    return False


def _numeral(text: str, group: list[_Part]) -> Numeral | None:
    start, end = group[0].start, group[-1].end
    last = group[-1]
    arabic = text[start].isdigit()
    fraction = last.role == "part" or (last.role == "unit-ordinal" and len(group) > 1 and group[-2].role == "unit")
    if fraction:
        return _fraction(text, group)
    year = len(group) > 1 and group[0].value in (18, 19) and group[1].role == "tens"
    value = group[0].value * 100 + sum(p.value for p in group[1:]) if year else _total(group)
    ordinal = last.role.endswith("ordinal")
    hard = arabic or len(group) > 1 or (value > 2 and last.role not in ("scale", "scale-ordinal") and value != 10)
    if len(group) > 1 and all(p.role == "scale" for p in group):  # hundred million, without a number before it
        hard = _article(text, start) is not None
    if last.role in ("unit-ordinal", "unit") and value <= 2 and len(group) == 1:
        hard = False
    if ordinal and last.role != "scale-ordinal" and not arabic:
        hard = value > 3
    kind = "ordinal" if ordinal else "number"
    if last.role in ("k", "m", "b"):
        scale = {"k": 10**3, "m": 10**6, "b": 10**9}[last.role]
        return Numeral(start, end, text[start:end], kind, value, True, frozenset({value * scale}))
    return _suffixed(text, start, end, value, (kind, hard))


def _article(text: str, start: int) -> re.Match[str] | None:
    return re.search(r"\b(?:a|an|one|per|every)\s$", text[max(0, start - 6) : start], re.IGNORECASE)


def _fraction(text: str, group: list[_Part]) -> Numeral:
    start, end, bottom = group[0].start, group[-1].end, group[-1].value
    if len(group) == 1:
        kind = "ordinal" if _lower(text[start:end]) == "quarter" else "fraction"
        m = _HALF_OF.match(text, end) if bottom in (2, 4) else None
        also = frozenset({_WHOLES[_lower(m["whole"])] / bottom}) if m is not None else frozenset[Fraction]()
        return Numeral(start, end, text[start:end], kind, 1 / bottom, False, also)
    return Numeral(start, end, text[start:end], "fraction", _total(group[:-1]) / bottom)


def _total(group: list[_Part]) -> Fraction:
    parts: list[Fraction] = []
    for p in group:
        if p.role.removesuffix("-ordinal") == "scale":
            below = Fraction(0)
            while parts and (parts[-1] < p.value or (len(parts) == 1 and group[0].role == "figures")):
                below += parts.pop()
            parts.append((below or Fraction(1)) * p.value)
        else:
            parts.append(p.value if p.role != "half" else 1 / p.value)
    return sum(parts, Fraction(0))


def _suffixed(  # noqa: PLR0911 - one rule a line
    text: str, start: int, end: int, value: Fraction, kind_hard: tuple[str, bool]
) -> Numeral:
    """Percentages, clock times, multiples, centuries and years."""
    kind, hard = kind_hard
    if m := _PERCENT.match(text, end):
        return Numeral(start, m.end(), text[start : m.end()], "percent", value / 100)
    if m := _CLOCK_AFTER.match(text, end):
        also = frozenset({value + 12}) if value <= 12 and m["pm"] else frozenset[Fraction]()
        return Numeral(start, m.end(), text[start : m.end()], "time", value, hard, also)
    if _TIMES.match(text, end):
        return Numeral(start, end, text[start:end], "multiple", value, hard)
    if kind == "ordinal" and _CENTURY.match(text, end):
        return Numeral(start, end, text[start:end], "century", value, True, frozenset({(value - 1) * 100}))
    if kind == "number" and (m := _TENFOLD.match(text, end)):
        also = frozenset({value * (10 if m["ten"] else 7 if m["seven"] else 100)})
        return Numeral(start, end, text[start:end], kind, value, hard, also)
    if kind == "ordinal" and not text[start].isdecimal():
        if value == 2 and _SECOND_OF_TIME.search(text[max(0, start - 8) : start]):
            kind = "multiple"
        also = frozenset({1 / value}) if 2 < value <= 10 else frozenset[Fraction]()
        return Numeral(start, end, text[start:end], kind, value, hard, also)
    figures = text[start:end]
    if kind == "number" and len(figures) == 4 and figures.isdigit() and 1000 <= value < 2200:
        return Numeral(start, end, figures, "year", value)
    return Numeral(start, end, figures, kind, value, hard)


def share_scale(text: str, found: list[Numeral]) -> list[Numeral]:
    """4-5 million and 3 to 5 percent: the first number takes the scale of the second as well."""
    for i in range(len(found) - 1):
        first, second = found[i], found[i + 1]
        if first.kind != "number" or not first.hard or not _JOIN.fullmatch(text, first.end, second.start):
            continue
        if second.kind == "percent" and first.value < 1000:
            also = first.also | {first.value / 100}
        else:
            m = re.search(r"[\s-]((?:thousand|million|billion|trillion)s?)$", second.text, re.IGNORECASE)
            if m is None or first.value >= 1000:
                continue
            also = first.also | {first.value * SCALES[_lower(m[1])]}
        found[i] = Numeral(first.start, first.end, first.text, first.kind, first.value, first.hard, also)
    return found
