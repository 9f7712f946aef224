"""The board for a terminal: as wide as it is, colours only where they are wanted, plain ASCII where they are not."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.domain.columns import Column, Style
from harness.report.board.rows import Board, BoardRow, Cell, Section
from harness.report.board.wording import alarming, column_text, letter, rank_text, section_digits, size_sentence
from harness.report.text.console import UNLIMITED, Screen, console_for
from harness.report.text.escape import visible
from harness.report.text.rounding import rounded

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

#: What a shared rank means; `harness.stats.clusters` draws the lines.
_CLUSTER = (
    "systems of a better rank all beat those of a worse one in paired tests; inside a rank not every pair differs"
)


def render(board: Board, screen: Screen | None = None) -> str:
    """The board as text that ends in a newline.

    The fullest layout that fits is taken: intervals, or half-widths, each with all columns beside the scores or with
    errors alone; one block per system where no table fits. No layout drops the uncertainty.
    """
    screen = screen or Screen()
    printer = _Printer(screen)
    for section in board.sections:
        _print_section(printer, section)
    if not board.sections:
        printer.line("No system has been scored yet.")
    _print_gaps(printer, board)
    for note in board.notes:
        printer.line(f"note: {visible(note)}")
    return printer.text()


class _Printer:
    """A rich console that writes to memory and trims what rich pads."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._file = io.StringIO()
        self.console = console_for(screen, self._file)

    def line(self, text: str = "", style: str = "", *, indent: int = 0) -> None:
        """One paragraph, wrapped with a hanging indent."""
        from rich.padding import Padding
        from rich.text import Text

        self.console.print(Padding(Text(text, style=style), (0, 0, 0, indent)) if indent else Text(text, style=style))

    def put(self, what: RenderableType) -> None:
        self.console.print(what)

    def fits(self, table: Table) -> bool:
        from rich.measure import Measurement

        if self.screen.width is None:
            return True
        options = self.console.options.update(width=UNLIMITED, max_width=UNLIMITED)
        return Measurement.get(self.console, options, table).maximum <= self.screen.width

    def text(self) -> str:
        return "".join(f"{line.rstrip()}\n" for line in self._file.getvalue().split("\n")[:-1])


class _Footnotes:
    """Reasons under the table, a letter each."""

    def __init__(self, section: Section) -> None:
        self.marks: dict[str, str] = {}
        self.who: dict[str, list[str]] = {}
        for row in section.rows:
            for metric, cell in row.cells.items():
                if cell.reason:
                    self.marks.setdefault(cell.reason, letter(len(self.marks) + 1))
                    self.who.setdefault(cell.reason, []).append(f"{row.system} {metric}")

    def mark(self, cell: Cell) -> str:
        return f" ({self.marks[cell.reason]})" if cell.reason else ""


def _print_section(printer: _Printer, section: Section) -> None:
    info = section.test_set
    printer.line(visible(info.name), "bold")
    printer.line(size_sentence(section), "dim")
    printer.line()
    notes = _Footnotes(section)
    half_width = _with_half_width("±" if printer.screen.unicode else "+-")
    for layout in (_with_interval, half_width):
        full = _table(printer, section, notes, _Layout(layout, section.columns))
        bare = _table(printer, section, notes, _Layout(layout, tuple(c for c in section.columns if c.alarm)))
        table = next((t for t in (full, bare) if printer.fits(t)), None)
        if table is not None:
            printer.put(table)
            break
    else:
        _print_blocks(printer, section, notes)
    printer.line()
    remarks = [(f"({mark}) {', '.join(notes.who[reason])}: {reason}", "") for reason, mark in notes.marks.items()]
    if any(c.tied for r in section.rows for c in r.cells.values()):
        remarks.append((f"= tied: {'intervals overlap' if section.mixed else _CLUSTER}", "dim"))
    remarks += [(f"warning: {warning}", "yellow") for warning in section.warnings]
    for remark, style in remarks:
        printer.line(visible(remark), style)
    if remarks:
        printer.line()


def _with_interval(cell: Cell, digits: int) -> str:
    if cell.low is None or cell.high is None:
        return rounded(cell.score, digits)
    return f"{rounded(cell.score, digits)} [{rounded(cell.low, digits)}, {rounded(cell.high, digits)}]"


