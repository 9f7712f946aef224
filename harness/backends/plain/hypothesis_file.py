"""Translations made elsewhere, read from a file: plain text by line, or TSV, JSON Lines, XLIFF or TMX by segment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from harness.backends.base import RunningText, Traits
from harness.backends.plain.running_file import check_segmentation, document_format, is_document, runs_on
from harness.domain import Hypothesis, LangPair, Segment, System
from harness.domain.canonical_json import sha256_of
from harness.errors import ConfigError, InputError, did_you_mean
from harness.files import content_suffix, decode, files_in, read_bytes, split_lines
from harness.tabular.csv_text import parse_csv
from harness.tabular.exchange_rows import ExchangeRow, exchange_format, exchange_rows
from harness.tabular.jsonl import json_rows
from harness.tabular.line_counts import why_counts_differ
from harness.tabular.matching import check_ids, count
from harness.tabular.table import Seen, Table
from harness.tabular.tsv import TableStyle, parse_tsv, tsv_rows

FORMATS = ("auto", "lines", "tsv", "csv", "jsonl", "xliff", "tmx")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".tsv": "tsv", ".csv": "csv"}
_TSV = TableStyle(any_case=True)
_OBJECT = 'one object on each line, such as {"id": "a1", "text": "..."}'
_TEXT_KEYS = ("text", "hypothesis", "translation")


#: The one file of a system that names no test sets.
_ANY = ""


@dataclass(frozen=True)
class _Given:
    """One file as it was when the system was made."""

    path: Path
    data: bytes
    format: str
    encoding: str | None
    documents: tuple[_Given, ...] = ()

    @classmethod
    def read(cls, path: Path, format: str, encoding: str | None, segmentation: str = "lines") -> _Given:
        if path.is_dir():
            files = tuple(cls.read(p, format, encoding, "document") for p in files_in(path))
            if not files or segmentation == "lines":
                raise InputError(
                    f"The folder {path} has no files in it."
                    if not files
                    else f"{path} is a folder, which has no lines.",
                    allowed="a folder with one file for each document",
                    remedy="name a file, or say --segmentation document",
                )
            return cls(path, b"".join(f.data for f in files), "document", encoding, files)
        data = read_bytes(path, what="hypothesis file")
        if segmentation != "lines" and format == "auto" and is_document(path, data):
            return cls(path, data, "document", encoding)
        return cls(path, data, _format(format, path, data), encoding)

    @cached_property
    def text(self) -> str:
        """What it says, decoded."""
        return decode(self.data, name=f"hypothesis file {self.path}", encoding=self.encoding).text

    def running(self, segments: Sequence[Segment], segmentation: str) -> RunningText | None:
        """The file as running text; None where its translations stand by segment."""
        if self.format == "document":
            return RunningText(self.path, None, self.encoding)
        if self.format not in ("auto", "lines"):
            return None
        if segmentation == "lines" or (segmentation == "auto" and not runs_on(self.text, segments)):
            return None
        by_segment = not self.text.strip() or (self.format == "auto" and _told(self.text, segments) != "lines")
        return None if by_segment else RunningText(self.path, self.text, self.encoding)


class FileBackend:
    """The hypotheses of a system that ran somewhere else.

    Args:
        name: the system's label.
        path: the file. UTF-8, UTF-16 with a byte order mark, GB18030 and Big5 are detected.
        paths: instead of `path`, a file for each test set: `{news: ../out/news.en, talks: ../out/talks.en}`.
        format: "lines" (one hypothesis per line, one line per segment), "tsv" (columns id and text, with or without a
            header; a column error is read too), "csv" (the same with a header), "jsonl" (objects with id and text or
            error), "xliff", "tmx", or "auto": by the suffix and by what is in it. `.gz`, `.bz2` and `.xz` are
            unpacked; "-" is standard input.
        encoding: read as this encoding instead of detecting it.
        segmentation: "lines", where the text stands by segment; "document", where it is running text, in one file or a
            folder with a file for each document, in any format that `harness ingest` reads; "auto": running text
            where the lines are far fewer or far more than the segments.

    Raises:
        UserError: a file is missing or cannot be read.
        ConfigError: an unknown format, or neither or both of `path` and `paths`.
    """

    # Never cached: an answer belongs to an id, and two equal sources may have two different translations in the file.
    traits = Traits(batch=1000, reusable=False, timed=False)

    def __init__(
        self,
        *,
        name: str,
        path: str | None = None,
        paths: dict[str, str] | None = None,
        format: str = "auto",
        encoding: str | None = None,
        segmentation: str = "auto",
    ) -> None:
        self._segmentation = check_segmentation(segmentation)
        if (path is None) == (not paths):
            raise ConfigError(
                f"The system '{name}' needs the file of its translations, and has {'two' if path else 'none'}.",
                allowed="path: FILE, or paths: {TEST SET: FILE}",
            )
        self._name = name
        self._files = {
            test_set: _Given.read(Path(file).expanduser(), format, encoding, segmentation)
            for test_set, file in (paths or {_ANY: path or ""}).items()
        }
        self._file = next(iter(self._files.values()))
        self._hypotheses: dict[str, Hypothesis] = {}
        formats = {"lines" if f.format == "auto" else f.format for f in self._files.values()}
        digests = {test_set: hashlib.sha256(f.data).hexdigest() for test_set, f in self._files.items()}
        self.system = System(
            name=name,
            backend="file",
            model=", ".join(f.path.name for f in self._files.values()),
            revision=f"sha256:{digests[_ANY] if _ANY in digests else sha256_of(digests)}",
            parameters={
                "format": ", ".join(sorted(formats)),
                "encoding": encoding,
                **({} if segmentation == "auto" else {"segmentation": segmentation}),
            },
        )

    def expect(self, test_sets: Sequence[str]) -> None:
        """See `KnowsTestSets`: with `paths`, each test set has its file, and each file its test set.

        Raises:
            ConfigError: a test set without a file, or a file of a test set that is not in the run.
        """
        if _ANY in self._files:
            return
        for known, names, problem in (
            (self._files, test_sets, "has no file for the test set"),
            (test_sets, self._files, "has a file for the test set"),
        ):
            for test_set in names:
                if test_set not in known:
                    there = "" if names is test_sets else ", which is not in this run"
                    raise ConfigError(
                        f"The system '{self._name}' {problem} '{test_set}'{there}{did_you_mean(test_set, known)}",
                        allowed=f"paths for {', '.join(test_sets)}",
                        remedy=f"paths: {{{test_sets[0]}: FILE, ...}}",
                    )

    def turn_to(self, test_set: str) -> None:
        """See `KnowsTestSets`."""
        self._file = self._files.get(test_set, self._file)
        self._hypotheses = {}

    def running_text(self, segments: Sequence[Segment]) -> list[RunningText] | None:
        """See `HasRunningText`."""
        several = bool(self._file.documents)
        found = [
            f.running(segments, "document" if several else self._segmentation)
            for f in self._file.documents or (self._file,)
        ]
        if several and None in found:
            raise InputError(
                f"The folder {self._file.path} has files that are no documents.", allowed="one running text a document"
            )
        return [replace(f, of_one_document=several) for f in found if f is not None] or None

    def prepare(self, segments: Sequence[Segment], pair: LangPair) -> None:
        """Match the file to a test set.

        Raises:
            InputError: ids or the number of lines do not match, or the file is not what its format says.
        """
        self._hypotheses = {h.id: h for h in _parse(self._file, segments, pair.target)}

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """The file's hypotheses for these ids; without `prepare`, these are all segments of the test set."""
        if any(s.id not in self._hypotheses for s in segments):
            self.prepare(segments, pair)
        return [self._hypotheses[s.id] for s in segments]

    def close(self) -> None:
        """Nothing is held open."""


