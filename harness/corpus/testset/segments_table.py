"""segments.tsv: the table of a test set's segments and references, to text and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.domain.corpus import Kind, Segment, TestSet
from harness.errors import InputError, did_you_mean
from harness.tabular.table import Seen, Table
from harness.tabular.tsv import OURS, parse_tsv, render_tsv

COLUMNS = ("id", "document", "paragraph", "kind", "flags", "confidence", "source")
_FLAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REFERENCE = re.compile(r"ref[A-Za-z0-9_.-]+")


def render_segments(test_set: TestSet) -> str:
    """The text of segments.tsv: one row per segment in order, one column per reference; floats in full precision.

    Raises:
        InputError: something that the table cannot hold without loss (a flag with a comma, a reference name that is
            not "ref..." and so no column, a NUL).
    """
    for name in test_set.references:
        if not _REFERENCE.fullmatch(name):
            raise InputError(
                f"'{name}' cannot be the name of a reference in the test set '{test_set.name}'.",
                allowed="'ref' and letters, digits, '.', '_' or '-', such as refA",
            )
    rows = [_row(s, [texts[i] for texts in test_set.references.values()]) for i, s in enumerate(test_set.segments)]
    return render_tsv([*COLUMNS, *test_set.references], rows)


def _row(segment: Segment, references: Sequence[str]) -> list[str]:
    return [*segment_cells(segment).values(), *references]


def segment_cells(segment: Segment) -> dict[str, str]:
    """Column name to text, in the order of the columns; `segment_of` reads them back.

    Raises:
        InputError: a flag that is not a word.
    """
    for flag in segment.flags:
        if not _FLAG.fullmatch(flag):
            raise InputError(
                f"'{flag}' cannot be a flag (segment {segment.id}).",
                allowed="lower-case letters, digits and hyphens",
            )
    return {
        "id": segment.id,
        "document": segment.document,
        "paragraph": str(segment.paragraph),
        "kind": segment.kind.value,
        "flags": ",".join(sorted(segment.flags)),
        "confidence": "" if segment.confidence is None else repr(float(segment.confidence)),
        "source": segment.source,
    }


def parse_segments(text: str, *, file: str) -> tuple[tuple[Segment, ...], Mapping[str, tuple[str, ...]]]:
    """Segments and references from the text of segments.tsv; `file` is for messages.

    Raises:
        InputError: a missing, unknown or misplaced column, a wrong number of fields, a duplicate or empty id, a kind,
            invalid paragraph, flag or confidence; always with file and line.
    """
    table = parse_tsv(text, name=file, style=OURS)
    names = _references(table)
    segments: list[Segment] = []
    seen = Seen(file)
    for row in table.rows:
        segment = segment_of(row.cells, table.where(row))
        seen.add(segment.id, row.line)
        segments.append(segment)
    if not segments:
        raise InputError(f"{file} has a header and no segments.", remedy="ingest the document again")
    references = {name: tuple(row.cells[name] for row in table.rows) for name in names}
    return tuple(segments), references


def _references(table: Table) -> Sequence[str]:
    """The names of the reference columns."""
    layout = ", ".join([*COLUMNS, "refA [, refB ...]"])
    table.need(COLUMNS, allowed=layout)
    if table.columns[: len(COLUMNS)] != COLUMNS:
        raise InputError(f"{table.name}, line 1: the columns stand in another order.", allowed=layout)
    names = table.columns[len(COLUMNS) :]
    table.know([*COLUMNS, *(name for name in names if _REFERENCE.fullmatch(name))], allowed=layout)
    if not names:
        raise InputError(f"{table.name}, line 1: there is no reference column.", allowed=layout)
    return names


def segment_of(cells: Mapping[str, str], where: str) -> Segment:
    """A segment from the cells of its row, by column name; only id and source must be there.

    Args:
        cells: column name to text; other columns are not looked at.
        where: file and line, for messages.

    Raises:
        InputError: an empty id, or an invalid paragraph, kind, flag or confidence.
    """
    if not cells["id"]:
        raise InputError(f"{where}: the id is empty.")
    paragraph = cells.get("paragraph", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", paragraph):
        raise InputError(f"{where}: the paragraph is '{paragraph}'.", allowed="a whole number from 1")
    kind = cells.get("kind", Kind.SENTENCE.value)
    kinds = {k.value: k for k in Kind}
    if kind not in kinds:
        hint = did_you_mean(kind, kinds)
        raise InputError(f"{where}: there is no kind '{kind}'{hint}", allowed=", ".join(kinds))
    flags = cells.get("flags", "")
    words = flags.split(",") if flags else []
    for word in words:
        if not _FLAG.fullmatch(word):
            raise InputError(f"{where}: '{word}' is no flag.", allowed="lower-case words separated by commas")
    return Segment(
        id=cells["id"],
        document=cells.get("document", ""),
        paragraph=int(paragraph),
        kind=kinds[kind],
        source=cells["source"],
        flags=frozenset(words),
        confidence=_confidence(cells.get("confidence", ""), where),
    )


def _confidence(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:  # false for NaN too
        raise InputError(f"{where}: the confidence is '{text}'.", allowed="a number from 0 to 1, or nothing")
    return value
