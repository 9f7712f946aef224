"""What a sign, a measure or a unit of time after a Chinese numeral makes of it."""

from __future__ import annotations

import re
from fractions import Fraction

from harness.language.numerals.numeral import Numeral

# Not a tenth: 三成立, 五成员.
_TENTHS = re.compile("成(?P<half>半)?(?![立为功果员长就本熟分型交都效品群年语绩套因文])")
_LUNAR = re.compile("(?:农历|阴历)闰?$")


def hour(start: int, end: int, value: Fraction, text: str) -> Numeral:
    """An hour of the day; 15时 is also 3 p.m., 下午3点 also 15:00."""
    afternoon = re.search(r"(?:下午|晚上?|傍晚|午后|深夜|中午)$", text[max(0, start - 3) : start]) is not None
    also = set()
    if 12 < value <= 24:
        also.add(value - 12)
        also |= {Fraction(0)} if value == 24 else set()
    elif value <= 12 and afternoon:
        also.add(value + 12)
    return Numeral(start, end, "", "time", value, True, frozenset(also))


def measured(  # noqa: PLR0911 - one measure per line
    text: str, start: int, end: int, value: Fraction
) -> Numeral | None:
    """What a sign or a measure after a numeral makes of it: percentages, multiples, discounts."""
    near = text[end : end + 8]
    rest = near.lstrip(" ")
    arabic = text[start].isdecimal()
    if m := re.match(r"%|个?百分点|个点", rest):
        return Numeral(start, end + len(near) - len(rest) + m.end(), "", "percent", value / 100)
    if rest.startswith("‰"):
        return Numeral(start, end + len(near) - len(rest) + 1, "", "fraction", value / 1000)
    if rest.startswith("倍"):
        return Numeral(start, end, "", "multiple", value, True, frozenset({value + 1}))
    if value < 10 and value.denominator == 1 and (m := _TENTHS.match(rest)):
        tenths = value + Fraction(1, 2) if m["half"] else value
        return Numeral(start, end, "", "percent", tenths / 10)
    if m := re.match("个?(?P<unit>年|月|小时|天|钟头)半|个半(?P<unit2>小时|钟头|月|世纪)?|点钟?半", rest):
        if "点" in m.group():
            return None
        more = {"年": 12, "月": 30, "天": 24, "世纪": 100}.get(m["unit"] or m["unit2"] or "", 60)
        half = value + Fraction(1, 2)
        return Numeral(start, end, "", "number", half, arabic or value > 2, frozenset({value, half * more}))
    if rest.startswith("刻"):  # a quarter of an hour
        return Numeral(start, end, "", "number", value, arabic, frozenset({value * 15}))
    if rest.startswith("毫米"):
        return Numeral(start, end, "", "number", value, near=((float(value / 10),) * 2,))
    if m := re.match("毛|角(?!度|落|色|逐)|斤(?!斤计较)|市?亩", rest):
        also = {"毛": {value * 10, value / 10}, "角": {value * 10, value / 10}, "斤": {value / 2}}
        hard = arabic or end - start > 1 or (m.group() != "毛" and value > 2)
        return Numeral(start, end, "", "number", value, hard, frozenset(also.get(m.group(), {value / 15})))
    if rest.startswith("折") and (arabic or 5 <= value <= 9):
        return Numeral(start, end, "", "number", value, True, frozenset({value / 10, 1 - value / 10}))
    return None


def calendar(  # noqa: PLR0911 - one unit of time a line
    text: str, m: re.Match[str], value: Fraction, before: list[Numeral]
) -> Numeral | None:
    """What a unit of time after a numeral makes of it: decades, centuries, years, months, days, hours."""
    start, end = m.span()
    rest = text[end : end + 9].lstrip(" ")
    arabic, length = text[start].isdecimal(), end - start
    if value.denominator != 1:
        return None
    if rest.startswith("年代"):
        return _decade(start, end, value, before)
    if rest.startswith("世纪"):
        decade = re.match("世纪[ ]?(?:[0-9]{2}|[一二三四五六七八九]{1,2}十)[ ]?年代", rest)
        hard = (arabic or length > 1) and not decade
        return Numeral(start, end, "", "century", value, hard, frozenset({(value - 1) * 100}))
    if rest.startswith("年") and 1000 <= value < 2200 and (arabic or length == 4):
        return Numeral(start, end, "", "year", value)
    if rest.startswith(("年", "后")) and arabic and length == 2:  # 98年; 95后 are those born from 1995 on
        return Numeral(start, end, "", "number", value, True, frozenset({value + 1900, value + 2000}))
    if rest.startswith("月") and 1 <= value <= 12 and not _LUNAR.search(text[max(0, start - 3) : start]):
        return Numeral(start, end, "", "month", value, arabic or value > 2)
    if arabic and rest.startswith(("日", "号")) and 1 <= value <= 31:
        return Numeral(start, end, "", "day", value)
    if re.match(r"时(?!代|期|而|候|常)|点(?!的|了|点)" if arabic else "点[钟半多整一]", rest) and value <= 24:
        return hour(start, end, value, text)
    return None


def _decade(start: int, end: int, value: Fraction, before: list[Numeral]) -> Numeral:
    """80年代 is the 80s or the 1980s; after 20世纪 it is the 1980s for certain."""
    if value >= 100:
        return Numeral(start, end, "", "decade", value, True, frozenset({value % 100}))
    if before and before[-1].kind == "century" and start - before[-1].end <= 2:
        year = (before[-1].value - 1) * 100 + value
        return Numeral(start, end, "", "decade", year, True, frozenset({value}))
    return Numeral(start, end, "", "decade", value, True, frozenset({value + 1900, value + 2000, value + 1800}))
