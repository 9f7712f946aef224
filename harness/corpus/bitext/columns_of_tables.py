"""Tables by other hands (CSV, TSV, JSON Lines, sheets): which column holds which language, and the test set in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from harness.corpus.bitext.translation_units import (
    AS_FOUND,
    Aligned,
    AlignedOptions,
    TranslationUnit,
    Variant,
    assemble,
    domain_tag,
)
from harness.corpus.testset.segments_table import COLUMNS
from harness.domain.corpus import LangPair
from harness.errors import InputError, UserError
from harness.language.codes import primary
from harness.language.language_headers import named_side
from harness.language.script import han_share
from harness.tabular.table import Table, TableRow

_SOURCE = frozenset({"source", "src"})
_TARGET = frozenset({"target", "tgt", "trg", "reference", "ref"})
_CELLS = frozenset(COLUMNS) - {"source"}


def read_columns(
    tables: Sequence[Table], path: Path, *, pair: LangPair, name: str | None, options: AlignedOptions = AS_FOUND
) -> Aligned:
    """The test set in the one table, of those that a file has, that holds both languages.

    Args:
        tables: of one file: its sheets, or all of it.
        path: the file.
        pair: source and target.
        name: of the test set; None for the file's.
        options: which columns hold what, where their names do not say it.

    Raises:
        InputError: no table has a column for each language, or one has two for one of them.
        UserError: several tables have both.
    """
    usable = [table for table in tables if _sides(table, pair, options)]
    if len(usable) > 1:
        names = ", ".join(s.name.rpartition("sheet ")[2] for s in usable)
        raise UserError(
            f"{path} has {len(usable)} sheets with both languages of {pair}: {names}.", remedy="--sheet NAME"
        )
    if not usable and not options.columns:
        headless = next((t for t in tables if _is_headless(t, pair)), None)
        if headless is not None:
            return _headless(headless, path, pair, name)
    return _table((usable or list(tables))[0], path, pair, name, options)


def _sides(table: Table, pair: LangPair, options: AlignedOptions) -> Mapping[str, str]:
    """Columns of the two languages, or nothing unless there are both."""
    sides = {c: role for c, role in _columns(table.columns, pair, options).items() if role not in _CELLS}
    return sides if {pair.source, pair.target} <= set(sides.values()) else {}


def _table(table: Table, path: Path, wanted: LangPair, name: str | None, options: AlignedOptions) -> Aligned:
    """Columns by name: source and target, language codes or names, or what `options` say."""
    table.need(options.columns, allowed=f"the columns it has: {', '.join(table.columns)}")
    names = _columns(table.columns, wanted, options)
    sides = _sides(table, wanted, options)
    if not sides:
        raise InputError(
            f"{table.name} has the columns {', '.join(table.columns)}, so which hold {wanted} is not clear.",
            allowed=f"source and target, {wanted.source} and {wanted.target}, or names of languages; also "
            + ", ".join(sorted(_CELLS))
            + ", refA, refB ...",
            remedy=f"--columns '{table.columns[0]}={wanted.source},"
            f"{table.columns[1] if len(table.columns) > 1 else 'OTHER'}={wanted.target}'",
        )
    _check_one_each(table, sides, wanted)
    entries = []
    repeated = 0
    for row in table.rows:
        if all(row.cells.get(column, "").strip() == column for column in sides):
            repeated += 1  # as on each page of a table that was printed
            continue
        texts = [
            Variant(role, row.cells[column], column if column.startswith("ref") and column not in _TARGET else None)
            for column, role in sides.items()
            if column in row.cells
        ]
        cells = {names[c]: v for c, v in row.cells.items() if names.get(c) in _CELLS and v}
        entries.append(TranslationUnit(table.where(row), texts, cells))
    ignored = [c for c in table.columns if c not in names]
    found = assemble(entries, pair=wanted, name=name or path.stem, file=str(path), info={})
    notes = [f"{path.name} has columns that are not used: {', '.join(ignored)}."] if ignored else []
    if repeated:
        notes.append(f"{path.name} repeats the names of its columns in {repeated} rows, which are left out.")
    return Aligned(found.test_set, (*found.notes, *notes))


def _check_one_each(table: Table, sides: Mapping[str, str], pair: LangPair) -> None:
    """Two columns in one language (zh-CN and zh-TW) are two languages, not two references; those are called ref..."""
    for language in (pair.source, pair.target):
        own = [c for c, role in sides.items() if role == language and not (c.startswith("ref") and c not in _TARGET)]
        if len(own) > 1:
            raise InputError(
                f"{table.name} has {len(own)} columns for '{language}': {', '.join(own)}.",
                allowed="one for each language; further references are called refA, refB ...",
                remedy=f"--columns '{own[0]}={language}', or the other one",
            )


def _columns(columns: Sequence[str], pair: LangPair, options: AlignedOptions = AS_FOUND) -> Mapping[str, str]:
    """Column to what it holds: a language of the pair, or one of the columns of segments.tsv."""
    roles: dict[str, str] = {}
    for column in columns:
        tag = domain_tag(column)
        if options.columns:
            said = options.columns.get(column)
            if said is not None:
                roles[column] = said
                continue
            if options.columns.keys() & set(columns) and column not in _CELLS:
                continue
        side = named_side(column, pair.source, pair.target)
        if column.lower() in _SOURCE or tag == pair.source:
            roles[column] = pair.source
        elif column.lower() in _TARGET or tag == pair.target or column.startswith("ref"):
            roles[column] = pair.target
        elif column in _CELLS:
            roles[column] = column
        elif side is not None:
            roles[column] = pair.source if side == "source" else pair.target
    return MappingProxyType(roles)


def _is_headless(table: Table, pair: LangPair) -> bool:
    """Two columns whose first row is a text and its translation, as far as script tells, or a TSV of two columns."""
    if len(table.columns) != 2 or table.header is None or any(c in _CELLS for c in table.columns):
        return False
    if any(named_side(c, pair.source, pair.target) is not None for c in table.columns):
        return False
    if table.name.lower().endswith(".tsv"):
        return True
    chinese = [primary(tag) == "zh" for tag in (pair.source, pair.target)]
    return chinese[0] != chinese[1] and (han_share(table.columns[0]) > 0.5) != (han_share(table.columns[1]) > 0.5)


def _headless(table: Table, path: Path, pair: LangPair, name: str | None) -> Aligned:
    """Two columns without names: which is Chinese is seen; otherwise the first is the source."""
    rows = [TableRow(table.header or 1, {c: c for c in table.columns}), *table.rows]
    shares = [han_share("".join(row.cells[column] for row in rows[:200])) for column in table.columns]
    chinese = [primary(tag) == "zh" for tag in (pair.source, pair.target)]
    swapped = chinese[0] != chinese[1] and abs(shares[0] - shares[1]) > 0.2 and (shares[0] > shares[1]) != chinese[0]
    order = (pair.target, pair.source) if swapped else (pair.source, pair.target)
    entries = [
        TranslationUnit(
            table.where(row), [Variant(tag, cell) for tag, cell in zip(order, row.cells.values(), strict=True)]
        )
        for row in rows
    ]
    found = assemble(entries, pair=pair, name=name or path.stem, file=str(path), info={})
    note = f"{path.name} has no header: column {2 if swapped else 1} was taken for {pair.source}."
    return Aligned(found.test_set, (*found.notes, note))
