"""What the page holds, as JSON in deflated blocks: small ones first, texts only when they are looked at."""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.domain import Comparison, Kind, Outputs, Run, TestSet, columns
from harness.domain.columns import Column
from harness.report.board.rows import Board, Section
from harness.report.board.wording import section_digits
from harness.report.text.escape import visible

#: Below it a difference is called significant; the comparisons carry their corrected p-values.
ALPHA = 0.05


@dataclass(frozen=True)
class DataBlock:
    """One named piece of data, ready to stand in a script element."""

    name: str
    text: str


def blocks_of(board: Board, run: Run | None) -> list[DataBlock]:
    """All blocks of a page.

    Args:
        board: what the page shows on top.
        run: whose segments it explores, or None for a board over runs.
    """
    systems = _labels(board, run)
    blocks = [_block("head", _head(board, run, systems))]
    if run is None:
        return blocks
    index = {name: i for i, name in enumerate(systems)}
    for t, section in enumerate(board.sections):
        test_set = next(s for s in run.test_sets if s.name == section.test_set.name)
        outputs = [o for o in run.outputs if o.test_set == test_set.name]
        flags = flag_names(test_set, outputs)
        digits = section_digits(section)
        blocks.append(_block(f"b{t}", _base(test_set, flags)))
        blocks.append(_block(f"n{t}", _numbers(outputs, index, flags, digits)))
        blocks.extend(_block(f"x{t}-{index[o.system]}", _texts(o)) for o in outputs)
    return blocks


def flag_names(test_set: TestSet, outputs: Sequence[Outputs]) -> list[str]:
    """All flags of a test set's segments and outputs."""
    found = {f for s in test_set.segments for f in s.flags}
    return sorted(found.union(*(f for o in outputs for f in o.flags)))


def axes_of(board: Board) -> list[Column]:
    """What the chart of quality against cost can have on its axis; what boards show as a column comes first."""
    known = [
        c
        for c in columns.COLUMNS
        if c.quantity and any(r.values.get(c.key) is not None for s in board.sections for r in s.rows)
    ]
    return sorted(known, key=lambda c: not any(c in s.columns for s in board.sections))


def _labels(board: Board, run: Run | None) -> list[str]:
    """System names; over runs, two systems of one name are told apart by the beginning of their keys."""
    if run is not None:
        return [s.name for s in run.systems]
    return list(dict.fromkeys(label for section in board.sections for label in row_labels(section)))


def row_labels(section: Section) -> list[str]:
    """One label a row, distinct within the section."""
    names = [r.system for r in section.rows]
    return [f"{r.system} ({r.key[:8]})" if names.count(r.system) > 1 else r.system for r in section.rows]


def _head(board: Board, run: Run | None, systems: Sequence[str]) -> dict[str, Any]:
    index = {name: i for i, name in enumerate(systems)}
    metrics = {
        m.name: {"higher": m.higher_is_better, "digits": section_digits(s)[m.name]}
        for s in board.sections
        for m in s.metrics
    }
    axes = axes_of(board)
    baseline = run.spec.get("baseline") if run is not None else None
    return {
        "systems": list(systems),
        "metrics": metrics,
        "sets": [_set(section, run) for section in board.sections],
        "axes": {c.key: c.key.replace("_", " ") for c in axes},
        "boards": [_board(section, axes, index) for section in board.sections],
        "comparisons": [_comparisons(section, run, index) for section in board.sections],
        "alpha": ALPHA,
        "test": "" if run is None else _test_sentence(run.comparisons),
        "baseline": index.get(baseline) if isinstance(baseline, str) else None,
    }


def _set(section: Section, run: Run | None) -> dict[str, Any]:
    info = section.test_set
    value: dict[str, Any] = {"name": info.name, "pair": [info.pair.source, info.pair.target], "n": 0}
    if run is not None:
        test_set = next(s for s in run.test_sets if s.name == info.name)
        value["n"] = len(test_set.segments)
        value["docs"] = list(dict.fromkeys(s.document for s in test_set.segments))
        value["kinds"] = [str(k) for k in Kind]
        value["flags"] = flag_names(test_set, [o for o in run.outputs if o.test_set == info.name])
    return value


