"""Marks that are layout, not text: markdown signs, bullets, the numbering of headings and lists.

What the layout supplies goes, on both sides alike, and is recorded. Numbering goes too while headings are recognised
and sentences aligned, because the two languages of one document number differently (（一） and 1., 2. and (2));
afterwards it is put back (`harness.corpus.segmentation.numbering`): it is text that was published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.offsets import Removed, TextSpan, TracedText
from harness.language.characters.damaged_text import SYMBOL_BULLET

_HASHES = re.compile(r"\s{0,3}(#{1,6})\s+(?=\S)")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_BULLET = re.compile(rf"\s*([-*+•·●▪■◆○◇➢▶►])\s+(?=\S)|\s*([•●▪■◆◇➢▶►])(?=\S)|\s*[{SYMBOL_BULLET}]\s*(?=\S)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_HAN_NUMBER = "[一二三四五六七八九十百零〇]"
_NUMBERING = (
    # （一） (1) （1） (ii) 1) 1） (a)
    re.compile(rf"\s*[（(]\s*({_HAN_NUMBER}{{1,5}}|\d{{1,3}}|[ivxIVX]{{1,6}}|[a-zA-Z])\s*[)）]\s*(?=\S)"),
    re.compile(r"\s*(\d{1,3}|[ivxIVX]{1,6}|[a-z])\s*[)）]\s*(?=\S)"),
    # 一、 1、 Ⅰ. ① 1. I. (not 1.5, not I. M. Pei)
    re.compile(rf"\s*({_HAN_NUMBER}{{1,5}}|\d{{1,3}}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]+)\s*、\s*(?=\S)(?!{_HAN_NUMBER}|\d)"),
    re.compile(r"\s*([①-⑳⑴-⑽])\s*[.．、]?\s*(?=\S)"),
    re.compile(r"\s*([ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]+)\s*[.．]?\s*(?=\S)"),
    re.compile(r"\s*((?:\d{1,3}\.){1,3})(?:\s+(?=[^\W\d_]|[“\"《]|\d+[A-Za-z])|(?=[\u3400-\u9fff“《]))"),
    re.compile(r"\s*((?:\d{1,3}\.){1,3}\d{1,3})\s+(?=[A-Z“\"《]|(?![百千万亿个倍年月日元人次米])[\u3400-\u9fff])"),
    re.compile(rf"\s*(\d{{1,3}}|{_HAN_NUMBER}{{1,5}})\s*．\s*(?=\S)"),
    re.compile(r"\s*([IVX]{1,6})\.\s+(?=[A-Z\u3400-\u9fff“\"][^.])"),
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A block without its marks.

    Attributes:
        level: 1 to 6 where a mark or the format says that it is a heading, 0 where it says a title, else None.
        number: the number its numbering says ((一) and 1. are 1), where it has one.
        bullet: whether it is an item of a list.
        removed: what was taken away.
    """

    stretch: TracedText
    index: int
    level: int | None
    number: int | None
    bullet: bool
    removed: tuple[Removed, ...]

    @property
    def text(self) -> str:
        """The text without marks."""
        return self.stretch.text


def unmarked(index: int, block: Block) -> MarkedLine:
    """Take the marks off a block. Only plain lines have markdown; numbering may stand anywhere."""
    text = block.text
    removed: list[Removed] = []
    at = 0
    level = {"title": 0, "heading": 1}.get(block.style or "")
    bullet = False
    plain = block.style in (None, "line")
    kept = [(0, len(text))]
    if plain:
        for pattern in (_QUOTE, _HASHES):
            match = pattern.match(text, at)
            if match:
                removed.append(Removed(TracedText.of(index, text, at, match.end()), "mark"))
                level = len(match.group(1)) if pattern is _HASHES else level
                at = match.end()
        kept = _without_emphasis(index, text, at, removed)
    stretch = _assemble(index, text, kept).strip()
    match = _BULLET.match(stretch.text)
    if match:
        bullet = True
        removed.append(Removed(stretch.cut(0, match.end()), "mark"))
        stretch = stretch.cut(match.end())
    end, number = numbering(stretch.text)
    if end:
        removed.append(Removed(stretch.cut(0, end), "numbering"))
        stretch = stretch.cut(end)
    return MarkedLine(stretch, index, level, number, bullet, tuple(removed))


def numbering(text: str) -> tuple[int, int | None]:
    """How long the numbering at the start of a text is (0: none), and the number it says."""
    for pattern in _NUMBERING:
        match = pattern.match(text)
        if match:
            return match.end(), _value(match.group(1))
    return 0, None


def _value(marker: str) -> int | None:
    last = marker.rstrip(".").split(".")[-1]
    if last.isascii() and last.isdigit():
        return int(last)
    for first, count in (("①", 20), ("⑴", 10), ("Ⅰ", 12)):
        if 0 <= ord(marker[0]) - ord(first) < count:
            return ord(marker[0]) - ord(first) + 1
    lowered = marker.lower()
    if all(c in _ROMAN for c in lowered):
        values = [_ROMAN[c] for c in lowered]
        return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    if len(lowered) == 1 and "a" <= lowered <= "z":
        return ord(lowered) - ord("a") + 1
    return _han_value(marker)


def _han_value(marker: str) -> int | None:
    if any(c not in _HAN_DIGITS and c not in "十〇" for c in marker):
        return None
    tens, ten, ones = marker.rpartition("十")
    if not ten:
        return _HAN_DIGITS.get(marker) if len(marker) == 1 else None
    return 10 * (_HAN_DIGITS.get(tens, 1) if tens else 1) + (_HAN_DIGITS.get(ones, 0) if ones else 0)


def _without_emphasis(index: int, text: str, start: int, removed: list[Removed]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    at = start
    for match in _EMPHASIS.finditer(text, start):
        kept.append((at, match.start()))
        kept.append((match.start(2), match.end(2)))
        removed.append(Removed(TracedText.of(index, text, match.start(), match.start(2)), "mark"))
        removed.append(Removed(TracedText.of(index, text, match.end(2), match.end()), "mark"))
        at = match.end()
    kept.append((at, len(text)))
    return kept


def _assemble(index: int, text: str, kept: list[tuple[int, int]]) -> TracedText:
    parts: list[str] = []
    pieces: list[TextSpan] = []
    at = 0
    for a, b in kept:
        if b > a:
            parts.append(text[a:b])
            pieces.append(TextSpan(at, index, a, b - a))
            at += b - a
    return TracedText("".join(parts), tuple(pieces))
