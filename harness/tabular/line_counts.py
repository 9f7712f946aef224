"""Files whose lines should match one by one: what to say when they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError

#: Numbers and words in Latin letters come through translation unchanged more often than anything else.
_ANCHOR = re.compile(r"[0-9]+|[A-Za-z]{2,}")
_EVIDENCE = 3
_MARGIN = 1
_WINDOW = 15
_ODD_BREAKS = re.compile("[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Shift:
    """Where two files stop matching line for line; lines are counted from 1.

    The lines of one file that the other lacks begin somewhere from `first` to `last`: nothing in between decides.
    """

    first: int
    last: int


def check_line_counts(left: object, a: Sequence[str], right: object, b: Sequence[str]) -> None:
    """Refuse two files that have different numbers of lines, with the likeliest reason that can be shown.

    Args:
        left, right: the files, for messages.
        a, b: their lines.

    Raises:
        InputError: names both counts and, where the evidence is clear, the place of the first shift.
    """
    if len(a) == len(b):
        return
    raise InputError(
        f"{left} has {len(a)} lines and {right} has {len(b)}: they do not match line for line."
        + why_counts_differ(left, a, right, b),
        allowed="the same number of lines; line i of one is the translation of line i of the other",
        remedy="make the files anew from one source, or use TSV or JSONL with ids",
    )


def why_counts_differ(left: object, a: Sequence[str], right: object, b: Sequence[str]) -> str:
    """A sentence with a space in front that says where the lines shift, or "" where nothing shows it."""
    longer, shorter, path = (a, b, left) if len(a) > len(b) else (b, a, right)
    blank = 0
    while blank < len(longer) and not longer[-1 - blank].strip():
        blank += 1
    if blank and blank >= len(longer) - len(shorter):
        return f" {path} ends in {blank} blank line{'s' if blank > 1 else ''}."
    odd_path, odd = (right, b) if longer is a else (left, a)
    split = sum(1 + len(_ODD_BREAKS.findall(line)) for line in odd)
    if split == len(longer) != len(odd):
        return (
            f" {odd_path} has characters inside its lines that some tools take for line ends (U+2028, U+0085 or "
            f"another): counted so it has {split} lines, as many as {path}."
        )
    shift = find_shift(a, b)
    if shift is None:
        return ""
    place = f"line {shift.first}" if shift.first == shift.last else f"lines {shift.first} to {shift.last}"
    return f" By their numbers and Latin words they are shifted from about {place} on."


def find_shift(a: Sequence[str], b: Sequence[str]) -> Shift | None:
    """Where one block of lines is missing from the shorter of two files, or None where that is not clear.

    Anchors (numbers, Latin words) vote for each pairing of lines; the best place for the block is where the votes
    before it (unshifted) and after it (shifted) are most. It is reported only if it beats "not shifted at all" by three
    votes, if no place far from it does nearly as well, and if the lines next to it agree.
    """
    if len(a) < len(b):
        a, b = b, a
    anchors_a = [set(_ANCHOR.findall(line)) for line in a]
    anchors_b = [set(_ANCHOR.findall(line)) for line in b]
    before = [0]
    for left, right in zip(anchors_a, anchors_b, strict=False):
        before.append(before[-1] + _vote(left, right))
    after = [0]
    for left, right in zip(reversed(anchors_a), reversed(anchors_b), strict=False):
        after.append(after[-1] + _vote(left, right))
    # total[k]: the block begins after k lines that match.
    total = [before[k] + after[len(b) - k] for k in range(len(b) + 1)]
    best = max(total)
    places = [k for k, votes in enumerate(total) if votes >= best - _MARGIN]
    first, last = places[0], places[-1]
    if best - before[len(b)] < _EVIDENCE or last - first > 20:
        return None
    # Another gap nearby would leave lines around the place that match neither way.
    kept = [before[k + 1] - before[k] for k in range(first)]
    moved = [after[k + 1] - after[k] for k in range(len(b) - last)]
    return Shift(first + 1, last + 1) if _agrees(kept) and _agrees(moved) else None


def _agrees(votes: Sequence[int]) -> bool:
    """Whether the last votes, next to the place, are mostly for it."""
    cast = [v for v in votes if v][-_WINDOW:]
    return len(cast) < _EVIDENCE or sum(v > 0 for v in cast) >= 0.7 * len(cast)


def _vote(left: set[str], right: set[str]) -> int:
    if not left or not right:
        return 0
    return 1 if left & right else -1
