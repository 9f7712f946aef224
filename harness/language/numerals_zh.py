"""Numerals in Chinese text.

Digits are certain. Numerals in characters are certain when they are long (二十三, 第十一) or count something (五大洲,
三个); a lone 一, 十, 千 or a numeral inside an idiom (一带一路, 十分, 万一) is soft or no numeral at all.
`docs/fidelity.md` has the measured rates behind these choices.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from importlib import resources

from harness.language.numeral import Numeral

_WIDE = str.maketrans("０１２３４５６７８９．％：，", "0123456789.%:,")
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2, "仨": 3, "兩": 2}
_DIGIT |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNIT = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
}
_TENS = {"廿": 20, "卅": 30}

_FIGURES = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_CHARS = "零〇○一二三四五六七八九两兩俩仨十百千万萬亿億廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
# 1.5万亿, 2亿3千万, 2万4801, 820 万; 30余万 is "more than 300,000".
_MIXED = (
    rf"(?:{_FIGURES})(?:(?:[余多]|\s)?[十百千万萬亿億]+(?:(?:{_FIGURES})[十百千万萬亿億]+)*(?:\d{{1,4}}(?![\d.]))?)?"
)
_WORDS = rf"[{_CHARS}]+(?:点[零〇一二三四五六七八九]+(?:[万亿千百]+)?)?"
_NUMBER = rf"(?:{_MIXED}|{_WORDS})"


@lru_cache(maxsize=1)
def _idiom() -> re.Pattern[str]:
    text = (resources.files("harness.language") / "idioms_zh.txt").read_text(encoding="utf-8")
    words = [line for line in text.split("\n") if line and not line.startswith("#")]
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


# What a single character from 三 to 九 must stand before to count something beyond doubt.
_COUNTED = re.compile(
    "(?:个|名|位|国|大洲|大|年|次|项|届|天|家|所|座|条|种|岁|分钟|小时|倍|人|只|只|艘|架|辆|枚|张|本|部|支|场|轮|批|间|层|段|份|"
    "幅|首|篇|章|节|件|套|组|队|期|周|个月|月|日|廊|路|省|市|县|区|州|方|点|款|颗|头|匹|棵|斤|公里|米|元|块|万|亿|成|折)"
)

_PATTERN = re.compile(
    rf"""
    (?P<date>(?P<y>(?:19|20)\d\d)[./](?P<mo>0?[1-9]|1[0-2])(?:[./](?P<d>0?[1-9]|[12]\d|3[01]))(?![\d.]))
  | (?P<fraction>(?P<den>{_NUMBER})分之(?P<num>{_NUMBER}))
  | (?P<hundredth>百分(?P<hundredths>[零〇一二两三四五六七八九十百千]+))
  | (?P<clock>(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::\d{{2}})?(?!\d))
  | (?P<fold>翻(?P<folds>[一两二三四]?)番)
  | (?P<vague>[数几上成好]+[十百千万亿]+|[十百千万亿]{{1,2}}[几])
  | (?P<plan>“?(?P<planno>[一二三四五六七八九十]{{1,2}})五”?(?=规划|计划|时期|期间|”|开局|收官|以来|末))
  | (?P<ordinal>第\s*(?P<ordno>{_NUMBER}))
  | (?P<number>{_NUMBER})
    """,
    re.VERBOSE,
)
_SCALED = re.compile(r"\d[\d.,]*\s*([十百千万萬亿億]+)$")
_JOIN = re.compile(r"\s*(?:[-–—~～至到]|—{2}|%\s*[-–—~～至到])\s*")


# A text without any of these has no numeral: every alternative of the pattern has one of them.
POSSIBLE = re.compile(rf"[\d{_CHARS}番]")
# What the alternatives begin with; the pattern is asked only where one of these stands.
_FIRST = re.compile(rf"[\d{_CHARS}翻数几上成好第“]")


def find_chinese(text: str) -> tuple[Numeral, ...]:
    """Every numeral of a Chinese text, in order."""
    if POSSIBLE.search(text) is None:
        return ()
    plain = text.translate(_WIDE)
    blocked: bytearray | None = None
    found: list[Numeral] = []
    position = 0
    while (first := _FIRST.search(plain, position)) is not None:
        m = _PATTERN.match(plain, first.start())
        if m is None:
            position = first.end()
            continue
        if m["number"] is not None:
            blocked = _blocked(plain) if blocked is None else blocked
            if blocked[m.start()] and blocked[m.end() - 1]:
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


def value_of(text: str) -> Fraction | None:
    """The value of one Chinese numeral in figures, characters or both ("1.5万亿", "二〇二四", "两千三"), or None.

    >>> value_of("二十三")
    Fraction(23, 1)
    """
    if "点" in text:
        whole, _, rest = text.partition("点")
        digits = "".join(str(_DIGIT[c]) for c in rest if c in _DIGIT)
        base = value_of(whole)
        if base is None or not digits:
            return None
        return (base + Fraction(int(digits), 10 ** len(digits))) * _product(rest.lstrip("零〇一二三四五六七八九"))
    tokens = re.findall(rf"{_FIGURES}|[^\s余多]", text)
    if len(tokens) > 1 and all(t in _DIGIT for t in tokens):
        return Fraction(int("".join(str(_DIGIT[t]) for t in tokens)))
    return _add_up(tokens)


def _add_up(tokens: list[str]) -> Fraction | None:
    """Parts of falling magnitude; a unit multiplies all smaller parts before it."""
    parts: list[Fraction] = []
    last_unit = Fraction(0)
    for i, token in enumerate(tokens):
        if token in _UNIT:
            unit = Fraction(_UNIT[token])
            below = Fraction(0)
            while parts and parts[-1] < unit:
                below += parts.pop()
            if parts and not below and parts[-1] % (unit * unit) and unit >= 10**4:
                return None
            parts.append((below or Fraction(1)) * unit)
            last_unit = unit
        elif token in _TENS:
            parts.append(Fraction(_TENS[token]))
        elif token in _DIGIT:
            digit = Fraction(_DIGIT[token])
            if i and tokens[i - 1] in _DIGIT and _DIGIT[tokens[i - 1]]:
                return None
            # 两千三 is 2300, 一百零三 is 103, 二十三 is 23.
            if i == len(tokens) - 1 and i and tokens[i - 1] in _UNIT and last_unit >= 100:
                digit *= last_unit / 10
            parts.append(digit)
        elif re.fullmatch(_FIGURES, token):
            parts.append(Fraction(token.replace(",", "")))
        else:
            return None
    return sum(parts, Fraction(0)) if parts else None


def _product(units: str) -> int:
    result = 1
    for c in units:
        result *= _UNIT.get(c, 1)
    return result


def _date(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    parts = (("y", "year"), ("mo", "month"), ("d", "day"))
    return [Numeral(*m.span(group), "", kind, Fraction(m[group])) for group, kind in parts]


def _hundredth(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """Colloquial 百分百 and 百分二百."""
    share = value_of(m["hundredths"])
    return [] if share is None else [Numeral(*m.span(), "", "percent", share / 100, False)]


def _clock(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    minute = Fraction(m["minute"])
    return [
        _hour(*m.span("hour"), Fraction(m["hour"]), text),
        Numeral(m.start("minute"), m.end(), "", "time", minute, minute != 0),
    ]


def _fold(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """翻一番 is doubled, 翻两番 is quadrupled."""
    return [Numeral(*m.span(), "", "multiple", Fraction(2 ** _DIGIT.get(m["folds"], 1)))]


def _vague(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    """数百, 几十亿, 上千: no number that a translation must have."""
    return []


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
    if bottom is None or top is None or not bottom:
        return []
    kind = "percent" if bottom == 100 else "fraction"
    return [Numeral(m.start(), m.end(), "", kind, top / bottom)]


def _hour(start: int, end: int, value: Fraction, text: str) -> Numeral:
    afternoon = re.search(r"(?:下午|晚上?|傍晚|午后|深夜|中午)$", text[max(0, start - 3) : start]) is not None
    also = set()
    if 12 < value <= 24:
        also.add(value - 12)
    elif value <= 12 and afternoon:
        also.add(value + 12)
    return Numeral(start, end, "", "time", value, True, frozenset(also))


def _plain(text: str, m: re.Match[str], before: list[Numeral]) -> list[Numeral]:
    start, end = m.span()
    raw = text[start:end]
    figures = raw[0].isdecimal()
    if not figures and _approximate(raw):
        return _pair(raw, start, text.startswith("年代", end))
    if not figures and 3 <= len(raw) <= 5 and raw in "一二三四五六七八九":  # 三四五六年级: a list
        return [Numeral(start + k, start + k + 1, "", "number", Fraction(_DIGIT[c]), False) for k, c in enumerate(raw)]
    value = value_of(raw)
    if value is None:
        return []
    if figures and _in_latin_token(text, start, end):
        return [Numeral(start, end, "", "number", value, False)]
    rest = text[end : end + 4]
    special = _measured(text, start, end, value) or _calendar(text, m, value, before)
    hard = figures or _certain(raw, value, rest)
    return [special or Numeral(start, end, "", "number", value, hard)]


def _measured(text: str, start: int, end: int, value: Fraction) -> Numeral | None:
    """What a sign or a measure after a numeral makes of it: percentages, multiples, discounts."""
    near = text[end : end + 8]
    rest = near.lstrip(" ")
    figures = text[start].isdecimal()
    if m := re.match(r"%|个?百分点|个点", rest):
        return Numeral(start, end + len(near) - len(rest) + m.end(), "", "percent", value / 100)
    if rest.startswith("‰"):
        return Numeral(start, end + len(near) - len(rest) + 1, "", "fraction", value / 1000)
    if rest.startswith("倍"):
        return Numeral(start, end, "", "multiple", value, True, frozenset({value + 1}))
    if not figures and end - start == 1 and re.match("成(?:以上|多|左右|的|，|。|$|半)", rest):
        return Numeral(start, end, "", "percent", value / 10)
    if rest.startswith("折") and (figures or 5 <= value <= 9):
        return Numeral(start, end, "", "number", value, True, frozenset({value / 10, 1 - value / 10}))
    return None


def _calendar(  # noqa: PLR0911 - one unit of time a line
    text: str, m: re.Match[str], value: Fraction, before: list[Numeral]
) -> Numeral | None:
    """What a unit of time after a numeral makes of it: decades, centuries, years, months, days, hours."""
    start, end = m.span()
    rest = text[end : end + 9].lstrip(" ")
    figures, length = text[start].isdecimal(), end - start
    if value.denominator != 1:
        return None
    if rest.startswith("年代"):
        return _decade(start, end, value, before)
    if rest.startswith("世纪"):
        decade = re.match("世纪(?:[0-9]{2}|[一二三四五六七八九]{1,2}十)年代", rest)
        hard = (figures or length > 1) and not decade
        return Numeral(start, end, "", "century", value, hard, frozenset({(value - 1) * 100}))
    if rest.startswith("年") and 1000 <= value < 2200 and (figures or length == 4):
        return Numeral(start, end, "", "year", value)
    if rest.startswith(("年", "后")) and figures and length == 2:  # 98年; 95后 are those born from 1995 on
        return Numeral(start, end, "", "number", value, True, frozenset({value + 1900, value + 2000}))
    if rest.startswith("月") and 1 <= value <= 12:
        return Numeral(start, end, "", "month", value, figures or value > 2)
    if figures and rest.startswith(("日", "号")) and 1 <= value <= 31:
        return Numeral(start, end, "", "day", value)
    if figures and re.match(r"时(?!代|期|而|候|常)|点(?!的|了|点)", rest) and value <= 24:
        return _hour(start, end, value, text)
    return None


def _decade(start: int, end: int, value: Fraction, before: list[Numeral]) -> Numeral:
    """80年代 is the 80s or the 1980s; after 20世纪 it is the 1980s for certain."""
    if value >= 100:
        return Numeral(start, end, "", "decade", value, True, frozenset({value % 100}))
    if before and before[-1].kind == "century" and start - before[-1].end <= 2:
        year = (before[-1].value - 1) * 100 + value
        return Numeral(start, end, "", "decade", year, True, frozenset({value}))
    return Numeral(start, end, "", "decade", value, True, frozenset({value + 1900, value + 2000, value + 1800}))


def _approximate(raw: str) -> bool:
    """七八, 三四十, 二三百: two neighbouring digits that mean "about"."""
    head = raw[:2]
    if len(raw) < 2 or not all(c in _DIGIT for c in head) or "零" in head or "〇" in head:
        return False
    if len(raw) > 2 and raw[2] in _DIGIT:
        return False
    return abs(_DIGIT[head[0]] - _DIGIT[head[1]]) in (1, 2)


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
    return after is not None and after.group() not in _UNITS


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
        return raw in "三四五六七八九" and _COUNTED.match(rest) is not None
    if raw in _COUNTLESS:
        return False
    if all(c in _DIGIT for c in raw):  # 二〇二四 is a year; 一二三 may be anything
        return "〇" in raw or "○" in raw or (len(raw) == 4 and rest.startswith("年"))
    return value != 1


def _share_scale(text: str, found: list[Numeral]) -> list[Numeral]:
    """3至5万 is 30,000 to 50,000, and 3-5% is 3% to 5%: the first takes the scale of the second as well."""
    for i in range(len(found) - 1):
        first, second = found[i], found[i + 1]
        if not _JOIN.fullmatch(text, first.end, second.start) or not first.text.replace(".", "").isdecimal():
            continue
        if second.kind == "percent" and first.kind == "number":
            found[i] = Numeral(first.start, first.end, first.text, "percent", first.value / 100)
        elif m := _SCALED.search(second.text):
            scaled = first.value * _product(m[1])
            found[i] = Numeral(first.start, first.end, first.text, first.kind, scaled, True, frozenset({first.value}))
    return found


def _with_text(n: Numeral, text: str) -> Numeral:
    return Numeral(n.start, n.end, text[n.start : n.end], n.kind, n.value, n.hard, n.also)


_READERS: dict[str, Callable[[str, re.Match[str], list[Numeral]], list[Numeral]]] = {
    "date": _date,
    "fraction": _fraction,
    "hundredth": _hundredth,
    "clock": _clock,
    "fold": _fold,
    "vague": _vague,
    "plan": _plan,
    "ordinal": _ordinal,
    "number": _plain,
}
