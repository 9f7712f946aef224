"""The board as GitHub Markdown: for pull requests, job summaries and documents."""

from __future__ import annotations

from harness.domain.columns import Style
from harness.report.board.rows import Board, BoardRow, Section
from harness.report.board.wording import column_text, rank_text, section_digits, size_sentence
from harness.report.text.escape import markdown_code as _code
from harness.report.text.escape import markdown_escaped as escaped
from harness.report.text.rounding import rounded


def render(board: Board) -> str:
    """Markdown that ends in a newline; one table per test set."""
    parts = [_section(section) for section in board.sections] or ["No system has been scored yet."]
    tail = [f"- {escaped(g.metric)} is empty: {escaped(g.problem)} To fill it: {_code(g.remedy)}" for g in board.gaps]
    tail += [f"- {escaped(n)}" for n in board.notes]
    if tail:
        parts.append("\n".join(tail))
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    heading = f"### {escaped(section.test_set.name)}\n\n{escaped(size_sentence(section))}"
    names = [escaped(m.name) + ("" if m.higher_is_better else " (less is better)") for m in section.metrics]
    columns = section.columns
    head = ["#", "system", *names, *(escaped(c.title) for c in columns)]
    rule = ["--:", ":--", *["--:"] * len(names), *(":--" if c.style is Style.TEXT else "--:" for c in columns)]
    digits = section_digits(section)
    rows = [_row(row, section, digits) for row in section.rows]
    lines = [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
    remarks = [
        f"- {escaped(r.system)}, {escaped(metric)}: {escaped(cell.reason)}"
        for r in section.rows
        for metric, cell in r.cells.items()
        if cell.reason
    ]
    remarks += [f"- **Warning:** {escaped(w)}" for w in section.warnings]
    return "\n\n".join([heading, "\n".join(lines), *(["\n".join(remarks)] if remarks else [])])


def _row(row: BoardRow, section: Section, digits: dict[str, int]) -> list[str]:
    first = row.cells.get(section.primary or "")
    cells = []
    for metric in section.metrics:
        cell = row.cells.get(metric.name)
        if cell is None or cell.score is None:
            cells.append("–")
            continue
        score = rounded(cell.score, digits[metric.name])
        text = f"**{score}**" if cell.rank == 1 else score
        if cell.low is not None and cell.high is not None:
            text += f" [{rounded(cell.low, digits[metric.name])}, {rounded(cell.high, digits[metric.name])}]"
        if metric.name != section.primary and cell.rank is not None:
            text += f" ({rank_text(cell)})"
        cells.append(text)
    place = "–" if first is None else rank_text(first, missing="–")
    rest = [escaped(column_text(c, row, missing="–")) for c in section.columns]
    return [place, escaped(row.system), *cells, *rest]
