"""Word documents (.docx), through python-docx, after a look at what the archive would unpack to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.corpus.readers.archive import check_archive
from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.errors import InputError, MissingExtraError
from harness.files import read_bytes

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = frozenset(
    {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)


class DocxReader:
    """Paragraphs, headings and table cells in order; deleted text of tracked changes is left out."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no Word document, or one that would unpack to far more than a document.
            MissingExtraError: python-docx is not installed.
        """
        data = read_bytes(path, what="document")
        check_archive(data, f"The document {path}", "a Word document", "word/document.xml")
        try:
            import docx
        except ImportError as error:
            raise MissingExtraError("Reading Word documents", "formats", cause=str(error)) from error
        try:
            body = docx.Document(io.BytesIO(data)).element.body
        except Exception as error:  # a damaged package fails in lxml, zipfile, KeyError ...; none of it is a bug here
            raise InputError(
                f"The document {path} is not a Word document that can be read: {error}.",
                remedy="open it in a word processor and save it as .docx again",
            ) from None
        walk = _Walk(path.name)
        walk.container(body)
        return document_of(path, data, walk.found, walk.note(data))


class _Walk:
    """One pass over the body. What Word has no lines for is counted: paragraphs and rows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Block] = []
        self.count = 0
        self.row = 0
        self.numbered = 0

    def container(self, element: Any) -> None:
        for child in element:
            if child.tag == f"{_W}p":
                self.count += 1
                self.paragraph(child, None)
            elif child.tag == f"{_W}tbl":
                self.table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"):
                self.container(child)

    def table(self, element: Any) -> None:
        for row in (r for r in element.iter(f"{_W}tr") if _nearest(r, "tbl") is element):
            self.row += 1
            self.count += 1
            column = 0
            for cell in (c for c in row.iter(f"{_W}tc") if _nearest(c, "tr") is row):
                # A table inside a cell gives its text to the cell; a text box is read with the paragraph it hangs in.
                for paragraph in (p for p in cell.iter(f"{_W}p") if _nearest(p, "txbxContent") is None):
                    self.paragraph(paragraph, (self.row, column))
                span = cell.find(f"{_W}tcPr/{_W}gridSpan")
                width = "1" if span is None else span.get(f"{_W}val", "1")
                column += int(width) if width.isdecimal() else 1

    def paragraph(self, element: Any, cell: tuple[int, int] | None) -> None:
        if element.find(f"{_W}pPr/{_W}numPr") is not None:
            self.numbered += 1
        style = _style(element)
        pieces = [t.strip() for t in "".join(_texts(element)).split("\n") if t.strip()]
        for text in pieces:
            kind: Style = style or ("cell" if cell else "line" if len(pieces) > 1 else "paragraph")
            row, column = cell if cell else (None, None)
            self.found.append(Block(text, self.file, (self.count, self.count), None, kind, column, row))
        # A text box hangs inside a paragraph but is read after it.
        for box in (e for e in element.iter(f"{_W}txbxContent") if not _gone(e) and _nearest(e, "p") is element):
            self.container(box)

    def note(self, data: bytes) -> str:
        """What was left out, one sentence."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
        parts = [p for p in ("footnotes", "endnotes", "comments") if f"word/{p}.xml" in names]
        parts += ["headers"] * any(n.startswith("word/header") for n in names)
        parts += ["footers"] * any(n.startswith("word/footer") for n in names)
        told = [f"{', '.join(parts)} are left out"] if parts else []
        if self.numbered:
            told.append(f"the numbers that Word puts before {self.numbered} paragraphs are not in the text")
        return f"In {self.file}: {'; '.join(told)}." if told else ""


def _style(paragraph: Any) -> Style | None:
    """Title and headings by style id, which Word does not translate, or by outline level."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = "" if style is None else style.get(f"{_W}val", "").lower()
    if name == "title":
        return "title"
    if name.startswith("heading") or name in {"1", "2", "3", "4", "5", "6", "subtitle"}:
        return "heading"
    level = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    return "heading" if level is not None and level.get(f"{_W}val", "9") < "9" else None


def _texts(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph's runs, inserted ones included, deleted ones and text boxes not."""
    for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        if _gone(element) or _nearest(element, "p") is not paragraph:
            continue
        if element.tag == f"{_W}t":
            yield (element.text or "").replace("\n", " ")
        elif element.tag == f"{_W}tab":
            # A tab stop's definition has the same name as a tab, but stands among the properties.
            yield "\t" if element.getparent().tag == f"{_W}r" else ""
        elif element.tag == f"{_W}noBreakHyphen":
            yield "\u2011"
        else:
            yield "\n"


def _nearest(element: Any, name: str) -> Any:
    """The innermost element of a name around an element, or None."""
    return next(element.iterancestors(f"{_W}{name}"), None)


def _gone(element: Any) -> bool:
    return any(e.tag in _GONE for e in element.iterancestors())