def read_hypotheses(
    path: Path, segments: Sequence[Segment], *, format: str = "auto", encoding: str | None = None, target: str = "en"
) -> tuple[Hypothesis, ...]:
    """Read a hypothesis file for a test set's segments: one hypothesis per segment, in their order.

    Raises:
        UserError: missing or unreadable.
        InputError: empty, NUL bytes, no known encoding, not the format it should be, another number of lines than
            segments, or ids that are missing, doubled or unknown.
    """
    return _parse(_Given.read(path, format, encoding), segments, target)


def _format(wanted: str, path: Path, data: bytes) -> str:
    if wanted not in FORMATS:
        raise ConfigError(f"The backend 'file' has no format '{wanted}'.", allowed=", ".join(FORMATS))
    if wanted != "auto":
        return wanted
    kind = document_format(data)
    if kind is not None:
        raise InputError(
            f"The hypothesis file {path} is {kind.what}, which would be scored with all that is no text in it.",
            allowed=", ".join(FORMATS),
            remedy=kind.remedy,
        )
    return exchange_format(data) or _SUFFIXES.get(content_suffix(path), "auto")


def _told(text: str, segments: Sequence[Segment]) -> str:
    """Lines, or a table under the name of a text: JSON Lines, or rows that begin with the test set's ids."""
    lines = [line for line in split_lines(text) if line.strip()]
    if all(line.lstrip().startswith("{") and line.rstrip().endswith("}") and '"id"' in line for line in lines):
        return "jsonl"
    first = [line.partition("\t")[0].strip() for line in lines if "\t" in line]
    if len(first) < len(lines):
        return "lines"
    ids = {s.id for s in segments}
    named = first[0].lower() == "id"
    return "tsv" if len(first) > named and all(cell in ids for cell in first[named:]) else "lines"


