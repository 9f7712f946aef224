"""The books of a document: every character is in exactly one segment, or is listed as being in none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.corpus.ingest.result import IngestedDocument
from harness.corpus.segmentation.offsets import Stretch


@dataclass(frozen=True)
class Balance:
    """What the books say; both are empty for a document that was taken apart rightly.

    Attributes:
        lost: runs of characters that are neither in a segment nor listed, as (file, line, text).
        doubled: runs that are in more than one place.
    """

    lost: tuple[tuple[str, int, str], ...]
    doubled: tuple[tuple[str, int, str], ...]


def balance(document: IngestedDocument) -> Balance:
    """Count every character of every block; white space may be in no segment without being listed."""
    counts = [bytearray(len(block.text)) for block in document.blocks]
    kept = [document.source[i].stretch for pair in document.pairs for i in pair.source]
    kept += [document.target[j].stretch for pair in document.pairs for j in pair.target]
    _count(counts, kept)
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
    return Balance(tuple(lost), tuple(doubled))


def _count(counts: list[bytearray], stretches: Iterable[Stretch]) -> None:
    for stretch in stretches:
        for piece in stretch.pieces:
            seen = counts[piece.block]
            for at in range(piece.offset, piece.offset + piece.length):
                seen[at] = min(255, seen[at] + 1)
