"""Aligned files to test sets: one function per format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from harness.corpus.bitext.mt_metrics_eval import read_mt_metrics_eval
from harness.corpus.bitext.sacrebleu_sets import read_sacrebleu
from harness.corpus.bitext.tmx import parse_tmx
from harness.corpus.bitext.translation_units import Aligned, TranslationUnit, Variant, assemble, domain_tag
from harness.corpus.bitext.xliff import parse_xliff
from harness.corpus.testset.segments_table import COLUMNS
from harness.domain.corpus import LangPair
from harness.errors import InputError, UserError
from harness.files import decode, read_bytes, read_text, split_lines
from harness.language.script import han_share
from harness.tabular.line_counts import check_line_counts
from harness.tabular.read_table import read_table
from harness.tabular.table import Table
from harness.tabular.tsv import OURS, parse_tsv

_LARGEST = 256 * 2**20
_SOURCE = frozenset({"source", "src"})
_TARGET = frozenset({"target", "tgt", "trg", "reference", "ref"})
_CELLS = frozenset(COLUMNS) - {"source"}


def read_aligned(
    paths: Sequence[Path], kind: str, *, pair: LangPair | None, name: str | None, encoding: str | None
) -> Aligned:
    """Read one of the aligned formats; see `formats.read_document`."""
    if kind == "sacrebleu":
        return read_sacrebleu(str(paths[0]).removeprefix("sacrebleu:"), pair, name=name)
    if kind == "mt-metrics-eval":
        return read_mt_metrics_eval(paths[0], pair, name=name)
    if kind == "moses":
        return read_moses(paths, pair=pair, name=name, encoding=encoding)
    if len(paths) != 1:
        raise UserError(f"{len(paths)} files are given, but a {kind} file holds both languages.", allowed="one file")
    path = paths[0]
    if path.is_file() and path.stat().st_size > _LARGEST:
        raise InputError(f"{path} has more than {_LARGEST // 2**20} MB.", remedy="split it")
    if kind in ("tmx", "xliff"):
        parse = parse_tmx if kind == "tmx" else parse_xliff
        return parse(read_bytes(path, what="document"), file=str(path), pair=pair, name=name)
    return _table(path, pair=pair, name=name, encoding=encoding)


def read_moses(
    paths: Sequence[Path], *, pair: LangPair | None = None, name: str | None = None, encoding: str | None = None
) -> Aligned:
    """`corpus.zh corpus.en`: line i of one is the translation of line i of the other.

    Further references are `corpus.en1` ... A table `corpus.segments.tsv` beside them, which the export writes, brings
    back ids, documents, kinds and flags.

    Raises:
        InputError: counts that differ, or an empty file.
    """
    decoded = [read_text(p, what="document", encoding=encoding) for p in paths]
    columns = [split_lines(text.text) for text in decoded]
    for path, text, lines in zip(paths, decoded, columns, strict=True):
        if not text.text.strip():
            raise InputError(f"The document {path} is empty.", remedy="check that it is the right file")
        check_line_counts(paths[0], columns[0], path, lines)
    stem = paths[0].with_suffix("")
    details = _sidecar(stem.with_name(f"{stem.name}.segments.tsv"))
    names = [n for n in details.columns if n.startswith("ref")]
    tags = [domain_tag(p.suffix[1:].rstrip("0123456789")) for p in paths]
    entries = []
    for index, texts in enumerate(zip(*columns, strict=True)):
        sides: list[Variant] = []
        for tag, text in zip(tags, texts, strict=True):
            nth = sum(s.lang == tag for s in sides)
            known = pair is not None and tag == pair.target and nth < len(names)
            sides.append(Variant(tag, text, names[nth] if known else None))
        cells = {k: v for k, v in details.rows[index].cells.items() if k in _CELLS} if details.rows else {}
        entries.append(TranslationUnit(f"line {index + 1}", sides, cells))
    return assemble(entries, pair=pair, name=name or stem.name, file=str(paths[0]), info={})


def _sidecar(path: Path) -> Table:
    if not path.is_file():
        return Table(str(path), (), ())
    return read_table(path)


def _table(path: Path, *, pair: LangPair | None, name: str | None, encoding: str | None) -> Aligned:
    """TSV, CSV or JSONL: columns by name (source, target, or language codes), or two columns without a header."""
    wanted = pair or LangPair("zh", "en")
    table = read_table(path, what="document", encoding=encoding)
    names = _columns(table.columns, wanted)
    if wanted.source not in names.values() and path.suffix.lower() == ".tsv" and len(table.columns) == 2:
        return _headless(path, wanted, name, encoding)
    sides = {column: role for column, role in names.items() if role not in _CELLS}
    if wanted.source not in sides.values() or wanted.target not in sides.values():
        raise InputError(
            f"{path} has the columns {', '.join(table.columns)}, so which hold {wanted} is not clear.",
            allowed=f"source and target, or {wanted.source} and {wanted.target}; also "
            + ", ".join(sorted(_CELLS))
            + ", refA, refB ...",
        )
    entries = []
    for row in table.rows:
        texts = [
            Variant(role, row.cells[column], column if column.startswith("ref") and column not in _TARGET else None)
            for column, role in sides.items()
            if column in row.cells
        ]
        cells = {names[c]: v for c, v in row.cells.items() if names.get(c) in _CELLS and v}
        entries.append(TranslationUnit(table.where(row), texts, cells))
    ignored = [c for c in table.columns if c not in names]
    found = assemble(entries, pair=wanted, name=name or path.stem, file=str(path), info={})
    notes = (f"{path.name} has columns that are not used: {', '.join(ignored)}.",) if ignored else ()
    return Aligned(found.test_set, (*found.notes, *notes))


def _columns(columns: Sequence[str], pair: LangPair) -> Mapping[str, str]:
    """Column to what it holds: a language of the pair, or one of the columns of segments.tsv."""
    roles: dict[str, str] = {}
    for column in columns:
        tag = domain_tag(column)
        if column.lower() in _SOURCE or tag == pair.source:
            roles[column] = pair.source
        elif column.lower() in _TARGET or tag == pair.target or column.startswith("ref"):
            roles[column] = pair.target
        elif column in _CELLS:
            roles[column] = column
    return MappingProxyType(roles)


def _headless(path: Path, pair: LangPair, name: str | None, encoding: str | None) -> Aligned:
    """Two columns without names: which is Chinese is seen; otherwise the first is the source."""
    text = decode(read_bytes(path), name=str(path), encoding=encoding).text
    rows = parse_tsv(text, name=str(path), style=OURS, columns=(pair.source, pair.target)).rows
    shares = [han_share("".join(row.cells[tag] for row in rows[:200])) for tag in (pair.source, pair.target)]
    chinese = [tag.startswith(("zh", "yue", "wuu", "lzh")) for tag in (pair.source, pair.target)]
    swapped = chinese[0] != chinese[1] and abs(shares[0] - shares[1]) > 0.2 and (shares[0] > shares[1]) != chinese[0]
    order = (pair.target, pair.source) if swapped else (pair.source, pair.target)
    entries = [
        TranslationUnit(
            f"line {row.line}", [Variant(tag, cell) for tag, cell in zip(order, row.cells.values(), strict=True)]
        )
        for row in rows
    ]
    found = assemble(entries, pair=pair, name=name or path.stem, file=str(path), info={})
    note = f"{path.name} has no header: column {2 if swapped else 1} was taken for {pair.source}."
    return Aligned(found.test_set, (*found.notes, note))