def _with_half_width(sign: str) -> Callable[[Cell, int], str]:
    def show(cell: Cell, digits: int) -> str:
        if cell.low is None or cell.high is None:
            return rounded(cell.score, digits)
        return f"{rounded(cell.score, digits)} {sign}{rounded((cell.high - cell.low) / 2, digits)}"

    return show


@dataclass(frozen=True)
class _Layout:
    """How a table shows a score, and which columns follow the metrics."""

    score: Callable[[Cell, int], str]
    columns: tuple[Column, ...]


def _table(printer: _Printer, section: Section, notes: _Footnotes, layout: _Layout) -> Table:
    from rich.box import Box
    from rich.table import Table
    from rich.text import Text

    rule = "─" if printer.screen.unicode else "-"
    box = Box(f"    \n    \n {rule}{rule} \n    \n    \n    \n    \n    \n")
    table = Table(box=box, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1), header_style="bold")
    ranked = _secondary(section)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("system", no_wrap=True)
    for metric in section.metrics:
        arrow = "" if metric.higher_is_better else " (less is better)"
        table.add_column(visible(metric.name) + arrow, justify="right", no_wrap=True)
        if metric.name in ranked:
            table.add_column("#", justify="right", no_wrap=True)
    for column in layout.columns:
        table.add_column(visible(column.title), justify="left" if column.style is Style.TEXT else "right", no_wrap=True)
    digits = section_digits(section)
    ties = any(c.tied for r in section.rows for c in r.cells.values())
    for row in section.rows:
        place = _place(row, section)
        cells: list[Text] = [Text(_aligned(place, ties)), Text(visible(row.system))]
        for metric in section.metrics:
            cell = row.cells.get(metric.name)
            cells.append(Text("-" if cell is None else layout.score(cell, digits[metric.name]) + notes.mark(cell)))
            if metric.name in ranked:
                cells.append(Text(_aligned("-" if cell is None else rank_text(cell), ties)))
        cells.extend(
            Text(visible(column_text(c, row)), style="red" if alarming(c, row) else "") for c in layout.columns
        )
        table.add_row(*cells, style="dim" if row.trap else "bold green" if place in {"1", "1="} else "")
    return table


def _secondary(section: Section) -> set[str]:
    """Metrics with a rank column of their own: all that rank anybody, but for the one that orders the rows."""
    return {
        m.name
        for m in section.metrics
        if m.name != section.primary and any(c.rank for r in section.rows if (c := r.cells.get(m.name)))
    }


def _aligned(rank: str, ties: bool) -> str:
    """Digits under digits: a rank without "=" keeps its place free."""
    return rank if not ties or rank.endswith("=") else f"{rank} "


def _place(row: BoardRow, section: Section) -> str:
    cell = row.cells.get(section.primary or "")
    return "-" if cell is None else rank_text(cell)


def _print_blocks(printer: _Printer, section: Section, notes: _Footnotes) -> None:
    """One block per system, for screens too narrow for any table."""
    digits = section_digits(section)
    for row in section.rows:
        place = _place(row, section)
        printer.line(f"{place:>3} {visible(row.system)}", "dim" if row.trap else "bold")
        for metric in section.metrics:
            cell = row.cells.get(metric.name)
            if cell is None:
                printer.line(f"{visible(metric.name)}: -", indent=4)
                continue
            rank = f", rank {rank_text(cell)}" if metric.name != section.primary and cell.rank is not None else ""
            text = _with_interval(cell, digits[metric.name]) + rank + notes.mark(cell)
            printer.line(f"{visible(metric.name)}: {text}", indent=4)
        rest = [f"{column_text(c, row)} {c.title}" for c in section.columns if row.values.get(c.key)]
        if rest:
            red = any(alarming(c, row) for c in section.columns)
            printer.line(visible(", ".join(rest)), "red" if red else "", indent=4)


def _print_gaps(printer: _Printer, board: Board) -> None:
    for gap in board.gaps:
        printer.line(f"{visible(gap.metric)} is empty: {visible(gap.problem)}", "yellow")
        printer.line(f"to fill it: {visible(gap.remedy)}", "yellow", indent=2)
