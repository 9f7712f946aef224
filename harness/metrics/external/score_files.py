"""Files of scores that were computed elsewhere, read by segment id. Three kinds are known:

JSON lines    what `workers/serve_metric.py` writes: a line {"signature", "higher_is_better", "digits"}, then one line
              {"system", "segment", "score"} per unit, with "test_set" where there are several,
              "of" (see `fingerprint`), and "flags"
a table       tab-separated, with a header that has system, segment, score (and test_set, of, flags)
*.seg.score   of mt-metrics-eval: "SYSTEM SCORE" on each line, all segments of a system in order
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from harness.domain import Json, ScoringUnit, Signature
from harness.errors import ConfigError, InputError
from harness.files import read_text, split_lines
from harness.tabular.jsonl import json_rows
from harness.tabular.table import Seen
from harness.tabular.tsv import OURS, TableStyle, parse_tsv, word_rows

Row = Mapping[str, Any]
Key = tuple[str, str, str]
_TABLE = TableStyle(blank_lines=True, ragged=True)


class GivenScore(NamedTuple):
    """One row: the score or None, the fingerprint of the scored text or "", and flags."""

    score: float | None
    of: str = ""
    flags: Sequence[Json] = ()


@dataclass(frozen=True)
class ScoreFile:
    """What a file of scores says.

    Attributes:
        signature: of the metric, or None where the file has none.
        higher_is_better: or None.
        digits: to show, or None.
        scores: (test set or "", system, segment) to what the file has for it.
    """

    signature: Signature | None
    higher_is_better: bool | None
    scores: Mapping[Key, GivenScore]
    digits: int | None = None


def fingerprint(unit: ScoringUnit) -> str:
    """What was scored, in 16 hexadecimal digits: a score of another text cannot pass for a score of this one."""
    text = json.dumps([unit.source, unit.hypothesis, *unit.references])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def signature_of(text: object) -> Signature | None:
    """A signature read from a stranger's text, or None."""
    if not isinstance(text, str) or not text:
        return None
    try:
        return Signature.parse(text)
    except ValueError:
        return None


def digits_said(head: Row) -> int | None:
    """The digits to show that a metric's first line names; None where it names none."""
    digits = head.get("digits")
    return digits if isinstance(digits, int) and not isinstance(digits, bool) and 0 <= digits <= 10 else None


def flags_of(row: Row) -> list[Json] | None:
    """The flags of an answer, none where it names none; None where they are no list of words."""
    flags = row.get("flags") or []
    flags = flags.split() if isinstance(flags, str) else flags
    if not isinstance(flags, list) or not all(isinstance(f, str) and f and not f.split()[1:] for f in flags):
        return None
    return list(flags)


def read_scores(path: Path, segments: Path | None = None) -> ScoreFile:
    """Read a file of scores; its name's end and its first character say of which kind it is.

    Args:
        path: the file.
        segments: for *.seg.score: a file with the ids of its segments.

    Raises:
        UserError: it cannot be read.
        InputError: a row is wrong or doubled; the message has the line.
    """
    text = read_text(path, what="score file").text
    if path.name.endswith(".sys.score"):
        raise InputError(
            f"{path} has one score per system, and none of segments.", allowed="JSON lines, a table, *.seg.score"
        )
    if path.name.endswith(".seg.score"):
        return _mt_metrics_eval(path, text, segments)
    if not text.strip():
        raise InputError(f"{path} is empty.")
    if not text.lstrip().startswith("{"):
        table = parse_tsv(text, name=str(path), style=_TABLE)
        table.need(("system", "segment", "score"), allowed="tab-separated system, segment, score; or JSON lines")
        return ScoreFile(None, None, _collected(path, table.rows))
    (_, head), *rest = json_rows(text, name=str(path), allowed='{"system", "segment", "score"} on each line')
    better = head.get("higher_is_better")
    return ScoreFile(
        signature_of(head.get("signature")),
        better if isinstance(better, bool) else None,
        _collected(path, ((line, row) for line, row in rest if "done" not in row)),
        digits_said(head),
    )


def _collected(path: Path, rows: Iterable[tuple[int, Row]]) -> dict[Key, GivenScore]:
    scores: dict[Key, GivenScore] = {}
    for line, row in rows:
        if "error" in row:
            raise InputError(f"{path}, line {line}: the metric failed: {row['error']}")
        system, segment = row.get("system"), row.get("segment")
        if not isinstance(system, str) or not isinstance(segment, str):
            raise InputError(f"{path}, line {line}: system and segment are needed.")
        key = (str(row.get("test_set") or ""), system, segment)
        if key in scores:
            raise InputError(f"{path}, line {line}: a second score for segment {segment} of {system}.")
        flags = flags_of(row)
        if flags is None:
            raise InputError(f"{path}, line {line}: the flags are no list of words.", allowed='["truncated"]')
        scores[key] = GivenScore(_number(path, line, row.get("score")), str(row.get("of") or ""), flags)
    return scores


def _number(path: Path, line: int, value: object) -> float | None:
    if value is None or value in ("", "None"):
        return None
    try:
        score = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else math.nan
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise InputError(f"{path}, line {line}: '{value}' is not a score.", allowed="a number, or None")
    return score


def _mt_metrics_eval(path: Path, text: str, segments: Path | None) -> ScoreFile:
    if segments is None:
        raise ConfigError(
            f"{path} has scores in the order of segments, and no ids.",
            remedy="give 'segments': the test set's segments.tsv, or a file with one id on each line",
        )
    ids = _ids(segments)
    by_system: dict[str, list[float | None]] = {}
    for line, words in word_rows(text):
        if len(words) != 2:
            raise InputError(f"{path}, line {line}: '{' '.join(words)}' is not a system and a score.")
        by_system.setdefault(words[0], []).append(_number(path, line, words[1]))
    for system, scores in by_system.items():
        if len(scores) != len(ids):
            raise InputError(
                f"{path} has {len(scores)} scores of {system}, and {segments} has {len(ids)} segments.",
                remedy="the segments of the scored text, in its order",
            )
    return ScoreFile(
        Signature(path.name[: -len(".seg.score")], (("from", "mt-metrics-eval"),)),
        None,
        {
            ("", system, segment): GivenScore(score)
            for system, scores in by_system.items()
            for segment, score in zip(ids, scores, strict=True)
        },
    )


def _ids(path: Path) -> list[str]:
    """The ids of segments: the column id of a table such as segments.tsv, or one on each line."""
    text = read_text(path, what="segment list").text
    lines = split_lines(text)
    if lines and "\t" in lines[0]:
        table = parse_tsv(text, name=str(path), style=OURS)
        table.need(("id",), allowed="the test set's segments.tsv, or a file with one id on each line")
        rows = [(row.line, row.cells["id"]) for row in table.rows]
    else:
        rows = list(enumerate(lines, start=1))
    seen = Seen(str(path))
    for line, segment in rows:
        seen.add(segment, line)
    return [segment for _, segment in rows]
