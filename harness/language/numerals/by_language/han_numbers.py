"""Numbers in Han characters, in figures with 万 and 亿, and in both: what Chinese and Japanese share."""

from __future__ import annotations

import re
from fractions import Fraction

DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2, "仨": 3, "兩": 2}
DIGIT |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNIT = {
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
    "兆": 10**12,
}
TENS = {"廿": 20, "卅": 30}

FIGURES = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
CHARS = "零〇○一二三四五六七八九两兩俩仨十百千万萬亿億廿卅壹贰叁肆伍陆柒捌玖拾佰仟"


def value_of(text: str) -> Fraction | None:
    """The value of one Chinese numeral in figures, characters or both ("1.5万亿", "二〇二四", "两千三"), or None.

    >>> value_of("二十三")
    Fraction(23, 1)
    """
    if "点" in text:
        whole, _, rest = text.partition("点")
        digits = "".join(str(DIGIT[c]) for c in rest if c in DIGIT)
        base = value_of(whole)
        if base is None or not digits:
            return None
        return (base + Fraction(int(digits), 10 ** len(digits))) * product(rest.lstrip("零〇一二三四五六七八九"))
    tokens = re.findall(rf"{FIGURES}|[^\s余多个]", text)
    if len(tokens) > 1 and all(t in DIGIT for t in tokens):
        return Fraction(int("".join(str(DIGIT[t]) for t in tokens)))
    return _add_up(tokens)


def _add_up(tokens: list[str]) -> Fraction | None:
    """Parts of falling magnitude; a unit multiplies all smaller parts before it."""
    parts: list[Fraction] = []
    last_unit = Fraction(0)
    for i, token in enumerate(tokens):
        if token in UNIT:
            unit = Fraction(UNIT[token])
            below = Fraction(0)
            while parts and parts[-1] < unit:
                below += parts.pop()
            if parts and not below and parts[-1] % (unit * unit) and unit >= 10**4:
                return None
            parts.append((below or Fraction(1)) * unit)
            last_unit = unit
        elif token in TENS:
            parts.append(Fraction(TENS[token]))
        elif token in DIGIT:
            digit = Fraction(DIGIT[token])
            if i and tokens[i - 1] in DIGIT and DIGIT[tokens[i - 1]]:
                return None
            # 两千三 is 2300, 一百零三 is 103, 二十三 is 23.
            if i == len(tokens) - 1 and i and tokens[i - 1] in UNIT and last_unit >= 100:
                digit *= last_unit / 10
            parts.append(digit)
        elif re.fullmatch(FIGURES, token):
            parts.append(Fraction(token.replace(",", "")))
        else:
            return None
    return sum(parts, Fraction(0)) if parts else None


def product(units: str) -> int:
    """What a run of units (万, 千万, 万亿) multiplies by."""
    result = 1
    for c in units:
        result *= UNIT.get(c, 1)
    return result
