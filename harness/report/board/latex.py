"""The board as a LaTeX table (package booktabs), for papers."""

from __future__ import annotations

from harness.domain.columns import Style
from harness.report.board.rows import Board, BoardRow, Cell, Section
from harness.report.board.wording import column_text, rank_text, section_digits, size_sentence
from harness.report.text.escape import latex_escaped as escaped
from harness.report.text.escape import visible
from harness.report.text.rounding import rounded

_HASH = r"\#"


def render(board: Board) -> str:
    """One `table` a test set; signatures stand as comments, so that no number loses its own."""
    return "\n".join(_section(s) for s in board.sections) or "% No system has been scored yet.\n"


def _section(section: Section) -> str:
    digits = section_digits(section)
    names = [escaped(m.name) + (r" $\downarrow$" if not m.higher_is_better else "") for m in section.metrics]
    columns = section.columns
    extra = "".join("l" if c.style is Style.TEXT else "r" for c in columns)
    lines = [
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{escaped(section.test_set.name)}: {escaped(size_sentence(section))}.}}",
        rf"  \begin{{tabular}}{{rl{'r' * len(names)}{extra}}}",
        r"    \toprule",
        f"    {' & '.join([_HASH, 'System', *names, *(escaped(c.title) for c in columns)])} \\\\",
        r"    \midrule",
    ]
    previous: int | None = None
    for number, row in enumerate(section.rows):
        first = row.cells.get(section.primary or "")
        rank = None if first is None else first.rank
        if number and rank != previous:
            lines.append(r"    \addlinespace")
        previous = rank
        lines.append(f"    {_row(row, section, digits)} \\\\")
    lines += [r"    \bottomrule", r"  \end{tabular}", r"\end{table}"]
    lines += [f"% {metric}: {signature}" for metric, signature in _signatures(section)]
    return "\n".join(lines) + "\n"


def _row(row: BoardRow, section: Section, digits: dict[str, int]) -> str:
    first = row.cells.get(section.primary or "")
    cells = [_cell(row.cells.get(m.name), digits[m.name]) for m in section.metrics]
    cells += [escaped(column_text(c, row, missing="--")) for c in section.columns]
    return " & ".join(["--" if first is None else rank_text(first, missing="--"), escaped(row.system), *cells])


def _cell(cell: Cell | None, digits: int) -> str:
    if cell is None or cell.score is None:
        return "--"
    score = rounded(cell.score, digits)
    text = rf"\textbf{{{score}}}" if cell.rank == 1 else score
    if cell.low is not None and cell.high is not None:
        text += rf" {{\small {{[}}{rounded(cell.low, digits)}, {rounded(cell.high, digits)}{{]}}}}"
    return text


def _signatures(section: Section) -> list[tuple[str, str]]:
    found = {
        (metric, cell.signature): None for row in section.rows for metric, cell in row.cells.items() if cell.signature
    }
    return [(visible(metric), visible(signature)) for metric, signature in found]
