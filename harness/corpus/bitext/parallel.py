"""A source and its references, from files made elsewhere: by line, or by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.corpus.testset.segments_table import COLUMNS, segment_of
from harness.domain.corpus import Kind, LangPair, Segment, TestSet, TestSetInfo
from harness.errors import InputError, UserError
from harness.files import PACKED, read_text, split_lines
from harness.tabular.line_counts import check_line_counts
from harness.tabular.matching import check_ids
from harness.tabular.read_table import is_table, read_table
from harness.tabular.table import Seen, Table

_OPTIONAL = ("document", "paragraph", "kind", "flags", "confidence")


def read_parallel(
    source: Path,
    references: Sequence[Path] = (),
    *,
    pair: LangPair,
    name: str | None = None,
    encoding: str | None = None,
    needs_reference: bool = True,
) -> TestSet:
    r"""Read a source with its references as a test set.

    Plain text (any suffix but those below) is read by line: line i of every file is segment i; lines end at \n, \r\n
    and \r only, blank lines are blank segments, nothing is stripped. TSV, CSV and JSONL (.tsv, .csv, .jsonl) are read
    by id: the source has columns `id`, `source` and, if it likes, document, paragraph, kind, flags, confidence and
    references (`refA` ...); a reference file has `id` and one text column (`reference`, `text`, or `refA` ...).

    Args:
        source: the source file.
        references: one file per reference, named refA, refB ... in this order; by line or by id like the source. None
            are needed where the source's table has reference columns.
        pair: its languages.
        name: of the test set; by default the source file's name without suffix.
        encoding: of all files; by default each is detected.
        needs_reference: whether a test set without any reference is refused.

    Raises:
        UserError: a file is missing, or no reference is given.
        InputError: counts that differ, ids that are missing or doubled, columns that are unknown, an empty file, bytes
            that are no text.
    """
    if is_table(source) != all(is_table(r) for r in references) and references:
        raise UserError(
            "The source and the references are of different kinds: one is by line, another by id.",
            allowed="all plain text, or all TSV, CSV or JSONL",
        )
    label = name or (source.with_suffix("") if source.suffix.lower() in PACKED else source).stem
    if is_table(source):
        return _by_id(source, references, pair, label, encoding, needs_reference)
    if not references and needs_reference:
        raise UserError("No reference is given.", remedy="--reference FILE")
    return _by_line(source, references, pair, label, encoding)


def reference_name(index: int) -> str:
    """refA, refB ... refZ, then ref27 ..."""
    return f"ref{chr(ord('A') + index)}" if index < 26 else f"ref{index + 1}"


def _by_line(source: Path, references: Sequence[Path], pair: LangPair, name: str, encoding: str | None) -> TestSet:
    decoded = read_text(source, what="source", encoding=encoding)
    lines = split_lines(decoded.text)
    if not decoded.text.strip():
        raise InputError(f"The source {source} is empty.", remedy="check that it is the right file")
    files = {str(source): decoded.sha256}
    texts: dict[str, tuple[str, ...]] = {}
    for index, path in enumerate(references):
        other = read_text(path, what="reference", encoding=encoding)
        if not other.text.strip():
            raise InputError(f"The reference {path} is empty.", remedy="check that it is the right file")
        theirs = split_lines(other.text)
        check_line_counts(source, lines, path, theirs)
        files[str(path)] = other.sha256
        texts[reference_name(index)] = tuple(theirs)
    segments = tuple(
        Segment(id=str(number), document=name, paragraph=number, kind=Kind.SENTENCE, source=line)
        for number, line in enumerate(lines, start=1)
    )
    return TestSet(name, pair, segments, texts, TestSetInfo(title=name, files=files))


def _by_id(
    source: Path, references: Sequence[Path], pair: LangPair, name: str, encoding: str | None, needs_reference: bool
) -> TestSet:
    table = read_table(source, what="source", encoding=encoding)
    test_set = table_to_test_set(table, pair=pair, name=name, needs_references=needs_reference and not references)
    texts = dict(test_set.references)
    files = {str(source): table.sha256}
    for path in references:
        other = read_table(path, what="reference", encoding=encoding)
        files[str(path)] = other.sha256
        texts[_free_name(texts)] = _texts_by_id(other, test_set)
    return replace(test_set, references=texts, info=TestSetInfo(title=name, files=files))


def _free_name(taken: dict[str, tuple[str, ...]]) -> str:
    index = 0
    while reference_name(index) in taken:
        index += 1
    return reference_name(index)


def table_to_test_set(table: Table, *, pair: LangPair, name: str, needs_references: bool) -> TestSet:
    """A test set from a table with columns id, source, references ("ref..."), and those of segments.tsv.

    Raises:
        InputError: a missing or unknown column, a duplicate or empty id, no rows, an invalid cell.
    """
    named = tuple(c for c in table.columns if c.startswith("ref"))
    allowed = "id, source, " + ", ".join(_OPTIONAL) + ", refA, refB ..."
    table.need(("id", "source"), allowed=allowed)
    table.know((*COLUMNS, *named, "reference"), allowed=allowed)
    if needs_references and not named:
        raise InputError(
            f"{table.name} has no reference column, and no reference file is given.",
            allowed=allowed,
            remedy="add a column refA, or name a file with --reference",
        )
    if not table.rows:
        raise InputError(f"{table.name} has a header and no rows.", remedy="check that it is the right file")
    segments: list[Segment] = []
    seen = Seen(table.name)
    for row in table.rows:
        for column in ("id", "source", *named):
            if column not in row.cells:
                raise InputError(f"{table.where(row)}: '{column}' is missing.")
        cells = {key: text for key, text in row.cells.items() if text or key in ("id", "source")}
        segment = segment_of({"document": name, **cells}, table.where(row))
        seen.add(segment.id, row.line)
        segments.append(segment)
    # A table by another hand says "reference" where it has just one.
    names = {c: ("refA" if c == "reference" and "refA" not in named else c) for c in named}
    references = {names[c]: tuple(row.cells[c] for row in table.rows) for c in named}
    return TestSet(name, pair, tuple(segments), references, TestSetInfo(title=name, files={table.name: table.sha256}))


def _texts_by_id(table: Table, test_set: TestSet) -> tuple[str, ...]:
    """The one text column of a reference file, in the order of the test set's ids."""
    others = [c for c in table.columns if c != "id"]
    allowed = "id, and one of: reference, text, refA"
    table.need(("id",), allowed=allowed)
    if len(others) != 1 or not (others[0] == "text" or others[0].startswith("ref")):
        raise InputError(f"{table.name}: the columns are {', '.join(table.columns)}.", allowed=allowed)
    column = others[0]
    found: dict[str, str] = {}
    seen = Seen(table.name)
    for row in table.rows:
        if not row.cells.get("id") or column not in row.cells:
            raise InputError(f"{table.where(row)}: '{'id' if not row.cells.get('id') else column}' is missing.")
        seen.add(row.cells["id"], row.line)
        found[row.cells["id"]] = row.cells[column]
    wanted = [s.id for s in test_set.segments]
    check_ids(table.name, list(found), wanted, owner="the source")
    return tuple(found[i] for i in wanted)
