"""The value between readers and everything else: a document as blocks of text, each with the place it is from.

A reader (plain text here; docx, pdf, html elsewhere) turns one file into a `Document` and decides nothing: it does not
join lines, drop page numbers, tell languages apart or strip marks. What follows (layout, healing, sentences, alignment)
works on blocks only, and accounts for every character of them, so whatever a reader leaves out is lost for good: leave
out only what is no text (tags, styles, empty paragraphs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from harness.files import read_text

Style = Literal["title", "heading", "paragraph", "cell", "line", "note", "reading", "hidden", "deleted", "repeated"]
#: What a reader of the document does not take for its text: in no segment, and listed by that name.
ASIDE: tuple[Style, ...] = ("note", "reading", "hidden", "deleted", "repeated")

_LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Block:
    r"""The smallest piece that the file itself keeps apart: a line of a text file, a paragraph, a cell of a table.

    Attributes:
        text: as it stands in the file, white space inside and marks (`# `, `**`) included; one line, never blank.
        file: name of the file in `Document.files`.
        lines: first and last line of the file, counted from 1, inclusive. Formats without lines count what they have
            instead, in the order of the document: paragraphs and rows (docx), text lines (pdf).
        page: counted from 1, where the format has pages; else None.
        style: what the format says the block is; None where it says nothing. A "line" may be part of a paragraph that
            was wrapped; a "paragraph" is whole as far as its page goes. A "note" (a footnote, or the mark that calls
            one), a "reading" over characters, "hidden" or "deleted" text, and a
            "repeated" header of a table are in no segment, and are listed.
        column: 0 is the left one, where the format has columns (a table's cells, columns of a page by position).
        row: counted from 1 over the whole document, where cells stand side by side in a row of a table.
        place: where else it stands, as a person would say it (the times of a cue); provenance repeats it.
    """

    text: str
    file: str
    lines: tuple[int, int]
    page: int | None = None
    style: Style | None = None
    column: int | None = None
    row: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Document:
    """One bilingual document, or one language's half of it.

    Attributes:
        name: what segments call the document they are from; the file's name without its suffix where nothing is better.
        files: file name to hex SHA-256 of its bytes.
        blocks: in reading order.
        note: one sentence a reader of the result must know (an encoding that was guessed), or "".
        given: its blocks are segments already (cues): none is joined with another, split, or taken for a page number.
    """

    name: str
    files: Mapping[str, str]
    blocks: tuple[Block, ...]
    note: str = field(default="", compare=False)
    given: bool = False


def read_plain(path: Path, *, encoding: str | None = None) -> Document:
    r"""Read a text file: one block per line that is not blank; a form feed begins a page.

    Blank lines are no blocks, but show in the line numbers of their neighbours. Where the file has form feeds, blocks
    have pages.

    Raises:
        UserError: missing or unreadable.
        InputError: not text in any known encoding.
    """
    decoded = read_text(path, what="document", encoding=encoding)
    document = plain_document(decoded.text, path.name, sha256=decoded.sha256)
    if encoding is None and not decoded.encoding.startswith("utf"):
        return replace(document, note=f"{path.name} was read as {decoded.encoding}.")
    return document


def plain_document(text: str, file: str, *, sha256: str = "") -> Document:
    """`read_plain` for text at hand."""
    paged = "\f" in text
    blocks: list[Block] = []
    page = 1
    for number, line in enumerate(_LINE_ENDS.split(text), start=1):
        for index, part in enumerate(line.split("\f")):
            page += index > 0
            if part.strip():
                blocks.append(Block(part, file, (number, number), page if paged else None, "line"))
    name = file.rsplit(".", 1)[0] if "." in file[1:] else file
    return Document(name, {file: sha256}, tuple(blocks))
