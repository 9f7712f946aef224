"""Every format that `harness ingest` reads, one row each: which one a file is in, and the document that it holds.

`sniff` says the format; a document format is read by `read_document`, a format whose texts are aligned already by
`harness.corpus.bitext.read.read_aligned`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Document, read_plain
from harness.domain.corpus import LangPair
from harness.errors import InputError, UnknownNameError, UserError
from harness.files import read_bytes
from harness.language.codes import primary
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
    """Plain text: one block per line, a form feed begins a page."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file; see `read_plain`."""
        document = read_plain(path, encoding=encoding)
        document_of(path, b"", document.blocks)  # refuses an empty one
        return document


#: Document formats: what is inside is not aligned yet. A package of its own adds one by an entry point of this group;
#: its class says `suffixes`, `magic` and `largest`.
readers: Registry[DocumentReader] = Registry(
    "document format",
    {
        "text": Row(
            "harness.corpus.ingest.formats:TextReader",
            "plain text, a form feed begins a page",
            suffixes=("", ".txt", ".text"),
            largest=LARGEST_TEXT,
        ),
        "markdown": Row(
            "harness.corpus.readers.read_markdown:MarkdownReader",
            "CommonMark with tables",
            extra="formats",
            suffixes=(".md", ".markdown"),
            largest=LARGEST_TEXT,
        ),
        "html": Row(
            "harness.corpus.readers.read_html:HtmlReader",
            "web pages",
            extra="formats",
            suffixes=(".htm", ".html", ".xhtml"),
            largest=LARGEST_TEXT,
        ),
        "docx": Row(
            "harness.corpus.readers.read_docx:DocxReader",
            "Word documents",
            extra="formats",
            suffixes=(".docx",),
            # The second is the container of older Office files: the reader says how to save it anew.
            magic=(b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
            largest=LARGEST_FILE,
        ),
        "pdf": Row(
            "harness.corpus.readers.read_pdf:PdfReader",
            "PDF with a text layer",
            extra="formats",
            suffixes=(".pdf",),
            magic=(b"%PDF-",),
            largest=LARGEST_FILE,
        ),
    },
    group="harness.formats",
)
#: Formats whose texts are aligned already, and how the names of their files end.
ALIGNED: Mapping[str, tuple[str, ...]] = {
    "tmx": (".tmx",),
    "xliff": (".xlf", ".xliff", ".sdlxliff", ".mxliff"),
    "tsv": (".tsv",),
    "csv": (".csv",),
    "jsonl": (".jsonl", ".ndjson"),
    "moses": (),
    "mt-metrics-eval": (),
    "sacrebleu": (),
}

_LANGUAGE = re.compile(r"\.[a-z]{2,3}(_[A-Za-z]{2,4})?")


def sniff(paths: Sequence[Path], pair: LangPair | None = None, format: str | None = None) -> str:
    """The format of what is to be read: a name of `readers` or of `ALIGNED`.

    Content decides where it is certain (the first bytes of PDF and of Office files), then the end of the name, then a
    mark of XML or HTML in the content. Plain text is what ends in .txt, in nothing or in a language of the pair; a file
    that ends in anything else that is not known is refused, because read as plain text it would be scored as it is.

    Args:
        paths: one file; several of one format; a Moses pair (`corpus.zh corpus.en`); a folder in mt-metrics-eval's
            layout; or `sacrebleu:NAME`.
        pair: source and target language, where they are known.
        format: what the user says it is; checked, and then believed.

    Raises:
        UnknownNameError: there is no such format.
        UserError: no format is known for a file, a file is missing, or a folder is in no known layout.
    """
    if format is not None:
        if format not in readers and format not in ALIGNED:
            raise UnknownNameError("format", format, [*readers.names(), *ALIGNED])
        return format
    if not paths:
        raise UserError("No document was given.", remedy="harness ingest DOCUMENT --name NAME")
    first = paths[0]
    if str(first).startswith("sacrebleu:"):
        return "sacrebleu"
    if first.is_dir():
        if (first / "sources").is_dir():
            return "mt-metrics-eval"
        raise UserError(f"{first} is a folder.", allowed="a file, or a folder in mt-metrics-eval's layout")
    if len(paths) > 1 and _is_moses(paths, pair):
        return "moses"
    return _sniffed(first, pair)


def read_document(path: Path, *, format: str | None = None, encoding: str | None = None) -> Document:
    """One file of a document format as blocks.

    Args:
        path: the file.
        format: a name of `readers`; None finds it (see `sniff`).
        encoding: of text files; None detects it.

    Raises:
        UserError: it is aligned already, which no document among others can be.
        UserError, InputError: a file that cannot be read as what it is; one sentence, with the remedy.
        MissingExtraError: the format's library is not installed.
    """
    kind = sniff([path], None, format)
    if kind in ALIGNED:
        raise UserError(f"{path} is aligned already, so it is no part of a document.", remedy="ingest it alone")
    facts = readers.facts(kind)
    check_size(path, LARGEST_FILE if facts.largest is None else facts.largest)
    return readers.create(kind).read(path, encoding=encoding)


def _is_moses(paths: Sequence[Path], pair: LangPair | None) -> bool:
    """`corpus.zh corpus.en`: the same name, the languages as suffixes. (`doc.zh.txt doc.en.txt` is a document.)"""
    languages = [p.suffix[1:] for p in paths]
    known = {pair.source, pair.target} if pair is not None else {s for s in languages if _LANGUAGE.fullmatch(f".{s}")}
    same = len({p.with_suffix("") for p in paths}) == 1
    return same and len(set(languages)) == len(paths) and {s.rstrip("0123456789") for s in languages} <= known


def _sniffed(path: Path, pair: LangPair | None) -> str:
    """See `sniff`."""
    head = _head(path)
    suffix = path.suffix.lower()
    facts = {name: readers.facts(name) for name in readers}
    for name, row in facts.items():
        # A PDF may have a few bytes of another program before its first mark.
        if any(magic in head[:1024] if magic == b"%PDF-" else head.startswith(magic) for magic in row.magic):
            return name
    for name, row in facts.items():
        if suffix and suffix in row.suffixes:
            return name
    for name, suffixes in ALIGNED.items():
        if suffix in suffixes:
            return name
    # ASCII letters alone, so that UTF-16 is sniffed as well.
    start = head.replace(b"\0", b"").lower()
    for mark, kind in ((b"<tmx", "tmx"), (b"<xliff", "xliff"), (b"<!doctype html", "html"), (b"<html", "html")):
        if mark in start[:2048]:
            return kind
    if not suffix or _is_language(suffix[1:], pair):
        return "text"
    endings = sorted(
        {s for row in facts.values() for s in row.suffixes if s} | {s for a in ALIGNED.values() for s in a}
    )
    raise UserError(
        f"No format is known for {path}: its name ends in '{suffix}'.",
        allowed=", ".join(sorted(endings)),
        remedy="--format text, if it is plain text; or another format, by its name",
    )


def _is_language(suffix: str, pair: LangPair | None) -> bool:
    """Whether the end of a name says the language of plain text, as in `report.zh` or `corpus.en`."""
    languages = {pair.source, pair.target} if pair is not None else {"zh", "en"}
    return suffix in {primary(language) for language in languages} | {language.lower() for language in languages}


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
