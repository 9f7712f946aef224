"""One system's outputs as a table for people and a JSONL file for what a table cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.domain import Cut, Hypothesis, Json, Outputs, TestSet, Usage
from harness.errors import InputError
from harness.files import atomic_writer
from harness.store.csv_tables import csv_lines, number_cells, plain, read_table, text_cell, text_cells, write_rows
from harness.store.json_lines import read_lines, write_lines

_FIRST = ("test_set", "document", "segment", "source")
_LAST = ("hypothesis", "error", "flags")


class OutputTables:
    """Writes the outputs of a run's systems.

    Args:
        test_sets: by name.
        metrics: the columns, in order; a metric that an output lacks leaves its cells empty.
    """

    def __init__(self, test_sets: Mapping[str, TestSet], metrics: Sequence[str]) -> None:
        self._test_sets = test_sets
        self._metrics = metrics
        references = reference_columns(max((len(t.references) for t in test_sets.values()), default=1))
        self._header = (*_FIRST, *references, *_LAST, *metrics)
        # The beginnings of a test set's rows are the same in the tables of all systems.
        self._beginnings = {name: _beginnings(t, len(references)) for name, t in test_sets.items()}

    def write(self, table: Path, details: Path, outputs: Sequence[Outputs]) -> None:
        """Write all outputs of one system.

        Args:
            table: segments/<system>.csv.
            details: details/<system>.jsonl.
            outputs: of this system, in the run's order.
        """
        cut = any(h.cut is not None for o in outputs for h in o.hypotheses)
        with atomic_writer(table) as handle:
            write_rows(handle, (*self._header, "certainty") if cut else self._header, ())
            for o in outputs:
                ends = csv_lines(_ends(o, self._test_sets[o.test_set], self._metrics, cut=cut))
                handle.writelines(
                    f"{begin},{end}\n" for begin, end in zip(self._beginnings[o.test_set], ends, strict=True)
                )
        write_lines(details, (line for o in outputs for line in _details(o, self._test_sets[o.test_set])))


def reference_columns(count: int) -> tuple[str, ...]:
    """`reference`, `reference_2`, ...: at least the first, even where a run has no reference at all."""
    return tuple("reference" if i == 0 else f"reference_{i + 1}" for i in range(max(count, 1)))


def read_outputs(
    table: Path, details: Path, wanted: Sequence[Mapping[str, Any]], test_sets: Mapping[str, TestSet]
) -> list[Outputs]:
    """The inverse of `OutputTables.write`; `wanted` are this system's rows of run.json's "outputs".

    Raises:
        InputError: the table and the test sets are not about the same segments.
    """
    header, rows = read_table(table, what="segment table", columns=("test_set", "segment", *_LAST))
    extra = {(str(line["test_set"]), str(line["segment"])): line for line in read_lines(details)}
    column = {name: i for i, name in reversed(list(enumerate(header)))}
    first_metric = column["flags"] + 1
    scores = {name: i for i, name in enumerate(header) if i >= first_metric}
    by_test_set: dict[str, list[list[str]]] = {}
    for row in rows:
        by_test_set.setdefault(row[column["test_set"]], []).append(row)
    found = []
    for entry in wanted:
        test_set = test_sets[entry["test_set"]]
        mine = by_test_set.get(text_cell(test_set.name), [])
        if [r[column["segment"]] for r in mine] != [text_cell(s.id) for s in test_set.segments]:
            raise InputError(
                f"The segment table {table} does not hold the segments of the test set '{test_set.name}' in order.",
                remedy="restore the file; run folders are not made to be edited",
            )
        lines = [extra.get((test_set.name, s.id), {}) for s in test_set.segments]
        found.append(
            Outputs(
                test_set=test_set.name,
                system=entry["system"],
                hypotheses=tuple(
                    _hypothesis(s.id, r[column["hypothesis"]], r[column["error"]], x)
                    for s, r, x in zip(test_set.segments, mine, lines, strict=True)
                ),
                flags=tuple(
                    frozenset(x["flags"]) if "flags" in x else frozenset(plain(r[column["flags"]]).split()) - s.flags
                    for s, r, x in zip(test_set.segments, mine, lines, strict=True)
                ),
                scores={m: tuple(_number(r[scores[m]], table) for r in mine) for m in entry["metrics"]},
                notes={m: tuple(x.get("notes", {}).get(m, {}) for x in lines) for m in entry["notes"]},
            )
        )
    return found


def _beginnings(test_set: TestSet, width: int) -> list[str]:
    """What the rows of a test set have before the hypothesis, as CSV; `width` columns are of references."""
    segments = test_set.segments
    columns = [
        [text_cell(test_set.name)] * len(segments),
        text_cells(s.document for s in segments),
        text_cells(s.id for s in segments),
        text_cells(s.source for s in segments),
        *map(text_cells, test_set.references.values()),
        *[[""] * len(segments)] * (width - len(test_set.references)),
    ]
    return csv_lines(zip(*columns, strict=True))


def _ends(outputs: Outputs, test_set: TestSet, metrics: Sequence[str], *, cut: bool) -> Iterator[tuple[str, ...]]:
    """The cells of a test set's rows from the hypothesis on; with `cut`, how sure each cut is comes last."""
    segments, hypotheses = test_set.segments, outputs.hypotheses
    flags = (s.flags | f for s, f in zip(segments, outputs.flags, strict=True))
    scores = [outputs.scores.get(m) for m in metrics]
    columns = [
        text_cells(h.text or "" for h in hypotheses),
        text_cells(h.error or "" for h in hypotheses),
        text_cells(" ".join(sorted(f)) if f else "" for f in flags),
        *[[""] * len(segments) if c is None else number_cells(c) for c in scores],
    ]
    if cut:
        columns.append(number_cells([None if h.cut is None else h.cut.certainty for h in hypotheses]))
    return zip(*columns, strict=True)


