"""SQL over all runs: tables in memory, filled from the stored files, and no way out of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.domain import Comparison, SystemScore
from harness.errors import HarnessError, MissingExtraError, UserError
from harness.store.layout import RunLayout
from harness.store.runs import list_runs, read_record

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Columns that are texts; every other column of the stored tables is a number.
_TEXTS = frozenset(
    {
        *("run", "test_set", "system", "metric", "signature", "reason", "baseline", "correction", "test", "unit"),
        *("document", "segment", "source", "hypothesis", "error", "flags"),
    }
)
_WHOLE = frozenset({"n", "n_missing", "rank", "cluster", "resamples", "seed"})
_SEGMENT_COLUMNS = ("test_set", "document", "segment", "source", "reference", "hypothesis", "error", "flags")


@dataclass(frozen=True)
class Answer:
    """What a query found: column names, and rows of plain Python values."""

    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def query(results: Path, sql: str) -> Answer:
    """Answer one SELECT over the tables `systems`, `segments` and `comparisons`.

    Each has the columns of the files of the same name and begins with `run`; `segments` has `system` as well, and a
    column per metric. Texts are as they were (no apostrophes before formulas); missing numbers and errors are NULL.

    The statement is parsed first and must be a single SELECT; files, network, extensions and settings are shut before
    it runs, so it sees the three tables and nothing else.

    Raises:
        MissingExtraError: DuckDB is not installed.
        UserError: it is not one SELECT, or DuckDB does not understand it.
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError("harness query", "query") from None
    connection = duckdb.connect(":memory:")
    try:
        _check(connection, sql)
        _fill(connection, results, with_segments="segments" in sql.lower())
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        found = connection.execute(sql)
        header = tuple(str(column[0]) for column in found.description or ())
        return Answer(header, tuple(found.fetchall()))
    except duckdb.Error as error:
        first = str(error).strip().split("\n\n", maxsplit=1)[0].replace("\n", " ")
        raise UserError(
            f"The query cannot be answered: {first}", allowed="a SELECT over systems, segments and comparisons"
        ) from None
    finally:
        connection.close()


def _check(connection: DuckDBPyConnection, sql: str) -> None:
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
        raise UserError("Only one SELECT at a time can be asked.", remedy='harness query "SELECT * FROM systems"')


def _fill(connection: DuckDBPyConnection, results: Path, *, with_segments: bool) -> None:
    score_files, comparison_files, segment_files = [], [], []
    for folder in list_runs(results):
        layout = RunLayout(folder)
        try:
            files = read_record(folder).system_files()
        except HarnessError:
            continue  # a run that cannot be read must not keep the others from being asked
        score_files.append((layout.systems, folder.name, None))
        comparison_files.append((layout.comparisons, folder.name, None))
        segment_files += [(layout.segments(file), folder.name, system) for system, file in files.items()]
    _table(connection, "systems", score_files, [f.name for f in fields(SystemScore)])
    _table(connection, "comparisons", comparison_files, [f.name for f in fields(Comparison)])
    if with_segments:
        _table(connection, "segments", segment_files, _SEGMENT_COLUMNS)


def _table(
    connection: DuckDBPyConnection,
    name: str,
    files: Sequence[tuple[Path, str, str | None]],
    columns: Sequence[str],
) -> None:
    """One table over many files; a column that only some files have is NULL for the others.

    Files of equal header are read in one go and without guessing: a hundred guesses cost more than the reading.
    """
    owner = '"run" VARCHAR, "system" VARCHAR' if name == "segments" else '"run" VARCHAR'
    groups: dict[tuple[str, ...], list[tuple[str, str, str | None]]] = {}
    for path, run, system in files:
        if path.is_file():
            groups.setdefault(_header(path), []).append((str(path.resolve()), run, system))
    wanted = list(dict.fromkeys(c for header in groups for c in header)) or list(columns)
    listed = ", ".join(f"{_quoted(c)} {_type(c)}" for c in wanted)
    connection.execute(f"CREATE TABLE {name} ({owner}, {listed})")
    first = "o.run, o.system" if name == "segments" else "o.run"
    for header, members in groups.items():
        connection.execute("CREATE OR REPLACE TEMP TABLE owners (path VARCHAR, run VARCHAR, system VARCHAR)")
        connection.execute(
            "INSERT INTO owners SELECT unnest($1), unnest($2), unnest($3)",
            [list(part) for part in zip(*members, strict=True)],
        )
        typed = ", ".join("'" + c.replace("'", "''") + "': 'VARCHAR'" for c in header)
        reader = (
            f"read_csv($1, auto_detect = false, columns = {{{typed}}}, header = true, delim = ',', quote = '\"', "
            "escape = '\"', filename = 'path', max_line_size = 67108864)"
        )
        values = ", ".join(_expression(c) if c in header else "NULL" for c in wanted)
        connection.execute(
            f"INSERT INTO {name} SELECT {first}, {values} FROM {reader} AS f JOIN owners AS o USING (path)",  # noqa: S608
            [[path for path, _, _ in members]],
        )
        connection.execute("DROP TABLE owners")


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return tuple(next(csv.reader(handle), ()))


def _type(column: str) -> str:
    if column in _TEXTS or column.startswith("reference"):
        return "VARCHAR"
    return "BIGINT" if column in _WHOLE else "DOUBLE"


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _expression(column: str) -> str:
    """A cell as the value it stands for: see `harness.store.tables`."""
    cell = f"f.{_quoted(column)}"
    if _type(column) != "VARCHAR":
        return f"TRY_CAST({cell} AS {_type(column)})"
    runs = "'^''+[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]'"
    text = f"CASE WHEN regexp_matches({cell}, {runs}) THEN substr({cell}, 2) ELSE {cell} END"
    return f"NULLIF({text}, '')" if column == "error" else f"COALESCE({text}, '')"
