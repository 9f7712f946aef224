"""Translations made elsewhere, read from a file: plain text by line, or TSV or JSON Lines by segment id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from harness.backends.base import Traits
from harness.domain import Hypothesis, LangPair, Segment, System
from harness.errors import ConfigError, InputError
from harness.files import decode, read_bytes, split_lines

FORMATS = ("auto", "lines", "tsv", "jsonl")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".tsv": "tsv"}
_TEXT_KEYS = ("text", "hypothesis", "translation")


class FileBackend:
    """The hypotheses of a system that ran somewhere else.

    Args:
        name: the system's label.
        path: the file. UTF-8, UTF-16 with a byte order mark, GB18030 and Big5 are detected.
        format: "lines" (one hypothesis a line, one line a segment), "tsv" (columns id and text, with or without a
            header; a column error is read too), "jsonl" (objects with id and text or error), or "auto": by the suffix.
        encoding: read as this encoding instead of detecting it.

    Raises:
        UserError: the file is missing or cannot be read.
        ConfigError: an unknown format.
    """

    # Never cached: an answer belongs to an id, and two equal sources may have two different translations in the file.
    traits = Traits(batch=1000, reusable=False, timed=False)

    def __init__(self, *, name: str, path: str, format: str = "auto", encoding: str | None = None) -> None:
        self._path = Path(path).expanduser()
        self._format = _format(format, self._path)
        self._encoding = encoding
        self._data = read_bytes(self._path, what="hypothesis file")
        self._hypotheses: dict[str, Hypothesis] = {}
        self.system = System(
            name=name,
            backend="file",
            model=self._path.name,
            revision=f"sha256:{hashlib.sha256(self._data).hexdigest()}",
            parameters={"format": self._format, "encoding": encoding},
        )

    def prepare(self, segments: Sequence[Segment], pair: LangPair) -> None:
        """Match the file to a test set.

        Raises:
            InputError: ids or the number of lines do not match, or the file is not what its format says.
        """
        found = _parse(self._data, self._path, segments, self._format, self._encoding)
        self._hypotheses = {h.id: h for h in found}

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """The file's hypotheses for these ids; without `prepare`, these are all segments of the test set."""
        if any(s.id not in self._hypotheses for s in segments):
            self.prepare(segments, pair)
        return [self._hypotheses[s.id] for s in segments]

    def close(self) -> None:
        """Nothing is held open."""


def read_hypotheses(
    path: Path, segments: Sequence[Segment], *, format: str = "auto", encoding: str | None = None
) -> tuple[Hypothesis, ...]:
    """Read a hypothesis file for a test set's segments: one hypothesis a segment, in their order.

    Raises:
        UserError: missing or unreadable.
        InputError: empty, NUL bytes, no known encoding, not the format it should be, another number of lines than
            segments, or ids that are missing, doubled or unknown.
    """
    return _parse(read_bytes(path, what="hypothesis file"), path, segments, _format(format, path), encoding)


def _format(wanted: str, path: Path) -> str:
    if wanted not in FORMATS:
        raise ConfigError(f"The backend 'file' has no format '{wanted}'.", allowed=", ".join(FORMATS))
    return _SUFFIXES.get(path.suffix.lower(), "lines") if wanted == "auto" else wanted


def _parse(
    data: bytes, path: Path, segments: Sequence[Segment], kind: str, encoding: str | None
) -> tuple[Hypothesis, ...]:
    text = decode(data, name=f"hypothesis file {path}", encoding=encoding).text
    if not text.strip():
        raise InputError(f"The hypothesis file {path} is empty.", remedy="name the file that holds the translations")
    lines = split_lines(text)
    if kind == "lines":
        return _by_line(lines, path, segments)
    rows = _read_tsv(lines, path) if kind == "tsv" else _read_jsonl(lines, path)
    return _by_id(rows, path, segments)


def _by_line(lines: Sequence[str], path: Path, segments: Sequence[Segment]) -> tuple[Hypothesis, ...]:
    if len(lines) != len(segments):
        raise InputError(
            f"The hypothesis file {path} has {_count(len(lines), 'line')} for {_count(len(segments), 'segment')}.",
            allowed="one line a segment, in the order of the test set",
            remedy="write one line for every segment (an empty one where there is none), or use TSV or JSONL by id",
        )
    return tuple(Hypothesis(segment.id, text=line) for segment, line in zip(segments, lines, strict=True))


