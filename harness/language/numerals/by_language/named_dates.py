"""Chinese names that are a date: 九一八事变, “五四”运动, 9·11, 双11, 618 大促.

A translation may say the date, the figures as they stand, or another name, so none of them is required.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.language.numerals.by_language.han_numbers import DIGIT, value_of
from harness.language.numerals.numeral import Numeral

_CLOSE = "[”’\"'」』]?"
_EVENTS = (
    "事变|运动|惨案|事件|起义|恐怖袭击|恐袭|暴恐|地震|大地震|特大|火灾|空难|指示|批示|讲话|革命|精神|青年节|劳动节|儿童节|妇女节|"
    "建军节|国庆|黄金周|假期|长假|小长假|放假|大促|购物节|狂欢节|电商节|促销|年中|大战|晚会|烈士|勋章|奖章|公报|共识|.{0,2}活动"
)
_HAN = "[一二三四五六七八九]"
#: Matches a date that is a name; to be embedded in a larger pattern.
EVENT = (
    rf"(?P<dotted>(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})[·•・](?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}}))(?![\d万亿]|年)"
    rf"|(?P<bare>六四|九一八)(?![0-9一二三四五六七八九十百千万年月个点])"
    rf"|(?<=[“‘「『])(?P<quoted>{_HAN}{{2}}|十一)(?=\s?[”’」』])"
    rf"|双(?P<double>1[12]|十[一二])(?!\d)"
    rf"|(?P<named>{_HAN}{{2,3}}|十一|\d{{3,4}})(?={_CLOSE}(?:{_EVENTS}))"
)


def event_at(m: re.Match[str]) -> Numeral:
    """The numeral of a match of EVENT: soft, and readable as a month and a day."""
    if m["dotted"] is not None:
        month, day = (_value(t) for t in re.split("[·•・]", m["dotted"]))
        joined = Fraction(f"{month}{day}")
        return Numeral(*m.span(), "", "day", joined, False, frozenset({month + day / 100}), ((month, day),))
    if m["double"] is not None:
        day = _value(m["double"])
        return Numeral(*m.span(), "", "day", day, False, frozenset({day * 101}), ((day, day),))
    name = m["named"] or m["bare"] or m["quoted"]
    digits = "11" if name == "十一" else "".join(str(DIGIT.get(c, c)) for c in name)
    splits = [(int(digits[:k]), int(digits[k:])) for k in range(1, len(digits))]
    dates = [(Fraction(a), Fraction(b)) for a, b in splits if 1 <= a <= 12 and 1 <= b <= 31]
    if name == "十一":
        dates = [(Fraction(10), Fraction(1))]
    return Numeral(m.start(), m.start() + len(name), "", "day", Fraction(digits), False, frozenset(), tuple(dates))


def _value(text: str) -> Fraction:
    value = Fraction(text) if text.isdecimal() else value_of(text)
    return value if value is not None else Fraction(0)
