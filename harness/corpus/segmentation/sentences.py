"""Paragraphs become sentences, by rules for Chinese and for languages that end sentences with . ! and ?.

The rules are those of Unicode's sentence boundaries (UAX 29) narrowed by what breaks official texts: abbreviations
("U.S. According to" ends a sentence, "U.S. President" does not), initials, decimals, quotations that go on after their
closing mark, and Chinese half-width punctuation.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.corpus.segmentation.line_language import Side
from harness.corpus.segmentation.offsets import TracedText
from harness.corpus.segmentation.paragraphs import Paragraph
from harness.corpus.segmentation.vocabulary import word_list
from harness.domain.corpus import Kind
from harness.language.codes import primary
from harness.language.script import is_han


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one paragraph.

    Attributes:
        paragraph: index of its paragraph on its side.
        start, end: offsets in the paragraph's text.
        opens, closes: whether it is the first, the last of its paragraph.
    """

    side: Side
    paragraph: int
    start: int
    end: int
    stretch: TracedText
    kind: Kind
    group: int | None
    number: int | None
    opens: bool
    closes: bool

    @property
    def text(self) -> str:
        """The sentence without white space at its ends."""
        return self.stretch.text


def split(paragraphs: Sequence[Paragraph], language: str, *, given: bool = False) -> tuple[Sentence, ...]:
    """All sentences of one side; headings and titles are not split, and no paragraph where they are `given` as such."""
    sentences: list[Sentence] = []
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text
        whole = given or paragraph.kind is not Kind.SENTENCE
        spans = [(0, len(text))] if whole else sentence_spans(text, language)
        spans = [(a, b) for a, b in spans if text[a:b].strip()]
        for order, (a, b) in enumerate(spans):
            stretch = paragraph.stretch.cut(a, b).strip()
            sentences.append(
                Sentence(
                    paragraph.side,
                    index,
                    a,
                    b,
                    stretch,
                    paragraph.kind,
                    paragraph.group,
                    paragraph.number if order == 0 else None,
                    order == 0,
                    order + 1 == len(spans),
                )
            )
    return tuple(sentences)


