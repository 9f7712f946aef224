"""Word documents (.docx), through python-docx, after a look at what the archive would unpack to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from harness.corpus.readers.archive import check_archive
from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.corpus.readers.flowing_notes import FlowingNotes, told
from harness.corpus.readers.office_math import M, math_text
from harness.errors import InputError, MissingExtraError
from harness.files import read_bytes
from harness.language.characters.symbol_fonts import symbol_of

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DELETED = frozenset({f"{_W}del", f"{_W}moveFrom"})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("footnotes", "endnotes")
_SHOWN = (*(f"{_W}{name}" for name in ("t", "tab", "br", "cr", "noBreakHyphen", "softHyphen", "sym")), f"{M}oMath")
_CODE = re.compile(r"[0-9A-Fa-f]{1,4}")
#: What a piece of a paragraph is: shown (None), shown and raised, or not shown.
_Piece = Literal["raised", "reading", "hidden", "deleted"] | None


class DocxReader:
    """Paragraphs, headings and table cells in order; notes, readings, hidden and deleted text are set aside."""

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
            opened = docx.Document(io.BytesIO(data))
            body, hidden = opened.element.body, _hidden_styles(opened.styles.element)
            notes = [
                docx.oxml.parse_xml(part.blob)
                for part in opened.part.package.iter_parts()
                if str(part.partname) in {f"/word/{name}.xml" for name in _NOTES}
            ]
        except Exception as error:  # a damaged package fails in lxml, zipfile, KeyError ...; none of it is a bug here
            raise InputError(
                f"The document {path} is not a Word document that can be read: {error}.",
                remedy="open it in a word processor and save it as .docx again",
            ) from None
        walk = _Walk(path.name, hidden)
        walk.container(body)
        blocks = walk.notes.set_aside(walk.found)
        for element in notes:
            blocks += walk.note_part(element)
        return document_of(path, data, blocks, walk.note(data, blocks))


class _Walk:
    """One pass over the body. What Word has no lines for is counted: paragraphs and rows."""

    def __init__(self, file: str, hidden: frozenset[str]) -> None:
        self.file = file
        self.hidden = hidden
        self.notes = FlowingNotes()
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
        shown = ""
        aside: list[Block] = []
        lines = (self.count, self.count)
        for kind, pieces in groupby(self._pieces(element), key=lambda piece: piece[0]):
            text = "".join(piece for _, piece in pieces)
            if kind is None or (kind == "raised" and not self.notes.is_mark(shown, text, len(self.found))):
                shown += text
            elif text.strip():
                aside.append(Block(text.strip(), self.file, lines, None, "note" if kind == "raised" else kind))
        parts = [t.strip() for t in shown.split("\n") if t.strip()]
        for text in parts:
            of: Style = style or ("cell" if cell else "line" if len(parts) > 1 else "paragraph")
            row, column = cell if cell else (None, None)
            self.found.append(Block(text, self.file, lines, None, of, column, row))
        self.found += aside
        # A text box hangs inside a paragraph but is read after it.
        for box in (e for e in element.iter(f"{_W}txbxContent") if not _gone(e) and _nearest(e, "p") is element):
            self.container(box)

    def _pieces(self, paragraph: Any) -> Iterator[tuple[_Piece, str]]:
        """What a paragraph shows, inserted text included, and what it does not; its text boxes are read behind it."""
        outer = self._is_hidden(paragraph)
        for element in paragraph.iter(*_SHOWN, f"{_W}delText"):
            if _inside(element, _FALLBACK) or _nearest(element, "p") is not paragraph:
                continue
            run = _nearest(element, "r")
            if _gone(element):
                yield "deleted", _text(element)
            elif _nearest(element, "rt") is not None:
                yield "reading", _text(element)
            elif outer or (run is not None and self._is_hidden(run)):
                yield "hidden", _text(element)
            elif element.tag != f"{_W}delText":
                yield "raised" if run is not None and _is_raised(run) else None, _text(element)

    def _is_hidden(self, element: Any) -> bool:
        """Whether a run or paragraph is hidden by itself or by its style."""
        kind = "r" if element.tag == f"{_W}r" else "p"
        own = element.find(f"{_W}{kind}Pr/{_W}vanish") if kind == "r" else None
        if own is not None:
            return _is_on(own)
        style = element.find(f"{_W}{kind}Pr/{_W}{kind}Style")
        return style is not None and style.get(f"{_W}val") in self.hidden

    def note_part(self, part: Any) -> list[Block]:
        """The text of a part that holds notes, each a block."""
        blocks = []
        for note in part:
            if note.get(f"{_W}type") in (None, "normal"):
                text = "".join(t.text or "" for t in note.iter(f"{_W}t")).strip()
                if text:
                    blocks.append(Block(text, self.file, (self.count, self.count), None, "note"))
        return blocks

    def note(self, data: bytes, blocks: Sequence[Block]) -> str:
        """What was left out, one sentence."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
        parts = [p for p in (*_NOTES, "comments") if f"word/{p}.xml" in names]
        parts += ["headers"] * any(n.startswith("word/header") for n in names)
        parts += ["footers"] * any(n.startswith("word/footer") for n in names)
        parts += told(blocks)
        said = [f"{', '.join(parts)} are left out"] if parts else []
        if self.numbered:
            said.append(f"the numbers that Word puts before {self.numbered} paragraphs are not in the text")
        return f"In {self.file}: {'; '.join(said)}." if said else ""


def _hidden_styles(styles: Any) -> frozenset[str]:
    """Ids of styles whose text is hidden, by themselves or by the style that they are based on."""
    own: dict[str, bool] = {}
    based: dict[str, str] = {}
    for style in styles.iter(f"{_W}style"):
        name = style.get(f"{_W}styleId", "")
        vanish, base = style.find(f"{_W}rPr/{_W}vanish"), style.find(f"{_W}basedOn")
        if vanish is not None:
            own[name] = _is_on(vanish)
        if base is not None:
            based[name] = base.get(f"{_W}val", "")
    hidden = set()
    for name in {*own, *based}:
        at, seen = name, {name}
        while at not in own and based.get(at, name) not in seen:
            at = based[at]
            seen.add(at)
        if own.get(at, False):
            hidden.add(name)
    return frozenset(hidden)


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


def _text(element: Any) -> str:
    """What an element of a run shows."""
    tag = element.tag
    if tag in (f"{_W}t", f"{_W}delText"):
        return (element.text or "").replace("\n", " ")
    if tag == f"{M}oMath":
        return math_text(element)
    if tag == f"{_W}sym":
        code = element.get(f"{_W}char", "")
        return symbol_of(element.get(f"{_W}font", ""), int(code, 16)) if _CODE.fullmatch(code) else ""
    if tag == f"{_W}tab":
        # A tab stop's definition has the same name as a tab, but stands among the properties.
        return "\t" if element.getparent().tag == f"{_W}r" else ""
    return {f"{_W}noBreakHyphen": "\u2011", f"{_W}softHyphen": "\u00ad"}.get(tag, "\n")


def _is_on(element: Any) -> bool:
    return element.get(f"{_W}val", "true") not in ("0", "false", "off")


def _is_raised(run: Any) -> bool:
    place = run.find(f"{_W}rPr/{_W}vertAlign")
    return place is not None and place.get(f"{_W}val") == "superscript"


def _nearest(element: Any, name: str) -> Any:
    """The innermost element of a name around an element, or None."""
    return next(element.iterancestors(f"{_W}{name}"), None)


def _inside(element: Any, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _gone(element: Any) -> bool:
    return any(e.tag in _DELETED or e.tag == _FALLBACK for e in element.iterancestors())
