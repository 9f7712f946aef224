"""Text that knows where it is from.

Lines are joined across page breaks, split into sentences, stripped of marks; through all of it every character keeps
its place in the document, so that provenance is exact and what is in no segment can be listed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.corpus.readers.document import Block


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A run of characters of one block inside a stretch: `length` characters from `offset` stand at `start`."""

    start: int
    block: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class TracedText:
    """A text made of pieces of blocks. What stands between pieces was put in: the space of a healed break."""

    text: str
    pieces: tuple[TextSpan, ...]

    @classmethod
    def of(cls, index: int, text: str, start: int = 0, end: int | None = None) -> TracedText:
        """The characters `start` to `end` of a block's text."""
        stop = len(text) if end is None else end
        return cls(text[start:stop], (TextSpan(0, index, start, stop - start),) if stop > start else ())

    def cut(self, start: int, end: int | None = None) -> TracedText:
        """A part of it, by character positions of this text."""
        stop = len(self.text) if end is None else end
        pieces = []
        first = max(0, bisect_right(self.pieces, start, key=lambda p: p.start) - 1)
        for piece in self.pieces[first:]:
            if piece.start >= stop:
                break
            a, b = max(start, piece.start), min(stop, piece.start + piece.length)
            if a < b:
                pieces.append(TextSpan(a - start, piece.block, piece.offset + a - piece.start, b - a))
        return TracedText(self.text[start:stop], tuple(pieces))

    def strip(self) -> TracedText:
        """Without white space at either end."""
        left = len(self.text) - len(self.text.lstrip())
        right = len(self.text.rstrip())
        return self if left == 0 and right == len(self.text) else self.cut(left, max(left, right))

    @property
    def blocks(self) -> tuple[int, ...]:
        """Indices of the blocks it is from, in order."""
        return tuple(dict.fromkeys(p.block for p in self.pieces))


def join(parts: Sequence[TracedText], glue: str = "") -> TracedText:
    """One stretch out of several, `glue` put between them."""
    texts: list[str] = []
    pieces: list[TextSpan] = []
    at = 0
    for index, part in enumerate(parts):
        if index:
            texts.append(glue)
            at += len(glue)
        pieces.extend(TextSpan(p.start + at, p.block, p.offset, p.length) for p in part.pieces)
        texts.append(part.text)
        at += len(part.text)
    return TracedText("".join(texts), tuple(pieces))


@dataclass(frozen=True, slots=True)
class Removed:
    """Characters of the document that are in no segment, and why.

    Attributes:
        reason: "mark" (markdown), "numbering", "page number", "running head", "repeated", "note", "hyphen" (at a cut),
            "other language", "other column", "column name", "figure" (a cell of digits), "unpaired", "corrections".
    """

    stretch: TracedText
    reason: str


def line_ranges(blocks: Sequence[Block], stretches: Iterable[TracedText]) -> tuple[tuple[str, int, int], ...]:
    """The line ranges of the document that stretches are from: (file, first, last), adjoining ones merged."""
    ranges: list[tuple[str, int, int]] = []
    for stretch in stretches:
        for index in stretch.blocks:
            block = blocks[index]
            first, last = block.lines
            if ranges and ranges[-1][0] == block.file and ranges[-1][1] <= first <= ranges[-1][2] + 1:
                ranges[-1] = (block.file, ranges[-1][1], max(last, ranges[-1][2]))
            else:
                ranges.append((block.file, first, last))
    return tuple(ranges)
