r"""Tables as tab-separated text: one row a line, any Unicode text in a cell, readable diffs.

A cell may hold what would break a line or a column. Four characters are therefore escaped, and nothing else is:

    backslash  \\      tab  \t      line feed  \n      carriage return  \r

No quoting: a quotation mark is a character like any other. U+2028, U+0085 and the like stand as they are, because lines
are split at line feeds alone. NUL and lone surrogates cannot stand in UTF-8 text and are refused on writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from harness.errors import InputError
from harness.files import split_lines

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def escape(text: str) -> str:
    r"""One cell as it stands in the file.

    >>> escape("a\tb")
    'a\\tb'

    Raises:
        InputError: the text has a NUL or half of a surrogate pair.
    """
    bad = _UNWRITABLE.search(text)
    if bad is not None:
        raise InputError(
            f"A text has the character U+{ord(bad[0]):04X} at position {bad.start()}, which no text file can hold.",
            remedy="remove it from the document",
        )
    return _TO_ESCAPE.sub(lambda m: _ESCAPES[m[0]], text)


def unescape(cell: str) -> str:
    r"""The text of a cell.

    >>> unescape("a\\tb") == "a\tb"
    True

    Raises:
        ValueError: a backslash is followed by something else than \\, t, n or r.
    """
    if "\\" not in cell:
        return cell

    def plain(match: re.Match[str]) -> str:
        if match[1] not in _PLAIN:
            raise ValueError(f"'\\{match[1]}' is no escape")
        return _PLAIN[match[1]]

    return _ESCAPED.sub(plain, cell)


def render_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text with a header line; every row has a cell for each column."""
    lines = ["\t".join(escape(c) for c in columns)]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells in a table of {len(columns)} columns")
        lines.append("\t".join(escape(c) for c in row))
    return "\n".join(lines) + "\n"


def parse_table(text: str, *, file: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table; row `i` stands in line `i + 2` of the file.

    Raises:
        InputError: no header, a column name twice, a row with another number of fields, an escape that does not exist;
            file and line are named.
    """
    lines = split_lines(text)
    if not lines or not lines[0].strip():
        raise InputError(f"{file}, line 1: the header line is missing.", allowed="column names separated by tabs")
    header = [_cell(c, file, 1) for c in lines[0].split("\t")]
    for name in header:
        if header.count(name) > 1:
            raise InputError(f"{file}, line 1: the column '{name}' stands twice in the header.")
    rows: list[list[str]] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise InputError(
                f"{file}, line {number}: {len(cells)} field{'s' if len(cells) != 1 else ''}, "
                f"but the header has {len(header)}.",
                allowed="tabs between fields only; a tab inside a text is written \\t, a line break \\n, "
                "a backslash \\\\",
            )
        rows.append([_cell(c, file, number) for c in cells])
    return header, rows


def _cell(cell: str, file: str, line: int) -> str:
    try:
        return unescape(cell)
    except ValueError as error:
        raise InputError(f"{file}, line {line}: {error}.", allowed="\\\\ for a backslash, \\t, \\n and \\r") from None
