"""Tables that go on over the page: rows that a page's end cut are one row, and a header is repeated, not said again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.corpus.readers.pdf.page_geometry import PageLine
from harness.language.wrapped_lines import line_glue

#: A line is full where less than so many heights of its type are free behind it: no further word had room.
_FREE = 5.0
#: And where it takes this share of its cell, which in narrow cells says more.
_TAKEN = 0.6
_ENDS = "。．.！？!?;；:：…”’\"')）]】"


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as it was printed: column to the lines in its cell, and the cell's left and right."""

    cells: Mapping[int, tuple[tuple[PageLine, ...], tuple[float, float]]]

    @property
    def texts(self) -> dict[int, str]:
        """Column to text."""
        return {column: PageLine.joined(lines) for column, (lines, _) in self.cells.items()}


def repeated_rows(before: Sequence[PrintedRow], after: Sequence[PrintedRow]) -> int:
    """How many rows at the top of a page's table say again what the top of the table before it says."""
    count = 0
    for first, again in zip(before, after, strict=False):
        if not again.texts or first.texts != again.texts:
            break
        count += 1
    return count if count < len(after) else 0


def goes_on(last: PrintedRow, first: PrintedRow) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before.

    Each cell with text must go on with one that stops without an end, and one of these must be full to its edge:
    headings stop without an end, too, but short.
    """
    full = False
    for column, text in first.texts.items():
        if not text:
            continue
        lines, (left, right) = last.cells.get(column, ((), (0.0, 0.0)))
        if not lines or lines[-1].text.rstrip()[-1:] in _ENDS or not any(c.isalpha() for c in text):
            return False  # a number of its own, too, begins a row
        free = right - lines[-1].words[-1].x1
        full = full or (free < _FREE * lines[-1].size and free < (1 - _TAKEN) * (right - left))
    return full


def joined_cell(before: str, after: str) -> str:
    """The two parts of a cell as one text."""
    return before + line_glue(before, after) + after
