"""What the CI gate asks of a run: margins, floors and limits, as `configs/gate.yaml` says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.domain.spec import StatisticsSpec

#: What a check contributes whose margin the test set is too small to see.
Underpowered = Literal["inconclusive", "pass", "fail"]


@dataclass(frozen=True, slots=True)
class MetricRule:
    """What is asked of one metric.

    Attributes:
        margin: a loss up to this, in the metric's own unit, is accepted.
        minimum: the candidate's score must be at least (for error rates: at most) this; None for no floor.
        optional: whether runs without this metric pass.
    """

    margin: float
    minimum: float | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FlagLimit:
    """Limits on segments that the hypothesis checks flag.

    Attributes:
        kinds: the flags that count.
        max_share: of the scored segments, for the candidate by itself.
        max_increase: over the baseline's share.
    """

    kinds: tuple[str, ...] = ("empty", "copied-source", "untranslated")
    max_share: float | None = None
    max_increase: float | None = None


@dataclass(frozen=True, slots=True)
class CollapseLimit:
    """A limit on single segments that fell hard: what an average hides (two swapped sentences, one lost paragraph).

    Attributes:
        metric: the column whose segment scores are looked at.
        drop: how far a segment's score must fall to count, in the metric's unit.
        most: how many may.
    """

    metric: str
    drop: float
    most: int = 0


@dataclass(frozen=True, slots=True)
class TestSetRule:
    """What is special about one test set.

    Attributes:
        metrics: rules that replace those of the policy.
        groups: name to patterns of document names; each group is checked by itself as well.
    """

    __test__ = False

    metrics: Mapping[str, MetricRule] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """What the gate asks.

    Attributes:
        statistics: level, test, correction over all checks, resamples, seed, unit.
        underpowered: the outcome of a check whose margin the test set is too small to see.
        max_error_share: of segments without a hypothesis; beyond it the candidate is incomplete.
        max_slowdown: the candidate's seconds per segment over the baseline's.
        max_cost_ratio: the candidate's price a segment over the baseline's.
    """

    metrics: Mapping[str, MetricRule]
    statistics: StatisticsSpec = field(default_factory=lambda: StatisticsSpec(resamples=2000))
    underpowered: Underpowered = "inconclusive"
    max_error_share: float = 0.0
    flags: FlagLimit | None = None
    collapse: CollapseLimit | None = None
    max_slowdown: float | None = None
    max_cost_ratio: float | None = None
    test_sets: Mapping[str, TestSetRule] = field(default_factory=dict)

    def metrics_of(self, test_set: str) -> Mapping[str, MetricRule]:
        """The rules that hold on one test set."""
        special = self.test_sets.get(test_set)
        return {**self.metrics, **(special.metrics if special is not None else {})}
