"""The ways in which two languages lie in a document, and a document whose lines are on their sides.

halves      one language's half after the other
pages       pages in turn: runs of one language that a page's end may cut anywhere
paragraphs  paragraphs in turn: each followed by its translation
columns     two columns or a table: the pairs stand side by side
files       a file for each language
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.line_language import Side
from harness.corpus.segmentation.markup import MarkedLine
from harness.corpus.segmentation.offsets import Removed
from harness.errors import UnknownNameError

Layout = Literal["halves", "pages", "paragraphs", "columns", "files"]
LAYOUTS: tuple[Layout, ...] = ("halves", "pages", "paragraphs", "columns", "files")


@dataclass(frozen=True, slots=True)
class SidedLine:
    """A line on its side.

    Attributes:
        run: counts the runs of one language through the document; a run's end is where the other language begins.
        group: what pairs with what as far as the layout says: lines of different groups are no translations of one
            another; None where the layout says nothing.
        whole: the line is a paragraph of its own as far as the format says (a cell, a paragraph of a docx).
    """

    line: MarkedLine
    side: Side
    run: int
    group: int | None
    whole: bool


@dataclass(frozen=True)
class LaidOutDocument:
    """A document with its layout: what `reflow` works on."""

    layout: Layout
    blocks: tuple[Block, ...]
    lines: tuple[SidedLine, ...]
    removed: tuple[Removed, ...]


def layout_named(name: str | None) -> Layout | None:
    """The layout a user named, or None.

    Raises:
        UnknownNameError: there is none of that name.
    """
    for layout in LAYOUTS:
        if layout == name:
            return layout
    if name is None:
        return None
    raise UnknownNameError("layout", name, LAYOUTS)
