r"""CSV that spreadsheets open without harm and programs read back exactly.

UTF-8, `\n` line ends, quotes where needed, numbers in Python's shortest form that reads back as the same double.
A missing number is an empty cell.

A spreadsheet runs a cell that begins with `= + - @`, TAB, CR, LF or the full-width forms of the four signs, quoted or
not (OWASP, "CSV Injection"). Text cells that do get one apostrophe in front, which spreadsheets take as "this is text".
So that it can be undone, a text that already begins with apostrophes followed by such a character gets one more;
reading takes one away again. Number cells are never touched.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from harness.errors import InputError
from harness.files import atomic_writer, read_text

_RUNS = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_BEGINS = frozenset("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_HARMFUL = re.compile(f"'*{_RUNS}")
_NEUTRALISED = re.compile(f"'+{_RUNS}")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def neutral(text: str) -> str:
    """`text` as a cell that no spreadsheet runs.

    >>> neutral("=1+1"), neutral("'=1+1"), neutral("it's"), neutral("'tis")
    ("'=1+1", "''=1+1", "it's", "'tis")
    """
    return "'" + text if text and text[0] in _BEGINS and _HARMFUL.match(text) else text


def plain(cell: str) -> str:
    """The inverse of `neutral`."""
    return cell[1:] if cell.startswith("'") and _NEUTRALISED.match(cell) else cell


def writable(text: str) -> str:
    """`text` without what UTF-8 or CSV cannot hold (NUL, lone surrogates), each replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)


def text_cell(text: str) -> str:
    """A text made fit for a table: `neutral` and `writable`."""
    return neutral(writable(text))


def text_cells(texts: Iterable[str]) -> list[str]:
    """`text_cell` for a whole column: the few cells that need a change are found in all of them at once."""
    cells = list(texts)
    if _UNWRITABLE.search("".join(cells)) is not None:
        cells = [writable(cell) for cell in cells]
    return [neutral(cell) if cell[:1] in _BEGINS else cell for cell in cells]


def number_cell(value: float | int | None) -> str:
    """Full precision; empty for None and for NaN, which both mean that there is none."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(int(value))
    return "" if math.isnan(value) else repr(float(value))


def number_cells(values: Iterable[float | int | None]) -> list[str]:
    """`number_cell` for a whole column."""
    return [repr(v) if type(v) is float and not math.isnan(v) else number_cell(v) for v in values]


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False) -> None:
    """Write cells that are already text; the file appears whole or not at all.

    Args:
        path: where to.
        header: column names.
        rows: cells as `text_cell` and `number_cell` make them.
        bom: begin with a byte order mark, which Excel needs to read UTF-8.
    """
    with atomic_writer(path, encoding="utf-8-sig" if bom else "utf-8") as handle:
        write_rows(handle, header, rows)


def write_rows(handle: IO[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """`write_table` for a stream at hand."""
    # In memory first: a write for every row costs more than the rows do.
    handle.write("".join(f"{line}\n" for line in csv_lines([header, *rows])))


def csv_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    r"""Rows as CSV without the `\n` at their ends.

    The csv module ends them with its own `\r\n`: asked for `\n`, it does not quote a cell that has a `\r` before
    Python 3.13.
    """
    lines = _Lines()
    csv.writer(lines).writerows(rows)
    return lines.found


def read_table(path: Path, *, what: str, columns: Sequence[str] = ()) -> tuple[list[str], list[list[str]]]:
    """Header and rows, cells as they stand.

    Args:
        path: the file.
        what: the word for messages.
        columns: those that the header must have.

    Raises:
        UserError: missing or unreadable.
        InputError: no header, a column is missing, a row has another number of cells than the header.
    """
    csv.field_size_limit(2**31 - 1)
    lines = _rows(read_text(path, what=what).text, path)
    header = next(lines, None)
    if header is None:
        raise InputError(f"The {what} {path} is empty.")
    missing = [c for c in columns if c not in header]
    if missing:
        raise InputError(f"The {what} {path} has no column '{missing[0]}'.", allowed=", ".join(columns))
    rows: list[list[str]] = []
    for row in lines:
        if len(row) != len(header):
            raise InputError(f"Row {len(rows) + 2} of the {what} {path} has {len(row)} cells, not {len(header)}.")
        rows.append(row)
    return header, rows


def _rows(text: str, path: Path) -> Iterator[list[str]]:
    # str.splitlines would also cut at U+2028 inside a cell; the csv module wants lines with their ends.
    try:
        yield from csv.reader((line for line in re.findall("[^\n]*\n|[^\n]+$", text)), strict=True)
    except csv.Error as error:
        raise InputError(f"The table {path} is not CSV: {error}.") from None


class _Lines:
    """Keeps what the csv module writes."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def write(self, row: str) -> None:
        self.found.append(row[:-2])
