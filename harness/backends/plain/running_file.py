"""Whether a file of translations is running text, which stands in no lines that match segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.domain import Segment
from harness.errors import ConfigError
from harness.files import content_suffix, split_lines

SEGMENTATIONS = ("auto", "lines", "document")
_PLAIN = "export the translations as plain text, one line for each segment"


@dataclass(frozen=True)
class DocumentFormat:
    """A format of documents: how it begins, what it is called, and what makes lines of it."""

    mark: bytes
    what: str
    remedy: str


#: What is in an archive its reader tells.
_FORMATS = (
    DocumentFormat(b"%pdf-", "a PDF", _PLAIN),
    DocumentFormat(b"pk\x03\x04", "a Word file or another archive", _PLAIN),
    DocumentFormat(b"{\\rtf", "Rich Text", "save it as plain text, one line for each segment"),
    DocumentFormat(b"<!doctype html", "a web page", "keep the translations alone, one line for each segment"),
    DocumentFormat(b"<html", "a web page", "keep the translations alone, one line for each segment"),
)
_SUFFIXES = {".md", ".markdown"}
#: A file whose lines are so many too few or too many has lost or doubled some; one with more is running text.
_LOST, _LOST_SHARE = 3, 0.1


def check_segmentation(name: str) -> str:
    """The name, if it is one of `SEGMENTATIONS`.

    Raises:
        ConfigError: it is not.
    """
    if name not in SEGMENTATIONS:
        raise ConfigError(f"There is no segmentation '{name}'.", allowed=", ".join(SEGMENTATIONS))
    return name


def document_format(data: bytes) -> DocumentFormat | None:
    """The format of documents that a file begins like; None for what may be plain text or a table."""
    beginning = data[:1024].lstrip().lower()
    return next((f for f in _FORMATS if beginning.startswith(f.mark)), None)


def is_document(path: Path, data: bytes) -> bool:
    """Whether a file is in a format of documents: it has no lines."""
    return document_format(data) is not None or content_suffix(path) in _SUFFIXES


def runs_on(text: str, segments: Sequence[Segment]) -> bool:
    """Whether the lines of a text are no segments: far fewer or far more than there are."""
    lines = split_lines(text)
    if not any(line.strip() for line in lines[len(segments) :]) and len(lines) > len(segments):
        return False
    return abs(len(lines) - len(segments)) > max(_LOST, _LOST_SHARE * len(segments))