def _details(outputs: Outputs, test_set: TestSet) -> Iterator[dict[str, Json]]:
    """What the row of a segment does not say, or not exactly; nothing for a segment whose row says it all."""
    cells = text_cells(h.text or "" for h in outputs.hypotheses)
    noted = [(m, values) for m, values in outputs.notes.items() if any(value != {} for value in values)]
    for i, (segment, hypothesis) in enumerate(zip(test_set.segments, outputs.hypotheses, strict=True)):
        more: dict[str, Json] = {}
        text, error = hypothesis.text, hypothesis.error
        # Nearly every cell is its text: only one that was changed, or that is an error, is read back.
        if error is not None or cells[i] is not text:
            said = _said(cells[i], text_cell(error or ""))
            if said != (text, error):
                more["text"], more["error"] = text, error
        if hypothesis.raw is not None:
            more["raw"] = hypothesis.raw
        if hypothesis.flags:
            more["engine_flags"] = sorted(hypothesis.flags)
        if hypothesis.usage is not None:
            more["usage"] = asdict(hypothesis.usage)
        if hypothesis.cut is not None:
            more["cut"] = asdict(hypothesis.cut)
        flags = outputs.flags[i]
        shown = segment.flags | flags
        if shown and frozenset(plain(text_cell(" ".join(sorted(shown)))).split()) - segment.flags != flags:
            more["flags"] = sorted(flags)
        notes = {m: values[i] for m, values in noted if values[i] != {}}
        if notes:
            more["notes"] = notes
        if more:
            yield {"test_set": test_set.name, "segment": segment.id, **more}


def _said(cell: str, error: str) -> tuple[str | None, str | None]:
    """Text and error of a hypothesis, as its row of the table tells them."""
    return (None, plain(error)) if error else (plain(cell), None)


def _hypothesis(id_: str, cell: str, error: str, more: Mapping[str, Any]) -> Hypothesis:
    text, problem = _said(cell, error)
    if "text" in more:
        text, problem = more["text"], more["error"]
    usage = more.get("usage")
    return Hypothesis(
        id_,
        text,
        problem,
        more.get("raw"),
        frozenset(more.get("engine_flags", ())),
        None if usage is None else Usage(**usage),
        Cut(**more["cut"]) if "cut" in more else None,
    )


def _number(cell: str, table: Path) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        raise InputError(f"The segment table {table} has '{cell}' where a score belongs.") from None
