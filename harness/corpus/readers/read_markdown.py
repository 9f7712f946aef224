"""Markdown (CommonMark with tables), through markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.corpus.readers.common import collapse, document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.errors import MissingExtraError
from harness.files import decode, read_bytes

if TYPE_CHECKING:
    from markdown_it.token import Token

_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


class MarkdownReader:
    """Headings, paragraphs, list items, tables; emphasis marks and link targets are no text."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no text in a known encoding.
            MissingExtraError: markdown-it-py is not installed.
        """
        try:
            from markdown_it import MarkdownIt
        except ImportError as error:
            raise MissingExtraError("Reading Markdown", "formats", cause=str(error)) from error
        data = read_bytes(path, what="document")
        text = decode(data, name=f"document {path}", encoding=encoding).text
        # What is nested more deeply than this would be dropped without a word.
        tokens = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").parse(text)
        return document_of(path, data, _Walk(path.name, _titles(tokens)).blocks(tokens))


def _titles(tokens: Sequence[Token]) -> bool:
    """Whether first-level headings are titles: one per language. More of them are chapters."""
    return sum(t.type == "heading_open" and t.tag == "h1" for t in tokens) <= 2


class _Walk:
    """One pass over the tokens."""

    def __init__(self, file: str, titles: bool) -> None:
        self.file = file
        self.titles = titles
        self.found: list[Block] = []
        self.style: Style = "paragraph"
        self.label = ""
        self.row = 0
        self.column: int | None = None
        self.lines = (1, 1)

    def blocks(self, tokens: Sequence[Token]) -> list[Block]:
        for token in tokens:
            if token.map is not None:
                self.lines = (token.map[0] + 1, max(token.map[0] + 1, token.map[1]))
            self._token(token)
        return self.found

    def _token(self, token: Token) -> None:
        if token.type == "heading_open":
            self.style = "title" if token.tag == "h1" and self.titles else "heading"
        elif token.type in ("heading_close", "paragraph_open", "table_close"):
            self.style, self.column = "paragraph", None
        elif token.type == "list_item_open":
            # An ordered item's number is text that readers see; a bullet is not.
            self.label = f"{token.info}{token.markup} " if token.info else ""
        elif token.type == "tr_open":
            self.row, self.column = self.row + 1, -1
        elif token.type in ("td_open", "th_open"):
            self.column = (self.column or 0) + 1 if self.column is not None and self.column >= 0 else 0
            self.style = "cell"
        elif token.type == "inline":
            self._put(_pieces(token.children or []))
        elif token.type in ("fence", "code_block"):
            self._put(token.content.split("\n"))
        elif token.type == "html_block":
            self._put([_TAG.sub(" ", token.content)])

    def _put(self, pieces: Sequence[str]) -> None:
        texts = [t for t in (collapse(p) for p in pieces) if t]
        for index, text in enumerate(texts):
            labelled = self.label + text if index == 0 else text
            style: Style = "line" if len(texts) > 1 and self.style == "paragraph" else self.style
            in_row = style == "cell"
            self.found.append(
                Block(
                    labelled,
                    self.file,
                    self.lines,
                    style=style,
                    column=self.column if in_row else None,
                    row=self.row if in_row else None,
                )
            )
        if texts:
            self.label = ""


def _pieces(children: Sequence[Token]) -> list[str]:
    """The text of an inline token, cut at hard breaks."""
    pieces = [""]
    for child in children:
        if child.type in ("text", "code_inline"):
            pieces[-1] += child.content
        elif child.type == "softbreak":
            pieces[-1] += "\n"
        elif child.type == "hardbreak":
            pieces.append("")
        elif child.type == "image":
            pieces[-1] += child.content
        elif child.type == "html_inline" and re.match(r"<br\b", child.content, re.IGNORECASE):
            pieces.append("")
    return pieces
