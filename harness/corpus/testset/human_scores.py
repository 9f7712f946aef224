"""Human scores as WMT and mt-metrics-eval publish them.

Told apart by what stands in them, not by their names:

- WMT direct assessment by segment: a header `SYS SID RAW.SCR Z.SCR N`; z scores are taken, SID counts from 1.
- WMT direct assessment by system: `raw z judgements ... id name` a line; z is taken.
- MQM, every error a row: a header with system, seg_id, rater, category, severity; weights of Freitag et al. (2021).
- MQM, averaged: a header `system mqm_avg_score seg_id`.
- mt-metrics-eval: `system score` a line; a system that stands there once has a system score, one that stands there once
  a segment has segment scores in order. `None` is no score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.domain.ratings import HumanScores
from harness.errors import InputError
from harness.files import read_text
from harness.tabular.tsv import TableStyle, parse_tsv, word_rows

_MQM = TableStyle(blank_lines=True, ragged=True, any_case=True)
_SEGMENT_IDS = ("globalsegid", "seg_id", "segid")
# Freitag et al. (2021), "Experts, Errors, and Context", table 4.
_NON_TRANSLATION, _MAJOR, _MINOR, _MINOR_PUNCTUATION = 25.0, 5.0, 1.0, 0.1


def read_human(path: Path) -> HumanScores:
    """Read one file of human scores.

    Raises:
        UserError: the file is missing or no text.
        InputError: it is none of the layouts above, or a line is not what its layout asks.
    """
    text = read_text(path, what="file of human scores").text
    rows = word_rows(text)
    if not rows:
        raise InputError(f"The file of human scores {path} is empty.", allowed=_LAYOUTS)
    header = [word.lower() for word in rows[0][1]]
    try:
        if header[:2] == ["sys", "sid"]:
            return _da_segments(rows[1:])
        if {"system", "rater", "category", "severity"} <= set(header):
            return _mqm_errors(text, str(path))
        if header[:3] == ["system", "mqm_avg_score", "seg_id"]:
            return _mqm_means(rows[1:])
        if len(header) == 2:
            return _metrics_eval(rows)
        if len(header) >= 6 and _numeric(header[:2]):
            return HumanScores("WMT direct assessment", systems={c[-1]: float(c[1]) for c in _cells(rows)})
    except _BadLineError as error:
        number, why = error.args
        raise InputError(f"{path}, line {number}: {why}.") from None
    raise InputError(f"The layout of the human scores in {path} is not known.", allowed=_LAYOUTS)


_LAYOUTS = "WMT DA (segments or systems), WMT MQM, mt-metrics-eval *.seg.score or *.sys.score"
Row = tuple[int, list[str]]


class _BadLineError(Exception):
    """A line number, and why."""


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    found = []
    for number, cells in rows:
        if len(cells) < 6 or not _numeric(cells[:2]):
            raise _BadLineError(number, "six columns are needed, the first two numbers")
        found.append(cells)
    return found


def _da_segments(rows: Sequence[Row]) -> HumanScores:
    segments: dict[str, dict[int, float]] = defaultdict(dict)
    for number, cells in rows:
        if len(cells) < 4 or not _numeric(cells[1:4]):
            raise _BadLineError(number, "SYS SID RAW.SCR Z.SCR are needed")
        segments[cells[0]][_position(cells[1], number)] = float(cells[3])
    return HumanScores("WMT direct assessment, z scores", dict(segments))


def _mqm_means(rows: Sequence[Row]) -> HumanScores:
    segments: dict[str, dict[int, float]] = defaultdict(dict)
    for number, cells in rows:
        if len(cells) != 3 or not cells[2].isdigit():
            raise _BadLineError(number, "system, score and segment number are needed")
        if _numeric(cells[1:2]):
            segments[cells[0]][_position(cells[2], number)] = float(cells[1])
    return HumanScores("MQM", dict(segments))


def _mqm_errors(text: str, name: str) -> HumanScores:
    table = parse_tsv(text, name=name, style=_MQM)
    id_column = next((column for column in _SEGMENT_IDS if column in table.columns), None)
    if id_column is None:
        table.need(("seg_id",), allowed=", ".join(_SEGMENT_IDS))
    needed = ("system", str(id_column), "rater", "category", "severity")
    table.need(needed, allowed=f"{', '.join(needed)}, separated by tabs")
    points: dict[tuple[str, int, str], float] = defaultdict(float)
    for number, cells in table.rows:
        lacking = next((column for column in needed if column not in cells), None)
        if lacking is not None:
            raise _BadLineError(number, f"there is no {lacking}; {', '.join(needed)} are needed")
        system, segment, rater, category, severity = (cells[column] for column in needed)
        points[system, _position(segment, number), rater] += _weight(severity.lower(), category.lower())
    raters: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (system, position, _), value in points.items():
        raters[system, position].append(value)
    segments: dict[str, dict[int, float]] = defaultdict(dict)
    for (system, position), values in raters.items():
        segments[system][position] = -sum(values) / len(values)
    return HumanScores("MQM", dict(segments))


def _weight(severity: str, category: str) -> float:
    if "non-translation" in category:
        return _NON_TRANSLATION
    if severity == "major":
        return _MAJOR
    if severity == "minor":
        return _MINOR_PUNCTUATION if category == "fluency/punctuation" else _MINOR
    return 0.0


def _metrics_eval(rows: Sequence[Row]) -> HumanScores:
    order: dict[str, list[float | None]] = defaultdict(list)
    for number, cells in rows:
        if len(cells) != 2 or not (cells[1] == "None" or _numeric(cells[1:])):
            raise _BadLineError(number, "a system and a score are needed")
        order[cells[0]].append(None if cells[1] == "None" else float(cells[1]))
    if all(len(scores) == 1 for scores in order.values()):
        return HumanScores("system scores", systems={k: v[0] for k, v in order.items() if v[0] is not None})
    segments: Mapping[str, Mapping[int, float]] = {
        name: {i: v for i, v in enumerate(scores) if v is not None} for name, scores in order.items()
    }
    return HumanScores("segment scores", segments)


def _position(cell: str, number: int) -> int:
    if not cell.isdigit() or int(cell) < 1:
        raise _BadLineError(number, f"'{cell}' is no segment number; they count from 1")
    return int(cell) - 1


def _numeric(cells: Sequence[str]) -> bool:
    try:
        return all(float(cell) == float(cell) for cell in cells)
    except ValueError:
        return False
