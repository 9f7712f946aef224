"""JSON lines: one object per line, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.domain import Json
from harness.errors import InputError
from harness.files import atomic_writer, read_text

# `json.dumps` would make an encoder for every line.
_READABLE = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def to_json(value: object, *, indent: int | None = None) -> str:
    """JSON as people can read it; ASCII escapes only where a lone surrogate leaves no other way.

    Raises:
        ValueError: NaN or infinity, which are not JSON.
    """
    encoder = _READABLE if indent is None else json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=indent)
    text = encoder.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, indent=indent)
    return text


def write_lines(path: Path, lines: Iterable[Mapping[str, Json]]) -> None:
    """Write one object per line; the file appears whole or not at all."""
    with atomic_writer(path) as handle:
        handle.writelines(to_json(line) + "\n" for line in lines)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file.

    Raises:
        UserError: missing or unreadable.
        InputError: a line is not a JSON object.
    """
    found = []
    for number, line in enumerate(read_text(path).text.split("\n"), 1):
        if line:
            value = parse_json(line, f"line {number} of {path}")
            if not isinstance(value, dict):
                raise InputError(f"The line {number} of {path} is not a JSON object.")
            found.append(value)
    return found


def parse_json(text: str, name: str) -> object:
    """Parse, with an InputError that names where."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"The JSON of {name} cannot be read: {error}.") from None
