"""What every renderer of a board says in the same words: how much was scored, ranks, digits."""

from __future__ import annotations

from collections.abc import Iterable

from harness.domain import MetricInfo
from harness.report.board.rows import Cell, Section
from harness.report.text.escape import visible


def digits_of(metric: MetricInfo, cells: Iterable[Cell]) -> int:
    """Digits behind the point for one column: what the metric says; of older runs, which do not know, a guess."""
    return decimals(cells) if metric.digits is None else metric.digits


def section_digits(section: Section) -> dict[str, int]:
    """`digits_of` every metric of a section, by name."""
    return {m.name: digits_of(m, (r.cells[m.name] for r in section.rows if m.name in r.cells)) for m in section.metrics}


def decimals(cells: Iterable[Cell]) -> int:
    """A guess from the scores: 4 digits for metrics that live around 1 (COMET), 1 for the others."""
    values = [abs(v) for c in cells for v in (c.score, c.low, c.high) if v is not None]
    return 4 if values and max(values) <= 1.5 else 1


def rank_text(cell: Cell, *, missing: str = "-") -> str:
    """The rank; "2=" is one that several systems share."""
    return missing if cell.rank is None else f"{cell.rank}{'=' if cell.tied else ''}"


def size_sentence(section: Section) -> str:
    """How much was scored, and what was left out and why."""
    info = section.test_set
    documents = f"{info.documents} document{'s' if info.documents != 1 else ''}"
    left_out = info.segments - info.scored
    if not left_out:
        return f"{info.pair}, {documents}, {info.segments} segments, all scored"
    why = ", ".join(f"{count} {flag}" for flag, count in info.excluded.items())
    return f"{info.pair}, {documents}, {info.scored} of {info.segments} segments scored ({visible(why)})"