def _by_id(rows: Sequence[tuple[int, Hypothesis]], path: Path, segments: Sequence[Segment]) -> tuple[Hypothesis, ...]:
    found: dict[str, tuple[int, Hypothesis]] = {}
    for line, row in rows:
        if row.id in found:
            raise InputError(
                f"The hypothesis file {path} has the id '{row.id}' twice: in lines {found[row.id][0]} and {line}.",
                remedy="keep one of the two",
            )
        found[row.id] = (line, row)
    wanted = [s.id for s in segments if not s.blank]
    missing = [i for i in wanted if i not in found]
    if missing:
        raise InputError(
            f"The hypothesis file {path} lacks {_count(len(missing), 'id')} of the test set: {_some(missing)}.",
            allowed="one row for every segment",
            remedy="add the missing rows; a segment that failed is a row with an error instead of a text",
        )
    known = {s.id for s in segments}
    extra = [i for i in found if i not in known]
    if extra:
        raise InputError(
            f"The hypothesis file {path} has {_count(len(extra), 'id')} that the test set does not have: "
            f"{_some(extra)}.",
            remedy="check that file and test set belong together",
        )
    return tuple(found[s.id][1] if s.id in found else Hypothesis(s.id, text="") for s in segments)


def _read_tsv(lines: Sequence[str], path: Path) -> list[tuple[int, Hypothesis]]:
    header = [cell.strip().lower() for cell in lines[0].split("\t")]
    text_column = next((header.index(k) for k in _TEXT_KEYS if k in header), None)
    if "id" in header and text_column is not None:
        columns, id_column, first = len(header), header.index("id"), 1
        error_column = header.index("error") if "error" in header else None
    else:
        columns, id_column, text_column, error_column, first = 2, 0, 1, None, 0
    rows = []
    for number, line in enumerate(lines[first:], first + 1):
        cells = line.split("\t")
        if len(cells) != columns:
            raise InputError(
                f"The hypothesis file {path} has {_count(len(cells), 'column')} in line {number}, not {columns}.",
                allowed="id TAB text, or a header that names the columns id, text and error",
                remedy="replace tabs and newlines inside texts by spaces, or use JSONL",
            )
        error = cells[error_column].strip() if error_column is not None else ""
        text = cells[text_column]
        rows.append((number, _row(path, number, cells[id_column], text if text or not error else None, error or None)))
    return rows


def _read_jsonl(lines: Sequence[str], path: Path) -> list[tuple[int, Hypothesis]]:
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(
                f"The hypothesis file {path} has a line {number} that is not JSON: {error}.",
                allowed='one object a line, such as {"id": "a1", "text": "..."}',
            ) from None
        if not isinstance(row, dict) or not isinstance(row.get("id"), (str, int)):
            raise InputError(
                f"The hypothesis file {path} has no object with an id in line {number}.",
                allowed='one object a line, such as {"id": "a1", "text": "..."}',
            )
        text = next((row[k] for k in _TEXT_KEYS if row.get(k) is not None), None)
        failure = row.get("error") or None
        if not isinstance(text, (str, type(None))) or not isinstance(failure, (str, type(None))):
            raise InputError(f"The hypothesis file {path} has a text or error in line {number} that is not a string.")
        rows.append((number, _row(path, number, str(row["id"]), text, failure)))
    return rows


def _row(path: Path, number: int, segment_id: str, text: str | None, error: str | None) -> Hypothesis:
    if text and error:
        raise InputError(
            f"The hypothesis file {path} has both a text and an error in line {number}.",
            allowed="one of the two",
            remedy="remove the text where the translation failed, or the error where it did not",
        )
    if error is not None:
        return Hypothesis(segment_id, error=" ".join(error.split()))
    if text is None:
        raise InputError(
            f"The hypothesis file {path} has neither a text nor an error in line {number}.",
            allowed=f"one of the fields {', '.join(_TEXT_KEYS)}, or error",
        )
    return Hypothesis(segment_id, text=text)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(f"'{i}'" for i in ids[:3])
    return shown if len(ids) <= 3 else f"{shown} and {len(ids) - 3} more"
