"""A run without its texts: what boards, leaderboards and gates need, and what can be read without opening a segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.domain.canonical_json import Json
from harness.domain.corpus import EXCLUDING_FLAGS, LangPair, TestSet
from harness.domain.run import MetricGap, MetricInfo, Outputs, Run, SystemScore
from harness.domain.system import System


@dataclass(frozen=True)
class TestSetSummary:
    """How large a test set is, and what of it is scored.

    Attributes:
        excluded: flag to the number of segments that it keeps out of scoring.
        fingerprint: `TestSet.fingerprint`; equal fingerprints mean comparable scores.
        reference_counts: number of references to the number of scored segments that have so many; empty for runs that
            did not record it.
    """

    __test__ = False

    name: str
    pair: LangPair
    title: str
    documents: int
    segments: int
    scored: int
    excluded: Mapping[str, int]
    references: tuple[str, ...]
    fingerprint: str
    reference_counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, test_set: TestSet) -> TestSetSummary:
        """Count a test set."""
        excluded = Counter(f for s in test_set.segments for f in sorted(s.flags & EXCLUDING_FLAGS))
        return cls(
            name=test_set.name,
            pair=test_set.pair,
            title=test_set.info.title,
            documents=len({s.document for s in test_set.segments}),
            segments=len(test_set.segments),
            scored=len(test_set.scored),
            excluded=dict(sorted(excluded.items())),
            references=tuple(test_set.references),
            fingerprint=test_set.fingerprint,
            reference_counts=test_set.reference_counts,
        )


@dataclass(frozen=True)
class OutputCounts:
    """One system on one test set, counted over the scored segments.

    Attributes:
        segments: scored segments of the test set.
        errors: those without a hypothesis.
        empty: those whose hypothesis is blank though the source is not.
        flags: flag to number of segments.
    """

    test_set: str
    system: str
    segments: int
    errors: int
    empty: int
    flags: Mapping[str, int]

    @property
    def flagged(self) -> int:
        """How many flags were raised, all kinds together."""
        return sum(self.flags.values())

    @classmethod
    def of(cls, outputs: Outputs, test_set: TestSet) -> OutputCounts:
        """Count one system's outputs on the test set they are for."""
        flags: Counter[str] = Counter()
        errors = empty = 0
        for i in test_set.scored:
            text = outputs.hypotheses[i].text
            if outputs.flags[i]:
                flags.update(outputs.flags[i])
            if text is None:
                errors += 1
            elif not text.strip():
                empty += not test_set.segments[i].blank
        return cls(outputs.test_set, outputs.system, len(test_set.scored), errors, empty, dict(sorted(flags.items())))


@dataclass(frozen=True)
class RunSummary:
    """A run without its texts."""

    id: str
    spec: Mapping[str, Json]
    provenance: Mapping[str, Json]
    test_sets: tuple[TestSetSummary, ...]
    systems: tuple[System, ...]
    metrics: tuple[MetricInfo, ...]
    scores: tuple[SystemScore, ...]
    counts: tuple[OutputCounts, ...]
    gaps: tuple[MetricGap, ...] = ()
    notes: tuple[str, ...] = ()
    costs: Mapping[tuple[str, str], Mapping[str, float | None]] = field(default_factory=dict)

    @property
    def started(self) -> str:
        """When the run started, ISO 8601, or "" where its provenance does not say."""
        value = self.provenance.get("started")
        return value if isinstance(value, str) else ""


def summary_of(run: Run) -> RunSummary:
    """The summary of a whole run."""
    by_name = {t.name: t for t in run.test_sets}
    return RunSummary(
        id=run.id,
        spec=run.spec,
        provenance=run.provenance,
        test_sets=tuple(TestSetSummary.of(t) for t in run.test_sets),
        systems=run.systems,
        metrics=run.metrics,
        scores=run.scores,
        counts=tuple(OutputCounts.of(o, by_name[o.test_set]) for o in run.outputs),
        gaps=run.gaps,
        notes=run.notes,
        costs=run.costs,
    )
