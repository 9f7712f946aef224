"""Titles that a page shows twice are kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.corpus.segmentation.layout.layouts import SidedLine
from harness.corpus.segmentation.offsets import Removed
from harness.corpus.segmentation.paragraphs import ends


def without_repeats(lines: Sequence[SidedLine]) -> tuple[list[SidedLine], list[Removed]]:
    """The lines with each title once that a page shows twice ("XX", or one line and the same again), and the rest."""
    removed: list[Removed] = []
    kept: list[SidedLine] = []
    for line in lines:
        sided = line
        stretch = sided.line.stretch
        text = stretch.text
        half = _doubled(text)
        if half:
            removed.append(Removed(stretch.cut(half), "repeated"))
            stretch = stretch.cut(0, half).strip()
            sided = replace(sided, line=replace(sided.line, stretch=stretch))
        before = kept[-1].line.text if kept else ""
        if len(kept) <= 2 and stretch.text == before and len(before) >= 4 and not ends(before):
            removed.append(Removed(stretch, "repeated"))
            continue
        kept.append(sided)
    return kept, removed


def _doubled(text: str) -> int:
    """Where the second copy begins in a line that says one thing twice, or 0."""
    if ends(text) or len(text) < 12:
        return 0
    middle = len(text) // 2
    for at in (middle, middle + 1):
        if text[:at].rstrip() == text[at:].strip():
            return at
    return 0
