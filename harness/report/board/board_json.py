"""The board as JSON, at full precision, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from harness.domain import columns
from harness.report.board.rows import Board, BoardRow, Section


def render(board: Board) -> str:
    """One JSON object and a newline; missing numbers are null, and every score stands beside its signature."""
    value = {
        "runs": list(board.runs),
        "test_sets": [_section(s) for s in board.sections],
        "gaps": [asdict(g) for g in board.gaps],
        "notes": list(board.notes),
    }
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, default=dict) + "\n"


def _section(section: Section) -> dict[str, object]:
    info = section.test_set
    return {
        "test_set": info.name,
        "pair": str(info.pair),
        "documents": info.documents,
        "segments": info.segments,
        "scored": info.scored,
        "excluded": dict(info.excluded),
        "reference_counts": {str(count): n for count, n in info.reference_counts.items()},
        "fingerprint": info.fingerprint,
        "primary": section.primary,
        "metrics": [asdict(m) for m in section.metrics],
        "systems": [_row(r) for r in section.rows],
        "warnings": list(section.warnings),
    }


def _row(row: BoardRow) -> dict[str, object]:
    return {
        "system": row.system,
        "backend": row.backend,
        "model": row.model,
        "revision": row.revision,
        "key": row.key,
        "run": row.run,
        "started": row.started,
        **_columns(row),
        "scores": {metric: asdict(cell) for metric, cell in row.cells.items()},
    }


def _columns(row: BoardRow) -> dict[str, object]:
    """Errors, flags, cost and the like: by key, in the object of their group; a count of parts as its parts."""
    found: dict[str, object] = {}
    groups: dict[str, dict[str, object]] = {"": found}
    for column in columns.COLUMNS:
        if column.group not in groups:
            found[column.group] = groups[column.group] = {}
        parts = row.parts.get(column.key)
        groups[column.group][column.key] = row.values[column.key] if parts is None else dict(parts)
    return found
