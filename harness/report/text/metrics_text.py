"""What metrics are worth, as a table, as Markdown, and as JSON. Takes plain figures, because it knows no statistics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.report.text import text_table as grid
from harness.report.text.console import Screen
from harness.report.text.escape import markdown_escaped as escaped
from harness.report.text.escape import visible

# Keys of a row, and their headings.
COLUMNS = {
    "pairwise_accuracy": "systems: pairs right",
    "pearson": "r",
    "kendall": "tau-b",
    "segment_accuracy": "segments: acc*eq",
    "epsilon": "epsilon",
    "segment_kendall": "tau-b",
    "segment_pearson": "r",
}


def render_text(report: Mapping[str, Any], screen: Screen | None = None) -> str:
    """An aligned table with intervals."""
    rows = [[name, *(_cell(row[key]) for key in COLUMNS)] for name, row in report["metrics"].items()]
    head = f"{visible(_title(report))}\n\n"
    notes = "".join(f"note: {visible(note)}\n" for note in report["notes"])
    return head + grid.render(["metric", *COLUMNS.values()], rows, screen) + (f"\n{notes}" if notes else "")


def render_markdown(report: Mapping[str, Any]) -> str:
    """GitHub Markdown."""
    lines = [_line(["metric", *COLUMNS.values()]), "|" + " --- |" * (len(COLUMNS) + 1)]
    lines += [_line([name, *(_cell(row[key]) for key in COLUMNS)]) for name, row in report["metrics"].items()]
    notes = "".join(f"- {escaped(note)}\n" for note in report["notes"])
    return f"{escaped(_title(report))}\n\n" + "\n".join(lines) + "\n" + (f"\n{notes}" if notes else "")


def render_json(report: Mapping[str, Any]) -> str:
    """Full precision."""
    return json.dumps(report, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _title(report: Mapping[str, Any]) -> str:
    return f"{report['test_set']}: {len(report['systems'])} systems against {report['human']}"


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3g}"
    if value["value"] is None:
        return "-"
    span = "" if value["low"] is None else f" [{value['low']:.3f}, {value['high']:.3f}]"
    return f"{value['value']:.3f}{span}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(c) for c in cells) + " |"
