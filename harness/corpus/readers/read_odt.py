"""OpenDocument texts (.odt), through lxml: the parts of the archive that hold text are few and plain."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from harness.corpus.readers.archive import check_archive, kind_of, member
from harness.corpus.readers.common import collapse, document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.errors import InputError, MissingExtraError
from harness.files import read_bytes

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
#: What is never text of the document, and what it is called where it has text.
_LEFT_OUT = {
    f"{_TEXT}tracked-changes": "deleted text",
    f"{_TEXT}note": "notes",
    f"{_OFFICE}annotation": "comments",
    f"{_TEXT}ruby-text": "readings above the line",
    f"{_TEXT}hidden-text": "hidden text",
    f"{_TEXT}hidden-paragraph": "hidden text",
    f"{_TEXT}table-of-content": "tables of contents",
    f"{_TEXT}alphabetical-index": "indexes",
    f"{_TEXT}illustration-index": "indexes",
    f"{_TEXT}table-index": "indexes",
}
_SILENT = frozenset({f"{_OFFICE}forms", f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_OFFICE}binary-data"})


class OdtReader:
    """Paragraphs, headings and table cells in order; tracked changes as accepted."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no OpenDocument text, or an encrypted or damaged one.
            MissingExtraError: lxml is not installed.
        """
        what = f"The document {path}"
        data = read_bytes(path, what="document")
        check_archive(data, what, "an OpenDocument text", "application/vnd.oasis.opendocument.text")
        try:
            from lxml import etree
        except ImportError as error:
            raise MissingExtraError("Reading OpenDocument texts", "formats", cause=str(error)) from error
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        content = member(data, "content.xml", what)
        if b"encryption-data" in (
            member(data, "META-INF/manifest.xml", what) if "META-INF/manifest.xml" in kind_of(data) else b""
        ):
            raise InputError(f"{what} is encrypted.", remedy="save it without a password")
        try:
            root = etree.fromstring(content, parser)
        except etree.LxmlError as error:
            raise InputError(f"{what}: its text is not XML: {error}.", remedy="save it again") from None
        body = root.find(f"{_OFFICE}body/{_OFFICE}text")
        if body is None:
            raise InputError(f"{what} is no OpenDocument text.", remedy="check that it is the right file")
        walk = _Walk(path.name, _hidden_styles(root))
        walk.container(body, None)
        return document_of(path, data, walk.found, walk.note())


def _hidden_styles(root: Any) -> frozenset[str]:
    """Names of the styles whose text is not shown."""
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}text-properties")
        if properties.get(f"{_TEXT}display") == "none"
    )


class _Walk:
    """One pass over the text. What the format has no lines for is counted: paragraphs and rows."""

    def __init__(self, file: str, hidden: frozenset[str]) -> None:
        self.file = file
        self.hidden = hidden
        self.found: list[Block] = []
        self.left_out: Counter[str] = Counter()
        self.count = 0
        self.row = 0

    def note(self) -> str:
        """What was left out, one sentence."""
        told = ", ".join(f"{what} ({n})" for what, n in sorted(self.left_out.items()))
        return f"Left out of {self.file}: {told}." if told else ""

    def container(self, element: Any, cell: tuple[int, int] | None) -> None:
        for child in element:
            tag = child.tag
            if self._gone(child):
                continue
            if tag in (f"{_TEXT}p", f"{_TEXT}h"):
                self.count += 1
                self._paragraph(child, cell)
            elif tag == f"{_TABLE}table":
                self._table(child, cell)
            elif isinstance(tag, str):  # sections, lists, frames, indexes of other kinds
                self.container(child, cell)

    def _gone(self, element: Any) -> bool:
        tag = element.tag
        if tag in _SILENT or not isinstance(tag, str):
            return True
        hidden = element.get(f"{_TEXT}style-name", "") in self.hidden or element.get(f"{_TEXT}display") == "none"
        what = "hidden text" if hidden and not tag.startswith(_OFFICE) else _LEFT_OUT.get(tag)
        if what is None:
            return False
        if "".join(element.itertext()).strip():
            self.left_out[what] += 1
        return True

    def _table(self, table: Any, cell: tuple[int, int] | None) -> None:
        if cell is not None:  # a table inside a cell gives its text to the cell
            self.container(table, cell)
            return
        for row in table.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table"), None) is not table:
                continue
            self.row += 1
            column = 0
            for part in row:
                if part.tag == f"{_TABLE}table-cell":
                    self.container(part, (self.row, column))
                if part.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                    repeated = part.get(f"{_TABLE}number-columns-repeated", "1")
                    column += int(repeated) if repeated.isdecimal() and len(repeated) < 4 else 1

    def _paragraph(self, element: Any, cell: tuple[int, int] | None) -> None:
        frames: list[Any] = []
        text = "".join(self._text(element, frames))
        style = _style(element)
        pieces = [collapse(piece) for piece in text.split("\v")]
        pieces = [piece for piece in pieces if piece]
        for piece in pieces:
            kind: Style = style or ("cell" if cell else "line" if len(pieces) > 1 else "paragraph")
            row, column = cell if cell else (None, None)
            self.found.append(Block(piece, self.file, (self.count, self.count), None, kind, column, row))
        for frame in frames:  # a text box hangs inside a paragraph but is read after it
            self.container(frame, cell)

    def _text(self, element: Any, frames: list[Any]) -> list[str]:
        r"""The text of a paragraph; "\v" is a line break, which the file's own white space is not."""
        parts = [_blank(element.text)]
        for child in element:
            if child.tag == f"{_TEXT}s":
                count = child.get(f"{_TEXT}c", "1")
                parts.append(" " * min(int(count) if count.isdecimal() else 1, 1000))
            elif child.tag == f"{_TEXT}tab":
                parts.append("\t")
            elif child.tag == f"{_TEXT}line-break":
                parts.append("\v")
            elif child.tag == f"{_TEXT}soft-page-break":
                pass
            elif isinstance(child.tag, str) and child.tag.startswith(_DRAW):
                frames.append(child)
            elif not self._gone(child):
                parts += self._text(child, frames)
            parts.append(_blank(child.tail))
        return parts


def _blank(text: str | None) -> str:
    """White space of the file, line ends included, as one blank."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _style(element: Any) -> Style | None:
    if element.tag == f"{_TEXT}h":
        return "heading"
    name = element.get(f"{_TEXT}style-name", "").lower()
    return "title" if name == "title" else "heading" if name == "subtitle" else None
