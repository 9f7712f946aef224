"""Words at places on a page, put together to lines and columns."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.language.script import CJK_PUNCTUATION, HAN

_WIDE = re.compile(f"[{HAN}{CJK_PUNCTUATION}]")
#: A gutter narrower than this (in points) may be the blank between two words.
_GUTTER = 12.0


@dataclass(frozen=True)
class Word:
    """Text without a blank inside, in points from the page's upper left corner.

    `spaced` says that a blank stands before it in the text layer; else only a gap parts it from the word before.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    spaced: bool = False

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def centre(self) -> float:
        """Half way from top to bottom."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class PageLine:
    """Words that stand beside one another."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with blanks between them, but none between Chinese characters that were only spread apart."""
        parts = [self.words[0].text]
        for left, right in zip(self.words, self.words[1:], strict=False):
            size = max(left.bottom - left.top, 1.0)
            wide = _WIDE.match(left.text[-1]) and _WIDE.match(right.text[0])
            parts.append(right.text if wide and not right.spaced and right.x0 - left.x1 < size else f" {right.text}")
        return "".join(parts)

    @staticmethod
    def joined(lines: Sequence[PageLine]) -> str:
        """Wrapped lines as one text: a blank between them, none between Chinese characters."""
        text = ""
        for line in lines:
            following = line.text
            wide = text and _WIDE.match(text[-1]) and _WIDE.match(following[0])
            text += following if not text or wide else f" {following}"
        return text


def lines_of(words: Sequence[Word]) -> list[PageLine]:
    """Words by line, from top to bottom; a line's words overlap its first one by half their height."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.centre, w.x0)):
        last = lines[-1] if lines else []
        if last and last[0].top <= word.centre <= last[0].bottom:
            last.append(word)
        else:
            lines.append([word])
    return [PageLine(tuple(sorted(line, key=lambda w: w.x0))) for line in lines]


def paragraph_starts(lines: Sequence[PageLine]) -> list[bool]:
    """For each line of one column, from top to bottom: whether white space says that it begins a paragraph.

    That is a gap to the line before which is wider than the usual one, or an indent of the first line: a line that
    stands to the right of both its neighbours, or after one that stops short.
    """
    tops = [min(w.top for w in line.words) for line in lines]
    lefts = [line.words[0].x0 for line in lines]
    rights = [line.words[-1].x1 for line in lines]
    sizes = [max(w.bottom - w.top for w in line.words) for line in lines]
    pitches = sorted(b - a for a, b in itertools.pairwise(tops) if b > a)
    usual = pitches[len(pitches) // 4] if pitches else 0.0  # of short paragraphs, half the pitches are gaps
    margin, edge = min(lefts, default=0.0), max(rights, default=0.0)
    starts = [False] * len(lines)
    for i in range(1, len(lines)):
        wide = tops[i] - tops[i - 1] > 1.3 * usual
        indented = 1.2 * sizes[i] < lefts[i] - margin < 4 * sizes[i]
        short = edge - rights[i - 1] > 3 * sizes[i]
        returns = i + 1 < len(lines) and lefts[i + 1] - margin < 0.5 * sizes[i]
        follows = lefts[i - 1] - margin < 0.5 * sizes[i]
        starts[i] = wide or (indented and (short or (returns and follows)))
    return starts


def columns_of(words: Sequence[Word]) -> Iterator[tuple[int | None, PageLine]]:
    """Lines in reading order with the column each stands in; None where the page (or that line) is not in columns.

    A page is in columns where a strip of white runs between words for most of its lines. Lines that cross the strip
    (titles) cut the page into bands, each read column by column.
    """
    gutters = _gutters(words)
    if not gutters:
        yield from ((None, line) for line in lines_of(words))
        return
    band: list[Word] = []
    for line in lines_of(words):
        if any(w.x0 < gutter < w.x1 for w in line.words for gutter in gutters) or _bridges(line, gutters):
            yield from _band(band, gutters)
            band = []
            yield (None, line)
        else:
            band.extend(line.words)
    yield from _band(band, gutters)


def _band(words: Sequence[Word], gutters: Sequence[float]) -> Iterator[tuple[int, PageLine]]:
    for column in range(len(gutters) + 1):
        left = gutters[column - 1] if column else float("-inf")
        right = gutters[column] if column < len(gutters) else float("inf")
        yield from ((column, line) for line in lines_of([w for w in words if left <= w.middle < right]))


def _bridges(line: PageLine, gutters: Sequence[float]) -> bool:
    """Whether the blank over a gutter is only one between two words: the line runs on across it."""
    for left, right in zip(line.words, line.words[1:], strict=False):
        if any(left.x1 <= gutter <= right.x0 for gutter in gutters):
            return right.x0 - left.x1 < _GUTTER / 2
    return False


def _gutters(words: Sequence[Word]) -> list[float]:
    """Middles of the white strips between columns, from left to right."""
    lines = lines_of(words)
    if len(lines) < 4:
        return []
    left, right = min(w.x0 for w in words), max(w.x1 for w in words)
    width = right - left
    found: list[float] = []
    start: float | None = None
    # A strip may be crossed by the few lines that span the page.
    allowed = max(1, len(lines) // 5)
    x = left
    while x <= right:
        crossed = sum(any(w.x0 <= x <= w.x1 for w in line.words) for line in lines)
        if crossed <= allowed and start is None:
            start = x
        elif crossed > allowed and start is not None:
            if x - start >= _GUTTER and _separates(lines, (start + x) / 2, allowed) and width > 0:
                found.append((start + x) / 2)
            start = None
        x += 2.0
    return found


def _separates(lines: Sequence[PageLine], x: float, allowed: int) -> bool:
    """Whether enough text stands on both sides: a hanging number or a short last line makes no column."""
    before = sum(sum(len(w.text) for w in line.words if w.x1 < x) > 3 for line in lines)
    after = sum(sum(len(w.text) for w in line.words if w.x0 > x) > 3 for line in lines)
    return before >= 3 and after >= 3 and min(before, after) > allowed
