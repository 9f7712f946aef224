"""What a run found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.domain.canonical_json import Json
from harness.domain.corpus import TestSet
from harness.domain.system import Hypothesis, System


@dataclass(frozen=True, slots=True)
class SystemScore:
    """One cell of the board with its uncertainty.

    Attributes:
        score: None where there is none; `reason` says why. Missing is not zero.
        n: segments the score is over.
        n_missing: scored segments of the test set without a (valid) hypothesis.
        rank: 1 is best; tied systems share it; None for an incomplete system.
        cluster: all systems of one cluster beat all of every later one in paired tests; numbered from 1. Inside a
            cluster not every pair can be told apart.
        signature: everything the score depends on, as text.
        rank_low, rank_high: the best and the worst rank that the paired tests leave it (WMT's rank range); None for an
            incomplete system, and in runs stored before there were such columns.
    """

    test_set: str
    system: str
    metric: str
    score: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    n_missing: int
    rank: int | None
    cluster: int | None
    signature: str
    reason: str = ""
    rank_low: int | None = None
    rank_high: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Baseline against system on one metric of one test set.

    `delta` is system minus baseline in the metric's own unit, whichever direction is better; `p_value` is raw,
    `p_corrected` over all comparisons of the run's test set and metric.
    """

    test_set: str
    metric: str
    baseline: str
    system: str
    delta: float
    ci_low: float | None
    ci_high: float | None
    p_value: float
    p_corrected: float
    correction: str
    test: str
    unit: str
    resamples: int
    seed: int
    n: int


@dataclass(frozen=True, slots=True)
class MetricGap:
    """A metric that was asked for and was not available: the column stays empty and says why."""

    metric: str
    problem: str
    remedy: str
    optional: bool


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What a reader of scores must know of a metric, without loading it.

    Attributes:
        name: the column.
        metric: catalogue name.
        digits: how many digits behind the point its scores are shown with; None in runs stored before that was kept.
    """

    name: str
    metric: str
    higher_is_better: bool = True
    digits: int | None = None


@dataclass(frozen=True)
class Outputs:
    """One system on one test set.

    Attributes:
        hypotheses: one per segment, in the order of the test set.
        flags: per segment: the engine's flags and those of the hypothesis checks.
        scores: metric name to one score per segment; None where the metric gave none.
        notes: metric name to one JSON value per segment (error spans, missing numerals); absent metrics gave none.
    """

    test_set: str
    system: str
    hypotheses: tuple[Hypothesis, ...]
    flags: tuple[frozenset[str], ...]
    scores: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One execution: spec, provenance, outputs, scores, comparisons. Written once.

    Attributes:
        id: the folder's name.
        spec: the config as it was resolved, JSON.
        provenance: versions, host, command, config hash, git commit; "started" is the start time in ISO 8601.
        systems: in board order of the config.
        metrics: in column order; the first one that ranks anybody orders the board.
        gaps: metrics that were not available.
        notes: sentences a reader of the board must know (small test set, resampling unit, exclusions).
        costs: (test set, system) to "seconds", "segments_per_second", "input_tokens", "output_tokens", "price".
    """

    id: str
    spec: Mapping[str, Json]
    provenance: Mapping[str, Json]
    test_sets: tuple[TestSet, ...]
    systems: tuple[System, ...]
    outputs: tuple[Outputs, ...]
    scores: tuple[SystemScore, ...]
    comparisons: tuple[Comparison, ...]
    gaps: tuple[MetricGap, ...] = ()
    notes: tuple[str, ...] = ()
    costs: Mapping[tuple[str, str], Mapping[str, float | None]] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    metrics: tuple[MetricInfo, ...] = ()

    @property
    def metric_parameters(self) -> Mapping[str, Mapping[str, Json]]:
        """Column to the parameters that it was configured with; columns for which the spec has none are left out."""
        entries = self.spec.get("metrics")
        return {
            str(entry.get("name")): entry["parameters"]
            for entry in (entries if isinstance(entries, (list, tuple)) else ())
            if isinstance(entry, Mapping) and isinstance(entry.get("parameters"), Mapping)
        }
