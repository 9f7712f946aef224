"""The board as HTML that needs no script: sorting and tooltips are added by the page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from harness.domain import MetricInfo
from harness.domain.columns import Column, Style
from harness.report.board.rows import Board, BoardRow, Cell, Section
from harness.report.board.wording import alarming, column_text, letter, rank_text, section_digits, size_sentence
from harness.report.page.page_data import row_labels
from harness.report.text.escape import visible
from harness.report.text.rounding import rounded

_BAR = 96
_MARGIN = 6


def text(value: str) -> str:
    """Anything from outside as HTML text or attribute value: inert, on one line, acting characters spelt out."""
    return escape(visible(value), quote=True)


def board_html(board: Board, *, links: bool) -> str:
    """Tables of all test sets with their footnotes.

    Args:
        board: the board.
        links: whether each row names its run and links to that run's report (a board over runs).
    """
    parts = [_section(section, links=links) for section in board.sections]
    if not parts:
        parts = ["<p>No system has been scored yet.</p>"]
    for gap in board.gaps:
        parts.append(
            f'<p class="warning"><strong>{text(gap.metric)}</strong> is empty: {text(gap.problem)} '
            f"To fill it: <code>{text(gap.remedy)}</code></p>"
        )
    parts += [f'<p class="note">{text(n)}</p>' for n in board.notes]
    return "\n".join(parts)


def _section(section: Section, *, links: bool) -> str:
    digits = section_digits(section)
    head = "".join(_heads(section, links=links))
    rows = "\n".join(_rows(section, digits, links=links))
    name = text(section.test_set.name)
    title = text(section.test_set.title) if section.test_set.title != section.test_set.name else ""
    reasons: dict[str, list[str]] = {}
    for row in section.rows:
        for metric, cell in row.cells.items():
            if cell.reason:
                reasons.setdefault(cell.reason, []).append(f"{row.system} {metric}")
    remarks = [f'<p class="note">{text(", ".join(who))}: {text(reason)}</p>' for reason, who in reasons.items()]
    remarks += [f'<p class="warning">{text(w)}</p>' for w in section.warnings]
    return (
        f"<h3>{name}</h3>\n"
        f'<p class="note">{f"{title}. " if title else ""}{text(size_sentence(section))}.</p>\n'
        f'<div class="wide" role="region" tabindex="0" aria-label="Board of {name}"><table>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>\n" + "\n".join(remarks)
    )


def _heads(section: Section, *, links: bool) -> Iterator[str]:
    sort = ' aria-sort="ascending"' if section.primary else ""
    yield f'<th scope="col" data-first="ascending"{sort}><button type="button">rank</button></th>'
    yield '<th scope="col" class="name" data-first="ascending"><button type="button">system</button></th>'
    for metric in section.metrics:
        first = "descending" if metric.higher_is_better else "ascending"
        less = "" if metric.higher_is_better else " (less is better)"
        label = f"{text(metric.name)}{less}"
        yield f'<th scope="col" data-first="{first}"><button type="button">{label}</button></th>'
        if _drawn(section, metric) is not None:
            second = "" if metric.name == section.primary else ' class="second"'
            yield f'<th scope="col"{second} aria-label="{text(metric.name)} interval"></th>'
    for column in section.columns:
        words = column.style is Style.TEXT
        first = "ascending" if words or column.higher_is_better is False else "descending"
        css = ' class="name"' if words else ""
        yield f'<th scope="col"{css} data-first="{first}"><button type="button">{text(column.title)}</button></th>'
    if links:
        yield '<th scope="col" class="name" data-first="ascending"><button type="button">run</button></th>'


def _rows(section: Section, digits: dict[str, int], *, links: bool) -> Iterator[str]:
    groups = 0
    previous: int | None = None
    ranks = [_rank(r, section) for r in section.rows]
    for number, (row, label) in enumerate(zip(section.rows, row_labels(section), strict=True)):
        groups += number > 0 and (ranks[number] is None or ranks[number] != previous)
        previous = ranks[number]
        followed = number + 1 < len(ranks) and ranks[number] is not None and ranks[number + 1] == ranks[number]
        classes = [c for c, on in (("odd", groups % 2), ("tied", followed), ("trap", row.trap)) if on]
        first = row.cells.get(section.primary or "")
        place = "–" if first is None else rank_text(first, missing="–")
        cells = [
            _td(place, ranks[number]),
            f'<th scope="row" class="name" data-value="{text(label)}" title="{text(label)}">{text(label)}'
            f"<small>{text(_engine(row))}</small></th>",
        ]
        for metric in section.metrics:
            cells.extend(_metric(row, section, metric, digits[metric.name]))
        cells.extend(_column(c, row) for c in section.columns)
        if links:
            run = text(row.run)
            cells.append(f'<td class="name" data-value="{run}"><a href="{_url(row.run)}/report.html">{run}</a></td>')
        yield f'<tr class="{" ".join(classes)}">{"".join(cells)}</tr>'


def _metric(row: BoardRow, section: Section, metric: MetricInfo, digits: int) -> Iterator[str]:
    cell = row.cells.get(metric.name)
    second = "" if metric.name == section.primary else ' class="second"'
    drawn = _drawn(section, metric)
    if cell is None or cell.score is None:
        tip = "" if cell is None or not cell.reason else f' data-tip="{text(cell.reason)}" tabindex="0"'
        yield f'<td data-value=""><span{tip}>–</span></td>'
        if drawn is not None:
            yield f"<td{second}></td>"
        return
    mark = "" if cell.cluster is None else f"<sup>{letter(cell.cluster)}</sup>"
    css = "first" if cell.rank == 1 and not row.trap else ""
    score = rounded(cell.score, digits)
    shown = f'<span class="score" tabindex="0" data-tip="{_tip(cell, metric, digits)}">{score}</span>{mark}'
    if cell.low is not None and cell.high is not None:
        shown += f'<br><span class="range">{rounded(cell.low, digits)} – {rounded(cell.high, digits)}</span>'
    yield f'<td class="{css}" data-value="{cell.score!r}">{shown}</td>'
    if drawn is not None:
        yield f"<td{second}>{_bar(cell, *drawn)}</td>"


def _tip(cell: Cell, metric: MetricInfo, digits: int) -> str:
    lines = [f"{metric.name} {rounded(cell.score, digits + 1)} over {cell.n} segments"]
    if cell.n_missing:
        lines.append(f"{cell.n_missing} missing")
    if cell.rank is not None:
        lines.append(f"rank {rank_text(cell)}")
    if cell.cluster is not None:
        lines.append(
            f"{letter(cell.cluster)}: all systems of an earlier letter beat it, it beats all of a later one (paired "
            f"tests on {metric.name}); inside a letter not every pair differs, see Significance"
        )
    if cell.reason:
        lines.append(cell.reason)
    lines.append(f"signature: {cell.signature}")
    return "&#10;".join(text(line) for line in lines)


def _bar(cell: Cell, low: float, high: float) -> str:
    """The interval as a line, the score as a dot, all systems of a metric on one axis."""

    def x(value: float) -> float:
        return round(_MARGIN + (value - low) / (high - low or 1) * (_BAR - 2 * _MARGIN), 1)

    assert cell.score is not None
    span = ""
    if cell.low is not None and cell.high is not None:
        span = f'<line class="span" x1="{x(cell.low)}" x2="{x(cell.high)}" y1="8" y2="8"/>'
    return (
        f'<svg class="bar" viewBox="0 0 {_BAR} 16" width="{_BAR}" height="16" aria-hidden="true">'
        f'<line class="axis" x1="0" x2="{_BAR}" y1="8" y2="8"/>{span}'
        f'<circle class="dot" cx="{x(cell.score)}" cy="8" r="4"/></svg>'
    )


def _drawn(section: Section, metric: MetricInfo) -> tuple[float, float] | None:
    """The common axis of a metric's intervals; traps are left out, they would squeeze the others to a point."""
    serious = [r for r in section.rows if not r.trap] or list(section.rows)
    cells = [c for r in serious if (c := r.cells.get(metric.name)) is not None and c.score is not None]
    if not any(c.low is not None for c in cells):
        return None
    values = [v for c in cells for v in (c.score, c.low, c.high) if v is not None]
    return min(values), max(values)


def _column(column: Column, row: BoardRow) -> str:
    value = row.values.get(column.key)
    shown = text(column_text(column, row, missing="–"))
    if value and (parts := row.parts.get(column.key)):
        tip = "&#10;".join(text(f"{name}: {count}") for name, count in parts.items())
        shown = f'<span tabindex="0" data-tip="{tip}">{shown}</span>'
    if alarming(column, row):
        shown = f'<span class="errors">{shown}</span>'
    if isinstance(value, str):
        return f'<td class="name" data-value="{text(value)}">{shown}</td>'
    return _td(shown, value)


def _engine(row: BoardRow) -> str:
    return row.backend if not row.model or row.model == row.system else f"{row.backend}: {row.model}"


def _rank(row: BoardRow, section: Section) -> int | None:
    cell = row.cells.get(section.primary or "")
    return None if cell is None else cell.rank


def _url(name: str) -> str:
    from urllib.parse import quote

    return text(quote(name, safe=""))


def _td(content: str, value: float | int | None) -> str:
    return f'<td data-value="{"" if value is None else repr(value)}">{content}</td>'
