"""A baseline's folder: written whole, and read back with everything in it verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.domain import Hypothesis, Json, MetricInfo, Outputs, SystemScore
from harness.domain.verdict import GateInput
from harness.errors import HarnessError, InputError, UserError
from harness.files import read_text, write_atomic
from harness.folders import refuse_cut_short, whole_folder
from harness.store.baselines.intact import checksum, checksum_of_record, clean_line, clean_record, is_mean
from harness.store.json_lines import parse_json, read_lines, to_json, write_lines
from harness.store.paths import file_names, safe_name

#: Version 1 has no checksums and no contents; it is read all the same.
SCHEMA_VERSION = 2
FILE = "baseline.json"
_ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of a baseline's history.

    Attributes:
        run: the run that was accepted.
        accepted: when, ISO 8601.
        reason: why; needed where it was accepted by force.
        outcome: what the gate said of it against the baseline before it, "" for the first and where nothing could be
            compared.
        forced: whether it was accepted although the gate did not say pass; the anchor begins anew with it.
        notes: what was not comparable with the baseline before it, as sentences.
    """

    run: str
    accepted: str
    reason: str = ""
    outcome: str = ""
    forced: bool = False
    notes: tuple[str, ...] = ()


def check_baseline_name(name: str) -> None:
    """Refuse a name that cannot be a folder's everywhere.

    Raises:
        UserError: it has other characters than letters, digits and . _ + -
    """
    if safe_name(name) != name:
        raise UserError(f"'{name}' cannot be the name of a baseline.", allowed="letters, digits, . _ + -")


def is_baseline(folder: Path) -> bool:
    """Whether a folder holds an accepted baseline.

    Raises:
        UserError: it did until a writer was killed.
    """
    refuse_cut_short(folder)
    return (folder / FILE).is_file()


def write_baseline(
    side: GateInput,
    folder: Path,
    history: tuple[Acceptance, ...],
    segments: Mapping[str, tuple[str, ...]],
    *,
    anchor: GateInput | None = None,
) -> None:
    """Store a side as the baseline, whole or not at all; files of others in its folder stay.

    Args:
        side: the run.
        folder: `baselines/<name>`; made if it does not exist.
        history: all acceptances, this one last.
        segments: test set to its segment ids, in order.
        anchor: what was accepted first, where that is not `side` itself.

    Raises:
        UserError: the folder cannot be written.
    """
    with whole_folder(folder, dropped=_ours) as temporary:
        _write_side(side, temporary, history, segments)
        if anchor is not None:
            (temporary / _ANCHOR).mkdir()
            ids = {o.test_set: tuple(h.id for h in o.hypotheses) for o in anchor.outputs}
            _write_side(anchor, temporary / _ANCHOR, (), ids)


def read_baseline(folder: Path) -> tuple[GateInput, tuple[Acceptance, ...]]:
    """What `write_baseline` wrote.

    Raises:
        UserError: there is no baseline in this folder.
        InputError: it was written by a newer version, or is not what was written.
    """
    text = read_text(folder / FILE, what="baseline").text  # a folder without one has a message of its own
    try:
        value = _record(text, folder)
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
            contents=value.get("contents", {}),
        )
        for one in outputs:
            wrong = [name for name in one.scores if not is_mean(one, side, name)]
            if wrong:
                raise ValueError(
                    f"the segments' {wrong[0]} of {one.system} on {one.test_set} do not give its stored score"
                )
        return side, _history(value)
    except _NewerError as error:
        raise InputError(
            f"The baseline {folder} cannot be read: a newer harness wrote it ({error}).",
            remedy="pip install --upgrade translation-harness",
        ) from None
    except (KeyError, TypeError, ValueError, AttributeError, HarnessError) as error:
        raise _damaged(folder, error) from None


def read_anchor(folder: Path) -> GateInput | None:
    """What was accepted first in a baseline's folder; None where that is the baseline itself.

    Raises:
        InputError: it is not what was written.
    """
    inside = folder / _ANCHOR
    if not inside.exists():
        return None
    if not (inside / FILE).is_file():
        raise _damaged(inside, ValueError(f"it has no {FILE}"))
    return read_baseline(inside)[0]


def read_history(folder: Path) -> tuple[Acceptance, ...]:
    """The acceptances that can still be read of a baseline, whatever else of it is damaged."""
    try:
        value: Any = parse_json(read_text(folder / FILE).text, FILE)
        return _history(value)
    except (HarnessError, KeyError, TypeError, ValueError, AttributeError):
        return ()


def _history(value: Mapping[str, Any]) -> tuple[Acceptance, ...]:
    entries = [Acceptance(**{**h, "notes": tuple(h.get("notes", ()))}) for h in value["history"]]
    for one in entries:
        if not all(isinstance(text, str) for text in (one.run, one.accepted, one.reason, one.outcome, *one.notes)):
            raise ValueError("an entry of its history is not text")
    return tuple(entries)


