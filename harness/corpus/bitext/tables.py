"""Tables that others made: TSV, CSV and JSONL, read as rows of named texts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.corpus.testset.tsv import parse_table
from harness.errors import InputError
from harness.files import DecodedText, read_text, split_lines

SUFFIXES = (".tsv", ".csv", ".jsonl", ".ndjson")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Table:
    """Rows of a file.

    Attributes:
        name: the file, for messages.
        columns: in order of appearance.
        rows: column name to text; JSONL rows may lack columns.
        lines: the line that each row begins in, counted from 1.
        sha256: of the file's bytes.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]
    sha256: str

    def where(self, row: int) -> str:
        """File and line of a row, for messages."""
        return f"{self.name}, line {self.lines[row]}"


def is_table(path: Path) -> bool:
    """Whether the name of a file says that it is a table."""
    return path.suffix.lower() in SUFFIXES


def read_table(path: Path, *, what: str = "file", encoding: str | None = None) -> Table:
    """Read TSV, CSV or JSONL by the name's suffix.

    Raises:
        UserError: missing or unreadable.
        InputError: not what the suffix says; with file and line.
    """
    decoded = read_text(path, what=what, encoding=encoding)
    suffix = path.suffix.lower()
    if not decoded.text.strip():
        raise InputError(f"The {what} {path} is empty.", remedy="check that it is the right file")
    if suffix == ".csv":
        return _csv(decoded, str(path))
    if suffix == ".tsv":
        header, rows = parse_table(decoded.text, file=str(path))
        cells = tuple(dict(zip(header, row, strict=True)) for row in rows)
        return Table(str(path), tuple(header), cells, tuple(range(2, len(rows) + 2)), decoded.sha256)
    return _jsonl(decoded, str(path))


def _csv(decoded: DecodedText, name: str) -> Table:
    """RFC 4180; commas, or the semicolons that spreadsheets write where the comma is the decimal point."""
    header_line = split_lines(decoded.text)[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{name}, line {start}: this is not CSV: {error}.",
            allowed='fields with commas, line breaks or quotation marks stand in "", and a " inside is written ""',
        ) from None
    if not rows:
        raise InputError(f"{name} is empty.", remedy="check that it is the right file")
    header = tuple(rows[0])
    _check_columns(header, name)
    for row, line in zip(rows[1:], lines[1:], strict=True):
        if len(row) != len(header):
            raise InputError(f"{name}, line {line}: {len(row)} fields, but the header has {len(header)}.")
    cells = tuple(dict(zip(header, row, strict=True)) for row in rows[1:])
    return Table(name, header, cells, tuple(lines[1:]), decoded.sha256)


def _check_columns(header: Sequence[str], name: str) -> None:
    for column in header:
        if header.count(column) > 1:
            raise InputError(f"{name}, line 1: the column '{column}' stands twice in the header.")


def _jsonl(decoded: DecodedText, name: str) -> Table:
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    columns: dict[str, None] = {}
    for number, line in enumerate(split_lines(decoded.text), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            value = json.loads(line, object_pairs_hook=_pairs)
        except RecursionError:
            raise InputError(f"{where}: the JSON is nested too deeply.") from None
        except json.JSONDecodeError as error:
            raise InputError(f"{where}: this is not JSON: {error.msg} at column {error.colno}.") from None
        except ValueError as error:
            raise InputError(f"{where}: {error}.") from None
        if not isinstance(value, dict):
            raise InputError(
                f"{where}: this is not a JSON object.", allowed='{"id": "...", "source": "..."} on each line'
            )
        row = {key: _cell(item, key, where) for key, item in value.items()}
        columns.update(dict.fromkeys(row))
        rows.append(row)
        lines.append(number)
    return Table(name, tuple(columns), tuple(rows), tuple(lines), decoded.sha256)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            raise ValueError(f"the key '{key}' stands twice")
        value[key] = item
    return value


def _cell(item: Any, key: str, where: str) -> str:
    """A JSON value as the text of its cell; paragraph and confidence are numbers, flags may be a list."""
    if item is None:
        return ""
    if isinstance(item, list) and all(isinstance(part, str) for part in item):
        item = ",".join(item)
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        return repr(item)
    if not isinstance(item, str):
        raise InputError(
            f"{where}: the value of '{key}' is not a text.", allowed="a text, a number, or a list of flags"
        )
    bad = _UNWRITABLE.search(item)
    if bad is not None:
        raise InputError(f"{where}: the value of '{key}' has the character U+{ord(bad[0]):04X}, which is no text.")
    return item
