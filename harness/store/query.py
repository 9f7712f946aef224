"""SQL over all runs: tables in memory, filled from the stored files, and no way out of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.domain import Comparison, SystemScore
from harness.errors import HarnessError, MissingExtraError, UserError
from harness.store.paths import RunLayout
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
_WHOLE = frozenset({"n", "n_missing", "rank", "cluster", "rank_low", "rank_high", "resamples", "seed"})
#: Tables with the columns that they have even where there is no run yet.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "systems": tuple(f.name for f in fields(SystemScore)),
    "comparisons": tuple(f.name for f in fields(Comparison)),
    "segments": ("test_set", "document", "segment", "source", "reference", "hypothesis", "error", "flags"),
}
_LARGE = 64_000_000

#: A stored table, its run, and the system it is about where that is not a column of it.
_File = tuple[Path, str, str | None]


@dataclass(frozen=True)
class QueryResult:
    """What a query found: column names, and rows of plain Python values."""

    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def query(results: Path, sql: str) -> QueryResult:
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
        _fill(connection, results, [name for name in _TABLES if name in sql.lower()])
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            connection.execute(f"SET {setting}")
        found = connection.execute(sql)
        header = tuple(str(column[0]) for column in found.description or ())
        return QueryResult(header, tuple(found.fetchall()))
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


def _fill(connection: DuckDBPyConnection, results: Path, wanted: Sequence[str]) -> None:
    """Make the tables that the query names; the others would only cost time."""
    files: dict[str, list[_File]] = {name: [] for name in _TABLES}
    for folder in list_runs(results):
        layout = RunLayout(folder)
        try:
            systems = read_record(folder).system_files()
        except HarnessError:
            continue  # a run that cannot be read must not keep the others from being asked
        files["systems"].append((layout.systems, folder.name, None))
        files["comparisons"].append((layout.comparisons, folder.name, None))
        files["segments"] += [(layout.segments(file), folder.name, system) for system, file in systems.items()]
    # Threads help with large files and only get in each other's way over many small ones.
    size = sum(path.stat().st_size for name in wanted for path, _, _ in files[name] if path.is_file())
    if size < _LARGE:
        connection.execute("SET threads = 1")
    for name in wanted:
        _table(connection, name, files[name], _TABLES[name])
    connection.execute("RESET threads")


def _table(
    connection: DuckDBPyConnection,
    name: str,
    files: Sequence[_File],
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
    """A cell as the value it stands for: see `harness.store.csv_tables`."""
    cell = f"f.{_quoted(column)}"
    if _type(column) != "VARCHAR":
        return f"TRY_CAST({cell} AS {_type(column)})"
    runs = "'^''+[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]'"
    text = f"CASE WHEN regexp_matches({cell}, {runs}) THEN substr({cell}, 2) ELSE {cell} END"
    return f"NULLIF({text}, '')" if column == "error" else f"COALESCE({text}, '')"
