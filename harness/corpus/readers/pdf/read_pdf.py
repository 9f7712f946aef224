"""PDF files with a text layer, through pdfplumber: lines by position, columns, ruled tables, notes, page numbers."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.corpus.readers.pdf.page_geometry import PageLine, Word, columns_of, lines_of, paragraph_starts
from harness.corpus.readers.pdf.page_notes import (
    RaisedWord,
    body_size,
    endnote_lines,
    footnote_lines,
    marks_among,
    note_number,
    raised_words,
)
from harness.corpus.readers.pdf.page_words import Printed, has_too_many_rules, printed, words_on
from harness.corpus.readers.pdf.tables_over_pages import PrintedRow, goes_on, joined_cell, repeated_rows
from harness.errors import InputError, MissingExtraError
from harness.files import read_bytes
from harness.language.characters.note_marks import numbers_of

_MOST_PAGES = 1000
#: Where more of the text than this share lies off the pages, what lies on them is no document either.
_MOST_OFF_PAGE = 0.1
#: So many lines stand between the two parts of a table at most: running heads and page numbers.
_EDGE_LINES = 4


class PdfReader:
    """Lines in reading order. A scan without a text layer is refused, never guessed at."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no PDF, one that needs a password, has no text, more than a thousand pages, or a page that
                nobody can print.
            MissingExtraError: pdfplumber is not installed.
        """
        data = read_bytes(path, what="document")
        if b"%PDF-" not in data[:1024]:
            raise InputError(f"The document {path} is not a PDF.", remedy="check that it is the right file")
        try:
            import pdfplumber
        except ImportError as error:
            raise MissingExtraError("Reading PDF files", "formats", cause=str(error)) from error
        seen = Printed()
        pages: list[_Page] = []
        try:
            with _warnings() as warned, pdfplumber.open(io.BytesIO(data)) as pdf:
                if len(pdf.pages) > _MOST_PAGES:
                    raise InputError(
                        f"The document {path} has {len(pdf.pages)} pages.", allowed=f"at most {_MOST_PAGES}"
                    )
                for number, page in enumerate(pdf.pages, start=1):
                    before = pages[-1].tables if pages else ()
                    pages.append(_read_page(page, seen, f"Page {number} of the document {path}", before))
                    page.close()
        except InputError:
            raise
        except Exception as error:  # pdfminer fails in many ways on damaged files; none of them is a bug here
            raise _unreadable(path, error) from None
        walk = _Walk(path.name, pages)
        walk.run()
        walk.check(path, seen)
        return document_of(path, data, walk.found, walk.note(seen, warned))


@contextlib.contextmanager
def _warnings() -> Iterator[list[str]]:
    """What pdfminer warns of meanwhile, instead of its lines on the screen."""
    log = logging.getLogger("pdfminer")
    warned: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            warned.append(record.getMessage())

    handler, propagated = Collect(logging.WARNING), log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield warned
    finally:
        log.removeHandler(handler)
        log.propagate = propagated


_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A table between rules: where it stands, and the cells of its rows."""

    box: _Box
    rows: tuple[tuple[_Box, ...], ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """What of a page matters after it was closed."""

    words: tuple[Word, ...]
    tables: tuple[_Ruled, ...] = ()
    rules: tuple[float, ...] = ()


def _read_page(page: Any, seen: Printed, what: str, before: Sequence[_Ruled]) -> _Page:
    """What a page has, after a page with the tables `before`: one row alone is a table where it is the end of one."""
    page = printed(page, seen, what)
    words = tuple(words_on(page))
    if not words:
        return _Page(())
    if has_too_many_rules(page):
        seen.drawings += 1
        return _Page(words)
    tables = (
        _Ruled(t.bbox, tuple(tuple(sorted(c for c in row.cells if c is not None)) for row in t.rows))
        for t in sorted(page.find_tables(), key=lambda t: t.bbox[1])
    )
    ruled = [t for t in tables if max(map(len, t.rows)) > 1]
    ends = ruled[:1] if ruled and before and _same_columns(before[-1], ruled[0]) else []
    return _Page(words, tuple(t for t in ruled if len(t.rows) > 1 or t in ends), tuple(_short_rules(page)))


def _same_columns(above: _Ruled, below: _Ruled) -> bool:
    """Whether two tables have the same upright rules, to a few points."""
    first, second = ([(cell[0], cell[2]) for cell in table.rows[at]] for table, at in ((above, -1), (below, 0)))
    return len(first) == len(second) and all(
        abs(a - b) < 3.0 for one, other in zip(first, second, strict=True) for a, b in zip(one, other, strict=True)
    )


def _short_rules(page: Any) -> Iterator[float]:
    """How far from the top the rules stand that are too short to belong to a frame: those over footnotes."""
    width = page.bbox[2] - page.bbox[0]
    for thing in (*page.lines, *page.rects):
        if thing["bottom"] - thing["top"] < 2.0 and 0.05 * width < thing["x1"] - thing["x0"] < 0.5 * width:
            yield thing["top"]


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = type(error).__name__ if not str(error) else str(error)
    if "password" in f"{type(error).__name__} {error.__cause__!r} {error!r}".lower():
        return InputError(f"The document {path} is protected by a password.", remedy="save it without one")
    return InputError(f"The document {path} is a PDF that cannot be read: {reason}.", remedy="print it to a new PDF")


@dataclass(slots=True)
class _Item:
    """A line of text or a cell of a table; `line` is None for a cell."""

    page: int
    text: str
    column: int | None
    row: int | None = None
    line: PageLine | None = None
    starts: bool = False
    note: bool = False
    cell: tuple[tuple[PageLine, ...], tuple[float, float]] | None = None
    repeated: bool = False


@dataclass
class _Walk:
    """Pages to blocks; lines are counted over the whole document, blank ones between paragraphs included."""

    file: str
    pages: Sequence[_Page]
    found: list[Block] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    row: int = 0
    joined: int = 0

    def run(self) -> None:
        body = body_size(word for page in self.pages for word in page.words)
        called: set[str] = set()
        goes_on = False
        for number, page in enumerate(self.pages, start=1):
            raised = raised_words(page.words)
            items, row = self._lay_out(page, number, {one.word for one in raised})
            candidates = frozenset(n for one in raised for n in numbers_of(one.word.text))
            goes_on = self._footnotes(items, body, candidates, page, goes_on)
            notes = {n for n in (note_number(i.text) for i in items if i.note) if n is not None}
            kept = self._sort_out(raised, notes, items, number)
            if len(kept) < len(raised):  # an exponent goes back into its line
                items, row = self._lay_out(page, number, kept)
                self._footnotes(items, body, candidates, page, goes_on)
            called |= {n for one in raised if one.word in kept for n in numbers_of(one.word.text)} - notes
            self.row = row
            self.items += items
        self._join_tables()
        self._endnotes(body, called)
        self._put()

    def _lay_out(self, page: _Page, number: int, without: set[Word]) -> tuple[list[_Item], int]:
        """The lines and cells of a page in reading order, and the number of its last row."""
        items: list[_Item] = []
        row = self.row
        words = [w for w in page.words if w not in without]
        for table in page.tables:
            left, top, right, bottom = table.box
            inside = [w for w in words if left <= w.middle <= right and top <= w.centre <= bottom]
            within = set(inside)
            above = [w for w in words if w not in within and w.centre < top]
            items += _flow(above, number)
            row = _cells(table, inside, number, row, items)
            gone = within | set(above)
            words = [w for w in words if w not in gone]
        items += _flow(words, number)
        return items, row

    def _footnotes(
        self, items: Sequence[_Item], body: float, called: frozenset[str], page: _Page, goes_on: bool
    ) -> bool:
        """Mark the items that are notes; whether the last one goes on over the page."""
        columns: dict[int | None, list[_Item]] = {}
        for item in items:
            if item.line is not None:
                columns.setdefault(item.column, []).append(item)
        still = False
        for members in columns.values():
            members.sort(key=lambda item: item.line.top if item.line is not None else 0.0)
            lines = [item.line for item in members if item.line is not None]
            notes, still = footnote_lines(lines, body, called, page.rules, goes_on)
            for index in notes:
                members[index].note = True
        return still

    def _sort_out(
        self, raised: Sequence[RaisedWord], notes: set[str], items: Sequence[_Item], number: int
    ) -> set[Word]:
        """The raised words that call a note; they are listed, and in no line."""
        before: dict[Word, str] = {}
        for item in items:
            text = ""
            for word in item.line.words if item.line is not None else ():
                text += f" {word.text}" if word.spaced else word.text
                before[word] = text
        kept: set[Word] = set()
        for one, calls in marks_among(raised, notes, before):
            if calls:
                kept.add(one.word)
                self.marks.append((number, one.word.text))
        return kept

    def _join_tables(self) -> None:
        """Put together the tables of neighbouring pages with nothing but the edges of the pages between them."""
        pages = [list(items) for _, items in groupby(self.items, key=lambda item: item.page)]
        for before, after in pairwise(pages):
            over = [at for at, item in enumerate(before) if item.row is not None]
            under = [at for at, item in enumerate(after) if item.row is not None]
            if not over or not under or after[0].page != before[0].page + 1:
                continue
            between = [*before[over[-1] + 1 :], *after[: under[0]]]
            if sum(not item.note for item in between) > _EDGE_LINES or any(i.row is not None for i in between):
                continue
            self._join(_rows_of(before), _rows_of(after))

    def _join(self, before: Sequence[Sequence[_Item]], after: Sequence[Sequence[_Item]]) -> None:
        """Mark what is repeated, and let the last row have the rest of it."""
        again = repeated_rows([_table_row(r) for r in before], [_table_row(r) for r in after])
        for item in (item for row in after[:again] for item in row):
            item.repeated = True
        last = {item.column: item for item in before[-1]}
        if goes_on(_table_row(before[-1]), _table_row(after[again])):
            for item in after[again]:
                first = last[item.column]
                first.text, first.cell = joined_cell(first.text, item.text), item.cell
                item.row, item.text = first.row, ""
            self.joined += 1

    def _endnotes(self, body: float, called: set[str]) -> None:
        items = [item for item in self.items if item.line is not None and not item.note]
        lines = [item.line for item in items if item.line is not None]
        for index in endnote_lines(lines, [item.starts for item in items], body, called):
            items[index].note = True

    def _put(self) -> None:
        count = 0
        for item in self.items:
            if not item.text:  # it went into the row before
                continue
            # As in a text file, the blank line between paragraphs is counted and is no block.
            count += 1 + item.starts
            style: Style = "note" if item.note else "line" if item.row is None else "cell"
            style = "repeated" if item.repeated else style
            row = None if item.note or item.repeated else item.row
            self.found.append(Block(item.text, self.file, (count, count), item.page, style, item.column, row))
        for page, text in self.marks:
            self.found.append(Block(text, self.file, (count, count), page, "note"))

    def check(self, path: Path, seen: Printed) -> None:
        """Refuse what has no text that could be right."""
        if not self.found:
            number = len(self.pages)
            raise InputError(
                f"The document {path} has {number} page{'s' if number != 1 else ''} and no text layer: "
                "it is a scan or a picture.",
                remedy="recognise its text first, for example with: ocrmypdf -l chi_sim+eng IN.pdf OUT.pdf",
            )

        read = sum(len(block.text) for block in self.found)
        if seen.off_page > _MOST_OFF_PAGE * (read + seen.off_page):
            raise InputError(
                f"The document {path} is damaged: {seen.off_page} of its {read + seen.off_page} characters lie outside "
                "their pages.",
                remedy="download it again, or print it to a new PDF",
            )

    def note(self, seen: Printed, warned: Sequence[str]) -> str:
        """What was set aside, pages that may have been scanned, and damage that may have cost text."""
        notes = []
        empty = [str(number) for number, page in enumerate(self.pages, start=1) if not page.words]
        if empty:
            some = ", ".join(empty[:10]) + (" ..." if len(empty) > 10 else "")
            plural = "s" if len(empty) > 1 else ""
            notes.append(f"{self.file} has no text on page{plural} {some} of {len(self.pages)}.")
        lines = sum(item.note for item in self.items)
        if lines or self.marks:
            notes.append(f"Notes of {self.file} are set aside: {lines} lines, and {len(self.marks)} marks in the text.")
        if self.joined:
            notes.append(f"{self.joined} table rows of {self.file} that a page's end cut are joined.")
        if any(item.repeated for item in self.items):
            rows = len({item.row for item in self.items if item.repeated})
            notes.append(f"{rows} rows of {self.file} that a table repeats on each page are left out.")
        if seen.doubled:
            notes.append(f"{seen.doubled} characters of {self.file} are drawn twice to look bold, and read once.")
        if seen.off_page:
            notes.append(f"{seen.off_page} characters of {self.file} lie outside their page and are left out.")
        if seen.drawings:
            notes.append(f"In {seen.drawings} pages of {self.file} that are full of rules, no tables were looked for.")
        if any("data-loss" in message.lower() for message in warned):
            notes.append(f"{self.file} is damaged: parts of its text may be missing.")
        return " ".join(notes)


def _rows_of(items: Sequence[_Item]) -> list[list[_Item]]:
    """The cells of a page by row."""
    cells = [item for item in items if item.row is not None]
    return [list(row) for _, row in groupby(cells, key=lambda item: item.row)]


def _table_row(items: Sequence[_Item]) -> PrintedRow:
    return PrintedRow({item.column or 0: item.cell for item in items if item.cell is not None})


def _flow(words: Sequence[Word], number: int) -> list[_Item]:
    items = []
    for column, members in groupby(columns_of(words), key=lambda item: item[0]):
        lines = [line for _, line in members]
        for line, starts in zip(lines, paragraph_starts(lines), strict=True):
            items.append(_Item(number, line.text, column, None, line, starts))
    return items


def _cells(table: _Ruled, words: Sequence[Word], number: int, row: int, items: list[_Item]) -> int:
    """The cells of a table, and what stands between its rules and in no cell; the number of its last row."""
    left = set(words)
    for cells in table.rows:
        row += 1
        for column, (x0, top, x1, bottom) in enumerate(cells):
            inside = [w for w in words if w in left and x0 <= w.middle <= x1 and top <= w.centre <= bottom]
            left -= set(inside)
            text = PageLine.joined(lines_of(inside))
            if text:
                items.append(_Item(number, text, column, row, cell=(tuple(lines_of(inside)), (x0, x1))))
    items += _flow([w for w in words if w in left], number)
    return row
