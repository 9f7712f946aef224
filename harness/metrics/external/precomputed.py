"""Scores that were computed elsewhere: on a machine with a GPU or a network, or by another tool.

They come in by segment id with their own signature and are then like any metric's. Three kinds of files are read:

JSON lines    what `workers/serve_metric.py` writes: a line {"signature", "higher_is_better", "digits"}, then one line
              {"system", "segment", "score"} per unit, with "test_set" where there are several,
              "of" (see `fingerprint`), and "flags"
a table       tab-separated, with a header that has system, segment, score (and test_set, of)
*.seg.score   of mt-metrics-eval: "SYSTEM SCORE" a line, all segments of a system in order
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from harness.domain import Array, Json, Level, ScoringUnit, Signature
from harness.errors import ConfigError, InputError
from harness.files import read_text, split_lines
from harness.metrics.parameters import flag, whole

Row = Mapping[str, Any]
Key = tuple[str, str, str]


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


class Scores:
    """A column of scores from a file.

    The statistics of a segment are (score, 1): a corpus score is the mean. A unit without a score in the file is a row
    of NaN and counts as missing.

    Args:
        path: the file.
        name: the column.
        signature: what the scores depend on, where the file does not say.
        higher_is_better: likewise; there is no default, because a wrong one turns the board upside down.
        digits: how many digits behind the point to show, where the file does not say.
        segments: for *.seg.score, which knows no ids: a file with them in order, one a line, or the segments.tsv of the
            test set.
    """

    needs_reference = False
    higher_is_better: bool
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(
        self,
        *,
        path: str,
        name: str = "scores",
        signature: str | None = None,
        higher_is_better: bool | None = None,
        segments: str | None = None,
        digits: int | None = None,
    ) -> None:
        self.name = name
        self._path = Path(path)
        found = read_scores(self._path, None if segments is None else Path(segments))
        self._scores = found.scores
        given = None if signature is None else signature_of(signature)
        if signature is not None and given is None:
            raise ConfigError(f"{name}: '{signature}' is not a signature.", allowed="Name|key:value|...")
        chosen = given or found.signature
        if chosen is None:
            raise ConfigError(f"{name}: {path} does not say what its scores depend on.", remedy="give 'signature'")
        better = (
            found.higher_is_better if higher_is_better is None else flag(name, "higher_is_better", higher_is_better)
        )
        if better is None:
            raise ConfigError(
                f"{name}: {path} does not say whether higher is better.", remedy="give 'higher_is_better'"
            )
        self._signature, self.higher_is_better = chosen, better
        self.digits = found.digits if digits is None else whole(name, "digits", digits, least=0, most=10)

    def signature(self, n_refs: int) -> Signature:
        """The file's own; how many references the scores saw is for it to say."""
        return self._signature

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(score, 1) a unit, shape (n, 2).

        Raises:
            InputError: the file knows none of these units, or scored another text under the same id.
        """
        stats = np.full((len(units), 2), np.nan)
        known = False
        for position, unit in enumerate(units):
            found = self._of(unit)
            if found is None:
                continue
            known = True
            if found.of and found.of != fingerprint(unit):
                raise InputError(
                    f"{self._path} scored another text than {unit.system} now has for segment {unit.segment}.",
                    remedy="score the present hypotheses again",
                )
            if found.score is not None:
                stats[position] = found.score, 1.0
        if units and not known:
            systems, segments = (_some(key[i] for key in self._scores) for i in (1, 2))
            raise InputError(
                f"{self._path} has no score for any of {len(units)} units; its systems are {systems}, its segments "
                f"{segments}.",
                allowed=f"systems such as {units[0].system}, segments such as {units[0].segment}",
            )
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """The flags that the file has."""
        found = [self._of(unit) for unit in units]
        return [{"flags": list(f.flags)} if f is not None and f.flags else {} for f in found]

    def aggregate(self, totals: Array) -> Array:
        """The mean score."""
        return mean_of(totals)

    def segment_scores(self, stats: Array) -> Array:
        """The scores as the file has them."""
        return mean_of(stats)

    def _of(self, unit: ScoringUnit) -> GivenScore | None:
        named = self._scores.get((unit.test_set, unit.system, unit.segment))
        return named or self._scores.get(("", unit.system, unit.segment))


def mean_of(totals: Array) -> Array:
    """Means from summed (score, 1): (..., 2) to (...); NaN where nothing was scored."""
    totals = np.asarray(totals, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(totals[..., 0] / totals[..., 1])


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

    Raises:
        UserError: it cannot be read.
        InputError: a row is wrong or doubled; the message has the line.
    """
    lines = split_lines(read_text(path, what="score file").text)
    if path.name.endswith(".sys.score"):
        raise InputError(
            f"{path} has one score a system, and none of segments.", allowed="JSON lines, a table, *.seg.score"
        )
    if path.name.endswith(".seg.score"):
        return _mt_metrics_eval(path, lines, segments)
    if not lines:
        raise InputError(f"{path} is empty.")
    if not lines[0].lstrip().startswith("{"):
        header = lines[0].split("\t")
        absent = {"system", "segment", "score"} - set(header)
        if absent:
            raise InputError(
                f"{path}: the header has no column {', '.join(sorted(absent))}.",
                allowed="tab-separated system, segment, score; or JSON lines",
            )
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return ScoreFile(None, None, _collected(path, ((i, dict(row)) for i, row in enumerate(rows, 2))))
    head = _json(path, 1, lines[0])
    better = head.get("higher_is_better")
    rest = ((i, _json(path, i, line)) for i, line in enumerate(lines[1:], 2) if line.strip())
    scored = ((i, row) for i, row in rest if "done" not in row)
    return ScoreFile(
        signature_of(head.get("signature")),
        better if isinstance(better, bool) else None,
        _collected(path, scored),
        digits_said(head),
    )


def _json(path: Path, line: int, text: str) -> Row:
    try:
        row = json.loads(text)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise InputError(f"{path}, line {line}: this is not a JSON object.")
    return row


def _collected(path: Path, rows: Iterator[tuple[int, Row]]) -> dict[Key, GivenScore]:
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


def _mt_metrics_eval(path: Path, lines: Sequence[str], segments: Path | None) -> ScoreFile:
    if segments is None:
        raise ConfigError(
            f"{path} has scores in the order of segments, and no ids.",
            remedy="give 'segments': the test set's segments.tsv, or a file with an id a line",
        )
    ids = _ids(segments)
    by_system: dict[str, list[float | None]] = {}
    for line, text in enumerate(lines, 1):
        cells = text.split()
        if len(cells) != 2:
            raise InputError(f"{path}, line {line}: '{text}' is not a system and a score.")
        by_system.setdefault(cells[0], []).append(_number(path, line, cells[1]))
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
    lines = split_lines(read_text(path, what="segment list").text)
    if lines and "\t" in lines[0]:
        header = lines[0].split("\t")
        if "id" not in header:
            raise InputError(f"{path}: the header has no column id.")
        ids = [line.split("\t")[header.index("id")] for line in lines[1:]]
    else:
        ids = lines
    if len(set(ids)) < len(ids):
        raise InputError(f"{path} has an id twice.")
    return ids


def _some(values: Iterable[str]) -> str:
    found = sorted(set(values))
    return ", ".join(found[:3]) + (", ..." if len(found) > 3 else "") if found else "(nothing)"
