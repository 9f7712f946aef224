"""Tables by the suffix of their file's name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.errors import InputError
from harness.files import content_suffix, read_text
from harness.tabular.csv_text import parse_csv
from harness.tabular.jsonl import parse_jsonl
from harness.tabular.table import Table
from harness.tabular.tsv import OURS, parse_tsv

SUFFIXES = (".tsv", ".csv", ".jsonl", ".ndjson")


def is_table(path: Path) -> bool:
    """Whether the name of a file says that it is a table."""
    return content_suffix(path) in SUFFIXES


def read_table(path: Path, *, kind: str | None = None, what: str = "file", encoding: str | None = None) -> Table:
    """Read TSV (with this project's escapes), CSV or JSON Lines: `kind`, or by the name's suffix.

    Raises:
        UserError: missing or unreadable.
        InputError: not what the suffix says; with file and line.
    """
    decoded = read_text(path, what=what, encoding=encoding)
    if not decoded.text.strip():
        raise InputError(f"The {what} {path} is empty.", remedy="check that it is the right file")
    suffix = f".{kind}" if kind is not None else content_suffix(path)
    if suffix == ".csv":
        table = parse_csv(decoded.text, name=str(path))
    elif suffix == ".tsv":
        table = parse_tsv(decoded.text, name=str(path), style=OURS)
    else:
        table = parse_jsonl(decoded.text, name=str(path))
    return replace(table, sha256=decoded.sha256)
