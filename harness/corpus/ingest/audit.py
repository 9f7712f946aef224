"""The audit of a document: every character is in exactly one segment, or is listed as being in none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.corpus.ingest.result import IngestedDocument, IngestResult
from harness.corpus.segmentation.offsets import TracedText
from harness.errors import InputError


@dataclass(frozen=True)
class Balance:
    """What the audit found; `lost` and `doubled` are empty for a document that was taken apart rightly.

    Attributes:
        lost: runs of characters that are neither in a segment nor listed, as (file, line, text).
        doubled: runs that are in more than one place.
        in_segments: how many characters, white space aside, are in segments.
        listed: how many are listed as being in none.
    """

    lost: tuple[tuple[str, int, str], ...]
    doubled: tuple[tuple[str, int, str], ...]
    in_segments: int = 0
    listed: int = 0


def balance(document: IngestedDocument) -> Balance:
    """Count every character of every block; white space may be in no segment without being listed."""
    counts = [bytearray(len(block.text)) for block in document.blocks]
    kept = [document.source[i].stretch for pair in document.pairs for i in pair.source]
    kept += [document.target[j].stretch for pair in document.pairs for j in pair.target]
    _count(counts, kept)
    in_segments = _visible(document, counts)
    _count(counts, (r.stretch for r in document.removed if r.reason != "unpaired"))
    lost: list[tuple[str, int, str]] = []
    doubled: list[tuple[str, int, str]] = []
    for block, seen in zip(document.blocks, counts, strict=True):
        for found, wanted in ((lost, 0), (doubled, 2)):
            text = "".join(
                c
                for c, n in zip(block.text, seen, strict=True)
                if (n == 0 if wanted == 0 else n > 1) and not c.isspace()
            )
            if text:
                found.append((block.file, block.lines[0], text))
    return Balance(tuple(lost), tuple(doubled), in_segments, _visible(document, counts) - in_segments)


def check_balance(result: IngestResult) -> Balance:
    """The audit of all documents of a test set together.

    Raises:
        InputError: a character is in no place, or in two; the message names the first such line.
    """
    found = [balance(document) for document in result.documents]
    lost = [run for books in found for run in books.lost]
    doubled = [run for books in found for run in books.doubled]
    for what, runs in (("is lost", lost), ("counts twice", doubled)):
        if runs:
            file, line, text = runs[0]
            raise InputError(
                f"{file}, line {line}: the text '{text[:60]}' {what} on the way to segments "
                f"({len(runs)} such places in all); no test set is made of it.",
                remedy="this is a fault of the harness: report it with the document; --layout may avoid it",
            )
    return Balance((), (), sum(b.in_segments for b in found), sum(b.listed for b in found))


def _visible(document: IngestedDocument, counts: list[bytearray]) -> int:
    """How many characters that are no white space are counted somewhere."""
    return sum(
        n > 0 and not c.isspace()
        for block, seen in zip(document.blocks, counts, strict=True)
        for c, n in zip(block.text, seen, strict=True)
    )


def _count(counts: list[bytearray], stretches: Iterable[TracedText]) -> None:
    for stretch in stretches:
        for piece in stretch.pieces:
            seen = counts[piece.block]
            for at in range(piece.offset, piece.offset + piece.length):
                seen[at] = min(255, seen[at] + 1)
