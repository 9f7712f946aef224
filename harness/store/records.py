"""Values of the domain as the JSON of run.json, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

from harness.domain import (
    Json,
    LangPair,
    MetricGap,
    MetricInfo,
    OutputCounts,
    Run,
    System,
    TestSet,
    TestSetInfo,
    TestSetSummary,
    comparable_part,
    summary_of,
)
from harness.errors import InputError
from harness.store.paths import SCHEMA_VERSION

T = TypeVar("T")

#: Runs written before systems said `timed` and `trap` have only the names of their backends, and seconds for these.
#: Reading such a run is the one place where a backend's name decides; a run written since says it itself.
_UNTIMED_BEFORE = frozenset({"file", "copy", "given"})
_TRAPS_BEFORE = frozenset({"copy"})
_SPEED = frozenset({"seconds", "segments_per_second"})


def run_record(run: Run, system_files: Mapping[str, str], test_set_files: Mapping[str, str]) -> dict[str, Json]:
    """All of a run that is not a table, as JSON.

    Args:
        run: the run.
        system_files: system name to file name under segments/ and details/.
        test_set_files: test set name to file name under test-sets/.
    """
    summary = summary_of(run)
    by_name = {t.name: t for t in run.test_sets}
    return {
        "schema_version": SCHEMA_VERSION,
        "id": run.id,
        "spec": dict(run.spec),
        "provenance": dict(run.provenance),
        "test_sets": [
            {
                "name": t.name,
                "file": test_set_files[t.name],
                "pair": str(t.pair),
                "fingerprint": t.fingerprint,
                "documents": t.documents,
                "segments": t.segments,
                "scored": t.scored,
                "excluded": dict(t.excluded),
                "references": list(t.references),
                "reference_counts": {str(count): n for count, n in t.reference_counts.items()},
                "info": _info_record(by_name[t.name].info),
            }
            for t in summary.test_sets
        ],
        "systems": [
            {
                "name": s.name,
                "file": system_files[s.name],
                "key": s.key,
                **dict(s.identity),
                "deterministic": s.deterministic,
                "timed": s.timed,
                "trap": s.trap,
            }
            for s in run.systems
        ],
        "metrics": [asdict(m) for m in run.metrics],
        "signatures": _signatures(run),
        "outputs": [
            {"test_set": o.test_set, "system": o.system, "metrics": list(o.scores), "notes": list(o.notes)}
            for o in run.outputs
        ],
        "counts": [{**asdict(c), "flags": dict(c.flags)} for c in summary.counts],
        "gaps": [asdict(g) for g in run.gaps],
        "notes": list(run.notes),
        "costs": [{"test_set": t, "system": s, **dict(cost)} for (t, s), cost in run.costs.items()],
        "timings": dict(run.timings),
    }


class Record:
    """Reads run.json part by part; what is missing or of the wrong shape is an InputError that names it."""

    def __init__(self, path: Path, value: object) -> None:
        self._path = path
        self._value = cast("dict[str, Any]", value)

    def test_set_rows(self) -> Sequence[Mapping[str, Any]]:
        """The rows of "test_sets", as they stand."""
        return self._part("test_sets", lambda v: [dict(row) for row in v])

    def test_set_summaries(self) -> tuple[TestSetSummary, ...]:
        """Sizes and exclusions of the test sets."""
        return self._part(
            "test_sets",
            lambda rows: tuple(
                TestSetSummary(
                    name=r["name"],
                    pair=LangPair.parse(r["pair"]),
                    title=r["info"]["title"],
                    documents=r["documents"],
                    segments=r["segments"],
                    scored=r["scored"],
                    excluded=r["excluded"],
                    references=tuple(r["references"]),
                    fingerprint=r["fingerprint"],
                    reference_counts={int(count): n for count, n in r.get("reference_counts", {}).items()},
                )
                for r in rows
            ),
        )

    def systems(self) -> tuple[System, ...]:
        """The systems, in board order."""
        return self._part(
            "systems",
            lambda rows: tuple(
                System(
                    r["name"],
                    r["backend"],
                    r["model"],
                    r["revision"],
                    r["parameters"],
                    r["deterministic"],
                    timed=bool(r.get("timed", r["backend"] not in _UNTIMED_BEFORE)),
                    trap=bool(r.get("trap", r["backend"] in _TRAPS_BEFORE)),
                )
                for r in rows
            ),
        )

    def system_files(self) -> dict[str, str]:
        """System name to file name."""
        return self._part("systems", lambda rows: {str(r["name"]): str(r["file"]) for r in rows})

    def metrics(self) -> tuple[MetricInfo, ...]:
        """The metrics, in column order."""
        return self._part("metrics", lambda rows: tuple(MetricInfo(**r) for r in rows))

    def counts(self) -> tuple[OutputCounts, ...]:
        """Errors and flags per test set and system."""
        return self._part("counts", lambda rows: tuple(OutputCounts(**r) for r in rows))

    def gaps(self) -> tuple[MetricGap, ...]:
        """Metrics that were not available."""
        return self._part("gaps", lambda rows: tuple(MetricGap(**r) for r in rows))

    def costs(self) -> dict[tuple[str, str], dict[str, float | None]]:
        """Cost and speed per test set and system; old runs' seconds of systems that translated nothing are none."""
        meaningless = self._part(
            "systems", lambda rows: {r["name"] for r in rows if "timed" not in r and r["backend"] in _UNTIMED_BEFORE}
        )
        return self._part(
            "costs",
            lambda rows: {
                (r["test_set"], r["system"]): {
                    k: None if k in _SPEED and r["system"] in meaningless else v
                    for k, v in r.items()
                    if k not in {"test_set", "system"}
                }
                for r in rows
            },
        )

    def outputs(self) -> Sequence[Mapping[str, Any]]:
        """Which system has outputs on which test set, with which metrics."""
        return self._part("outputs", lambda v: [dict(row) for row in v])

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        return self._part(key, lambda v: tuple(str(s) for s in v))

    def string(self, key: str) -> str:
        """One string."""
        return self._part(key, str)

    def mapping(self, key: str) -> dict[str, Any]:
        """One object."""
        return self._part(key, dict)

    def _part(self, key: str, make: Callable[[Any], T]) -> T:
        try:
            return make(self._value[key])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"The run file {self._path} has no valid '{key}' ({type(error).__name__}: {error}).",
                remedy="restore the folder from where it was written, or delete it and run again",
            ) from None


def info_of(value: Mapping[str, Any]) -> TestSetInfo:
    """The inverse of what run.json holds of a test set's origin."""
    return TestSetInfo(**value)


def _info_record(info: TestSetInfo) -> dict[str, Json]:
    return {**asdict(info), "files": dict(info.files), "ingest": dict(info.ingest)}


def _signatures(run: Run) -> dict[str, Json]:
    """Test set to metric to what the signatures of all systems share: compare it before comparing numbers."""
    found: dict[str, dict[str, str]] = {}
    for score in run.scores:
        if score.signature:
            found.setdefault(score.test_set, {}).setdefault(score.metric, comparable_part(score.signature))
    return dict(found)


def test_set_lines(test_set: TestSet) -> list[dict[str, Json]]:
    """One JSON object per segment: exact texts, whatever characters they have."""
    return [
        {
            "segment": s.id,
            "document": s.document,
            "paragraph": s.paragraph,
            "kind": str(s.kind),
            "flags": sorted(s.flags),
            "confidence": s.confidence,
            "source": s.source,
            "references": {name: texts[i] for name, texts in test_set.references.items()},
        }
        for i, s in enumerate(test_set.segments)
    ]
