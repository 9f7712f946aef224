"""`harness query`: SQL over all runs."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Shape(str, Enum):
    """How to print the answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the tables systems, segments, comparisons.")],
    format_: Annotated[Shape, typer.Option("--format", "-f", help="How to print it.")] = Shape.TABLE,
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Ask the stored runs a question in SQL; nothing can be changed, and no other file be read."""
    import io
    import json

    from harness.cli.screen import put, screen
    from harness.report.text import text_table as grid
    from harness.store.csv_tables import number_cell, text_cell, write_rows
    from harness.store.query import query as ask

    answer = ask(results, sql)
    if as_json or format_ is Shape.JSON:
        objects = [dict(zip(answer.header, row, strict=True)) for row in answer.rows]
        put(json.dumps(objects, ensure_ascii=False, indent=2, default=str) + "\n")
    elif format_ is Shape.CSV:
        text = io.StringIO()
        cells = (
            [number_cell(v) if v is None or isinstance(v, (int, float)) else text_cell(str(v)) for v in row]
            for row in answer.rows
        )
        write_rows(text, answer.header, cells)
        put(text.getvalue())
    else:
        rows = [[v if v is None or isinstance(v, (int, float)) else str(v) for v in row] for row in answer.rows]
        put(grid.render(answer.header, rows, screen()))