def _board(section: Section, axes: Sequence[Column], index: Mapping[str, int]) -> dict[str, Any]:
    labels = row_labels(section)
    rows = [
        {
            "s": index[row.system if row.system in index else label],
            "trap": row.trap,
            "cells": {m: [c.score, c.low, c.high] for m, c in row.cells.items() if c.score is not None},
            "cost": {c.key: v for c in axes if (v := row.values[c.key]) is not None},
        }
        for row, label in zip(section.rows, labels, strict=True)
    ]
    scored = [m.name for m in section.metrics if any(m.name in r.cells for r in section.rows)]
    return {"primary": section.primary, "metrics": scored, "rows": rows}


def _comparisons(section: Section, run: Run | None, index: Mapping[str, int]) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for c in run.comparisons if run is not None else ():
        if c.test_set == section.test_set.name:
            numbers = [c.delta, c.ci_low, c.ci_high, c.p_corrected]
            found.setdefault(c.metric, []).append(
                [index[c.baseline], index[c.system], *(None if v is None else round(v, 6) for v in numbers)]
            )
    return found


def _test_sentence(comparisons: Sequence[Comparison]) -> str:
    kinds = {(c.test, c.unit, c.resamples, c.seed, c.correction) for c in comparisons}
    if len(kinds) != 1:
        return "see comparisons.csv" if kinds else ""
    test, unit, resamples, seed, correction = next(iter(kinds))
    corrected = "uncorrected" if correction == "none" else f"{correction}-corrected"
    return visible(f"paired {test} over {unit}s, {resamples} resamples, seed {seed}, {corrected}")


def _base(test_set: TestSet, flags: Sequence[str]) -> dict[str, Any]:
    documents = {d: i for i, d in enumerate(dict.fromkeys(s.document for s in test_set.segments))}
    kinds = {k: i for i, k in enumerate(Kind)}
    at = {f: i for i, f in enumerate(flags)}
    segments = test_set.segments
    return {
        "id": [s.id for s in segments],
        "doc": [documents[s.document] for s in segments],
        "par": [s.paragraph for s in segments],
        "kind": [kinds[s.kind] for s in segments],
        "src": [s.source for s in segments],
        "refNames": list(test_set.references),
        "refs": [list(texts) for texts in test_set.references.values()],
        "flags": {i: sorted(at[f] for f in s.flags) for i, s in enumerate(segments) if s.flags},
        "unscored": {i: 1 for i, s in enumerate(segments) if not s.scored},
    }


def _numbers(
    outputs: Sequence[Outputs], index: Mapping[str, int], flags: Sequence[str], digits: Mapping[str, int]
) -> dict[str, Any]:
    """Segment scores, rounded for the screen (one digit more than the board has), and flags."""
    at = {f: i for i, f in enumerate(flags)}
    scores: dict[str, dict[int, list[float | None]]] = {}
    for o in outputs:
        for metric, values in o.scores.items():
            places = min(digits.get(metric, 1) + 1, 4)
            rounded = [None if v is None or math.isnan(v) else round(v, places) for v in values]
            if any(v is not None for v in rounded):
                scores.setdefault(metric, {})[index[o.system]] = rounded
    raised = {index[o.system]: {i: sorted(at[f] for f in fs) for i, fs in enumerate(o.flags) if fs} for o in outputs}
    return {"scores": scores, "flags": raised}


def _texts(outputs: Outputs) -> dict[str, Any]:
    hypotheses = outputs.hypotheses
    return {
        "hyp": [h.text for h in hypotheses],
        "err": {i: h.error for i, h in enumerate(hypotheses) if h.error is not None},
        "cut": {i: [h.cut.certainty, h.cut.before, h.cut.added] for i, h in enumerate(hypotheses) if h.cut is not None},
        "raw": {i: h.raw for i, h in enumerate(hypotheses) if h.raw is not None},
        "notes": {m: {i: n for i, n in enumerate(notes) if n} for m, notes in outputs.notes.items()},
    }


def _block(name: str, value: object) -> DataBlock:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=dict)
    # A lone surrogate cannot be UTF-8; as a JSON escape it arrives whole.
    data = text.encode("utf-8", "backslashreplace")
    return DataBlock(name, base64.b64encode(zlib.compress(data, 6)).decode("ascii"))
