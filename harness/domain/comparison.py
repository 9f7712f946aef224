"""What is different between two systems of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """One metric: system minus baseline, in the metric's own unit.

    Attributes:
        ci_low, ci_high, p_value: None where one segment or document says nothing about uncertainty.
        p_value: of this one comparison, not corrected for others.
        p_corrected: what the board's rank rests on: the run's own p-value of the two systems, corrected by `correction`
            for all `pairs` of systems; None where the run did not test these two.
        better: whether the system is ahead, whichever direction is better; None where the two are equal.
        mdd: the minimum detectable difference: the smallest true one that the test would find four times out of five.
        agreement: what published figures say of a difference of this size, or "".
        digits: how many digits behind the point a board shows; None in runs stored before that was kept.
    """

    metric: str
    baseline_score: float
    system_score: float
    delta: float
    better: bool | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    test: str
    unit: str
    resamples: int
    seed: int
    mdd: float | None
    agreement: str
    signature: str
    digits: int | None = None
    p_corrected: float | None = None
    correction: str = ""
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class SegmentChange:
    """A segment that the two systems translate with different success, by the first metric."""

    segment: str
    document: str
    baseline_score: float
    system_score: float
    source: str
    reference: str
    baseline: str
    system: str


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """A document, or the segments whose source is of a certain length: differences by metric over these alone."""

    group: str
    n: int
    deltas: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NgramChange:
    """A run of words of the reference that one system finds more often than the other.

    Attributes:
        baseline, system: how often each has it where the reference has it.
    """

    ngram: str
    baseline: int
    system: int


@dataclass(frozen=True)
class Difference:
    """Two systems side by side on one test set.

    Attributes:
        n: segments that both have.
        gained, lost: segments whose score changed most, the largest change first.
        lengths, documents: groups of segments.
        found, missed: n-grams of the references that the system finds more often, or less often, than the baseline.
        notes: sentences a reader must know.
    """

    test_set: str
    baseline: str
    system: str
    n: int
    metrics: tuple[MetricDifference, ...]
    gained: tuple[SegmentChange, ...]
    lost: tuple[SegmentChange, ...]
    lengths: tuple[GroupDifference, ...]
    documents: tuple[GroupDifference, ...]
    found: tuple[NgramChange, ...]
    missed: tuple[NgramChange, ...]
    notes: tuple[str, ...]
