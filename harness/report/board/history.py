"""One system over time: a row per run and test set."""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain import RunSummary, columns
from harness.errors import UnknownNameError
from harness.report.board.rows import Board, Cell, board_of
from harness.report.board.wording import column_text, digits_of, rank_text
from harness.report.text.rounding import rounded


def history_of(runs: Sequence[RunSummary], system: str) -> tuple[Board, ...]:
    """The boards of all runs that have the system, oldest first, each with that system's rows alone.

    Args:
        runs: oldest first.
        system: a system's name, or the beginning of its key (at least 8 characters).

    Raises:
        UnknownNameError: no run has it.
    """
    boards = []
    for run in runs:
        names = [s.name for s in run.systems if s.name == system or (len(system) >= 8 and s.key.startswith(system))]
        if names:
            boards.append(board_of(run, systems=names))
    if not boards:
        raise UnknownNameError("system", system, {s.name for r in runs for s in r.systems})
    return tuple(boards)


def rows_of(boards: Sequence[Board]) -> tuple[list[str], list[list[float | int | str | None]]]:
    """Header and rows of a history: started, run, test set, key; each metric with low, high, rank; other columns."""
    metrics = list(dict.fromkeys(m.name for b in boards for s in b.sections for m in s.metrics))
    header = ["started", "run", "test_set", "system", "key"]
    header += [c for m in metrics for c in (m, f"{m}_low", f"{m}_high", f"{m}_rank")]
    header += [c.key for c in columns.COLUMNS]
    rows: list[list[float | int | str | None]] = []
    for board in boards:
        for section in board.sections:
            for row in section.rows:
                line: list[float | int | str | None] = [
                    row.started,
                    row.run,
                    section.test_set.name,
                    row.system,
                    f"sha256:{row.key[:12]}",
                ]
                for metric in metrics:
                    cell = row.cells.get(metric)
                    line += [None] * 4 if cell is None else [cell.score, cell.low, cell.high, cell.rank]
                line += [row.values[c.key] for c in columns.COLUMNS]
                rows.append(line)
    return header, rows


def shown_rows_of(boards: Sequence[Board]) -> tuple[list[str], list[list[float | int | str | None]]]:
    """The same for a screen: rounded, one cell per metric; a change of the key says that the system itself changed."""
    metrics = {m.name: m for b in boards for s in b.sections for m in s.metrics}
    digits = {
        name: digits_of(m, (r.cells[name] for b in boards for s in b.sections for r in s.rows if name in r.cells))
        for name, m in metrics.items()
    }
    every = [r.values for b in boards for s in b.sections for r in s.rows]
    shown = [c for c in columns.COLUMNS if c.shown(every)]
    rows: list[list[float | int | str | None]] = []
    for board in boards:
        for section in board.sections:
            for row in section.rows:
                cells = [_shown(row.cells.get(m), digits[m]) for m in metrics]
                rows.append(
                    [
                        row.started,
                        section.test_set.name,
                        row.key[:8],
                        *cells,
                        *(column_text(c, row) for c in shown),
                        row.run,
                    ]
                )
    return ["started", "test set", "key", *metrics, *(c.title for c in shown), "run"], rows


def _shown(cell: Cell | None, digits: int) -> str | None:
    if cell is None or cell.score is None:
        return None
    rank = "" if cell.rank is None else f" #{rank_text(cell)}"
    if cell.low is None or cell.high is None:
        return rounded(cell.score, digits) + rank
    return f"{rounded(cell.score, digits)} [{rounded(cell.low, digits)}, {rounded(cell.high, digits)}]{rank}"
