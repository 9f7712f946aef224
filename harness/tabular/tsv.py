r"""Tab-separated text. What its author meant is for the caller to say (`TableStyle`), never to guess.

A cell is never stripped, and a quotation mark is a character like any other. Lines end at \n, \r\n and \r alone, so
U+2028, U+0085 and the like stand as they are.

In this project's own tables a cell may hold what would break a line or a column, and any Unicode text comes back to the
character. Four characters are therefore escaped, and nothing else is:

    backslash  \\      tab  \t      line feed  \n      carriage return  \r

NUL and lone surrogates cannot stand in UTF-8 text and are refused on writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.errors import InputError
from harness.files import split_lines
from harness.tabular.table import Table, table_of

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_TO_ESCAPE = re.compile(r"[\\\t\n\r]")
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TableStyle:
    r"""What the author of a TSV file meant.

    Attributes:
        escapes: `\\`, `\t`, `\n` and `\r` stand for characters; otherwise a backslash is a backslash.
        comments: a line that begins with "#" is no row.
        blank_lines: a blank line is no row; otherwise it is a row with one empty cell.
        ragged: a row may lack cells at its end (they are not in `TableRow.cells`), or end in empty cells without a
            column.
        any_case: column names are stripped and put in lower case.
    """

    escapes: bool = False
    comments: bool = False
    blank_lines: bool = False
    ragged: bool = False
    any_case: bool = False


OURS = TableStyle(escapes=True)


def parse_tsv(text: str, *, name: str, style: TableStyle, columns: Sequence[str] | None = None) -> Table:
    """The table that a text holds.

    Args:
        text: the whole file.
        name: the file, for messages.
        style: what its author meant.
        columns: those of a file without a header; None where the first row names them.

    Raises:
        InputError: no header, a column name twice, a row with another number of cells, an escape that does not exist;
            file and line are named.
    """
    rows = tsv_rows(text, name=name, style=style)
    header = None
    if columns is None:
        if not rows or not any(cell.strip() for cell in rows[0][1]):
            raise InputError(f"{name}, line 1: the header line is missing.", allowed="column names separated by tabs")
        header, columns = rows.pop(0)
        if style.any_case:
            columns = [cell.strip().lower() for cell in columns]
        if style.ragged:
            columns = _without_empty_end(columns, 0)
    allowed = "tabs between fields only"
    if style.escapes:
        allowed += "; a tab inside a text is written \\t, a line break \\n, a backslash \\\\"
    if style.ragged:
        rows = [(line, _without_empty_end(cells, len(columns))) for line, cells in rows]
    return table_of(name, header, columns, rows, short=style.ragged, allowed=allowed)


def tsv_rows(text: str, *, name: str, style: TableStyle) -> list[tuple[int, list[str]]]:
    """Line number and cells of every row, the header included, however many cells it has.

    Raises:
        InputError: an escape that does not exist; file and line are named.
    """
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(split_lines(text), start=1):
        if (style.comments and line.startswith("#")) or (style.blank_lines and not line.strip()):
            continue
        cells = line.split("\t")
        if style.escapes and "\\" in line:
            try:
                cells = [unescape(cell) for cell in cells]
            except ValueError as error:
                raise InputError(
                    f"{name}, line {number}: {error}.", allowed="\\\\ for a backslash, \\t, \\n and \\r"
                ) from None
        found.append((number, cells))
    return found


def _without_empty_end(cells: Sequence[str], least: int) -> list[str]:
    """Cells without the empty ones at their end, but for the first `least`."""
    kept = list(cells)
    while len(kept) > least and not kept[-1]:
        kept.pop()
    return kept


def word_rows(text: str) -> list[tuple[int, list[str]]]:
    """Line number and words of every line that has any: columns separated by white space of any kind."""
    rows = ((number, line.split()) for number, line in enumerate(split_lines(text), start=1))
    return [(number, words) for number, words in rows if words]


def render_tsv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text with a header line and this project's escapes; every row has a cell for each column."""
    lines = ["\t".join(escape(c) for c in columns)]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells in a table of {len(columns)} columns")
        lines.append("\t".join(escape(c) for c in row))
    return "\n".join(lines) + "\n"


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
