"""Comma-separated text (RFC 4180)."""

from __future__ import annotations

import csv
import io

from harness.errors import InputError
from harness.files import split_lines
from harness.tabular.table import Table, table_of


def parse_csv(text: str, *, name: str) -> Table:
    """RFC 4180; commas, or the semicolons that spreadsheets write where the comma is the decimal point.

    Raises:
        InputError: no rows, broken quotes, a column name twice, a row with another number of cells; with file and line.
    """
    csv.field_size_limit(2**31 - 1)
    header_line = next((line for line in split_lines(text) if line.strip()), "")
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if cells:
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{name}, line {start}: this is not CSV: {error}.",
            allowed='fields with commas, line breaks or quotation marks stand in "", and a " inside is written ""',
        ) from None
    if not rows:
        raise InputError(f"{name} is empty.", remedy="check that it is the right file")
    header, columns = rows.pop(0)
    return table_of(name, header, columns, rows, short=False, allowed="one field for every column")
