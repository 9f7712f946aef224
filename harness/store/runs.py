"""Run folders: written once and whole, read back exactly."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from harness.domain import (
    Comparison,
    Kind,
    LangPair,
    Run,
    RunSummary,
    Segment,
    SystemScore,
    TestSet,
)
from harness.errors import InputError, UnknownNameError, UserError
from harness.files import read_text, write_atomic
from harness.folders import whole_folder
from harness.store.csv_tables import number_cell, plain, read_table, text_cell, write_table
from harness.store.json_lines import parse_json, read_lines, to_json, write_lines
from harness.store.outputs import OutputTables, read_outputs
from harness.store.paths import SCHEMA_VERSION, RunLayout, file_names, safe_name
from harness.store.records import Record, info_of, run_record, test_set_lines

_SCORE_COLUMNS = tuple(f.name for f in fields(SystemScore))
#: Columns that tables of earlier runs do not have.
_LATER_COLUMNS = ("rank_low", "rank_high")
_COMPARISON_COLUMNS = tuple(f.name for f in fields(Comparison))
_TEXTS = {"test_set", "system", "metric", "signature", "reason", "baseline", "correction", "test", "unit"}
_COUNTS = {"n", "n_missing", "rank", "cluster", "rank_low", "rank_high", "resamples", "seed"}


def write_run(run: Run, results: Path) -> Path:
    """Write `results/<run.id>/`; it appears whole or not at all, and is never overwritten.

    Args:
        run: the run. A score of NaN is written, and read back, as none.
        results: the results folder; made if it does not exist.

    Returns:
        The folder.

    Raises:
        UserError: there is such a run already, its id is no folder name, or the folder cannot be written.
    """
    if safe_name(run.id) != run.id:
        raise UserError(f"'{run.id}' cannot be the name of a run's folder.", allowed="letters, digits, . _ + -")
    strangers = {o.system for o in run.outputs} - {s.name for s in run.systems}
    if strangers:
        raise ValueError(f"the run has outputs of {sorted(strangers)}, which are not among its systems")
    folder = results / run.id
    if folder.exists():
        raise UserError(f"The run {folder} exists already; runs are never overwritten.", remedy="choose another name")
    with whole_folder(folder) as temporary:
        _fill(run, RunLayout(temporary))
    return folder


def read_run(folder: Path) -> Run:
    """The run that `write_run` wrote.

    Raises:
        UserError: there is no run in this folder.
        InputError: it was written by a newer version, or was changed since.
    """
    layout, record = RunLayout(folder), read_record(folder)
    test_sets = {
        row["name"]: _test_set(row, read_lines(layout.test_set(row["file"]))) for row in record.test_set_rows()
    }
    wanted = record.outputs()
    found = {}
    for system, file in record.system_files().items():
        mine = [w for w in wanted if w["system"] == system]
        for outputs in read_outputs(layout.segments(file), layout.details(file), mine, test_sets):
            found[outputs.test_set, system] = outputs
    return Run(
        id=record.string("id"),
        spec=record.mapping("spec"),
        provenance=record.mapping("provenance"),
        test_sets=tuple(test_sets.values()),
        systems=record.systems(),
        outputs=tuple(found[w["test_set"], w["system"]] for w in wanted),
        scores=_scores(layout),
        comparisons=_comparisons(layout),
        gaps=record.gaps(),
        notes=record.strings("notes"),
        costs=record.costs(),
        timings=record.mapping("timings"),
        metrics=record.metrics(),
    )


def read_summary(folder: Path) -> RunSummary:
    """What `read_run` gives, without the texts and without opening a segment table."""
    record = read_record(folder)
    return RunSummary(
        id=record.string("id"),
        spec=record.mapping("spec"),
        provenance=record.mapping("provenance"),
        test_sets=record.test_set_summaries(),
        systems=record.systems(),
        metrics=record.metrics(),
        scores=_scores(RunLayout(folder)),
        counts=record.counts(),
        gaps=record.gaps(),
        notes=record.strings("notes"),
        costs=record.costs(),
    )


def list_runs(results: Path) -> tuple[Path, ...]:
    """The run folders in `results`, oldest first (by start time, then by name); none where there is no such folder."""
    if not results.is_dir():
        return ()
    folders = [p.parent for p in results.glob("*/run.json") if not p.parent.name.startswith(".")]
    return tuple(sorted(folders, key=lambda f: (_started(f), f.name)))


def find_run(results: Path, name: str) -> Path:
    """The folder of one run.

    Args:
        results: the results folder.
        name: a run's name, the path of its folder, or "latest".

    Raises:
        UnknownNameError: there is none of this name; the message names the nearest.
        UserError: "latest" was asked for, and there is no run at all.
    """
    runs = list_runs(results)
    if name == "latest":
        if not runs:
            raise UserError(f"There is no run in {results} yet.", remedy="harness run")
        return runs[-1]
    for folder in runs:
        if folder.name == name:
            return folder
    if os.sep in name or "/" in name:
        if RunLayout(Path(name)).run.is_file():
            return Path(name)
        raise UserError(f"There is no run in {name}: it has no run.json.", remedy="harness list runs")
    raise UnknownNameError("run", name, [f.name for f in runs], remedy="harness list runs")


def _fill(run: Run, layout: RunLayout) -> None:
    system_files = file_names(s.name for s in run.systems)
    test_set_files = file_names(t.name for t in run.test_sets)
    test_sets = {t.name: t for t in run.test_sets}
    metrics = list(dict.fromkeys([*(m.name for m in run.metrics), *(m for o in run.outputs for m in o.scores)]))
    write_atomic(layout.run, to_json(run_record(run, system_files, test_set_files), indent=2) + "\n")
    write_table(layout.systems, _SCORE_COLUMNS, [_cells(s, _SCORE_COLUMNS) for s in run.scores])
    write_table(layout.comparisons, _COMPARISON_COLUMNS, [_cells(c, _COMPARISON_COLUMNS) for c in run.comparisons])
    for name, file in test_set_files.items():
        write_lines(layout.test_set(file), test_set_lines(test_sets[name]))
    tables = OutputTables(test_sets, metrics)
    for name, file in system_files.items():
        tables.write(layout.segments(file), layout.details(file), [o for o in run.outputs if o.system == name])


def read_record(folder: Path) -> Record:
    """run.json, its schema version checked.

    Raises:
        UserError: there is no run in this folder.
        InputError: it was written by a newer version, or is no run file.
    """
    path = RunLayout(folder).run
    value = parse_json(read_text(path, what="run file").text, f"the run file {path}")
    version = value.get("schema_version") if isinstance(value, dict) else None
    if not isinstance(version, int) or version < 1:
        raise InputError(f"The run file {path} has no valid schema_version.", allowed=f"1 to {SCHEMA_VERSION}")
    if version > SCHEMA_VERSION:
        raise InputError(
            f"The run {folder} was written by a newer harness: its schema_version is {version}.",
            allowed=f"up to {SCHEMA_VERSION}",
            remedy="pip install --upgrade translation-harness",
        )
    return Record(path, value)


def _started(folder: Path) -> str:
    try:
        value = read_record(folder).mapping("provenance").get("started")
    except (InputError, UserError):
        return ""  # listed all the same: whoever reads it gets the error, not whoever reads its neighbour
    return value if isinstance(value, str) else ""


def _test_set(row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> TestSet:
    try:
        return TestSet(
            name=row["name"],
            pair=LangPair.parse(row["pair"]),
            segments=tuple(
                Segment(
                    x["segment"],
                    x["document"],
                    x["paragraph"],
                    Kind(x["kind"]),
                    x["source"],
                    frozenset(x["flags"]),
                    x["confidence"],
                )
                for x in lines
            ),
            references={name: tuple(x["references"][name] for x in lines) for name in row["references"]},
            info=info_of(row["info"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The test set '{row.get('name')}' of the run cannot be read: {error!r}.") from None


def _cells(value: SystemScore | Comparison, columns: Sequence[str]) -> list[str]:
    return [text_cell(getattr(value, c)) if c in _TEXTS else number_cell(getattr(value, c)) for c in columns]


def _scores(layout: RunLayout) -> tuple[SystemScore, ...]:
    return tuple(SystemScore(**row) for row in _typed(layout.systems, _SCORE_COLUMNS))


def _comparisons(layout: RunLayout) -> tuple[Comparison, ...]:
    return tuple(Comparison(**row) for row in _typed(layout.comparisons, _COMPARISON_COLUMNS))


def _typed(path: Path, columns: Sequence[str]) -> list[dict[str, Any]]:
    header, rows = read_table(path, what="table", columns=[c for c in columns if c not in _LATER_COLUMNS])
    found = []
    for number, row in enumerate(rows, 2):
        try:
            found.append({c: _value(c, cell) for c, cell in zip(header, row, strict=True) if c in columns})
        except ValueError as error:
            raise InputError(f"Row {number} of {path} is not what it must be: {error}.") from None
    return found


def _value(column: str, cell: str) -> str | int | float | None:
    if column in _TEXTS:
        return plain(cell)
    if not cell:
        return None
    return int(cell) if column in _COUNTS else float(cell)
