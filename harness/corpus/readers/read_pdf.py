"""PDF files with a text layer, through pdfplumber: lines by position, columns, ruled tables, page numbers."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Block, Document
from harness.corpus.readers.page_geometry import PageLine, Word, columns_of, lines_of, paragraph_starts
from harness.errors import InputError, MissingExtraError
from harness.files import read_bytes

_MOST_PAGES = 1000


class PdfReader:
    """Lines in reading order. A scan without a text layer is refused, never guessed at."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no PDF, one that needs a password, has no text, or has more than a thousand pages.
            MissingExtraError: pdfplumber is not installed.
        """
        data = read_bytes(path, what="document")
        if b"%PDF-" not in data[:1024]:
            raise InputError(f"The document {path} is not a PDF.", remedy="check that it is the right file")
        try:
            import pdfplumber
        except ImportError as error:
            raise MissingExtraError("Reading PDF files", "formats", cause=str(error)) from error
        walk = _Walk(path.name)
        try:
            with _warnings() as warned, pdfplumber.open(io.BytesIO(data)) as pdf:
                if len(pdf.pages) > _MOST_PAGES:
                    raise InputError(
                        f"The document {path} has {len(pdf.pages)} pages.", allowed=f"at most {_MOST_PAGES}"
                    )
                for page in pdf.pages:
                    walk.page(page)
                    page.close()
        except InputError:
            raise
        except Exception as error:  # pdfminer fails in many ways on damaged files; none of them is a bug here
            raise _unreadable(path, error) from None
        walk.check(path)
        return document_of(path, data, walk.found, walk.note(warned))


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


def _words(page: Any) -> list[Word]:
    """The page's words, with whether a blank of the text layer stands before each."""
    blanks: dict[int, list[float]] = {}
    for char in page.chars:
        if char["text"].isspace():
            blanks.setdefault(round(char["bottom"]), []).append(char["x1"])
    words = []
    for w in page.extract_words(keep_blank_chars=False, use_text_flow=False):
        ends = blanks.get(round(w["bottom"]), ())
        spaced = any(abs(end - w["x0"]) < 2.0 for end in ends)
        words.append(Word(w["text"], w["x0"], w["x1"], w["top"], w["bottom"], spaced))
    return words


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = type(error).__name__ if not str(error) else str(error)
    if "password" in f"{type(error).__name__} {error.__cause__!r} {error!r}".lower():
        return InputError(f"The document {path} is protected by a password.", remedy="save it without one")
    return InputError(f"The document {path} is a PDF that cannot be read: {reason}.", remedy="print it to a new PDF")


class _Walk:
    """One pass over the pages; lines are counted over the whole document, blank ones between paragraphs included."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Block] = []
        self.count = 0
        self.row = 0
        self.number = 0
        self.empty: list[int] = []

    def page(self, page: Any) -> None:
        self.number += 1
        words = _words(page)
        if not words:
            self.empty.append(self.number)
            return
        tables = [t for t in page.find_tables() if len(t.rows) > 1 and max(len(r.cells) for r in t.rows) > 1]
        for table in sorted(tables, key=lambda t: t.bbox[1]):
            left, top, right, bottom = table.bbox
            inside = [w for w in words if left <= w.middle <= right and top <= w.centre <= bottom]
            above = [w for w in words if w not in inside and w.centre < top]
            self._flow(above)
            self._table(table, inside)
            words = [w for w in words if w not in inside and w not in above]
        self._flow(words)

    def _flow(self, words: Sequence[Word]) -> None:
        for column, members in groupby(columns_of(words), key=lambda item: item[0]):
            lines = [line for _, line in members]
            for line, starts in zip(lines, paragraph_starts(lines), strict=True):
                # As in a text file, the blank line between paragraphs is counted and is no block.
                self.count += starts
                self._put(line.text, column=column)

    def _table(self, table: Any, words: Sequence[Word]) -> None:
        left = set(words)
        for row in table.rows:
            self.row += 1
            cells = sorted((c for c in row.cells if c is not None), key=lambda c: c[0])
            for column, (x0, top, x1, bottom) in enumerate(cells):
                inside = [w for w in words if w in left and x0 <= w.middle <= x1 and top <= w.centre <= bottom]
                left -= set(inside)
                text = PageLine.joined(lines_of(inside))
                if text:
                    self._put(text, column=column, row=self.row)
        self._flow([w for w in words if w in left])  # nothing between the rules may vanish

    def _put(self, text: str, *, column: int | None, row: int | None = None) -> None:
        self.count += 1
        style = "line" if row is None else "cell"
        place = (self.count, self.count)
        self.found.append(
            Block(text, self.file, place, self.number, "line" if style == "line" else "cell", column, row)
        )

    def check(self, path: Path) -> None:
        """Refuse what has no text that could be right."""
        text = "".join(b.text for b in self.found)
        if not text:
            raise InputError(
                f"The document {path} has {self.number} page{'s' if self.number != 1 else ''} and no text layer: "
                "it is a scan or a picture.",
                remedy="recognise its text first, for example with: ocrmypdf -l chi_sim+eng IN.pdf OUT.pdf",
            )
        if 5 * text.count("(cid:") > len(text) / 4:
            raise InputError(
                f"The document {path} has fonts that do not say which characters they draw: its text cannot be read.",
                remedy="recognise its text instead: ocrmypdf --force-ocr -l chi_sim+eng IN.pdf OUT.pdf",
            )

    def note(self, warned: Sequence[str]) -> str:
        """Pages that may have been scanned, and damage that may have cost text."""
        notes = []
        if self.empty:
            some = ", ".join(str(n) for n in self.empty[:10]) + (" ..." if len(self.empty) > 10 else "")
            plural = "s" if len(self.empty) > 1 else ""
            notes.append(f"{self.file} has no text on page{plural} {some} of {self.number}.")
        if any("data-loss" in message.lower() for message in warned):
            notes.append(f"{self.file} is damaged: parts of its text may be missing.")
        return " ".join(notes)
