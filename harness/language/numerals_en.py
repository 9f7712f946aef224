"""Numerals in English text: figures, words, ordinals, scales, fractions, percentages, months, clock times.

Figures and long number words are certain. "One", "second", "first", "half", "double" and the like are soft: they often
are no numbers, and other languages do without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from harness.language.numeral import Numeral


def _words(text: str) -> list[str]:
    return text.split()


_TEEN_ORDINALS = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_TEENS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_UNITS = {w: i for i, w in enumerate(_TEENS)}
_TENS = {w: 10 * i for i, w in enumerate(_words("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ABBREVIATED = {"bn": 10**9, "tn": 10**12, "mn": 10**6}
_DOZEN = {"dozen": 12}
_ORDINALS = {w: i for i, w in enumerate(_TEEN_ORDINALS, start=1)}
_TENTHS = {w[:-1] + "ieth": v for w, v in _TENS.items()}
_SCALE_ORDINALS = {w + "th": v for w, v in _SCALES.items()}
_PARTS = {w + "s": v for w, v in _ORDINALS.items() if v > 2}
_PARTS |= {"half": 2, "halves": 2, "quarter": 4, "quarters": 4, "hundredths": 100, "thousandths": 1000}
_MONTH_NAMES = _words("january february march april may june july august september october november december")
MONTHS = {w: i for i, w in enumerate(_MONTH_NAMES, start=1)}
MONTHS |= {w[:3]: i for w, i in MONTHS.items()} | {"sept": 9}
# What says a number without being one; all soft.
_SOFT = {
    "once": 1, "single": 1, "twice": 2, "both": 2, "pair": 2, "couple": 2, "double": 2, "doubled": 2, "doubles": 2,
    "doubling": 2, "dual": 2, "twofold": 2, "bilateral": 2, "thrice": 3, "triple": 3, "tripled": 3, "tripling": 3,
    "trio": 3, "threefold": 3, "trilateral": 3, "quadruple": 4, "quadrupled": 4, "fourfold": 4, "fivefold": 5,
    "tenfold": 10, "decade": 10, "decades": 10, "century": 100, "centuries": 100, "centennial": 100, "centenary": 100,
    "millennium": 1000, "fortnight": 14, "noon": 12, "midnight": 0, "either": 2, "neither": 2,
    "gross": 144, "zeros": 0, "nil": 0, "ones": 1, "twos": 2, "threes": 3, "triplets": 3, "twins": 2,
    "triplet": 3, "twin": 2, "quartet": 4, "solo": 1, "unilateral": 1, "quadrennial": 4, "biennial": 2, "weekly": 7,
    "hexagon": 6, "octagon": 8, "pentagon": 5, "monthly": 1, "teens": 10, "semi": 2,
}  # fmt: skip

_WORDS = {w for table in (_UNITS, _TENS, _SCALES, _DOZEN, _ORDINALS, _TENTHS, _SCALE_ORDINALS, _PARTS) for w in table}
_FIGURES = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"


# What `re.IGNORECASE` takes for s, i and k besides the letters themselves: "\u017fix" matches "six".
_ALIKE = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i", "\u212a": "k"})


def _lower(word: str) -> str:
    """A matched word as the tables have it."""
    return word.translate(_ALIKE).lower() if not word.isascii() else word.lower()


def _longest_first(words: set[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_ATOM = re.compile(
    rf"(?P<figures>{_FIGURES})(?P<suffix>st|nd|rd|th|bn|tn|mn|k|m|b)?(?![A-Za-z0-9]|[.,]\d)"
    rf"|(?P<word>{_longest_first(_WORDS)})(?![A-Za-z])",
    re.IGNORECASE,
)
_START = re.compile(
    rf"""(?<![A-Za-z0-9])(?:
    (?P<clock>(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?::\d{{2}})?\s*(?P<half>[ap]\.?m\b)?(?![\d%]))
  | (?P<month>{_longest_first(set(MONTHS))})(?![A-Za-z-])
  | (?P<soft>{_longest_first(set(_SOFT))})(?![A-Za-z])
  | (?P<decade>(?P<tens>\d{{1,3}}0)['’]?s)(?![A-Za-z0-9])
  | (?P<run>(?={_FIGURES}|(?:{_longest_first(_WORDS)})(?![A-Za-z])))
  )
  | (?P<glued>(?P<lead>{_FIGURES})(?=[A-Za-z]))
""",
    re.IGNORECASE | re.VERBOSE,
)
_CANDIDATE = re.compile(r"[0-9]+|(?<![A-Za-z0-9])[A-Za-z]+")
#: Lower-case words that a numeral can begin with.
TELLING = frozenset(_WORDS) | MONTHS.keys() | _SOFT.keys()
_NAME_BEFORE = re.compile(r"([A-Za-z]+)-?$")
_PREFIXES = frozenset({"mid", "post", "pre", "early", "late", "non", "sub"})
_GLUE = re.compile(r"(?:\s*-\s*|\s+)(?:and\s+(?:a\s+)?)?", re.IGNORECASE)
_PERCENT = re.compile(r"\s*%|\s*-?\s*(?:percent|per cent|percentage|pct)\b|\s*-?\s*percentage points?\b", re.IGNORECASE)
_CLOCK_AFTER = re.compile(r"\s*(?:(?P<pm>p\.?m\b)|a\.?m\b|o['’]clock)", re.IGNORECASE)
_TIMES = re.compile(r"\s*-?\s*(?:times|fold)\b", re.IGNORECASE)
_CENTURY = re.compile(r"[\s-]*century\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|from|to|early|mid|late|last|next|this|every|before|after|during|through|between)[\s-]|\d(?:st|nd|rd|th)?\s*|[-–/(]\s*)$",
    re.IGNORECASE,
)
_MONTH_AFTER = re.compile(r"\.?\s*,?\s*(?:the\s+)?\d|\s*[-–/]|\s+(?:and|to|through)\s+[A-Z]")
_JOIN = re.compile(r"\s*(?:[-–—~]|to|and|or)\s*", re.IGNORECASE)
_SYMBOLS = re.compile(r"[A-Za-z]+")
_METRIC = frozenset(
    _words(
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
    found: list[Numeral] = []
    position = 0
    for start, end in candidates(text, 0, len(text)):
        if start >= position:
            numerals, after = read_at(text, start, end)
            found.extend(numerals)
            position = max(position, after)
    return tuple(share_scale(text, found))


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
    m = _START.match(text, start)
    if m is None:
        return [], start
    if m["run"] is not None:
        return _run(text, start)
    return _other(text, m), m.end()


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
        value = Fraction(_SOFT[_lower(m["soft"])])
        return [Numeral(start, end, m["soft"], "multiple", value, False)]
    if m["decade"] is not None:
        value = Fraction(m["tens"])
        also = {value % 100} if value >= 1000 else {value + 1800, value + 1900, value + 2000}
        return [Numeral(start, end, m["decade"], "decade", value, True, frozenset(also))]
    value = Fraction(m["lead"].replace(",", ""))
    return [Numeral(start, m.end("lead"), m["lead"], "number", value, False)]


def _clock(m: re.Match[str]) -> list[Numeral]:
    hour, minute = Fraction(m["hour"]), Fraction(m["minute"])
    return [
        Numeral(m.start("hour"), m.end("hour"), m["hour"], "time", hour, True, _other_hours(hour)),
        Numeral(m.start("minute"), m.end("minute"), m["minute"], "time", minute, minute != 0),
    ]


def _other_hours(hour: Fraction) -> frozenset[Fraction]:
    if 12 < hour <= 24:
        return frozenset({hour - 12})
    return frozenset({hour + 12}) if hour <= 12 else frozenset()


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
    unit = after is not None and after.group() in _METRIC
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
        if suffix in _ABBREVIATED:
            return _Part(m.start(), m.end(), value * _ABBREVIATED[suffix], "closed")
        if suffix:
            return _Part(m.start(), m.end(), value, suffix)
        return _Part(m.start(), m.end(), value, "figures")
    word = _lower(m["word"])
    for table, role in (
        (_UNITS, "unit"), (_TENS, "tens"), (_SCALES, "scale"), (_DOZEN, "scale"), (_ORDINALS, "unit-ordinal"),
        (_TENTHS, "tens-ordinal"), (_SCALE_ORDINALS, "scale-ordinal"), (_PARTS, "part"),
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
    role = here.role.removesuffix("-ordinal")
    if role in ("figures", "closed", "k", "m", "b"):
        return False
    if role == "scale":
        return not linked and not (before.role == "scale" and before.value >= here.value and before.value != 12)
    if here.role == "part":
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
    figures = text[start].isdigit()
    fraction = last.role == "part" or (last.role == "unit-ordinal" and len(group) > 1 and group[-2].role == "unit")
    if fraction:
        return _fraction(text, group)
    year = len(group) > 1 and group[0].value in (18, 19) and group[1].role == "tens"
    value = group[0].value * 100 + sum(p.value for p in group[1:]) if year else _total(group)
    ordinal = last.role.endswith("ordinal")
    hard = figures or len(group) > 1 or (value > 2 and last.role not in ("scale", "scale-ordinal") and value != 10)
    if len(group) > 1 and all(p.role == "scale" for p in group):  # hundred million, without a number before it
        hard = _article(text, start) is not None
    if last.role in ("unit-ordinal", "unit") and value <= 2 and len(group) == 1:
        hard = False
    if ordinal and not figures and value <= 3:
        hard = False
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
        return Numeral(start, end, text[start:end], kind, 1 / bottom, False)
    return Numeral(start, end, text[start:end], "fraction", _total(group[:-1]) / bottom)


def _total(group: list[_Part]) -> Fraction:
    parts: list[Fraction] = []
    for p in group:
        if p.role.removesuffix("-ordinal") == "scale":
            below = Fraction(0)
            while parts and parts[-1] < p.value:
                below += parts.pop()
            parts.append((below or Fraction(1)) * p.value)
        else:
            parts.append(p.value)
    return sum(parts, Fraction(0))


def _suffixed(text: str, start: int, end: int, value: Fraction, kind_hard: tuple[str, bool]) -> Numeral:
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
            m = re.search(r"[\s-](thousand|million|billion|trillion)$", second.text, re.IGNORECASE)
            if m is None or first.value >= 1000:
                continue
            also = first.also | {first.value * _SCALES[_lower(m[1])]}
        found[i] = Numeral(first.start, first.end, first.text, first.kind, first.value, first.hard, also)
    return found
