"""Rows of named cells that know their line, and what to say where columns or keys are not as they must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.errors import InputError, did_you_mean, nearest


class TableRow(NamedTuple):
    """One row: the line that it begins in, counted from 1, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """Rows of a file.

    Attributes:
        name: the file, for messages.
        columns: in the order of the file; of JSON Lines, in order of appearance.
        rows: in the order of the file; rows of JSON Lines and of ragged tables may lack columns.
        header: the line of the header; None where the file has none.
        sha256: of the file's bytes, where it was read from a file.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    header: int | None = None
    sha256: str = ""

    def where(self, row: TableRow) -> str:
        """File and line of a row, for messages."""
        return f"{self.name}, line {row.line}"

    def need(self, columns: Iterable[str], *, allowed: str) -> None:
        """Refuse a table that lacks one of these columns, with the column that was meant, where one is close.

        Raises:
            InputError: names the file and the line of the header.
        """
        wanted = list(columns)
        for column in wanted:
            if column not in self.columns:
                guess = nearest(column, [c for c in self.columns if c not in wanted])
                hint = f" (is it '{guess}'?)" if guess is not None else ""
                raise InputError(f"{self._head}: the column '{column}' is missing{hint}.", allowed=allowed)

    def know(self, columns: Collection[str], *, allowed: str) -> None:
        """Refuse a table that has a column besides these, with the known one that was meant.

        Raises:
            InputError: names the file and the line of the header.
        """
        for column in self.columns:
            if column not in columns:
                hint = did_you_mean(column, columns)
                raise InputError(f"{self._head}: there is no column '{column}'{hint}", allowed=allowed)

    @property
    def _head(self) -> str:
        return self.name if self.header is None else f"{self.name}, line {self.header}"


class Seen:
    """Keys of a file and the line that each stands in first.

    Args:
        name: the file, for messages.
        what: the word for a key.
    """

    def __init__(self, name: str, what: str = "id") -> None:
        self._name, self._what = name, what
        self._first: dict[str, int] = {}

    def add(self, key: str, line: int, shown: str | None = None) -> None:
        """Keep a key's line; `shown` is the key as the file writes it.

        Raises:
            InputError: the key was seen before; both lines are named.
        """
        if key in self._first:
            raise InputError(
                f"{self._name}, line {line}: the {self._what} '{key if shown is None else shown}' stands already in "
                f"line {self._first[key]}.",
                allowed=f"every {self._what} once",
            )
        self._first[key] = line


def table_of(
    name: str,
    header: int | None,
    columns: Sequence[str],
    rows: Iterable[tuple[int, list[str]]],
    *,
    short: bool,
    allowed: str,
) -> Table:
    """Rows by column; `short` rows may lack cells at their end."""
    for column, count in Counter(columns).items():
        if count > 1:
            raise InputError(f"{name}, line {header}: the column '{column}' stands twice in the header.")
    found: list[TableRow] = []
    for line, cells in rows:
        if len(cells) > len(columns) or (len(cells) < len(columns) and not short):
            expected = f"{len(columns)} are needed" if header is None else f"the header has {len(columns)}"
            raise InputError(
                f"{name}, line {line}: {len(cells)} field{'s' if len(cells) != 1 else ''}, but {expected}.",
                allowed=allowed,
            )
        found.append(TableRow(line, dict(zip(columns, cells, strict=False))))
    return Table(name, tuple(columns), tuple(found), header)
