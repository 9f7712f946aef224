"""The board as HTML that needs no script: sorting and tooltips are added by the page.

What stands in each cell is here, how it is written is in board.html.j2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from harness.domain import MetricInfo
from harness.domain.columns import Column, Style, Value
from harness.pages import fragment
from harness.report.board.rows import Board, BoardRow, Cell, Section
from harness.report.board.wording import alarming, column_text, letter, rank_text, section_digits, size_sentence
from harness.report.page.page_data import row_labels
from harness.report.text.rounding import rounded

if TYPE_CHECKING:
    from markupsafe import Markup

_BAR = 96
_MARGIN = 6
_NONE = "–"


@dataclass(frozen=True)
class _Head:
    """A heading; `first` is what a click sorts by first, `interval` says that the column is only drawn."""

    label: str
    first: str = "ascending"
    name: bool = False
    sorted: bool = False
    interval: bool = False
    second: bool = False


@dataclass(frozen=True)
class _Bar:
    """The interval as a line, the score as a dot, in pixels from the left."""

    dot: float
    span: tuple[float, float] | None
    width: int = _BAR


@dataclass(frozen=True)
class _Score:
    """One score; `shown` is None where there is none, and `drawn` says that its metric has a column of bars."""

    shown: str | None
    tip: tuple[str, ...]
    drawn: bool
    second: bool
    value: str = ""
    best: bool = False
    letter: str = ""
    range: str = ""
    bar: _Bar | None = None


def board_html(board: Board, *, links: bool) -> Markup:
    """Tables of all test sets with their footnotes.

    Args:
        board: the board.
        links: whether each row names its run and links to that run's report (a board over runs).
    """
    sections = [_section(section, links=links) for section in board.sections]
    return fragment(
        "harness.report.page", "board.html.j2", sections=sections, gaps=board.gaps, notes=board.notes, links=links
    )


def _section(section: Section, *, links: bool) -> Mapping[str, object]:
    info = section.test_set
    reasons: dict[str, list[str]] = {}
    for row in section.rows:
        for metric, cell in row.cells.items():
            if cell.reason:
                reasons.setdefault(cell.reason, []).append(f"{row.system} {metric}")
    return {
        "name": info.name,
        "title": info.title if info.title != info.name else "",
        "size": size_sentence(section),
        "heads": list(_heads(section, links=links)),
        "rows": list(_rows(section)),
        "reasons": [(", ".join(who), reason) for reason, who in reasons.items()],
        "warnings": section.warnings,
    }


def _heads(section: Section, *, links: bool) -> Iterator[_Head]:
    yield _Head("rank", sorted=section.primary is not None)
    yield _Head("system", name=True)
    for metric in section.metrics:
        less = "" if metric.higher_is_better else " (less is better)"
        yield _Head(f"{metric.name}{less}", "descending" if metric.higher_is_better else "ascending")
        if _drawn(section, metric) is not None:
            yield _Head(metric.name, interval=True, second=metric.name != section.primary)
    for column in section.columns:
        words = column.style is Style.TEXT
        first = "ascending" if words or column.higher_is_better is False else "descending"
        yield _Head(column.title, first, name=words)
    if links:
        yield _Head("run", name=True)


def _rows(section: Section) -> Iterator[Mapping[str, object]]:
    digits = section_digits(section)
    groups = 0
    previous: int | None = None
    ranks = [_rank(r, section) for r in section.rows]
    for number, (row, label) in enumerate(zip(section.rows, row_labels(section), strict=True)):
        groups += number > 0 and (ranks[number] is None or ranks[number] != previous)
        previous = ranks[number]
        followed = number + 1 < len(ranks) and ranks[number] is not None and ranks[number + 1] == ranks[number]
        first = row.cells.get(section.primary or "")
        yield {
            "classes": " ".join(c for c, on in (("odd", groups % 2), ("tied", followed), ("trap", row.trap)) if on),
            "rank": _value(ranks[number]),
            "place": _NONE if first is None else rank_text(first, missing=_NONE),
            "label": label,
            "engine": row.backend if not row.model or row.model == row.system else f"{row.backend}: {row.model}",
            "scores": [_score(row, section, metric, digits[metric.name]) for metric in section.metrics],
            "columns": [_column(c, row) for c in section.columns],
            "run": row.run,
            "url": quote(row.run, safe=""),
        }


def _score(row: BoardRow, section: Section, metric: MetricInfo, digits: int) -> _Score:
    cell = row.cells.get(metric.name)
    axis = _drawn(section, metric)
    second = metric.name != section.primary
    if cell is None or cell.score is None:
        return _Score(None, (cell.reason,) if cell is not None and cell.reason else (), axis is not None, second)
    span = (
        "" if cell.low is None or cell.high is None else f"{rounded(cell.low, digits)} – {rounded(cell.high, digits)}"
    )
    return _Score(
        rounded(cell.score, digits),
        tuple(_tip(cell, metric, digits)),
        axis is not None,
        second,
        value=_value(cell.score),
        best=cell.rank == 1 and not row.trap,
        letter="" if cell.cluster is None else letter(cell.cluster),
        range=span,
        bar=None if axis is None else _bar(cell, cell.score, *axis),
    )


def _tip(cell: Cell, metric: MetricInfo, digits: int) -> Iterator[str]:
    yield f"{metric.name} {rounded(cell.score, digits + 1)} over {cell.n} segments"
    if cell.n_missing:
        yield f"{cell.n_missing} missing"
    if cell.rank is not None:
        yield f"rank {rank_text(cell)}"
    if cell.cluster is not None:
        yield (
            f"{letter(cell.cluster)}: all systems of an earlier letter beat it, it beats all of a later one (paired "
            f"tests on {metric.name}); inside a letter not every pair differs, see Significance"
        )
    if cell.reason:
        yield cell.reason
    yield f"signature: {cell.signature}"


def _bar(cell: Cell, score: float, low: float, high: float) -> _Bar:
    """All systems of a metric on one axis from `low` to `high`."""

    def x(value: float) -> float:
        return round(_MARGIN + (value - low) / (high - low or 1) * (_BAR - 2 * _MARGIN), 1)

    return _Bar(x(score), None if cell.low is None or cell.high is None else (x(cell.low), x(cell.high)))


def _drawn(section: Section, metric: MetricInfo) -> tuple[float, float] | None:
    """The common axis of a metric's intervals; traps are left out, they would squeeze the others to a point."""
    serious = [r for r in section.rows if not r.trap] or list(section.rows)
    cells = [c for r in serious if (c := r.cells.get(metric.name)) is not None and c.score is not None]
    if not any(c.low is not None for c in cells):
        return None
    values = [v for c in cells for v in (c.score, c.low, c.high) if v is not None]
    return min(values), max(values)


def _column(column: Column, row: BoardRow) -> Mapping[str, object]:
    value = row.values.get(column.key)
    parts = row.parts.get(column.key, {}) if value else {}
    return {
        "name": column.style is Style.TEXT,
        "value": _value(value),
        "shown": column_text(column, row, missing=_NONE),
        "tip": [f"{name}: {count}" for name, count in parts.items()],
        "alarm": alarming(column, row),
    }


def _value(value: Value) -> str:
    """What the page sorts by."""
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _rank(row: BoardRow, section: Section) -> int | None:
    cell = row.cells.get(section.primary or "")
    return None if cell is None else cell.rank