def _ours(folder: Path) -> frozenset[str]:
    return frozenset({_ANCHOR, *(path.name for path in folder.glob("*.jsonl"))})


def _write_side(
    side: GateInput, folder: Path, history: tuple[Acceptance, ...], segments: Mapping[str, tuple[str, ...]]
) -> None:
    files = {name: f"{file}.jsonl" for name, file in file_names(side.systems).items()}
    checksums: dict[str, Json] = {}
    for system, file in files.items():
        mine = [o for o in side.outputs if o.system == system]
        lines = [line for o in mine for line in _lines(o, side, segments[o.test_set])]
        checksums[file] = checksum(lines)
        write_lines(folder / file, lines)
    record: dict[str, Json] = {
        "schema_version": SCHEMA_VERSION,
        "run": side.label,
        "history": [{k: v for k, v in asdict(h).items() if v or k in {"reason", "outcome"}} for h in history],
        "fingerprints": dict(side.fingerprints),
        "contents": dict(side.contents),
        "segments": {name: len(ids) for name, ids in segments.items()},
        "systems": dict(files),
        "metrics": [asdict(m) for m in side.metrics],
        "parameters": {k: dict(v) for k, v in side.parameters.items()},
        "scores": [asdict(s) for s in side.scores],
        "costs": [{"test_set": t, "system": s, **values} for (t, s), values in side.costs.items()],
        "provenance": dict(side.provenance),
        "checksums": checksums,
    }
    record["checksum"] = checksum_of_record(record)
    write_atomic(folder / FILE, to_json(record, indent=2) + "\n")


def _lines(outputs: Outputs, side: GateInput, segments: tuple[str, ...]) -> list[Mapping[str, Json]]:
    means = [name for name in outputs.scores if is_mean(outputs, side, name)]
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


class _NewerError(Exception):
    """The schema version is one of the future."""


def _record(text: str, folder: Path) -> Mapping[str, Any]:
    value: Any = parse_json(text, str(folder / FILE))
    version = value.get("schema_version") if isinstance(value, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError(f"it has the schema version {version!r}, and only 1 to {SCHEMA_VERSION} are known")
    if version > SCHEMA_VERSION:
        raise _NewerError(f"it has the schema version {version}, and {SCHEMA_VERSION} is known")
    if version > 1 and value.get("checksum") != checksum_of_record(value):
        raise ValueError(f"{FILE} is not as it was accepted (its checksum is another one)")
    return clean_record(value)


def _read_outputs(folder: Path, system: str, value: Mapping[str, Any]) -> list[Outputs]:
    file = value["systems"][system]
    if Path(file).name != file:
        raise ValueError(f"{file!r} is no file name")
    lines = read_lines(folder / file)
    by_test_set: dict[str, list[dict[str, Any]]] = {name: [] for name in value["segments"]}
    for number, line in enumerate(lines, 1):
        clean_line(line, f"line {number} of {file}", by_test_set)
        by_test_set[line["test_set"]].append(line)
    for name, mine in by_test_set.items():
        if len(mine) not in {0, value["segments"][name]}:
            raise ValueError(f"{file} has {len(mine)} segments of {name}; {value['segments'][name]} are needed")
        _distinct([line["segment"] for line in mine], file, name)
    if value["schema_version"] > 1 and value["checksums"].get(file) != checksum(lines):
        raise ValueError(f"{file} is not as it was accepted (its checksum is another one)")
    if value["schema_version"] == 1:
        missing = [name for name, mine in by_test_set.items() if not mine and value["segments"][name]]
        if missing:
            raise ValueError(f"{file} has 0 segments of {missing[0]}; {value['segments'][missing[0]]} are needed")
    return [_outputs(system, name, mine) for name, mine in by_test_set.items() if mine or not value["segments"][name]]


def _distinct(ids: Sequence[str], file: str, test_set: str) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{file} has the segment {one} of {test_set} twice")
        seen.add(one)


def _outputs(system: str, test_set: str, lines: Sequence[Mapping[str, Any]]) -> Outputs:
    metrics = list(dict.fromkeys(m for line in lines for m in line.get("scores", {})))
    return Outputs(
        test_set=test_set,
        system=system,
        hypotheses=tuple(Hypothesis(x["segment"], x["hypothesis"], x.get("error")) for x in lines),
        flags=tuple(frozenset(x.get("flags", ())) for x in lines),
        scores={m: tuple(x.get("scores", {}).get(m) for x in lines) for m in metrics},
    )


def _damaged(folder: Path, error: Exception) -> InputError:
    said = error.problem if isinstance(error, HarnessError) else str(error)
    if isinstance(error, (KeyError, TypeError, AttributeError)):
        said = f"{FILE} does not have what it must have ({error!r})"
    return InputError(
        f"The baseline {folder} is damaged: {said.rstrip('.')}.",
        remedy=f"git checkout -- {folder} takes back what was committed; "
        "harness baseline accept RUN --force --reason TEXT writes it anew",
    )
