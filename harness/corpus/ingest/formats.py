"""Every format that `harness ingest` reads, one row each.

Which one a file is in says `sniff`; a format whose texts are aligned already is read by
`harness.corpus.bitext.read.read_aligned`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.corpus.bitext.spreadsheets import SIGNS
from harness.corpus.readers.common import document_of
from harness.corpus.readers.document import Document, read_plain
from harness.errors import InputError, UserError
from harness.registry import Registry, Row

#: Larger files are refused: alignment of what they hold would take hours, and a result nobody could review.
LARGEST_TEXT = 16 * 2**20
LARGEST_FILE = 256 * 2**20


#: The aligned formats that have columns.
TABLES = ("tsv", "csv", "jsonl", "xlsx", "ods")


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
            inside="word/document.xml",
            largest=LARGEST_FILE,
        ),
        "odt": Row(
            "harness.corpus.readers.read_odt:OdtReader",
            "OpenDocument texts",
            extra="formats",
            suffixes=(".odt",),
            inside="application/vnd.oasis.opendocument.text",
            largest=LARGEST_FILE,
        ),
        "rtf": Row(
            "harness.corpus.readers.read_rtf:RtfReader",
            "Rich Text Format",
            suffixes=(".rtf",),
            magic=(b"{\\rtf",),
            largest=LARGEST_FILE,
        ),
        "epub": Row(
            "harness.corpus.readers.read_epub:EpubReader",
            "e-books",
            extra="formats",
            suffixes=(".epub",),
            inside="application/epub+zip",
            largest=LARGEST_FILE,
        ),
        "subtitles": Row(
            "harness.corpus.readers.read_subtitles:SubtitleReader",
            "SubRip and WebVTT; a cue is a segment",
            extra="formats",
            suffixes=(".srt", ".vtt"),
            magic=(b"WEBVTT",),
            largest=LARGEST_TEXT,
        ),
        "pdf": Row(
            "harness.corpus.readers.pdf.read_pdf:PdfReader",
            "PDF with a text layer",
            extra="formats",
            suffixes=(".pdf",),
            magic=(b"%PDF-",),
            largest=LARGEST_FILE,
        ),
    },
    group="harness.formats",
)


@dataclass(frozen=True, slots=True)
class AlignedFormat:
    """A format whose texts are aligned already: what `harness list formats` says of it, and how its files are known."""

    summary: str
    suffixes: tuple[str, ...] = ()
    inside: str = ""
    extra: str | None = None


#: They make test sets as they stand.
ALIGNED: Mapping[str, AlignedFormat] = {
    "tmx": AlignedFormat("translation memories", (".tmx",), extra="formats"),
    "xliff": AlignedFormat(
        "XLIFF 1.x and 2.x of translation tools",
        (".xlf", ".xliff", ".sdlxliff", ".mxliff", ".mqxliff"),
        extra="formats",
    ),
    "xlsx": AlignedFormat("Excel workbooks, a segment in each row", (".xlsx", ".xlsm"), SIGNS["xlsx"][0], "formats"),
    "ods": AlignedFormat("OpenDocument spreadsheets, a segment in each row", (".ods",), SIGNS["ods"][0], "formats"),
    "po": AlignedFormat("gettext message catalogues", (".po", ".pot")),
    "tsv": AlignedFormat("tab-separated values, columns by name", (".tsv",)),
    "csv": AlignedFormat("comma-separated values, columns by name", (".csv",)),
    "jsonl": AlignedFormat("JSON Lines, columns by name", (".jsonl", ".ndjson")),
    "moses": AlignedFormat("corpus.zh and corpus.en, line by line"),
    "mt-metrics-eval": AlignedFormat("a folder in the layout of the WMT metrics task"),
    "sacrebleu": AlignedFormat("sacrebleu:NAME, a set that sacreBLEU has downloaded"),
}


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
