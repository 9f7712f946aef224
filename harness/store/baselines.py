"""Accepted baselines: small enough to commit, one line per segment, so that a change of one shows as one line.

baselines/<name>/baseline.json        which run, when, why; fingerprints, scores, signatures, parameters, costs
baselines/<name>/<system>.jsonl       one line per test set and segment: hypothesis, flags, and the scores of metrics
                                      that are means of segment scores; the others are counted again from the texts
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.domain import Hypothesis, Json, MetricInfo, Outputs, SystemScore
from harness.domain.verdict import GateInput
from harness.errors import InputError
from harness.files import read_text, write_atomic
from harness.folders import refuse_cut_short, whole_folder
from harness.store.json_lines import parse_json, read_lines, to_json, write_lines
from harness.store.paths import file_names

SCHEMA_VERSION = 1
FILE = "baseline.json"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of a baseline's history.

    Attributes:
        run: the run that was accepted.
        accepted: when, ISO 8601.
        reason: why; needed where the run was worse than the baseline before it.
        outcome: what the gate said of it against the baseline before it, "" for the first.
    """

    run: str
    accepted: str
    reason: str = ""
    outcome: str = ""


def is_baseline(folder: Path) -> bool:
    """Whether a folder holds an accepted baseline.

    Raises:
        UserError: it did until a writer was killed.
    """
    refuse_cut_short(folder)
    return (folder / FILE).is_file()


def write_baseline(
    side: GateInput, folder: Path, history: tuple[Acceptance, ...], segments: Mapping[str, tuple[str, ...]]
) -> None:
    """Store a side as the baseline, whole or not at all; files of others in its folder stay.

    Args:
        side: the run.
        folder: `baselines/<name>`; made if it does not exist.
        history: all acceptances, this one last.
        segments: test set to its segment ids, in order.

    Raises:
        UserError: the folder cannot be written.
    """
    files = file_names(side.systems)
    record = {
        "schema_version": SCHEMA_VERSION,
        "run": side.label,
        "history": [asdict(h) for h in history],
        "fingerprints": dict(side.fingerprints),
        "segments": {name: len(ids) for name, ids in segments.items()},
        "systems": {name: f"{files[name]}.jsonl" for name in side.systems},
        "metrics": [asdict(m) for m in side.metrics],
        "parameters": {k: dict(v) for k, v in side.parameters.items()},
        "scores": [asdict(s) for s in side.scores],
        "costs": [{"test_set": t, "system": s, **values} for (t, s), values in side.costs.items()],
        "provenance": dict(side.provenance),
    }
    with whole_folder(folder, dropped=_files_of_systems) as temporary:
        for system, file in files.items():
            mine = [o for o in side.outputs if o.system == system]
            write_lines(
                temporary / f"{file}.jsonl", (line for o in mine for line in _lines(o, side, segments[o.test_set]))
            )
        write_atomic(temporary / FILE, to_json(record, indent=2) + "\n")


def read_baseline(folder: Path) -> tuple[GateInput, tuple[Acceptance, ...]]:
    """What `write_baseline` wrote.

    Raises:
        UserError: there is no baseline in this folder.
        InputError: it was written by a newer version, or is damaged.
    """
    path = folder / FILE
    value: Any = parse_json(read_text(path, what="baseline").text, f"the baseline {path}")
    version = value.get("schema_version") if isinstance(value, dict) else None
    if version != SCHEMA_VERSION:
        raise InputError(
            f"The baseline {path} has the schema version {version!r}.",
            allowed=str(SCHEMA_VERSION),
            remedy="harness baseline accept RUN writes it anew",
        )
    try:
        outputs = tuple(o for system in value["systems"] for o in _read_outputs(folder, system, value))
        side = GateInput(
            label=value["run"],
            fingerprints=value["fingerprints"],
            systems=tuple(value["systems"]),
            metrics=tuple(MetricInfo(**m) for m in value["metrics"]),
            outputs=outputs,
            scores=tuple(SystemScore(**s) for s in value["scores"]),
            parameters=value["parameters"],
            costs={
                (c["test_set"], c["system"]): {k: v for k, v in c.items() if k not in {"test_set", "system"}}
                for c in value["costs"]
            },
            provenance=value["provenance"],
        )
        return side, tuple(Acceptance(**h) for h in value["history"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The baseline {folder} is damaged: {error!r}.", remedy="restore it, or harness baseline accept RUN"
        ) from None


def _files_of_systems(folder: Path) -> frozenset[str]:
    return frozenset(path.name for path in folder.glob("*.jsonl"))


def _lines(outputs: Outputs, side: GateInput, segments: tuple[str, ...]) -> list[Mapping[str, Json]]:
    means = [name for name in outputs.scores if _is_mean(outputs, side, name)]
    lines: list[Mapping[str, Json]] = []
    for i, (segment, hypothesis) in enumerate(zip(segments, outputs.hypotheses, strict=True)):
        line: dict[str, Json] = {"test_set": outputs.test_set, "segment": segment, "hypothesis": hypothesis.text}
        if hypothesis.error is not None:
            line["error"] = hypothesis.error
        if outputs.flags[i]:
            line["flags"] = sorted(outputs.flags[i])
        if means:
            line["scores"] = {name: outputs.scores[name][i] for name in means}
        lines.append(line)
    return lines


def _is_mean(outputs: Outputs, side: GateInput, metric: str) -> bool:
    """Whether the corpus score is the mean of the segment scores, so that these are all the gate needs."""
    cell = side.score_of(outputs.test_set, outputs.system, metric)
    known = [v for v in outputs.scores[metric] if v is not None]
    if cell is None or cell.score is None or not known:
        return False
    return abs(sum(known) / len(known) - cell.score) <= 1e-9 * max(1.0, abs(cell.score))


def _read_outputs(folder: Path, system: str, value: Mapping[str, Any]) -> list[Outputs]:
    file = value["systems"][system]
    if Path(file).name != file:
        raise ValueError(f"{file!r} is no file name")
    path = folder / file
    by_test_set: dict[str, list[dict[str, Any]]] = {name: [] for name in value["segments"]}
    for line in read_lines(path):
        by_test_set[line["test_set"]].append(line)
    found = []
    for name, lines in by_test_set.items():
        if len(lines) != value["segments"][name]:
            raise InputError(
                f"The baseline file {path} has {len(lines)} segments of {name}; {value['segments'][name]} are needed.",
                remedy="restore it, or harness baseline accept RUN",
            )
        metrics = list(dict.fromkeys(m for line in lines for m in line.get("scores", {})))
        found.append(
            Outputs(
                test_set=name,
                system=system,
                hypotheses=tuple(Hypothesis(x["segment"], x["hypothesis"], x.get("error")) for x in lines),
                flags=tuple(frozenset(x.get("flags", ())) for x in lines),
                scores={m: tuple(x.get("scores", {}).get(m) for x in lines) for m in metrics},
            )
        )
    return found