def _parse(given: _Given, segments: Sequence[Segment], target: str) -> tuple[Hypothesis, ...]:
    name = f"The hypothesis file {given.path}"
    if given.format in ("xliff", "tmx"):
        return _by_unit(exchange_rows(given.data, name=name, target=target), name, segments)
    text = given.text
    if not text.strip():
        raise InputError(f"{name} is empty.", remedy="name the file that holds the translations")
    kind = _told(text, segments) if given.format == "auto" else given.format
    if kind == "lines":
        return _by_line(split_lines(text), given.path, segments)
    parse = {"tsv": _tsv, "csv": _csv, "jsonl": _jsonl}[kind]
    return _by_id(parse(text, name), name, segments)


def _by_unit(rows: Sequence[ExchangeRow], name: str, segments: Sequence[Segment]) -> tuple[Hypothesis, ...]:
    """Units to segments: by id, else by source, else in order where there are as many."""
    wanted = [s for s in segments if not s.blank]
    for key in ("id", "source"):
        known = {row[0] if key == "id" else row.source.strip(): row for row in rows}
        found = [known.get(s.id if key == "id" else s.source.strip()) for s in wanted]
        if all(row is not None for row in found) and len(known) == len(rows):
            by_id = {s.id: row.target for s, row in zip(wanted, found, strict=True) if row is not None}
            return tuple(_of_unit(s.id, by_id.get(s.id, "")) for s in segments)
    others = sum(
        bool(row.source.strip()) and row.source.split() != s.source.split()
        for row, s in zip(rows, segments, strict=False)
    )
    if len(rows) != len(segments) or 2 * others > len(segments):
        raise InputError(
            f"{name} has {count(len(rows), 'unit')} for {count(len(segments), 'segment')}, and neither their ids nor "
            "their sources are those of the test set.",
            allowed="a unit for each segment, by id, by source, or in order",
        )
    return tuple(_of_unit(s.id, row.target) for s, row in zip(segments, rows, strict=True))


def _of_unit(segment_id: str, target: str | None) -> Hypothesis:
    return (
        Hypothesis(segment_id, error="the file has no target for it")
        if target is None
        else Hypothesis(segment_id, target)
    )


