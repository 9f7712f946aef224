"""E-books (.epub): the pages of the book in reading order, each read as HTML."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from harness.corpus.readers.archive import check_archive, kind_of, member
from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Block, Document
from harness.corpus.readers.read_html import html_blocks
from harness.errors import InputError, MissingExtraError
from harness.files import decode, read_bytes

_CONTAINER = "META-INF/container.xml"
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


class EpubReader:
    """Every page of the spine that is not the table of contents."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no EPUB, a damaged one, or one with DRM.
            MissingExtraError: lxml is not installed.
        """
        what = f"The document {path}"
        data = read_bytes(path, what="document")
        check_archive(data, what, "an EPUB", "application/epub+zip")
        if "META-INF/encryption.xml" in kind_of(data):
            methods = {
                e.get("Algorithm") for e in _xml(data, "META-INF/encryption.xml", what).iter("{*}EncryptionMethod")
            }
            if not methods <= set(_FONTS_ONLY):
                raise InputError(
                    f"{what} is protected (DRM).", remedy="get a copy without protection from its publisher"
                )
        package = next((e.get("full-path") for e in _xml(data, _CONTAINER, what).iter("{*}rootfile")), None)
        if package is None:
            raise InputError(f"{what} names no package.", remedy="save it again with the program that made it")
        book = _xml(data, package, what)
        items = {e.get("id"): e for e in book.iter("{*}item")}
        blocks: list[Block] = []
        notes: list[str] = []
        line = 0
        for entry in book.iter("{*}itemref"):
            item = items.get(entry.get("idref"))
            if item is None or "html" not in item.get("media-type", "") or entry.get("linear") == "no":
                continue
            if "nav" in item.get("properties", "").split():
                continue
            name = posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(item.get("href", ""))))
            page = decode(member(data, name, what), name=f"{path}, {name}", encoding=encoding).text
            found, note = html_blocks(page, path.name, what)
            before = max((b.row or 0 for b in blocks), default=0)
            blocks += [
                replace(b, lines=(b.lines[0] + line, b.lines[1] + line), row=None if b.row is None else b.row + before)
                for b in found
            ]
            line += page.count("\n") + 1
            notes += [note] if note else []
        return document_of(path, data, blocks, " ".join(notes))


def _xml(data: bytes, name: str, what: str) -> Any:  # lxml has no types
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtraError("Reading e-books", "formats", cause=str(error)) from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(member(data, name, what), parser)
    except etree.LxmlError as error:
        raise InputError(f"{what}: its part '{name}' is not XML: {error}.") from None
