"""What every renderer of a board says in the same words: how much was scored, ranks, digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.domain import MetricInfo
from harness.domain.columns import Column, Style
from harness.report.board.rows import BoardRow, Cell, Section
from harness.report.text.escape import visible
from harness.report.text.rounding import significant


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


def column_text(column: Column, row: BoardRow, *, missing: str = "-") -> str:
    """The value of a column beside the scores as people read it; not yet escaped for any format."""
    value = row.values.get(column.key)
    if value is None:
        return missing
    if isinstance(value, str):
        return value
    return significant(value) if column.style is Style.SIGNIFICANT else f"{value:.0f}"


def alarming(column: Column, row: BoardRow) -> bool:
    """Whether the value is a fault that a reader must not miss."""
    return column.alarm and bool(row.values.get(column.key))


def letter(number: int) -> str:
    """1 is a, 26 is z, 27 is aa: for footnotes and clusters.

    >>> [letter(n) for n in (1, 26, 27, 52, 53, 702, 703)]
    ['a', 'z', 'aa', 'az', 'ba', 'zz', 'aaa']
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def size_sentence(section: Section) -> str:
    """How much was scored, and what was left out and why."""
    info = section.test_set
    documents = f"{info.documents} document{'s' if info.documents != 1 else ''}"
    left_out = info.segments - info.scored
    if not left_out:
        scored = f"{info.segments} segments, all scored"
    else:
        why = ", ".join(f"{count} {flag}" for flag, count in info.excluded.items())
        scored = f"{info.scored} of {info.segments} segments scored ({visible(why)})"
    return f"{info.pair}, {documents}, {scored}{_references(info.reference_counts)}"


def _references(counts: Mapping[int, int]) -> str:
    """How many segments have how many references, where they differ."""
    if len(counts) < 2:
        return ""
    parts = (f"{n} with {count} reference{'s' if count != 1 else ''}" for count, n in counts.items())
    return f", {', '.join(parts)}"
