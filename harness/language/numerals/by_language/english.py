"""Numerals in English text: figures, words, ordinals, scales, fractions, percentages, months, clock times.

Figures and long number words are certain. "One", "second", "first", "half", "double" and the like are soft: they often
are no numbers, and other languages do without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from harness.language.numerals import figures
from harness.language.numerals.by_language.english_runs import FIGURE, FIGURES, PERCENT, longest_first, lower, run
from harness.language.numerals.by_language.english_words import (
    MONTHS,
    SCALES,
    SOFT,
    TELLING,
    WORDS,
)
from harness.language.numerals.locales import conventions
from harness.language.numerals.measures import converted
from harness.language.numerals.numeral import Numeral

_START = re.compile(
    rf"""(?<![A-Za-z0-9])(?:
    (?P<clock>(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?\s*(?P<half>[ap]\.?m\b)?(?![\d%]))
  | (?P<month>{longest_first(set(MONTHS))})(?![A-Za-z]|-(?!\d|(?:{longest_first(set(MONTHS))})\b))
  | (?P<soft>{longest_first(set(SOFT))})(?![A-Za-z])
  | (?P<decade>(?P<tens>\d{{1,3}}0)['’]?s)(?![A-Za-z0-9])
  | (?P<run>(?={FIGURES}|(?:{longest_first(WORDS)})(?![A-Za-z])))
  )
  | (?P<glued>(?P<lead>{FIGURES})(?=[A-Za-z]))
""",
    re.IGNORECASE | re.VERBOSE,
)
_CANDIDATE = re.compile(rf"[0-9]+|[{figures.VULGAR}]|(?<![A-Za-z0-9])[A-Za-z]+")
_NAME_BEFORE = re.compile(r"([A-Za-z]+)-?$")
_PREFIXES = frozenset({"mid", "post", "pre", "early", "late", "non", "sub"})
_MONTH_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|from|to|early|mid|late|last|next|this|every|before|after|during|through|between)[\s-]|\d(?:st|nd|rd|th)?\s*|[-–/(]\s*)$",
    re.IGNORECASE,
)
_MONTH_AFTER = re.compile(r"\.?\s*,?\s*(?:the\s+)?\d|\s*[-–/]|\s+(?:and|to|through)\s+[A-Z]")
# Figures that touch a currency are no part of a name.
_TITLE_BEFORE = re.compile(r"[a-z,] $")
_TITLE_AFTER = re.compile(r" [A-Z]")
_CURRENCY = re.compile(
    r"(?<![A-Za-z])(?:rmb?|usd?|eur|cny|gbp|hkd?|jpy|cad|aud|chf|inr|rs|ntd?|sgd|sek|czk|uah|kc|no)-?$", re.IGNORECASE
)
_COUNTED_BEFORE = re.compile(
    r"\b(?:chapter|part|section|volume|vol\.|phase|type|class|grade|level|stage|act|book|article|war|title|annex|group|"
    r"appendix|category|tier|table|league)\s$",
    re.IGNORECASE,
)
_WAYS = conventions("en")
_JOIN = re.compile(r"\s*(?:[-–—~]|to|and|or)\s*", re.IGNORECASE)


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
        return _figures_of_name(text, start)
    if word[0] in figures.VULGAR or word[0].isdecimal():
        read = _form(text, start)
        if read is not None:
            return read
    elif word.isupper() and (number := figures.roman(word)) is not None and _may_be_roman(text, start, word):
        return [Numeral(start, end, word, "number", Fraction(number), False)], end
    m = _START.match(text, start)
    if m is None:
        return [], start
    if m["run"] is not None:
        found, after = run(text, start)
        if (
            word[0].isupper()
            and _TITLE_BEFORE.search(text[max(0, start - 12) : start])
            and _TITLE_AFTER.match(text, end)
        ):
            found = [replace(n, hard=n.hard and n.kind == "ordinal") for n in found]  # the Four Corners
        return found, after
    return _other(text, m), m.end()


def _figures_of_name(text: str, start: int) -> tuple[list[Numeral], int]:
    m = FIGURE.match(text, start)
    if m is None or _CURRENCY.search(text[max(0, start - 5) : start]):
        return run(text, start)
    return [Numeral(*m.span(), m.group(), "number", Fraction(m.group().replace(",", "")), False)], m.end()


def _form(text: str, start: int) -> tuple[list[Numeral], int] | None:
    """Dates, fractions and the like, whose form says what they are; clock times may go on with "p.m."."""
    read = figures.special(text, start, _WAYS)
    if read is None or read[0][0].kind == "time":
        return None
    found, end = read
    percent = PERCENT.match(text, end)
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
            return run(text, start)[0]
        return _clock(m)
    if m["month"] is not None:
        return month_at(text, *m.span("month"))
    if m["soft"] is not None:
        word = lower(m["soft"])
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
    """The month that a month's name says; soft where it may be another word ("May I"), none in small letters."""
    word = text[start:end]
    before = _MONTH_BEFORE.search(text[max(0, start - 10) : start]) is not None
    after = _MONTH_AFTER.match(text[end : end + 12]) is not None
    if re.search(r"[A-Za-z]-$", text[max(0, start - 2) : start]):
        return [Numeral(start, end, word, "month", Fraction(MONTHS[lower(word)]), False)]  # quasi-Teresa-May
    clear = lower(word) not in ("may", "march", "mar", "sep", "dec", "jan", "jun")
    if not word[0].isupper():
        return []
    return [Numeral(start, end, word, "month", Fraction(MONTHS[lower(word)]), clear or before or after)]


def share_scale(text: str, found: list[Numeral]) -> list[Numeral]:
    """4-5 million and 3 to 5 percent: the first number takes the scale of the second as well."""
    for i in range(len(found) - 1):
        first, second = found[i], found[i + 1]
        if first.kind != "number" or not first.hard or not _JOIN.fullmatch(text, first.end, second.start):
            continue
        near = converted(text, second.end, first.value) if second.near else ()
        if near:
            found[i] = replace(first, near=near)
            continue
        if second.kind == "percent" and first.value < 1000:
            also = first.also | {first.value / 100}
        else:
            m = re.search(r"[\s-]((?:thousand|million|billion|trillion)s?)$", second.text, re.IGNORECASE)
            if m is None or first.value >= 1000:
                continue
            also = first.also | {first.value * SCALES[lower(m[1])]}
        found[i] = Numeral(first.start, first.end, first.text, first.kind, first.value, first.hard, also)
    return found
