"""Names that a translation carries over: Latin tokens and 《titles》, and how each may look in the translation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harness.language.codes import primary


@dataclass(frozen=True, slots=True)
class Name:
    """One name in a text.

    Attributes:
        start, end: the span in the text, the marks 《》 included.
        text: the name itself.
        kind: "title" or "token".
    """

    start: int
    end: int
    text: str
    kind: str


# Links, mail addresses and tags are one token; so are 5G+, COVID-19, G20, AT&T, U.S., C++.
_TOKEN = re.compile(
    r"""
    https?://[!-~]*[A-Za-z0-9/] | www\.[!-~]*[A-Za-z0-9/] | [A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}
  | (?<![A-Za-z0-9])(?:
        (?:[A-Za-z]\.){2,}
      | [A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*(?:[&'’./_-][A-Za-z0-9]+)*(?:\+{1,2}(?![A-Za-z0-9]))?
    )
    """,
    re.VERBOSE | re.ASCII,
)
_TITLE = re.compile(r"《([^《》]{1,80})》")
_SINGLE = re.compile(r"[A-Za-z]")  # a lone letter is a list mark or half of a word (U盘, P图)
_MEASURES = (
    "km m cm mm nm kg g mg t l ml L mL ML h s min ms Hz kHz MHz GHz kW MW GW kWh W V KB MB GB TB PB Gbps Mbps px"
)
_UNITS = frozenset(re.split(" ", _MEASURES))
_MEASURE = re.compile(r"\d+(?:\.\d+)?(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")(?:/[a-z]+)?")
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*(?:\d|[@/_]|[a-z][A-Z]|&))")


@lru_cache(maxsize=65536)
def names_in(text: str, language: str) -> tuple[Name, ...]:
    """The names of a source text that its translation must carry over, in order.

    In a text of another script every Latin token is one, units of measure apart; in a text in Latin script, where every
    word is Latin, only tokens with a figure, a sign or a capital inside (COVID-19, 5G, eBay, AT&T, links). 《Titles》
    are names in Chinese; Latin tokens inside them belong to the title's check and to their own.
    """
    found = [Name(m.start(), m.end(), m[1], "title") for m in _TITLE.finditer(text)]
    latin = primary(language) not in ("zh", "ja", "ko", "yue", "ru", "uk", "ar", "fa", "el", "he", "hi", "th")
    for m in _TOKEN.finditer(text):
        token = m.group()
        if _SINGLE.fullmatch(token) or token in _UNITS or _MEASURE.fullmatch(token):
            continue
        if latin and (_MIXED.match(token) is None or re.fullmatch(r"\d+(?:st|nd|rd|th|s)", token)):
            continue
        found.append(Name(m.start(), m.end(), token, "token"))
    return tuple(sorted(found, key=lambda n: (n.start, -n.end)))


# The last word of an official title says what it is; its English title says it too.
_HEADS = {
    "倡议": "initiative proposal", "宣言": "declaration manifesto", "共识": "consensus",
    "路线图": "roadmap road map", "协定": "agreement accord", "协议": "agreement protocol",
    "契约": "compact contract", "框架": "framework", "报告": "report", "条约": "treaty",
    "公约": "convention covenant", "计划": "plan program programme project",
    "规划": "plan program programme outline", "纲要": "outline program programme",
    "意见": "opinion opinions guideline guidelines", "条例": "regulation regulations ordinance",
    "办法": "measures rules provisions method methods", "规定": "provisions regulations rules",
    "白皮书": "white paper", "蓝皮书": "blue book", "声明": "statement declaration",
    "公报": "communique communiqué bulletin gazette", "宪章": "charter", "议定书": "protocol",
    "备忘录": "memorandum", "指南": "guide guidelines guideline", "方案": "plan program programme scheme",
    "决定": "decision", "决议": "resolution", "通知": "notice circular notification", "蓝图": "blueprint",
    "议程": "agenda", "宪法": "constitution", "日报": "daily", "晚报": "evening news", "时报": "times",
    "指引": "guide guidelines guidance", "行动计划": "plan action", "章程": "charter constitution articles",
    "法": "law act code", "细则": "rules", "战略": "strategy", "标准": "standard standards",
    "准则": "guidelines norms principles code",
}  # fmt: skip
_QUOTED = re.compile(r"[“\"‘«*_「『《]([^“”\"‘’«»*_「」『』《》]{1,160})[”\"’»*_」』》]")
_LISTED = re.compile(r"[^,;]+")
_SMALL = "of the and for on in to with a an from by at or de & - – — : ’s 's as its toward towards into under against"
_CAPITALISED = re.compile(
    r"(?:[A-Z0-9][\w’'+./-]*|[A-Z]\.)"
    rf"(?:[ ,]{{1,2}}(?:(?:{'|'.join(map(re.escape, _SMALL.split()))})[ ])*[A-Z0-9(][\w’'+./()-]*)*"
)


def carried_token(token: str, target: str) -> tuple[int, int] | None:
    """The span of a Latin token in a translation, or None.

    Case plays no role, a plural is the same token ("APPs"), "5G+" may lose its plus sign. An acronym may be spelled
    out: its letters are the initials of a run of words (AI, artificial intelligence).
    """
    bare = token.rstrip("+").rstrip(".")
    # Spaces and hyphens come and go where letters meet figures: windows11, Windows 11; COVID-19, COVID 19.
    pieces = re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]", bare)
    loose = "".join(r"[\s-]?" if p == "-" else re.escape(p) + r"\s?" for p in pieces).removesuffix(r"\s?")
    ending = r"(?:s|es|ed|d|ing)?" if bare.islower() else r"(?:['’]?s)?"
    m = re.search(rf"(?<![A-Za-z0-9]){loose}{ending}(?![A-Za-z0-9])", target, re.IGNORECASE | re.ASCII)
    if m is not None:
        return m.span()
    if re.fullmatch(r"[A-Z]{2,8}", bare):
        return _initials(bare, target)
    return None


def _initials(acronym: str, target: str) -> tuple[int, int] | None:
    words = list(re.finditer(r"[A-Za-z]+", target))
    for i, first in enumerate(words):
        if first.group()[0].upper() != acronym[0]:
            continue
        position, last = 1, first
        for word in words[i + 1 : i + 2 * len(acronym)]:
            if position == len(acronym):
                break
            if word.group()[0].upper() == acronym[position]:
                position, last = position + 1, word
            elif word.group().lower() not in ("of", "the", "and", "for", "on", "in", "to"):
                break
        if position == len(acronym):
            return first.start(), last.end()
    return None


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """A stretch of a translation that looks like a title: quoted, or in capitals."""

    start: int
    end: int
    text: str


def title_spans(text: str) -> tuple[TitleSpan, ...]:
    """Quoted stretches and runs of capitalised words of an English text; the first word of a sentence alone is none."""
    spans = [TitleSpan(*m.span(1), m[1]) for m in _QUOTED.finditer(text)]
    for m in _CAPITALISED.finditer(text):
        alone = " " not in m.group().strip()
        begins = m.start() == 0 or re.search(r"[.!?:;]['”\"]?\s+$", text[: m.start()]) is not None
        if alone and (begins or m.group()[0].isdigit()):
            continue
        spans.append(TitleSpan(m.start(), m.end(), m.group()))
    return tuple(spans)


def carried_title(title: str, spans: tuple[TitleSpan, ...], taken: set[tuple[int, int]]) -> tuple[int, int] | None:
    """The span that can be the translation of a title, or None; spans in `taken` already serve another title.

    A title that says what it is (an initiative, a declaration, a law) needs a span with that word in it; any other
    title needs any title-like span, or one item of a list of them. Several titles can share one run of capitals ("the A
    Agreement and the B Agreement"), as often as the word stands in it.
    """
    heads = next((words for head, words in _BY_LENGTH if title.endswith(head)), None)
    if heads is None:
        for span in spans:
            for m in _LISTED.finditer(span.text):
                key = (span.start + m.start(), span.start + m.end())
                if key not in taken:
                    taken.add(key)
                    return key
        return None
    wanted = re.compile(rf"\b(?:{'|'.join(map(re.escape, heads.split()))})\b", re.IGNORECASE)
    for span in spans:
        for m in wanted.finditer(span.text):
            key = (span.start + m.start(), span.start + m.end())
            if key not in taken:
                taken.add(key)
                return span.start, span.end
    return None


_BY_LENGTH = sorted(_HEADS.items(), key=lambda item: -len(item[0]))
