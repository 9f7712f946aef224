"""English number words and figures that stand together: which of them are one number, and what it is worth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from harness.language.numerals.by_language.english_words import (
    ABBREVIATED,
    DOZEN,
    ORDINALS,
    PARTS,
    SCALE_ORDINALS,
    SCALES,
    TENS,
    TENTHS,
    UNITS,
    WORDS,
    words,
)
from harness.language.numerals.measures import converted
from harness.language.numerals.numeral import Numeral

FIGURES = r"\d{1,2}(?:,\d{2})+,\d{3}(?![\d])|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"


# What `re.IGNORECASE` takes for s, i and k besides the letters themselves: "\u017fix" matches "six".
_ALIKE = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i", "\u212a": "k"})


def lower(word: str) -> str:
    """A matched word as the tables have it."""
    return word.translate(_ALIKE).lower() if not word.isascii() else word.lower()


def longest_first(words: set[str]) -> str:
    """An alternation of words in which no word hides a longer one."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_ATOM = re.compile(
    rf"(?P<figures>{FIGURES})(?P<suffix>st|nd|rd|th|thousand|million|billion|trillion|bn|tn|mn|k|m|b)?(?![A-Za-z0-9]|[.,]\d)"
    rf"|(?P<word>{longest_first(WORDS)})(?![A-Za-z])",
    re.IGNORECASE,
)
_GLUE = re.compile(r"(?:\s*-\s*|,?\s+)(?:and[\s-]+(?:a[\s-]+)?)?", re.IGNORECASE)
PERCENT = re.compile(r"\s*%|\s*-?\s*(?:percent|per cent|percentage|pct)\b|\s*-?\s*percentage points?\b", re.IGNORECASE)
_CLOCK_AFTER = re.compile(r"\s*(?:(?P<pm>p\.?m\b)|a\.?m\b|o['’]clock)", re.IGNORECASE)
_POINTS = re.compile(r"\s+points?\b", re.IGNORECASE)
# More words than this are no number, and their product would be beyond what Python prints.
_MOST_WORDS = 40
_TIMES = re.compile(r"\s*-?\s*(?:times|fold)\b", re.IGNORECASE)
_CENTURY = re.compile(r"[\s-]*century\b", re.IGNORECASE)
FIGURE = re.compile(FIGURES)
_TENFOLD = re.compile(r"[\s-]+(?:(?P<ten>decades?)|(?P<seven>weeks?)|(?P<hundred>centur(?:y|ies)))\b", re.IGNORECASE)
_HALF_OF = re.compile(
    r"[\s-]+(?:of\s+)?(?:an?\s+)?(?P<whole>century|decade|dozen|hundred|thousand|million|billion|trillion|year|day|hour|percentage\s+point|per\s?cent)\b",
    re.IGNORECASE,
)
_WHOLES = SCALES | {"century": 100, "decade": 10, "dozen": 12, "year": 12, "day": 24, "hour": 60}
# "A second meeting" is the next one, "a second later" a unit of time.
_COUNTED_AFTER = re.compile(r"[\s-](?!(?:later|ago|or|and|to|before|after|in|on|at|per|for|longer|apart)\b)[a-z]")
# "Ten thousand, four hundred" is one number, "ten thousand, four-wheel drive" is not.
_HUNDRED_AFTER = re.compile(r"[\s-]+hundred\b", re.IGNORECASE)
_AND_A = re.compile(r"\band[\s-]a[\s-]$", re.IGNORECASE)
_SECOND_OF_TIME = re.compile(r"(?:\b(?:a|one|per|each|every|split)[\s-]|\d[\s-]?)$", re.IGNORECASE)
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


def run(text: str, start: int) -> tuple[list[Numeral], int]:
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
        figure = FIGURE.match(text, start)
        if figure is None:
            return [], start + 1
        return [_glued(text, figure)], figure.end()
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
        suffix = lower(m["suffix"] or "")
        if suffix in ("st", "nd", "rd", "th"):
            return _Part(m.start(), m.end(), value, "figures-ordinal")
        if suffix in SCALES:
            return _Part(m.start(), m.end(), value * SCALES[suffix], "closed")
        if suffix in ABBREVIATED:
            return _Part(m.start(), m.end(), value * ABBREVIATED[suffix], "closed")
        if suffix:
            return _Part(m.start(), m.end(), value, suffix)
        return _Part(m.start(), m.end(), value, "figures")
    word = lower(m["word"])
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
        listed = "," in between and _HUNDRED_AFTER.match(text, here.end) is None
        if not listed and _joins(before, here, between, groups[-1]):
            groups[-1].append(here)
        else:
            groups.append([here])
    return groups


def _joins(  # noqa: PLR0911 - one rule per line
    before: _Part, here: _Part, between: str, group: list[_Part]
) -> bool:
    if len(group) >= _MOST_WORDS:
        return False
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
        return not linked and here.value > 2 and before.role in ("unit", "tens")
    if before.role == "scale" and group[0].role == "figures" and not linked:
        return False  # 1.7 million four years ago
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
    hard = arabic or len(group) > 1 or (value > 2 and last.role not in ("scale", "scale-ordinal"))
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
        kind = "ordinal" if lower(text[start:end]) == "quarter" else "fraction"
        m = _HALF_OF.match(text, end) if bottom in (2, 4) else None
        if m is not None and lower(m["whole"]) in SCALES:  # half a million
            value = SCALES[lower(m["whole"])] / bottom
            return Numeral(start, m.end(), text[start : m.end()], "number", value)
        whole = lower(m["whole"]) if m is not None else ""
        also = frozenset[Fraction]()
        if whole:  # half a century, half a percentage point
            also = frozenset({(Fraction(1, 100) if whole.startswith("per") else _WHOLES[whole]) / bottom})
        if bottom == 2 and _AND_A.search(text[max(0, start - 8) : start]):
            also |= {Fraction(3, 2)}  # a year and a half
        return Numeral(start, end, text[start:end], kind, 1 / bottom, False, also)
    top = _total(group[:-1])
    return Numeral(start, end, text[start:end], "fraction", top / bottom, True, frozenset(), ((top, bottom),))


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


def _suffixed(  # noqa: PLR0911 - one rule per line
    text: str, start: int, end: int, value: Fraction, kind_hard: tuple[str, bool]
) -> Numeral:
    """Percentages, clock times, multiples, centuries and years."""
    kind, hard = kind_hard
    if m := PERCENT.match(text, end):
        return Numeral(start, m.end(), text[start : m.end()], "percent", value / 100)
    if near := converted(text, end, value):
        return Numeral(start, end, text[start:end], kind, value, hard, near=near)
    if m := _POINTS.match(text, end):
        return Numeral(start, end, text[start:end], kind, value, hard, frozenset({value / 100}))
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
        time = _SECOND_OF_TIME.search(text[max(0, start - 8) : start]) and not _COUNTED_AFTER.match(text, end)
        if value == 2 and time:
            kind = "multiple"
        also = frozenset({1 / value}) if 2 < value <= 10 else frozenset[Fraction]()
        return Numeral(start, end, text[start:end], kind, value, hard, also)
    figures = text[start:end]
    if kind == "number" and len(figures) == 4 and figures.isdigit() and 1000 <= value < 2200:
        return Numeral(start, end, figures, "year", value)
    return Numeral(start, end, figures, kind, value, hard)
