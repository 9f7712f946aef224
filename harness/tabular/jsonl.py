"""JSON Lines: one object on each line."""

from __future__ import annotations

import json
import re
from typing import Any

from harness.errors import InputError
from harness.files import split_lines
from harness.tabular.table import Table, TableRow

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def parse_jsonl(text: str, *, name: str) -> Table:
    """JSON Lines as a table of texts: numbers as Python writes them, lists of words joined by commas, null as "".

    Raises:
        InputError: not JSON, not an object, a key twice, a value that is no text; with file and line.
    """
    rows: list[TableRow] = []
    columns: dict[str, None] = {}
    for line, value in json_rows(text, name=name):
        cells = {key: _text_of(item, key, f"{name}, line {line}") for key, item in value.items()}
        columns.update(dict.fromkeys(cells))
        rows.append(TableRow(line, cells))
    return Table(name, tuple(columns), tuple(rows))


def json_rows(
    text: str, *, name: str, allowed: str = '{"id": "...", "source": "..."} on each line'
) -> list[tuple[int, dict[str, Any]]]:
    """Line number and object of every line that is not blank, values as they stand.

    Raises:
        InputError: not JSON, not an object, a key twice; with file and line.
    """
    found: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(split_lines(text), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            value = json.loads(line, object_pairs_hook=_pairs)
        except RecursionError:
            raise InputError(f"{where}: the JSON is nested too deeply.") from None
        except json.JSONDecodeError as error:
            raise InputError(
                f"{where}: this is not JSON: {error.msg} at column {error.colno}.", allowed=allowed
            ) from None
        except ValueError as error:
            raise InputError(f"{where}: {error}.") from None
        if not isinstance(value, dict):
            raise InputError(f"{where}: this is not a JSON object.", allowed=allowed)
        found.append((number, value))
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            raise ValueError(f"the key '{key}' stands twice")
        value[key] = item
    return value


def _text_of(item: Any, key: str, where: str) -> str:
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
