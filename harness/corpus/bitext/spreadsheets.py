"""Spreadsheets (.xlsx, .ods), through python-calamine: a row is a translation unit, as in CSV."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.corpus.readers.archive import check_archive
from harness.errors import InputError, MissingExtraError, UnknownNameError
from harness.files import read_bytes
from harness.tabular.table import Table, TableRow

#: What a spreadsheet of each format is told by, and what it is called.
SIGNS = {
    "xlsx": ("xl/workbook.xml", "an Excel workbook"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
}
_MOST_CELLS = 5_000_000


def read_sheets(path: Path, kind: str, *, sheet: str | None = None) -> list[Table]:
    """The sheets of a workbook that have text, as tables whose first row is the header; hidden sheets are left out.

    Args:
        path: the file.
        kind: "xlsx" or "ods".
        sheet: the one to read; None reads all that are shown.

    Raises:
        UserError: missing or unreadable, or no sheet of that name.
        InputError: no workbook, or one without text.
        MissingExtraError: python-calamine is not installed.
    """
    data = read_bytes(path, what="document")
    sign, called = SIGNS[kind]
    check_archive(data, f"The document {path}", called, sign)
    try:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum
    except ImportError as error:
        raise MissingExtraError("Reading spreadsheets", "formats", cause=str(error)) from error
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        if sheet is not None and sheet not in book.sheet_names:
            raise UnknownNameError("sheet", sheet, book.sheet_names)
        wanted = shown if sheet is None else [sheet]
        rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in wanted}
    except UnknownNameError:
        raise
    except Exception as error:  # calamine has an error for each of its formats, and none in common
        raise InputError(
            f"The document {path} is not {called} that can be read: {error}.",
            remedy="open it in a spreadsheet program and save it again",
        ) from None
    if sum(len(r) * len(r[0]) for r in rows.values() if r) > _MOST_CELLS:
        raise InputError(f"The document {path} has more than {_MOST_CELLS:,} cells.", remedy="split it")
    digest = hashlib.sha256(data).hexdigest()
    tables = [_table(f"{path}, sheet '{name}'", cells, digest) for name, cells in rows.items()]
    found = [t for t in tables if t is not None]
    if not found:
        which = f"sheet '{sheet}'" if sheet is not None else "any sheet that is shown"
        raise InputError(
            f"The document {path} has no text in {which}.", allowed=f"its sheets: {', '.join(book.sheet_names)}"
        )
    return found


def _table(name: str, cells: Sequence[Sequence[Any]], digest: str) -> Table | None:
    """Rows of a sheet below its first row with text; columns without a header are called by their letter."""
    rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(cells, start=1)]
    rows = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return None
    header, first = rows[0]
    used = [i for i in range(len(first)) if any(row[i].strip() for _, row in rows)]
    columns: list[str] = []
    for i in used:
        label = first[i].strip()
        columns.append(label if label and label not in columns else f"column {_letter(i)}")
    body = [TableRow(number, dict(zip(columns, (row[i] for i in used), strict=True))) for number, row in rows[1:]]
    return Table(name, tuple(columns), tuple(body), header, digest)


def _text(cell: Any) -> str:
    """A cell as the sheet shows it in its plain format: a whole number without a point."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return "" if cell is None else str(cell)


def _letter(index: int) -> str:
    """The letter of a column as spreadsheet programs call it.

    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
