"""Words at places on a page, put together to lines and columns."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harness.language.script import CJK_PUNCTUATION, HAN
from harness.language.wrapped_lines import line_glue

_WIDE = re.compile(f"[{HAN}{CJK_PUNCTUATION}]")
#: A gutter narrower than this (in points) may be the blank between two words.
_GUTTER = 12.0
#: White strips are looked for at places that far apart, in points.
_STEP = 2.0
#: A gap narrower than this share of the type's size is none: one word in two sizes of type.
_TIGHT = 0.12
#: So many single letters side by side are a word that was spaced out ("R E P O R T"), not a list of letters.
_SPACED_OUT = 6


@dataclass(frozen=True, slots=True)
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
    def size(self) -> float:
        """The height of its type, in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def centre(self) -> float:
        """Half way from top to bottom."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PageLine:
    """Words that stand beside one another."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with blanks between them, but none between Chinese characters that were only spread apart.

        None either between the letters of a spaced-out word, nor where only the size of the type changes (H2O).
        """
        parts = [self.words[0].text]
        letters = _letter_gap(self.words)
        for left, right in itertools.pairwise(self.words):
            size, gap = max(left.size, 1.0), right.x0 - left.x1
            wide = _WIDE.match(left.text[-1]) and _WIDE.match(right.text[0])
            close = (not right.spaced and (gap < size if wide else gap < _TIGHT * min(size, right.size))) or (
                letters > 0 and gap <= letters and len(left.text) == len(right.text) == 1
            )
            parts.append(right.text if close else f" {right.text}")
        return "".join(parts)

    @property
    def size(self) -> float:
        """The height of most of its type, in points."""
        weights: dict[float, int] = {}
        for word in self.words:
            weights[round(word.size, 1)] = weights.get(round(word.size, 1), 0) + len(word.text)
        return max(weights, key=lambda size: (weights[size], size))

    @property
    def top(self) -> float:
        """Where it begins, from the top of the page."""
        return min(word.top for word in self.words)

    @staticmethod
    def joined(lines: Sequence[PageLine]) -> str:
        """Wrapped lines as one text: a blank between them, none beside Chinese."""
        text = ""
        for line in lines:
            text += line_glue(text, line.text) + line.text if text else line.text
        return text


def _letter_gap(words: Sequence[Word]) -> float:
    """The widest gap between the letters of spaced-out words, or 0 where a line has none.

    Between words the gap is at least half as wide again as between letters.
    """
    single = [len(w.text) == 1 and w.text.isalpha() and not _WIDE.match(w.text) for w in words]
    pairs = zip(words, words[1:], single, single[1:], strict=False)
    gaps = sorted(right.x0 - left.x1 for left, right, one, other in pairs if one and other)
    if len(gaps) + 1 < _SPACED_OUT or sum(single) < 0.8 * len(words) or gaps[0] <= 0:
        return 0.0
    usual = gaps[len(gaps) // 4]
    return 1.5 * usual if usual < 1.5 * max(w.size for w in words) else 0.0


def lines_of(words: Sequence[Word]) -> list[PageLine]:
    """Words by line, from top to bottom; a line's words overlap its first one by half their height.

    A small raised word comes before the words of its line; the first of these stands for the line then. A capital over
    two lines is twice as high as their words, and does not.
    """
    lines: list[list[Word]] = []
    anchor = None
    for word in sorted(words, key=lambda w: (w.centre, w.x0)):
        if anchor is not None and anchor.top <= word.centre <= anchor.bottom:
            lines[-1].append(word)
        elif anchor is not None and word.top <= anchor.centre <= word.bottom and word.size < 2 * anchor.size:
            lines[-1].append(word)
            anchor = word
        else:
            lines.append([word])
            anchor = word
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
    left = min(w.x0 for w in words)
    steps = int((max(w.x1 for w in words) - left) // _STEP) + 1
    crossed = np.zeros(steps, dtype=np.int64)  # lines that have a word there
    for line in lines:
        covered = np.zeros(steps, dtype=bool)
        for word in line.words:
            covered[math.ceil((word.x0 - left) / _STEP) : math.floor((word.x1 - left) / _STEP) + 1] = True
        crossed += covered
    # A strip may be crossed by the few lines that span the page.
    allowed = max(1, len(lines) // 5)
    found: list[float] = []
    start: float | None = None
    for step, count in enumerate(crossed.tolist()):
        x = left + step * _STEP
        if count <= allowed and start is None:
            start = x
        elif count > allowed and start is not None:
            if x - start >= _GUTTER and _separates(lines, (start + x) / 2, allowed):
                found.append((start + x) / 2)
            start = None
    return found


def _separates(lines: Sequence[PageLine], x: float, allowed: int) -> bool:
    """Whether enough text stands on both sides: a hanging number or a short last line makes no column."""
    before = sum(sum(len(w.text) for w in line.words if w.x1 < x) > 3 for line in lines)
    after = sum(sum(len(w.text) for w in line.words if w.x0 > x) > 3 for line in lines)
    return before >= 3 and after >= 3 and min(before, after) > allowed
