"""Aligned files to test sets: one function per format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.corpus.bitext.columns_of_tables import read_columns
from harness.corpus.bitext.mt_metrics_eval import read_mt_metrics_eval
from harness.corpus.bitext.po_catalogue import read_po
from harness.corpus.bitext.sacrebleu_sets import read_sacrebleu
from harness.corpus.bitext.spreadsheets import SIGNS, read_sheets
from harness.corpus.bitext.tmx import parse_tmx
from harness.corpus.bitext.translation_units import (
    AS_FOUND,
    Aligned,
    AlignedOptions,
    TranslationUnit,
    Variant,
    assemble,
    domain_tag,
)
from harness.corpus.bitext.xliff.read_xliff import parse_xliff
from harness.corpus.testset.segments_table import COLUMNS
from harness.domain.corpus import LangPair
from harness.errors import InputError, UserError
from harness.files import read_bytes, read_text, split_lines
from harness.tabular.line_counts import check_line_counts
from harness.tabular.read_table import read_table
from harness.tabular.table import Table

_LARGEST = 256 * 2**20
_CELLS = frozenset(COLUMNS) - {"source"}


def read_aligned(
    paths: Sequence[Path],
    kind: str,
    *,
    pair: LangPair | None,
    name: str | None,
    encoding: str | None,
    options: AlignedOptions = AS_FOUND,
) -> Aligned:
    """Read one of the aligned formats; see `sniff.read_document`."""
    if kind == "sacrebleu":
        return read_sacrebleu(str(paths[0]).removeprefix("sacrebleu:"), pair, name=name)
    if kind == "mt-metrics-eval":
        return read_mt_metrics_eval(paths[0], pair, name=name)
    if kind == "moses":
        return read_moses(paths, pair=pair, name=name, encoding=encoding)
    return _one_file(paths, kind, pair, name, encoding, options)


def _one_file(
    paths: Sequence[Path],
    kind: str,
    pair: LangPair | None,
    name: str | None,
    encoding: str | None,
    options: AlignedOptions,
) -> Aligned:
    if len(paths) != 1:
        raise UserError(f"{len(paths)} files are given, but a {kind} file holds both languages.", allowed="one file")
    path = paths[0]
    if path.is_file() and path.stat().st_size > _LARGEST:
        raise InputError(f"{path} has more than {_LARGEST // 2**20} MB.", remedy="split it")
    if kind in ("tmx", "xliff"):
        data = read_bytes(path, what="document")
        if kind == "tmx":
            return parse_tmx(data, file=str(path), pair=pair, name=name)
        return parse_xliff(data, file=str(path), pair=pair, name=name, states=options.states)
    if kind == "po":
        return read_po(path, pair=pair, name=name, encoding=encoding)
    sheets = (
        read_sheets(path, kind, sheet=options.sheet)
        if kind in SIGNS
        else [read_table(path, kind=kind, what="document", encoding=encoding)]
    )
    return read_columns(sheets, path, pair=pair or LangPair("zh", "en"), name=name, options=options)


def read_moses(
    paths: Sequence[Path], *, pair: LangPair | None = None, name: str | None = None, encoding: str | None = None
) -> Aligned:
    """`corpus.zh corpus.en`: line i of one is the translation of line i of the other, and nothing is merged or dropped.

    Which file is in which language says the end of its name; where it does not (`source.txt reference.txt`) the source
    is first and the others are references. Further references are `corpus.en1` ... A table `corpus.segments.tsv` beside
    them, which the export writes, brings back ids, documents, kinds and flags.

    Raises:
        UserError: one file alone.
        InputError: counts that differ, or an empty file.
    """
    if len(paths) < 2:
        raise UserError(
            f"{len(paths)} file is given, and lines that match need two or more.",
            allowed="a source and one reference or several",
            remedy="harness ingest SOURCE REFERENCE --lines --name NAME",
        )
    decoded = [read_text(p, what="document", encoding=encoding) for p in paths]
    columns = [split_lines(text.text) for text in decoded]
    for path, text, lines in zip(paths, decoded, columns, strict=True):
        if not text.text.strip():
            raise InputError(f"The document {path} is empty.", remedy="check that it is the right file")
        check_line_counts(paths[0], columns[0], path, lines)
    stem = paths[0].with_suffix("")
    details = _sidecar(stem.with_name(f"{stem.name}.segments.tsv"))
    names = [n for n in details.columns if n.startswith("ref")]
    tags = _languages(paths, pair)
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


def _languages(paths: Sequence[Path], pair: LangPair | None) -> list[str]:
    """Of each file: what its name ends in, or its place where the names do not say it."""
    tags = [domain_tag(p.suffix[1:].rstrip("0123456789")) for p in paths]
    if pair is None or set(tags) == {pair.source, pair.target}:
        return tags
    return [pair.source, *[pair.target] * (len(paths) - 1)]


def _sidecar(path: Path) -> Table:
    if not path.is_file():
        return Table(str(path), (), ())
    return read_table(path)
