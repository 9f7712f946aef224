"""Whether a baseline is what was accepted: checksums over what its files say, and the types of everything in them.

People merge, sort and edit what lies in a repository. A baseline that was changed by hand gives wrong verdicts without
a word, so what is not as it was written is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from harness.domain import Json, Outputs
from harness.domain.canonical_json import sha256_of
from harness.domain.verdict import GateInput
from harness.store.json_lines import to_json

_CHECKSUM = "checksum"
_MAPPINGS = ("fingerprints", "segments", "systems", "parameters", "provenance", "contents", "checksums")
_LISTS = ("history", "metrics", "scores", "costs")
_NUMBERS = ("score", "ci_low", "ci_high")
_COUNTS = ("n", "n_missing")


def checksum(lines: Sequence[Mapping[str, Json]]) -> str:
    """SHA-256 over the lines of a file, in their order, as the JSON that they are read as."""
    return sha256_of([json.loads(to_json(line)) for line in lines])


def checksum_of_record(record: Mapping[str, Json]) -> str:
    """SHA-256 over baseline.json, without the checksum itself."""
    return sha256_of(json.loads(to_json({k: v for k, v in record.items() if k != _CHECKSUM})))


def is_mean(outputs: Outputs, side: GateInput, metric: str) -> bool:
    """Whether the corpus score is the mean of the segment scores, so that these are all the gate needs."""
    cell = side.score_of(outputs.test_set, outputs.system, metric)
    known = [v for v in outputs.scores[metric] if v is not None]
    if cell is None or cell.score is None or not known:
        return False
    return abs(sum(known) / len(known) - cell.score) <= 1e-9 * max(1.0, abs(cell.score))


def clean_record(value: Any) -> Mapping[str, Any]:
    """baseline.json, its values of the types that they must have.

    Raises:
        ValueError: one is not.
        KeyError: one is missing.
    """
    if not isinstance(value["run"], str):
        raise ValueError("'run' is not a text")
    _clean_keys(value, {"contents", "checksums"} if value["schema_version"] == 1 else set())
    for entry in value["metrics"]:
        _clean_metric(entry)
    for entry in value["scores"]:
        _clean_score(entry)
    for entry in value["costs"]:
        if not all(_is_number(v, null=True) for k, v in entry.items() if k not in {"test_set", "system"}):
            raise ValueError("a cost is not a number")
    return dict(value)


def _clean_keys(value: Mapping[str, Any], later: Collection[str]) -> None:
    for key in _MAPPINGS:
        if not isinstance(value.get(key, {}) if key in later else value[key], Mapping):
            raise ValueError(f"'{key}' is not a mapping")
    for key in _LISTS:
        if not isinstance(value[key], list) or not all(isinstance(entry, Mapping) for entry in value[key]):
            raise ValueError(f"'{key}' is not a list of mappings")
    for key, kind in (("fingerprints", str), ("systems", str), ("segments", int), ("parameters", Mapping)):
        wrong = [name for name, one in value[key].items() if not isinstance(one, kind) or isinstance(one, bool)]
        if wrong:
            raise ValueError(f"'{key}' of {wrong[0]} is not right")
    if not set(value["segments"]) <= set(value["fingerprints"]):
        raise ValueError("'segments' has a test set that 'fingerprints' has not")


def _clean_metric(entry: Mapping[str, Any]) -> None:
    if not isinstance(entry["name"], str) or not isinstance(entry["metric"], str):
        raise ValueError("a metric's name is not a text")
    if not isinstance(entry.get("higher_is_better", True), bool):
        raise ValueError(f"whether higher is better of {entry['name']} is not true or false")


def _clean_score(entry: Mapping[str, Any]) -> None:
    where = f"the score of {entry['system']} on {entry['test_set']} by {entry['metric']}"
    if not all(isinstance(entry[key], str) for key in ("test_set", "system", "metric", "signature")):
        raise ValueError(f"{where} is not named in words")
    if not all(_is_number(entry[key], null=True) for key in _NUMBERS):
        raise ValueError(f"{where} is not a number")
    if not all(isinstance(entry[key], int) and not isinstance(entry[key], bool) for key in _COUNTS):
        raise ValueError(f"{where} has no number of segments")


def clean_line(line: Mapping[str, Any], where: str, test_sets: Collection[str]) -> None:
    """One line of a system's file.

    Raises:
        ValueError: it is not what it must be.
    """
    if not isinstance(line.get("segment"), str) or not isinstance(line.get("test_set"), str):
        raise ValueError(f"{where} does not say which segment of which test set it is of")
    if line["test_set"] not in test_sets:
        raise ValueError(f"{where} is of the test set {line['test_set']}, which baseline.json does not have")
    text, error = line.get("hypothesis"), line.get("error")
    if not isinstance(text, (str, type(None))) or not isinstance(error, (str, type(None))):
        raise ValueError(f"{where} has a hypothesis or an error that is not a text")
    if (text is None) == (error is None):
        raise ValueError(f"{where} has {'both' if text is not None else 'neither'} a hypothesis and an error")
    flags, scores = line.get("flags", []), line.get("scores", {})
    if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
        raise ValueError(f"{where} has flags that are not words")
    if not isinstance(scores, Mapping) or not all(_is_number(v, null=True) for v in scores.values()):
        raise ValueError(f"{where} has a score that is not a number")


def _is_number(value: object, *, null: bool) -> bool:
    if value is None:
        return null
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
