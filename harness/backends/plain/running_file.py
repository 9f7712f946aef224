"""Whether a file of translations is running text, which stands in no lines that match segments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.domain import Segment
from harness.errors import ConfigError
from harness.files import content_suffix, split_lines

SEGMENTATIONS = ("auto", "lines", "document")
#: Formats of documents, by their beginning; what is in an archive its reader tells.
_DOCUMENTS = (b"%pdf-", b"pk\x03\x04", b"{\\rtf", b"<!doctype html", b"<html")
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


def is_document(path: Path, data: bytes) -> bool:
    """Whether a file is in a format of documents: it has no lines."""
    return data[:1024].lstrip().lower().startswith(_DOCUMENTS) or content_suffix(path) in _SUFFIXES


def runs_on(text: str, segments: Sequence[Segment]) -> bool:
    """Whether the lines of a text are no segments: far fewer or far more than there are."""
    lines = split_lines(text)
    if not any(line.strip() for line in lines[len(segments) :]) and len(lines) > len(segments):
        return False
    return abs(len(lines) - len(segments)) > max(_LOST, _LOST_SHARE * len(segments))


def files_in(folder: Path) -> list[Path]:
    """The files of a folder, one for each document, by name."""
    return [p for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith((".", "README"))]
