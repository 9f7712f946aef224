"""Rows of values as an aligned text table: for answers that are not boards."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Union

from harness.report.text.console import Screen, console_for
from harness.report.text.escape import visible

Value = Union[str, int, float, bool, None]  # noqa: UP007 - Python 3.10 reads `|` at run time here


def render(header: Sequence[str], rows: Sequence[Sequence[Value]], screen: Screen | None = None) -> str:
    """Text that ends in a newline: numbers right, texts left, on a terminal no wider than it is."""
    from rich.box import Box
    from rich.table import Table
    from rich.text import Text

    screen = screen or Screen()
    rule = "─" if screen.unicode else "-"
    file = io.StringIO()
    console = console_for(screen, file)
    box = Box(f"    \n    \n {rule}{rule} \n    \n    \n    \n    \n    \n")
    table = Table(box=box, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1), header_style="bold")
    for index, name in enumerate(header):
        numeric = any(_number(row[index]) for row in rows)
        table.add_column(Text(visible(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().split("\n")[:-1])


def _number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return visible(str(value))
