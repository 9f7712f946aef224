"""Numerals in Chinese text.

Digits are certain. Numerals in characters are certain when they are long (二十三, 第十一) or count something (五大洲,
三个); a lone 一, 十, 千 or a numeral inside an idiom (一带一路, 十分, 万一) is soft or no numeral at all.
`docs/fidelity.md` has the measured rates behind these choices.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from importlib import resources

from harness.language.numerals import figures
from harness.language.numerals.by_language.chinese_measures import calendar, hour, measured
from harness.language.numerals.by_language.han_numbers import CHARS, DIGIT, FIGURES, product, value_of
from harness.language.numerals.by_language.named_dates import EVENT, event_at
from harness.language.numerals.locales import conventions
from harness.language.numerals.numeral import Numeral

# 1.5万亿, 2亿3千万, 2万4801, 820 万; 30余万 is "more than 300,000".
_MIXED = (
    rf"(?:{FIGURES})(?:(?:[余多]|\s|个(?=亿(?!万)))?[十百千万萬亿億]+"
    rf"(?:(?:{FIGURES})[十百千万萬亿億]+)*(?:\d{{1,4}}(?![\d.]))?)?"
)
_WORDS = rf"[{CHARS}]+(?:点[零〇一二三四五六七八九]+(?:[万亿千百]+)?)?"
_NUMBER = rf"(?:{_MIXED}|{_WORDS})"


@lru_cache(maxsize=1)
def _idiom() -> re.Pattern[str]:
    text = (resources.files("harness.language.numerals.by_language") / "idioms_zh.txt").read_text(encoding="utf-8")
    words = [line for line in text.split("\n") if line and not line.startswith("#")]
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


# What a single character from 三 to 九 must stand before to count something beyond doubt.
_COUNTED = re.compile(
    "(?:个|名|位|国|大洲|大|年|次|项|届|天|家|所|座|条|种|岁|分钟|小时|倍|人|只|只|艘|架|辆|枚|张|本|部|支|场|轮|批|间|层|段|份|"
    "幅|首|篇|章|节|件|套|组|队|期|周|个月|月|日|廊|路|省|市|县|区|州|方|点|款|颗|头|匹|棵|斤|公里|米|元|块|万|亿|成|折|中全会)"
)
_TWO = re.compile("岁|周(?!年|边|围)|年级|天(?!然)|个月|个小时|小时|分钟|倍|万|亿|千|百|米|公里|元|块钱|名|位数")

#: Circled, bracketed and Roman numbers that are one character.
MARKS = "\u2160-\u217b\u2460-\u249b\u24f5-\u24fe\u2776-\u2793\u3220-\u3229\u3280-\u3289"

_PATTERN = re.compile(
    rf"""
    (?P<event>{EVENT})
  | (?P<fraction>(?P<den>{_NUMBER})分之(?P<num>{_NUMBER}))
  | (?P<hundredth>百分(?P<hundredths>[零〇一二两三四五六七八九十百千]+))
  | (?P<clock>(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?(?!\d))
  | (?P<fold>翻(?P<folds>[一两二三四]?)番)
  | (?P<first>首(?=[次个届家批位先要月日期例座部支款])|头一|初次)
  | (?P<vague>(?:[数几上成好]+(?P<about>[十百千万亿]+)|(?P<teen>[十百千万亿]{{1,2}})[几](?P<teens>[千万亿]*)))
  | (?P<half>半(?:个?多?(?P<halved>年|月|天|日|小时|世纪|钟头)|百)?)
  | (?P<mark>[{MARKS}])
  | (?P<roman>(?<![A-Za-z])[IVXL]+(?![A-Za-z]))
  | (?P<plan>(?P<planno>[一二三四五六七八九十]{{1,2}})五(?=[”’"'」]|规划|计划|时期|期间|开局|收官|以来|末))
  | (?P<ordinal>第\s*(?P<ordno>{_NUMBER}))
  | (?P<number>{_NUMBER})
    """,
    re.VERBOSE,
)
_PATTERN_EVENT = re.compile(EVENT)
_YEAR = re.compile("年(?!级)")
_LIST = re.compile("[一二三四五六七八九]+")
_LATIN_BEFORE = re.compile("[A-Za-z][-_]?$")
_SCALE_AFTER = re.compile(r"\s?([十百千万萬亿億]+)")
# 千 before one of these belongs to the unit.
_KILO = re.compile("米|克|瓦|卡|赫|伏|帕|焦|字节|比特|升|欧|牛|安")
_HOUR_BEFORE = re.compile(r"[\d一二三四五六七八九十两]点钟?$")
_GRADE = re.compile("等[奖功]|级|流|季度|线城|审|手[^机把里段术足臂掌表脚]|年级|把手|战|胎|孩")
_HALVED = {"年": 6, "月": 15, "天": 12, "日": 12, "小时": 30, "钟头": 30, "世纪": 50}
_WAYS = conventions("zh")
_SCALED = re.compile(r"\d[\d.,]*\s*([十百千万萬亿億]+)$")
_JOIN = re.compile(r"\s*(?:[-–—~～至到、和]|—{2}|%\s*[-–—~～至到])\s*")


# A text without any of these has no numeral: every alternative of the pattern has one of them.
POSSIBLE = re.compile(rf"[\d{CHARS}番半首头初{MARKS}{figures.VULGAR}IVXL\u2f00-\u2fd5]")
# What the alternatives begin with; the pattern is asked only where one of these stands.
_FIRST = re.compile(rf"[\d{CHARS}翻数几上成好第半双首头初{MARKS}{figures.VULGAR}IVXL]")


def find_chinese(text: str) -> tuple[Numeral, ...]:
    """Every numeral of a Chinese text, in order."""
    if POSSIBLE.search(text) is None:
        return ()
    plain = figures.plain(text)
    blocked: bytearray | None = None
    found: list[Numeral] = []
    position = 0
    while (first := _FIRST.search(plain, position)) is not None:
        form = _form(plain, first.start())
        if form is not None:
            found.extend(form[0])
            position = form[1]
            continue
        m = _PATTERN.match(plain, first.start())
        if m is None:
            position = first.end()
            continue
        if m["number"] is not None:
            blocked = _blocked(plain) if blocked is None else blocked
            if blocked[m.start()] and blocked[m.end() - 1]:
                found.extend(_idiomatic(plain, m))
                position = m.end()
                continue
        found.extend(_READERS[m.lastgroup or ""](plain, m, found))
        position = max(m.end(), found[-1].end if found else 0)
    return tuple(_share_scale(plain, [_with_text(n, text) for n in found]))


def _blocked(plain: str) -> bytearray:
    """1 for every character that belongs to an idiom."""
    blocked = bytearray(len(plain))
    for idiom in _idiom().finditer(plain):
        blocked[idiom.start() : idiom.end()] = b"\1" * (idiom.end() - idiom.start())
    return blocked


def _form(text: str, start: int) -> tuple[list[Numeral], int] | None:
    """Dates, fractions and the like, whose form says what they are."""
    if not (text[start].isdecimal() or text[start] in figures.VULGAR):
        return None
    if _LATIN_BEFORE.search(text[max(0, start - 2) : start]):
        return None
    if _PATTERN_EVENT.match(text, start):
        return None
    read = figures.special(text, start, _WAYS)
    if read is None or read[0][0].kind == "time":
        return None
    found, end = read
    if len(found) == 1 and found[0].kind == "number":
        scale = _SCALE_AFTER.match(text, end)
        n = found[0]
        if scale is not None:
            found, end = [replace(n, end=scale.end(), value=n.value * product(scale[1]), parts=())], scale.end()
        elif text[end : end + 1] == "%":
            found, end = [replace(n, end=end + 1, kind="percent", value=n.value / 100, parts=())], end + 1
    return found, end


def _idiomatic(text: str, m: re.Match[str]) -> list[Numeral]:
    """A numeral inside an idiom: 四季 may be rendered as four seasons, and need not."""
    value = value_of(m.group())
    return [] if value is None else [Numeral(*m.span(), "", "number", value, False)]


def _event(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    return [event_at(m)]


def _first(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    return [Numeral(*m.span(), "", "ordinal", Fraction(1), False)]


def _half(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """半年 is half a year, or six months."""
    if m.group() == "半百":
        return [Numeral(*m.span(), "", "number", Fraction(50), False)]
    if _HOUR_BEFORE.search(text[max(0, m.start() - 3) : m.start()]):  # 3点半
        return [Numeral(m.start(), m.start() + 1, "", "time", Fraction(30), False)]
    whole = _HALVED.get(m["halved"] or "")
    also = frozenset({Fraction(whole)}) if whole is not None else frozenset[Fraction]()
    return [Numeral(*m.span(), "", "fraction", Fraction(1, 2), False, also)]


def _mark(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    return [Numeral(*m.span(), "", "number", Fraction(int(unicodedata.numeric(m.group()))), False)]


def _roman(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    value = figures.roman(m.group())
    return [] if value is None else [Numeral(*m.span(), "", "number", Fraction(value), False)]


def _hundredth(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """Colloquial 百分百 and 百分二百."""
    share = value_of(m["hundredths"])
    return [] if share is None else [Numeral(*m.span(), "", "percent", share / 100, False)]


def _clock(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    minute = Fraction(m["minute"])
    found = [
        hour(*m.span("hour"), Fraction(m["hour"]), text),
        Numeral(*m.span("minute"), "", "time", minute, minute != 0),
    ]
    if m["second"] is not None:
        found.append(Numeral(*m.span("second"), "", "time", Fraction(m["second"]), m["second"] != "00"))
    return found


def _fold(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """翻一番 is doubled or 100% more, 翻两番 is quadrupled."""
    times = Fraction(2 ** DIGIT.get(m["folds"], 1))
    return [Numeral(*m.span(), "", "multiple", times, True, frozenset({times - 1}))]


def _vague(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """数百, 几十亿, 上千, 十几: no number that a translation must have; it may say "a thousand" or "a dozen"."""
    if m["about"] is not None:
        return [Numeral(*m.span(), "", "number", Fraction(product(m["about"])), False)]
    value = Fraction(product(m["teen"]) * product(m["teens"]))
    return [Numeral(*m.span(), "", "number", value, False, frozenset({value * Fraction(6, 5)}))]


def _plan(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """十四五规划 is the 14th Five-Year Plan."""
    number, five = value_of(m["planno"]), m.end("planno")
    if number is None:
        return []
    return [
        Numeral(*m.span("planno"), "", "ordinal", number),
        Numeral(five, five + 1, "", "number", Fraction(5), False),
    ]


def _ordinal(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """第一, 第二 and 第三 also mean "the best", "the next", "besides"."""
    number = value_of(m["ordno"])
    if number is None:
        return []
    return [Numeral(*m.span(), "", "ordinal", number, number > 3 or m["ordno"].isdecimal())]


def _fraction(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    bottom, top = value_of(m["den"]), value_of(m["num"])
    if top is None and bottom and _approximate(m["num"]):
        return [replace(n, kind="percent", value=n.value / bottom) for n in _pair(m["num"], m.start("num"), False)]
    if bottom is None or top is None or not bottom:
        return []
    kind = "percent" if bottom == 100 else "fraction"
    return [Numeral(m.start(), m.end(), "", kind, top / bottom, True, frozenset(), ((top, bottom),))]


def _plain(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    start, end = m.span()
    raw = text[start:end]
    arabic = raw[0].isdecimal()
    if not arabic and _approximate(raw):
        return _pair(raw, start, text.startswith("年代", end))
    if not arabic and 3 <= len(raw) <= 5 and _LIST.fullmatch(raw) and _YEAR.match(text, end) is None:  # 二四五年级
        return [Numeral(start + k, start + k + 1, "", "number", Fraction(DIGIT[c]), False) for k, c in enumerate(raw)]
    kilo = _KILO.match(text, end) is not None and raw.endswith("千")
    value = value_of(raw[:-1] if kilo and len(raw) > 1 else raw)
    if value is None:
        return []
    if kilo:  # 18.9千米 is 18.9 km; 一千米 is one, or a thousand metres
        also = frozenset({value * 1000, value / 1000, value / 10**6})
        return [Numeral(start, end - (len(raw) > 1), "", "number", value, arabic or len(raw) > 2, also)]
    if arabic and _in_latin_token(text, start, end):
        return [Numeral(start, end, "", "number", value, False)]
    rest = text[end : end + 4]
    special = measured(text, start, end, value) or calendar(text, m, value, before)
    hard = _certain(raw, value, rest) if not arabic else raw != "1" or _COUNTED.match(rest.lstrip()) is None
    if start == 0 and rest.startswith("、"):
        hard = True  # 三、 is the number of a paragraph; (三) may become (c)
    kind = "ordinal" if value <= 3 and not hard and _GRADE.match(rest) else "number"
    return [special or Numeral(start, end, "", kind, value, hard)]


def _approximate(raw: str) -> bool:
    """七八, 三四十, 二三百: two neighbouring digits that mean "about"."""
    head = raw[:2]
    if len(raw) < 2 or not all(c in DIGIT for c in head) or "零" in head or "〇" in head:
        return False
    if len(raw) > 2 and raw[2] in DIGIT:
        return False
    return abs(DIGIT[head[0]] - DIGIT[head[1]]) in (1, 2)


def _pair(raw: str, start: int, decades: bool) -> list[Numeral]:
    result = []
    for k in (0, 1):
        value = value_of(raw[k] + raw[2:])
        if value is not None:
            also = frozenset({value + 1900, value + 1800, value + 2000}) if decades else frozenset[Fraction]()
            kind = "decade" if decades else "number"
            result.append(Numeral(start + k, start + k + 1, "", kind, value, False, also))
    return result


def _in_latin_token(text: str, start: int, end: int) -> bool:
    """5G, COVID-19, G20: part of a name. 20km is a number with a unit."""
    if start and (text[start - 1].isascii() and text[start - 1].isalpha()):
        return True
    if start > 1 and text[start - 1] in "-_" and text[start - 2].isascii() and text[start - 2].isalpha():
        return True
    after = re.match(r"[A-Za-z]+", text[end : end + 12])
    return after is not None and after.group() not in _UNITS and not after.group().islower()


_MEASURES = (
    "km m cm mm nm kg g mg t l ml L mL h s ms min hz Hz kHz MHz GHz kW MW GW kWh W V KB MB GB TB PB Gbps Mbps mol K C "
    "F in ft oz lb th st nd rd px dpi RMB USD CNY HKD EUR"
)
_UNITS = frozenset(re.split(" ", _MEASURES))


# Units without a digit that often mean "countless", or "by all means".
_COUNTLESS = frozenset({"百万", "千万", "亿万", "万亿", "千百", "百千", "万千", "千千", "万万", "百十", "千万万"})


def _certain(raw: str, value: Fraction, rest: str) -> bool:
    """Whether a numeral in characters counts something beyond doubt."""
    if len(raw) == 1:
        counted = _TWO if raw in "两二" else _COUNTED
        return raw in "三四五六七八九十两二" and counted.match(rest) is not None
    if raw in _COUNTLESS:
        return False
    if all(c in DIGIT for c in raw):  # 二〇二四 is a year; 一二三 may be anything
        return "〇" in raw or "○" in raw or (len(raw) == 4 and rest.startswith("年"))
    return value != 1


def _share_scale(text: str, found: list[Numeral]) -> list[Numeral]:
    """3至5万 is 30,000 to 50,000, and 3-5% is 3% to 5%: the first takes the scale of the second as well."""
    for i in range(len(found) - 1):
        first, second = found[i], found[i + 1]
        if not _JOIN.fullmatch(text, first.end, second.start) or not first.text.replace(".", "").isdecimal():
            continue
        if second.kind == "month" and first.kind == "number" and 1 <= first.value <= 12:
            found[i] = replace(first, kind="month")  # 5、6月
        elif second.kind == "percent" and first.kind == "number":
            found[i] = replace(first, kind="percent", value=first.value / 100, also=frozenset({first.value}))
        elif m := _SCALED.search(second.text):
            scaled = first.value * product(m[1])
            found[i] = Numeral(first.start, first.end, first.text, first.kind, scaled, True, frozenset({first.value}))
    return found


def _with_text(n: Numeral, text: str) -> Numeral:
    return replace(n, text=text[n.start : n.end])


_READERS: dict[str, Callable[[str, re.Match[str], list[Numeral]], list[Numeral]]] = {
    "event": _event,
    "first": _first,
    "half": _half,
    "mark": _mark,
    "roman": _roman,
    "fraction": _fraction,
    "hundredth": _hundredth,
    "clock": _clock,
    "fold": _fold,
    "vague": _vague,
    "plan": _plan,
    "ordinal": _ordinal,
    "number": _plain,
}
