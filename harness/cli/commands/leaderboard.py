"""`harness leaderboard`: who is better, by how much, and how sure that is."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.domain import RunSummary


class Format(str, Enum):
    """How to print it."""

    TABLE = "table"
    CSV = "csv"
    MARKDOWN = "md"
    JSON = "json"
    LATEX = "latex"


def leaderboard(  # noqa: PLR0913, PLR0917 - one parameter an option
    run: Annotated[str | None, typer.Argument(help="A run's name or folder, or 'latest'. Default: all runs.")] = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to print it.")] = Format.TABLE,
    test_set: Annotated[list[str] | None, typer.Option("--test-set", help="Only this test set; repeatable.")] = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", "-m", help="Only this metric; repeatable, the first one orders.")
    ] = None,
    history: Annotated[str | None, typer.Option(help="One system over time, run by run.")] = None,
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    bom: Annotated[bool, typer.Option("--bom", help="CSV: begin with a byte order mark, for Excel.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Print the leaderboard of one run, or over all runs."""
    from harness.cli.screen import put, warn_skipped
    from harness.store.leaderboard_csv import read_summaries
    from harness.store.runs import find_run, read_summary

    if run is not None:
        summaries: Sequence[RunSummary] = (read_summary(find_run(results, run)),)
    else:
        summaries = read_summaries(results, warn_skipped)
        if not summaries:
            find_run(results, "latest")  # says that there is none, and what makes one
    shape = Format.JSON if as_json else format_
    if history is not None:
        put(_history(summaries, history, shape, bom))
    elif shape is Format.CSV:
        put(_csv(summaries, test_set or (), metric or (), bom))
    else:
        put(_board(summaries, test_set or (), metric or (), shape))


def _board(summaries: Sequence[RunSummary], test_sets: Sequence[str], metrics: Sequence[str], shape: Format) -> str:
    from harness.cli.screen import screen
    from harness.report.board import board_json, latex, markdown, terminal
    from harness.report.board.rows import board_of

    board = board_of(summaries, test_sets=test_sets, metrics=metrics)
    if shape is Format.MARKDOWN:
        return markdown.render(board)
    if shape is Format.JSON:
        return board_json.render(board)
    if shape is Format.LATEX:
        return latex.render(board)
    return terminal.render(board, screen())


def _csv(summaries: Sequence[RunSummary], test_sets: Sequence[str], metrics: Sequence[str], bom: bool) -> str:
    from harness.report.board.rows import board_of
    from harness.store.leaderboard_csv import leaderboard_rows

    board_of(summaries, test_sets=test_sets, metrics=metrics)  # refuses unknown names, kindly
    header, rows = leaderboard_rows(summaries, test_sets=test_sets, metric_names=metrics)
    return _table_text(header, rows, bom)


def _history(summaries: Sequence[RunSummary], system: str, shape: Format, bom: bool) -> str:
    import json

    from harness.cli.screen import screen
    from harness.errors import UserError
    from harness.report.board.history import history_of, rows_of, shown_rows_of
    from harness.report.text import text_table as grid
    from harness.store.csv_tables import number_cell, text_cell

    boards = history_of(summaries, system)
    if shape is Format.TABLE:
        return grid.render(*shown_rows_of(boards), screen())
    header, rows = rows_of(boards)
    if shape is Format.CSV:
        cells = [[text_cell(v) if isinstance(v, str) else number_cell(v) for v in row] for row in rows]
        return _table_text(header, cells, bom)
    if shape is Format.JSON:
        return json.dumps([dict(zip(header, r, strict=True)) for r in rows], ensure_ascii=False, indent=2) + "\n"
    raise UserError(f"A history cannot be printed as {shape.value}.", allowed="table, csv, json")


def _table_text(header: Sequence[str], rows: Sequence[Sequence[str]], bom: bool) -> str:
    import io

    from harness.store.csv_tables import write_rows

    text = io.StringIO()
    write_rows(text, header, rows)
    return ("\ufeff" if bom else "") + text.getvalue()
