"""Forms of figures that mean the same in every language: dates, times, fractions, sizes, versions, grouped digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from harness.language.numerals.locales import Conventions
from harness.language.numerals.numeral import Numeral

SPACE = "[ \u00a0\u202f\u2009]"
_PAST_DAYS, _YEARS = 31, range(1000, 2200)

_FORM = re.compile(
    rf"""
    (?P<ymd>(?P<y1>[12]\d{{3}})(?P<s1>[-./])(?P<m1>0?[1-9]|1[0-2])(?P=s1)(?P<d1>0?[1-9]|[12]\d|3[01])(?!\d|[.,]\d))
  | (?P<dmy>(?P<a>\d{{1,2}})(?P<s2>[-./]){SPACE}?(?P<b>\d{{1,2}})(?P=s2){SPACE}?(?P<y2>\d{{4}}|\d{{2}})(?!\d|[.,/-]\d))
  | (?P<years>(?P<from>[12]\d{{3}}){SPACE}?[-–—/~]{SPACE}?(?P<to>\d{{2}})(?!\d|[.,:/%-]\d|{SPACE}?%))
  | (?P<clock>(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![\d:]))
  | (?P<size>\d+(?:[.,]\d+)?(?:{SPACE}?(?:mm|cm|m)?{SPACE}?[x×*X]{SPACE}?\d+(?:[.,]\d+)?)+(?!\d))
  | (?P<slash>(?P<top>\d{{1,4}})/(?P<bottom>\d{{1,4}})(?![\d/]|[.,]\d))
  | (?P<dots>\d+(?:\.\d+){{2,}}(?!\d|,\d))
  | (?P<spaced>[1-9]\d{{0,2}}(?:(?:{SPACE}|['’])\d{{3}}){{1,6}}(?:[.,]\d+)?(?![\d]|[.,]\d|(?:{SPACE}|['’])\d{{3}}))
  | (?P<mixed>(?:\d{{1,3}}{SPACE}?)?(?P<vulgar>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]))
    """,
    re.VERBOSE,
)
VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"


_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_PLAIN |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_PLAIN |= {0x66A: "%", 0x66B: ".", 0x66C: ",", 0xFE6A: "%", 0x2044: "/", 0x2215: "/"}
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_ODD = re.compile(rf"[\u060c{re.escape(''.join(map(chr, _PLAIN)))}]|(?![0-9])\d")
# The full-width comma ends clauses; between full-width digits it may part thousands.
_WIDE_GROUP = re.compile(r"(?<=[\uff10-\uff19])\uff0c(?=[\uff10-\uff19]{3}(?![\uff10-\uff19]))")
_ARABIC_GROUP = re.compile(r"(?<=[0-9])\u060c(?=[0-9]{3}(?![0-9]))")


def plain(text: str) -> str:
    """The text, character for character, with the digits and signs of other scripts as ASCII ones.

    >>> plain("\u0662\u0660\u0662\u0664, \uff15\uff05")
    '2024, 5%'
    """
    if text.isascii() or _ODD.search(text) is None:
        return text
    text = _WIDE_GROUP.sub(",", text).translate(_PLAIN)
    return _ARABIC_GROUP.sub(",", _OTHER_DIGIT.sub(lambda m: str(unicodedata.decimal(m.group())), text))


def special(text: str, start: int, ways: Conventions) -> tuple[list[Numeral], int] | None:
    """The numerals of a form that needs no word to be understood, and where it ends; None for a plain number.

    Args:
        text: made `plain`.
        start: of a digit that no digit stands before.
        ways: of the text's language.
    """
    m = _FORM.match(text, start)
    if m is None or m.lastgroup is None:
        return None
    name = next(g for g in _READERS if m[g] is not None)
    found = _READERS[name](m, ways)
    return None if found is None else (found, m.end())


Readers = dict[str, Callable[["re.Match[str]", Conventions], "list[Numeral] | None"]]


def _at(m: re.Match[str], group: str, kind: str, hard: bool = True, also: frozenset[Fraction] = frozenset()) -> Numeral:
    return Numeral(*m.span(group), m[group], kind, Fraction(m[group]), hard, also)


def _ymd(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    return [_at(m, "y1", "year"), _at(m, "m1", "month"), _at(m, "d1", "day")]


def _dmy(m: re.Match[str], ways: Conventions) -> list[Numeral] | None:
    a, b, year = Fraction(m["a"]), Fraction(m["b"]), Fraction(m["y2"])
    if not (1 <= min(a, b) <= 12 and 1 <= max(a, b) <= _PAST_DAYS):
        return None
    if len(m["y2"]) == 4 and year not in _YEARS:
        return None
    years = frozenset({1900 + year, 2000 + year}) if len(m["y2"]) == 2 else frozenset[Fraction]()
    month_last = b <= 12 and (a > 12 or ways.day_first is True)
    either = a <= 12 and b <= 12 and ways.day_first is not True
    kinds = ("day", "month") if month_last else ("month", "day")
    return [
        _at(m, "a", kinds[0], also=frozenset({b}) if either else frozenset()),
        _at(m, "b", kinds[1], also=frozenset({a}) if either else frozenset()),
        _at(m, "y2", "year", also=years),
    ]


def _years(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    """2020-21 is two years, 2015-05 a year and a month."""
    century = int(m["from"]) // 100 * 100
    # 2015-10 may be either, and a soft month renders a number too.
    either = 10 <= int(m["to"]) <= 12
    kind = "month" if m["to"].startswith("0") or either else "number"
    return [_at(m, "from", "year"), _at(m, "to", kind, not either, also=frozenset({Fraction(century + int(m["to"]))}))]


def _clock(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    hour = Fraction(m["hour"])
    found = [_at(m, "hour", "time", also=other_hours(hour)), _at(m, "minute", "time", m["minute"] != "00")]
    return found if m["second"] is None else [*found, _at(m, "second", "time", m["second"] != "00")]


def other_hours(hour: Fraction) -> frozenset[Fraction]:
    """The same hour on a clock of twelve, or of twenty-four."""
    if 12 < hour < 24:
        return frozenset({hour - 12})
    if hour in (0, 12, 24):
        return frozenset({Fraction(0), Fraction(12), Fraction(24)})
    return frozenset({hour + 12}) if hour <= 12 else frozenset()


def _size(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    start = m.start()
    return [
        Numeral(start + n.start(), start + n.end(), n.group(), "number", Fraction(n.group().replace(",", ".")))
        for n in re.finditer(r"\d+(?:[.,]\d+)?", m.group())
    ]


def _slash(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    top, bottom = Fraction(m["top"]), Fraction(m["bottom"])
    value = top / bottom if bottom else top
    also = frozenset[Fraction]()
    hard = m.group() not in ("24/7", "7/24")
    return [Numeral(m.start(), m.end(), m.group(), "fraction", value, hard, also, ((top, bottom),))]


def _dots(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    """Versions, article numbers, thousands of another language: one thing as it stands, or its pieces."""
    pieces = m.group().split(".")
    parts = (tuple(map(Fraction, pieces)),)
    return [Numeral(m.start(), m.end(), m.group(), "number", Fraction("".join(pieces)), True, frozenset(), parts)]


def _spaced(m: re.Match[str], ways: Conventions) -> list[Numeral] | None:
    last_sign = re.search(r"([.,])(\d+)\Z", m.group())
    sign, decimals = last_sign.groups() if last_sign else (None, None)
    whole = m.group()[: last_sign.start()] if last_sign else m.group()
    if sign is not None and sign != ways.decimal and ways.group != " ":
        return None
    pieces = re.split(r"\D", whole)
    value = Fraction("".join(pieces) + ("." + decimals if decimals else ""))
    last = pieces[-1] + ("." + decimals if decimals else "")
    parts = (tuple(map(Fraction, [*pieces[:-1], last])),)
    return [Numeral(m.start(), m.end(), m.group(), "number", value, True, frozenset(), parts)]


def _mixed(m: re.Match[str], ways: Conventions) -> list[Numeral]:
    whole = re.match(r"\d*", m.group())
    part = Fraction(unicodedata.numeric(m["vulgar"])).limit_denominator(100)
    value = part + int(whole.group() or 0) if whole is not None else part
    return [Numeral(m.start(), m.end(), m.group(), "fraction", value)]


_READERS: Readers = {
    "ymd": _ymd,
    "dmy": _dmy,
    "years": _years,
    "clock": _clock,
    "size": _size,
    "slash": _slash,
    "dots": _dots,
    "spaced": _spaced,
    "mixed": _mixed,
}

_ROMAN = re.compile(r"(X{0,3}|XL|LX{0,3})(IX|IV|V?I{0,3})(?:e|è?me|er|ère)?")


def roman(text: str) -> int | None:
    """The value of a Roman numeral from 1 to 89 in capitals, or None.

    >>> roman("XIV"), roman("XXe"), roman("IIII")
    (14, 20, None)
    """
    m = _ROMAN.fullmatch(text)
    if m is None or not (m[1] or m[2]):
        return None
    values = {"I": 1, "V": 5, "X": 10, "L": 50}
    digits = [values[c] for c in m[1] + m[2]]
    return sum(-d if i + 1 < len(digits) and d < digits[i + 1] else d for i, d in enumerate(digits))


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def number(text: str, start: int, ways: Conventions) -> Numeral:
    """The plain number at a digit, read as its language writes numbers.

    What the language's own signs make clear has one value. "1.234" where the full stop is no sign of the language, and
    where its countries differ, may be either.
    """
    m = _NUMBER.match(text, start)
    raw = m.group() if m is not None else text[start]
    return Numeral(start, start + len(raw), raw, "number", *_read(raw, ways.decimal, ways.group, ways.either))


@lru_cache(maxsize=65536)
def _read(  # noqa: PLR0911 - one way to write numbers a line
    raw: str, decimal: str, group: str, either: bool
) -> tuple[Fraction, bool, frozenset[Fraction], tuple[tuple[Fraction, ...], ...]]:
    """Value, hardness, other values and other readings of digits with full stops and commas between them."""
    signs = [c for c in raw if c in ".,"]
    pieces = re.split("[.,]", raw)
    none: frozenset[Fraction] = frozenset()
    if not signs:
        return Fraction(raw), True, none, ()
    joined, last = Fraction("".join(pieces)), Fraction("".join(pieces[:-1]) + "." + pieces[-1])
    parts = (tuple(map(Fraction, pieces)),)
    whole = pieces if signs[-1] == group else pieces[:-1]
    grouped = len(whole) > 1 and _in_groups(whole) and len(set(signs[: len(whole) - 1])) == 1
    if len(set(signs)) == 1 and len(signs) > 1:
        return (joined, True, none, ()) if _in_groups(pieces) else (joined, True, none, parts)
    if len(signs) > 1:
        return (
            (last, True, none, ()) if grouped or _in_groups(pieces[:-1]) else (last, True, frozenset({joined}), parts)
        )
    thousands = _in_groups(pieces)
    if signs[0] == group:
        if thousands:
            return joined, True, frozenset({last}) if either else none, ()
        return last, True, none, parts
    if signs[0] == decimal:
        clock = parts if _CLOCK_LIKE.fullmatch(raw) else ()
        may_group = thousands and (either or group not in ".,")
        return last, True, frozenset({joined}) if may_group else none, clock
    return (joined, True, frozenset({last}), parts) if thousands else (last, True, none, parts)


# 15.30 may be half past three.
_CLOCK_LIKE = re.compile(r"(?:[01]?\d|2[0-4])[.,][0-5]\d")


def _in_groups(pieces: Sequence[str]) -> bool:
    """Thousands, or the Indian way: groups of two before the last three digits."""
    if len(pieces) < 2 or pieces[0].startswith("0") or len(pieces[-1]) != 3:
        return False
    return (len(pieces[0]) <= 3 and all(len(p) == 3 for p in pieces[1:])) or (
        len(pieces[0]) <= 2 and all(len(p) == 2 for p in pieces[1:-1])
    )