def sentence_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand: spans that follow one another and cover it.

    >>> [("甲。乙！”丙"[a:b]) for a, b in sentence_spans("甲。乙！”丙", "zh")]
    ['甲。', '乙！”', '丙']
    """
    cuts = _chinese_cuts(text) if primary(language) in ("zh", "ja") else _western_cuts(text)
    bounds = [0, *cuts, len(text)]
    return [(a, b) for a, b in itertools.pairwise(bounds) if a < b]


# --- Chinese ------------------------------------------------------------------------------------------------------

_ENDS = "。！？!?"
_AHEAD = 80
_CLOSING = "”’」』\"'）)】》〉"
_OPENING = {"（": "）", "(": ")", "【": "】", "《": "》", "〈": "〉"}
_GOES_ON = "，、；：,;:的地得等和与及或之是为中后）)》】”’」』"


def _chinese_cuts(text: str) -> list[int]:
    cuts: list[int] = []
    depth = 0
    closers: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in _OPENING and _OPENING[char] in text[at : at + 200]:
            closers.append(_OPENING[char])
            depth += 1
        elif closers and char == closers[-1]:
            closers.pop()
            depth -= 1
        elif depth == 0 and _is_chinese_end(text, at):
            end = at + 1
            while end < len(text) and text[end] in _ENDS + "…":
                end += 1
            spaced = end
            while (
                spaced < len(text)
                and text[spaced] in " "
                and text[spaced : spaced + 2].strip()[:1] in tuple("”’」』！。？")
            ):
                spaced += 1
            closed = spaced
            while closed < len(text) and text[closed] in _CLOSING and not _opens(text, closed):
                closed += 1
            if closed > spaced or spaced == end:
                end = closed
            if end < len(text) and _ends_here(text, at, end):
                cuts.append(end)
            at = end - 1 if end > at else at
        at += 1
    return cuts


def _opens(text: str, at: int) -> bool:
    """Whether a straight quotation mark opens: as many stand before it as make pairs."""
    return text[at] in "\"'" and text.count(text[at], max(0, at - 2000), at) % 2 == 0


def _is_chinese_end(text: str, at: int) -> bool:
    char = text[at]
    if char in "。！？":
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in "!?":
        return (is_han(before) or before in _CLOSING) and not (after.isascii() and after.isalnum())
    # A half-width full stop after an ideograph, in texts typed that way.
    return char == "." and bool(before) and is_han(before) and (not after or after.isspace() or is_han(after))


def _ends_here(text: str, at: int, end: int) -> bool:
    """Whether a sentence ends at a mark whose closing quotes end before `end`."""
    rest = text[end : end + _AHEAD].lstrip()
    if not rest:
        return False
    quoted = any(c in '”’」』"' for c in text[at + 1 : end])
    if not quoted:
        return True
    if rest[0] in _GOES_ON:
        return False
    if text[at] == "。":
        return True
    opening = max(text.rfind(mark, max(0, at - 2000), at) for mark in "“‘「『")
    before = text[opening - 1 : opening] if opening > 0 else ""
    return opening <= 0 or before in "：:。！？，,”" or not before.strip()


# --- English and its likes -------------------------------------------------------------------------------------------

_STOP = re.compile(r"[.!?…]+[”’\"')\]]*(?=\s)|[.!?]+[”’\"')\]]*(?=[\u3400-\u9fff])")
_NEVER = word_list(
    """
    mr mrs ms dr prof gen sen rep gov lt col maj capt cmdr sgt hon rev fr st mt no nos art arts fig figs sec secs ch
    vol vols pp p para paras vs v cf e.g i.e viz approx est ca dept univ ed eds al op messrs mme
    """
)
_MAYBE = word_list(
    """
    u.s u.k u.n e.u d.c u.s.a p.r.c a.m p.m inc ltd co corp jr sr etc ph.d b.c a.d plc bros sq ft jan feb mar apr
    jun jul aug sep sept oct nov dec
    """
)
_STARTERS = word_list(
    """
    the a an this that these those it its he she they we i you his her their our in on at by for from with to as
    after before since when while during under according however moreover furthermore meanwhile additionally but and
    or so if although though there here what who how why where both all some many most more such each every no not
    also then thus therefore nevertheless besides despite following given about over until as let please
    """
)
_ROMAN_START = re.compile(r"\s*[IVX]+\.$")


def _western_cuts(text: str) -> list[int]:
    cuts: list[int] = []
    last = 0
    for match in _STOP.finditer(text):
        end = match.end()
        rest = text[end : end + _AHEAD].lstrip()
        if not rest or not _may_begin(rest) or _in_parentheses(text, last, match.start(), end):
            continue
        if (
            match.group().startswith(".")
            and not match.group().startswith("..")
            and _is_abbreviation(text, last, match.start(), rest)
        ):
            continue
        cuts.append(end)
        last = end
    return cuts


def _may_begin(rest: str) -> bool:
    """A sentence begins with a capital, a digit, an ideograph; lower case only in names such as iPhone."""
    head = rest.lstrip("“‘\"'([—–-•…. ")[:2]
    if not head:
        return True
    return not head[0].islower() or (len(head) == 2 and head[1].isupper())


def _in_parentheses(text: str, start: int, stop: int, end: int) -> bool:
    """Inside a bracket that opened in this sentence after its first word and closes later."""
    before = text[start:stop]
    opened = before.rfind("(")
    if opened <= 0 or not before[:opened].strip() or ")" in before[opened:]:
        return False
    inside = text[stop:end]
    return ")" not in inside and ")" in text[end : end + 300]


def _is_abbreviation(text: str, start: int, stop: int, rest: str) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation that goes on with `rest`."""
    word = re.search(r"[^\s(“‘\"'\[—–]*$", text[start:stop])
    token = word.group() if word else ""
    lowered = token.lower()
    first = re.match(r"[^\W\d_]+|\d+", rest.lstrip("“‘\"'(["))
    head = first.group() if first else ""
    if lowered in _NEVER:
        return not (
            lowered in ("no", "art", "fig", "sec", "v", "p", "al", "ed", "est", "mt") and not _continues(lowered, head)
        )
    if len(token) == 1 and token.isupper():
        initial = not lowered.startswith("i")
        return initial or _ROMAN_START.match(text[start : stop + 1]) is not None
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", token) or lowered in _MAYBE:
        return head.lower() not in _STARTERS or (head == "I" and len(rest) > 1 and rest[1] == ".")
    if (
        token.isdigit()
        and len(token) <= 2
        and text[start:stop][: -len(token)].rstrip()[-1:] in ("", ";", ":", "；", "：")
    ):
        return True  # numbering: "1. Deepening", "...; 2. Building"
    return _ROMAN_START.match(text[start : stop + 1]) is not None


def _continues(lowered: str, head: str) -> bool:
    """After words that are also ordinary ones ("no."), only a number goes on; after "al." and "est." a small letter."""
    if lowered in ("no", "art", "fig", "sec", "v", "p", "est"):
        return head.isdigit() or (lowered == "v" and head[:1].isupper())
    return lowered == "mt"
