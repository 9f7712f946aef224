"""Every format that `harness ingest` reads: found by name or content, read to documents or to an aligned test set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Document, read_plain
from harness.domain.corpus import LangPair
from harness.errors import InputError, UnknownNameError, UserError
from harness.files import read_bytes
from harness.registry import Registry, Row

#: Larger files are refused: alignment of what they hold would take hours, and a result nobody could review.
LARGEST_TEXT = 16 * 2**20
LARGEST_FILE = 256 * 2**20


class DocumentReader(Protocol):
    """One document format."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file to blocks."""
        ...


class TextReader:
    """Plain text: a block a line, a form feed begins a page."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file; see `read_plain`."""
        document = read_plain(path, encoding=encoding)
        document_of(path, b"", document.blocks)  # refuses an empty one
        return document


#: Document formats: what is inside is not aligned yet.
readers: Registry[DocumentReader] = Registry(
    "document format",
    {
        "text": Row("harness.corpus.ingest.formats:TextReader", "plain text, a form feed begins a page"),
        "markdown": Row(
            "harness.corpus.readers.read_markdown:MarkdownReader", "CommonMark with tables", extra="formats"
        ),
        "html": Row("harness.corpus.readers.read_html:HtmlReader", "web pages", extra="formats"),
        "docx": Row("harness.corpus.readers.read_docx:DocxReader", "Word documents", extra="formats"),
        "pdf": Row("harness.corpus.readers.read_pdf:PdfReader", "PDF with a text layer", extra="formats"),
    },
    group="harness.formats",
)
#: Formats whose texts are aligned already.
ALIGNED = ("tmx", "xliff", "tsv", "csv", "jsonl", "moses", "mt-metrics-eval", "sacrebleu")

_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".tmx": "tmx",
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".sdlxliff": "xliff",
    ".mxliff": "xliff",
    ".tsv": "tsv",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_LANGUAGE = re.compile(r"\.[a-z]{2,3}(_[A-Za-z]{2,4})?")


def read_document(
    paths: Sequence[Path],
    *,
    format: str | None = None,
    pair: LangPair | None = None,
    name: str | None = None,
    encoding: str | None = None,
) -> tuple[Document, ...] | Aligned:
    """Read what people have: a document (or one a language) to blocks, or an aligned file to a test set.

    Args:
        paths: one file; two for a document in two files or a Moses pair (`corpus.zh corpus.en`); a folder in
            mt-metrics-eval's layout; or `sacrebleu:NAME`.
        format: a name of `readers` or `ALIGNED`; None finds it by the file's name and content.
        pair: source and target language; aligned formats with exactly two languages do without.
        name: of the test set, for aligned formats.
        encoding: of text files; None detects it.

    Returns:
        A document a file, in the order of `paths`, or a test set with notes on what is not in it.

    Raises:
        UserError, InputError: a file that cannot be read as what it is; one sentence, with the remedy.
        MissingExtraError: the format's library is not installed.
    """
    if not paths:
        raise UserError("No document is given.", remedy="harness ingest DOCUMENT --name NAME")
    kind = format or _format_of(paths, pair)
    if kind in ALIGNED:
        from harness.corpus.bitext.read import read_aligned

        return read_aligned(paths, kind, pair=pair, name=name, encoding=encoding)
    if kind not in readers:
        raise UnknownNameError("format", kind, [*readers.names(), *ALIGNED])
    for path in paths:
        check_size(path, LARGEST_TEXT if kind in ("text", "markdown", "html") else LARGEST_FILE)
    return tuple(readers.create(kind if format else _sniffed(path)).read(path, encoding=encoding) for path in paths)


def aligned_format(paths: Sequence[Path], pair: LangPair | None = None) -> str | None:
    """The name of the aligned format that files are in, or None for documents.

    Raises:
        UserError: a file is missing, or a folder in no known layout.
    """
    kind = _format_of(paths, pair)
    return kind if kind in ALIGNED else None


def _format_of(paths: Sequence[Path], pair: LangPair | None) -> str:
    first = paths[0]
    if str(first).startswith("sacrebleu:"):
        return "sacrebleu"
    if first.is_dir():
        if (first / "sources").is_dir():
            return "mt-metrics-eval"
        raise UserError(f"{first} is a folder.", allowed="a file, or a folder in mt-metrics-eval's layout")
    if len(paths) > 1 and _is_moses(paths, pair):
        return "moses"
    return _sniffed(first)


def _is_moses(paths: Sequence[Path], pair: LangPair | None) -> bool:
    """`corpus.zh corpus.en`: the same name, the languages as suffixes. (`doc.zh.txt doc.en.txt` is a document.)"""
    languages = [p.suffix[1:] for p in paths]
    known = {pair.source, pair.target} if pair is not None else {s for s in languages if _LANGUAGE.fullmatch(f".{s}")}
    same = len({p.with_suffix("") for p in paths}) == 1
    return same and len(set(languages)) == len(paths) and {s.rstrip("0123456789") for s in languages} <= known


def _sniffed(path: Path) -> str:
    """The format by content where that is certain, else by suffix, else plain text."""
    head = _head(path)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "docx"
    by_suffix = _SUFFIXES.get(path.suffix.lower())
    if by_suffix is not None:
        return by_suffix
    # ASCII letters alone, so that UTF-16 is sniffed as well.
    start = head.replace(b"\0", b"").lower()
    for mark, kind in ((b"<tmx", "tmx"), (b"<xliff", "xliff"), (b"<!doctype html", "html"), (b"<html", "html")):
        if mark in start[:2048]:
            return kind
    return "text"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            return handle.read(4096)
    except OSError:
        read_bytes(path, what="document")  # says what is wrong with it
        return b""


def check_size(path: Path, largest: int) -> None:
    """Refuse a file that is larger than what can be worked on.

    Raises:
        UserError: it does not exist.
        InputError: it is larger.
    """
    try:
        size = path.stat().st_size
    except OSError:
        raise UserError(f"The document {path} does not exist.", remedy="check the path") from None
    if size > largest:
        raise InputError(
            f"The document {path} has {size / 2**20:,.0f} MB.",
            allowed=f"at most {largest // 2**20} MB",
            remedy="split it into chapters, and ingest each as a test set",
        )
