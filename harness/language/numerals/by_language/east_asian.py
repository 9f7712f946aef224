"""Numerals in Japanese and Korean: figures that touch the words around them, and numbers in kanji.

Both write 万 and 億 after figures and count with counters. Kanji are read in full; Korean number words are not, so that
what Korean may say in words is not judged (`knows_words`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from harness.language.numerals import figures
from harness.language.numerals.by_language.han_numbers import DIGIT, FIGURES, product, value_of
from harness.language.numerals.locales import conventions
from harness.language.numerals.numeral import Numeral

_NONE: frozenset[Fraction] = frozenset()
_KANJI = "零〇一二三四五六七八九十百千万億兆壱弐参"
_MIXED = (
    rf"(?:{FIGURES})(?:[ ]?[余数]?[十百千万億兆]+(?:[ ]?(?:{FIGURES})[ ]?[十百千万億兆]+)*"
    rf"(?:{FIGURES}|[ ](?:\d{{4}}|\d,\d{{3}})(?![\d,]))?)?"
)
_NUMBER = rf"(?:{_MIXED}|[{_KANJI}]+)"
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_HANGUL_UNITS = str.maketrans("십백천만억조", "十百千万億兆")
_HANGUL_SCALED = re.compile(r"\d[\d.,]*(?:\s?\d*[\d.,]*\s?(?:[백천만억조]|십(?=[만억조])|여(?=[만억])))+")


@dataclass(frozen=True)
class _Words:
    """What stands around figures in one language, as regular expressions."""

    percent: str
    tenth: str
    year: str
    decade: str
    century: str
    month: str
    day: str
    hour: str
    afternoon: str
    fraction: str
    half: str
    times: str
    ordinal: str
    vague: str
    counter: str
    loose: Mapping[str, int]


_JAPANESE = _Words(
    percent="%|パーセント|ポイント",
    tenth="割(?![引り合])",
    year="年(?!代|間|生|齢|前|後|目|ぶり|以上|連続|越し|もの)",
    decade="年代",
    century="世紀",
    month="月(?!間|収|給|額)",
    day="日(?!間|目|連続|以上|ぶり|分|当たり|あたり)",
    hour="時(?!間|代|期|点)",
    afternoon="(?:午後|夜|夕方)$",
    fraction="分の",
    half="半(?:年|月|日|数|分|世紀)?",
    times="倍",
    ordinal="第[ ]?",
    vague="(?:数|何)(?=[十百千万億])",
    counter=(
        "人|つ|回|年|月|日|時|分|秒|個|本|枚|台|件|社|[かカヵヶケ]|箇|階|歳|才|倍|度|番|号|位|名|匹|点|割|世紀|冊|校|代|週|軒|隻|機|頭|章|"
        "条|項|部|円|ドル|メートル|キロ|%|パーセント|種|次|期|組|隊|勝|敗|打|戦|試合|连|連|者|票|議席|棟|席|店|曲|杯|箱|泊|期|ページ|万|億"
    ),
    loose={
        "ひとつ": 1, "ふたつ": 2, "みっつ": 3, "よっつ": 4, "いつつ": 5, "ひとり": 1, "ふたり": 2, "倍増": 2, "倍に": 2,
        "最初": 1, "初めて": 1, "初の": 1, "ダブル": 2, "トリプル": 3, "双方": 2, "両": 2, "ゼロ": 0,
    },
)  # fmt: skip
_KOREAN = _Words(
    percent="%|퍼센트|프로(?!그|젝|세|듀|토|필)|포인트",
    tenth="할(?=[ 이가을의])",
    year="년(?!대|간|생|차|전|후|째|만|동안|이상)",
    decade="년대",
    century="세기",
    month="월",
    day="일(?!간|째|동안|차|만)",
    hour="시(?!간|대|즌|장|민|험|절)",
    afternoon="(?:오후|저녁|밤)[ ]?$",
    fraction="분의[ ]?",
    half="절반|반년|반세기|반(?=[ 을이의])",
    times="배",
    ordinal="제[ ]?(?=[0-9])",
    vague="수(?=[십백천만억])",
    counter="명|개|번|회|주|달|점|가구|시간|년|월|일|시|분|초|건|곳|대|장|권|살|세|배|위|차|가지|층|마리",
    loose={
        "한 ": 1, "하나": 1, "두 ": 2, "둘": 2, "세 ": 3, "셋": 3, "네 ": 4, "넷": 4, "다섯": 5, "여섯": 6, "일곱": 7,
        "여덟": 8, "아홉": 9, "열 ": 10, "스무": 20, "스물": 20, "서른": 30, "마흔": 40, "첫": 1, "최초": 1, "처음": 1,
        "백만": 10**6, "두배": 2,
    },
)  # fmt: skip


def find_japanese(text: str) -> tuple[Numeral, ...]:
    """Every numeral of a Japanese text, in order."""
    return _read(text, figures.plain(text), _READER_JA)


def find_korean(text: str) -> tuple[Numeral, ...]:
    """Every numeral of a Korean text, in order."""
    plain = _HANGUL_SCALED.sub(lambda m: m.group().translate(_HANGUL_UNITS).replace("여", "余"), figures.plain(text))
    return _read(text, plain, _READER_KO)


class _Reader:
    """The compiled expressions of one language."""

    def __init__(self, language: str, words: _Words) -> None:
        self.words = words
        self.ways = conventions(language)
        number = _NUMBER if language == "ja" else f"(?:{_MIXED})"
        loose = "|".join(sorted(map(re.escape, words.loose), key=len, reverse=True))
        self.pattern = re.compile(
            rf"(?P<era>(?P<name>{'|'.join(_ERAS)})(?P<of>元|\d{{1,2}}|[{_KANJI}]{{1,3}})年)"
            rf"|(?P<fraction>(?P<bottom>{number}){words.fraction}(?P<top>{number}))"
            rf"|(?P<clock>(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?!\d))"
            rf"|(?P<vague>{words.vague})(?P<about>[十百千万億십백천만억]+)"
            rf"|(?P<rank>{words.ordinal})?(?P<number>{number})"
            rf"|(?P<half>{words.half})"
            rf"|(?P<loose>{loose})"
        )
        # In this order: "年代" before "年".
        names = ("percent", "tenth", "decade", "century", "year", "month", "day", "hour", "times")
        self.after = re.compile(r"[ ]?(?:" + "|".join(f"(?P<{n}>{getattr(words, n)})" for n in names) + ")")
        self.afternoon = re.compile(words.afternoon)
        self.counter = re.compile(words.counter)


def _read(text: str, plain: str, reader: _Reader) -> tuple[Numeral, ...]:
    found: list[Numeral] = []
    position = 0
    while (m := reader.pattern.search(plain, position)) is not None:
        start = m.start("number") if m["number"] is not None else m.start()
        if plain[start].isdecimal() and m["fraction"] is None and m["clock"] is None:
            form = _form(plain, start, reader)
            if form is not None:
                found.extend(form[0])
                position = form[1]
                continue
        found.extend(_numerals(plain, m, reader))
        position = m.end()
    found = _share(plain, found)
    return tuple(replace(n, text=text[n.start : n.end]) for n in found)


def _form(plain: str, start: int, reader: _Reader) -> tuple[list[Numeral], int] | None:
    if _LATIN_BEFORE.search(plain[max(0, start - 2) : start]):
        return None
    read = figures.special(plain, start, reader.ways)
    return None if read is None or re.match(r"[十百千万億兆]", plain[read[1] : read[1] + 1]) else read


def _numerals(  # noqa: PLR0911 - one form per line
    plain: str, m: re.Match[str], reader: _Reader
) -> list[Numeral]:
    if m["era"] is not None:
        year = Fraction(1) if m["of"] == "元" else value_of(m["of"])
        if year is None:
            return []
        return [Numeral(*m.span("era"), "", "year", year + _ERAS[m["name"]], True, frozenset({year}))]
    if m["fraction"] is not None:
        bottom, top = value_of(m["bottom"]), value_of(m["top"])
        if not top or not bottom:
            return []
        return [Numeral(*m.span("fraction"), "", "fraction", top / bottom, True, _NONE, ((top, bottom),))]
    if m["clock"] is not None:
        minute = Fraction(m["minute"])
        return [_hour(plain, *m.span("hour"), reader), Numeral(*m.span("minute"), "", "time", minute, minute != 0)]
    if m["vague"] is not None:
        units = m["about"].translate(_HANGUL_UNITS)
        return [Numeral(m.start("vague"), m.end("about"), "", "number", Fraction(product(units)), False)]
    if m["half"] is not None and re.search(r"\d[時시][ ]?$", plain[max(0, m.start() - 3) : m.start()]):
        return [Numeral(m.start(), m.start() + 1, "", "time", Fraction(30), False)]
    if m["half"] is not None:
        whole = 6 if "年" in m["half"] or m["half"] == "반년" else 50 if m["half"] in ("半世紀", "반세기") else None
        also = _NONE if whole is None else frozenset({Fraction(whole)})
        return [Numeral(*m.span("half"), "", "fraction", Fraction(1, 2), False, also)]
    if m["loose"] is not None:
        start, end = m.span("loose")
        end -= m["loose"].endswith(" ")
        kind = "ordinal" if m["loose"] in _FIRST else "number"
        return [Numeral(start, end, "", kind, Fraction(reader.words.loose[m["loose"]]), False)]
    return _number(plain, m, reader)


def _number(plain: str, m: re.Match[str], reader: _Reader) -> list[Numeral]:
    start, end = m.span("number")
    raw = m["number"]
    value = value_of(re.sub(r"[ 数]", "", raw))
    if value is None:
        digits = [(i, DIGIT[c]) for i, c in enumerate(raw) if c in DIGIT]
        return [Numeral(start + i, start + i + 1, "", "number", Fraction(d), False) for i, d in digits]
    if _NEIGHBOURS.fullmatch(raw) and DIGIT[raw[1]] == DIGIT[raw[0]] + 1:  # 二三日
        return [Numeral(start + i, start + i + 1, "", "number", Fraction(DIGIT[c]), False) for i, c in enumerate(raw)]
    arabic = raw[0].isdecimal()
    if arabic and _in_name(plain, start, end):
        return [Numeral(start, end, "", "number", value, False)]
    n = Numeral(start, end, "", "number", value, _hard(plain, raw, end, value, reader))
    if _AND_A_HALF.match(plain, end):
        return [replace(n, value=value + Fraction(1, 2), also=frozenset({value}))]
    if m["rank"] is not None:
        hard = arabic or (value > 3)
        return [replace(n, start=m.start("rank"), kind="ordinal", hard=hard)]
    after = reader.after.match(plain, end)
    return [n] if after is None or after.lastgroup is None else [_measured(plain, n, after, reader)]


def _hard(plain: str, raw: str, end: int, value: Fraction, reader: _Reader) -> bool:
    counted = reader.counter.match(plain, end + plain.startswith(" ", end)) is not None
    if raw[0].isdecimal():
        return raw != "1" or not counted
    return counted and value > 2 and (len(raw) > 1 or raw not in "十百千万億")


def _measured(plain: str, n: Numeral, after: re.Match[str], reader: _Reader) -> Numeral:  # noqa: PLR0911 - one unit per line
    name, value = after.lastgroup, n.value
    figure = plain[n.start].isdecimal()
    if name == "percent":
        also = frozenset({value}) if after.group().strip() in ("ポイント", "포인트", "프로") else _NONE
        return replace(n, end=after.end(), kind="percent", value=value / 100, hard=n.hard or figure, also=also)
    if name == "tenth" and value < 10:
        return replace(n, end=after.end(), kind="percent", value=value / 10, hard=True)
    if name == "decade":
        years = {value + 1900, value + 2000} if value < 100 else {value % 100}
        return replace(n, kind="decade", hard=True, also=frozenset(years))
    if name == "century":
        return replace(n, kind="century", also=frozenset({(value - 1) * 100}))
    if name == "year" and figure and n.end - n.start == 2:
        return replace(n, also=frozenset({value + 1900, value + 2000}))
    if name == "year" and 1000 <= value < 2200:
        return replace(n, kind="year", hard=True)
    if name == "month" and 1 <= value <= 12:
        return replace(n, kind="month", hard=True)
    if name == "day" and 1 <= value <= 31 and figure:
        return replace(n, kind="day", hard=True)
    if name == "hour" and value <= 24:
        hour = _hour(plain, n.start, n.end, reader)
        return replace(hour, value=value, hard=n.hard or figure, also=_hours(plain, n.start, value, reader))
    return replace(n, kind="multiple") if name == "times" else n


def _hour(plain: str, start: int, end: int, reader: _Reader) -> Numeral:
    value = value_of(plain[start:end]) or Fraction(0)
    return Numeral(start, end, "", "time", value, True, _hours(plain, start, value, reader))


def _hours(plain: str, start: int, value: Fraction, reader: _Reader) -> frozenset[Fraction]:
    if value > 12:
        return frozenset({value - 12})
    afternoon = reader.afternoon.search(plain[max(0, start - 4) : start]) is not None
    return frozenset({value + 12}) if afternoon else _NONE


def _in_name(plain: str, start: int, end: int) -> bool:
    """COVID-19, 5G: figures that belong to a name in Latin letters. Units of measure are no names."""
    before = plain[max(0, start - 2) : start]
    if re.search(r"[A-Za-z][-_]?$", before):
        return True
    after = re.match("[A-Za-z]+", plain[end : end + 8])
    return after is not None and after.group() not in _UNITS


_LATIN_BEFORE = re.compile("[A-Za-z][-_]?$")
_LATIN_UNITS = "km m cm mm kg g mg t l ml L s h Hz kHz MHz GHz kW MW GW kWh W V KB MB GB TB C F ha cc K pm am"
_UNITS = frozenset(_LATIN_UNITS.split())
_FIRST = frozenset({"最初", "初めて", "初の", "첫", "최초", "처음"})
_NEIGHBOURS = re.compile("[一二三四五六七八九]{2}")
_AND_A_HALF = re.compile("(?:時間|年|か月|カ月|日|倍|시간|년|개월|배)[ ]?(?:半|반)")
_JOIN = re.compile(r"[ ]?(?:[-–—~〜～]|から|または|か|、|・|에서|내지)[ ]?")
_SCALED = re.compile(rf"(?:{FIGURES})[ ]?([十百千万億兆]+)")


def _share(plain: str, found: list[Numeral]) -> list[Numeral]:
    """3〜5万, 3~5%: the first number may take the scale of the second."""
    for i in range(len(found) - 1):
        first, second = found[i], found[i + 1]
        if first.kind != "number" or not _JOIN.fullmatch(plain, first.end, second.start):
            continue
        scale = _SCALED.match(plain, second.start)
        if second.kind == "month" and 1 <= first.value <= 12:
            found[i] = replace(first, kind="month")
        elif second.kind == "percent":
            found[i] = replace(first, also=first.also | {first.value / 100})
        elif scale is not None and first.value < 10**4:
            found[i] = replace(first, also=first.also | {first.value * product(scale[1])})
    return found


_READER_JA, _READER_KO = _Reader("ja", _JAPANESE), _Reader("ko", _KOREAN)