def _by_line(lines: Sequence[str], path: Path, segments: Sequence[Segment]) -> tuple[Hypothesis, ...]:
    blank = len(lines) - len(segments)
    if blank > 0 and not any(line.strip() for line in lines[len(segments) :]):
        first, last = len(segments) + 1, len(lines)
        which = f"line {first} is" if blank == 1 else f"lines {first} to {last} are"
        raise InputError(
            f"The hypothesis file {path} has {count(len(lines), 'line')} for {count(len(segments), 'segment')}: "
            f"{which} blank at its end.",
            allowed="one line for each segment",
            remedy=f"remove them: head -n {len(segments)} {path}",
        )
    if len(lines) != len(segments):
        name = f"The hypothesis file {path}"
        reason = why_counts_differ("The test set", [s.source for s in segments], name, lines)
        raise InputError(
            f"{name} has {count(len(lines), 'line')} for {count(len(segments), 'segment')}.{reason}",
            allowed="one line for each segment, in the order of the test set",
            remedy="write one line for every segment (an empty one where there is none), or use TSV or JSONL by id; "
            "where it is running text, say --segmentation document",
        )
    return tuple(Hypothesis(segment.id, text=line) for segment, line in zip(segments, lines, strict=True))


def _by_id(rows: Sequence[tuple[int, Hypothesis]], name: str, segments: Sequence[Segment]) -> tuple[Hypothesis, ...]:
    found: dict[str, Hypothesis] = {}
    seen = Seen(name)
    for line, row in rows:
        seen.add(row.id, line)
        found[row.id] = row
    check_ids(
        name,
        list(found),
        [s.id for s in segments if not s.blank],
        owner="the test set",
        optional={s.id for s in segments if s.blank},
        remedy="add the missing rows; a segment that failed is a row with an error instead of a text",
    )
    return tuple(found.get(s.id, Hypothesis(s.id, text="")) for s in segments)


def _tsv(text: str, name: str) -> list[tuple[int, Hypothesis]]:
    _, header = tsv_rows(text, name=name, style=_TSV)[0]
    named = {cell.strip().lower() for cell in header}
    text_column = next((k for k in _TEXT_KEYS if k in named), None)
    if "id" not in named or text_column is None:
        text_column = "text"
        table = parse_tsv(text, name=name, style=_TSV, columns=("id", "text"))
    else:
        table = parse_tsv(text, name=name, style=_TSV)
    return _rows(table, text_column)


def _csv(text: str, name: str) -> list[tuple[int, Hypothesis]]:
    table = parse_csv(text, name=name)
    text_column = next((key for key in _TEXT_KEYS if key in table.columns), "text")
    table.need(("id", text_column), allowed=f"id, {' or '.join(_TEXT_KEYS)}, error")
    return _rows(table, text_column)


def _rows(table: Table, text_column: str) -> list[tuple[int, Hypothesis]]:
    rows = []
    for row in table.rows:
        error = row.cells.get("error", "").strip()
        said = row.cells[text_column]
        shown = said if said or not error else None
        rows.append((row.line, _row(table.where(row), row.cells["id"], shown, error or None)))
    return rows


def _jsonl(text: str, name: str) -> list[tuple[int, Hypothesis]]:
    rows = []
    for line, row in json_rows(text, name=name, allowed=_OBJECT):
        where = f"{name}, line {line}"
        if isinstance(row.get("id"), bool) or not isinstance(row.get("id"), (str, int)):
            raise InputError(f"{where}: there is no id.", allowed=_OBJECT)
        said = next((row[k] for k in _TEXT_KEYS if row.get(k) is not None), None)
        failure = row.get("error") or None
        if not isinstance(said, (str, type(None))) or not isinstance(failure, (str, type(None))):
            raise InputError(f"{where}: the text or the error is not a string.", allowed=_OBJECT)
        rows.append((line, _row(where, str(row["id"]), said, failure)))
    return rows


def _row(where: str, segment_id: str, text: str | None, error: str | None) -> Hypothesis:
    if text and error:
        raise InputError(
            f"{where}: there are both a text and an error.",
            allowed="one of the two",
            remedy="remove the text where the translation failed, or the error where it did not",
        )
    if error is not None:
        return Hypothesis(segment_id, error=" ".join(error.split()))
    if text is None:
        raise InputError(
            f"{where}: there is neither a text nor an error.",
            allowed=f"one of the fields {', '.join(_TEXT_KEYS)}, or error",
        )
    return Hypothesis(segment_id, text=text)
