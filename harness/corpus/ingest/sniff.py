"""Which format a file is in: by what is in it where that is certain, else by the end of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.corpus.ingest.formats import ALIGNED, LARGEST_FILE, AlignedFormat, check_size, readers
from harness.corpus.ingest.unread_formats import refuse_archive, refuse_file
from harness.corpus.readers.archive import kind_of
from harness.corpus.readers.characters import with_readable_characters
from harness.corpus.readers.document import Document
from harness.domain.corpus import LangPair
from harness.errors import InputError, UnknownNameError, UserError
from harness.files import read_bytes
from harness.language.codes import primary
from harness.registry import Row

_CUE = re.compile(rb"^\d{1,5}\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3} *-->", re.MULTILINE)
_MESSAGE = re.compile(rb"^msgid \"[^\n]*\r?\n(?:\"[^\n]*\r?\n)*msgstr[ \[]", re.MULTILINE)
_LANGUAGE = re.compile(r"\.[a-z]{2,3}(_[A-Za-z]{2,4})?")


def sniff(paths: Sequence[Path], pair: LangPair | None = None, format: str | None = None) -> str:
    """The format of what is to be read: a name of `readers` or of `ALIGNED`.

    Content decides where it is certain (first bytes, what is in an archive, a mark of XML or HTML at the beginning,
    cues of subtitles, messages of a catalogue), then the end of the name. Plain text is what ends in .txt, in nothing
    or in a language of the pair; a file that ends in anything else that is not known is refused, because read as plain
    text it would be scored as it is.

    Args:
        paths: one file; several of one format; a Moses pair (`corpus.zh corpus.en`); a folder in mt-metrics-eval's
            layout; or `sacrebleu:NAME`.
        pair: source and target language, where they are known.
        format: what the user says it is; checked, and then believed.

    Raises:
        UnknownNameError: there is no such format.
        UserError: no format is known for a file, a file is missing, or a folder is in no known layout.
        InputError: a file is in a format that is known and not read.
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
    return with_readable_characters(readers.create(kind).read(path, encoding=encoding))


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
    if head.startswith(b"PK\x03\x04"):
        return _archived(path, facts)
    # A text may begin with a byte-order mark and blank lines; a PDF with a few bytes of another program.
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ")
    for name, row in facts.items():
        if any(magic in head[:1024] if magic == b"%PDF-" else start.startswith(magic) for magic in row.magic):
            return name
    marked = _marked(head)
    if marked is not None and not (marked == "html" and suffix in facts["markdown"].suffixes):
        return marked
    refuse_file(path, head, _names())
    for name, row in facts.items():
        if name != "text" and suffix and suffix in row.suffixes:
            return name
    for name, kind in ALIGNED.items():
        if suffix in kind.suffixes:
            return name
    if suffix in facts["text"].suffixes or _is_language(suffix[1:], pair):
        return _called_text(head) or "text"
    endings = {s for row in facts.values() for s in row.suffixes if s} | {
        s for a in ALIGNED.values() for s in a.suffixes
    }
    raise UserError(
        f"No format is known for {path}: its name ends in '{suffix}'.",
        allowed=", ".join(sorted(endings)),
        remedy="--format text, if it is plain text; or another format, by its name",
    )


def _archived(path: Path, facts: Mapping[str, Row]) -> str:
    """The format of an archive, by what is in it."""
    inside = kind_of(read_bytes(path, what="document"))
    archives: list[tuple[str, Row | AlignedFormat]] = [*facts.items(), *ALIGNED.items()]
    archives = [(name, row) for name, row in archives if row.inside]
    for name, row in archives:
        if row.inside in inside:
            return name
    refuse_archive(path, inside, _names())
    for name, row in archives:
        if path.suffix.lower() in row.suffixes:
            return name  # its reader says what is wrong with it
    raise InputError(
        f"{path} is an archive, and no document of a known format.",
        allowed=", ".join(_names()),
        remedy="unpack it and ingest what is in it",
    )


def _names() -> list[str]:
    return [*readers.names(), *ALIGNED]


def _marked(head: bytes) -> str | None:
    """The format that a text says of itself at its beginning."""
    # ASCII letters alone, so that UTF-16 is sniffed as well.
    start = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    start = start.lstrip().lower()
    if not start.startswith(b"<"):
        return None
    for mark, kind in ((b"<tmx", "tmx"), (b"<xliff", "xliff"), (b"<!doctype html", "html"), (b"<html", "html")):
        if mark in start[:2048]:
            return kind
    return None


def _called_text(head: bytes) -> str | None:
    """What a file is whose name says plain text, where its content says another format; None where it is text."""
    plain = head.replace(b"\0", b"")
    if _CUE.search(plain[:1024]):
        return "subtitles"
    if _MESSAGE.search(plain):
        return "po"
    first = plain.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].strip()
    if first.startswith(b'{"') and first.endswith(b"}"):
        return "jsonl"
    return None


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
