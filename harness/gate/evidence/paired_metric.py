"""One metric on the candidate and the baseline of a pair, and the only place that knows which direction is a loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal, TypeVar

import numpy as np

from harness.domain import Array, StatisticsSpec
from harness.domain.policy import MetricRule
from harness.domain.verdict import MetricEvidence
from harness.pipeline.rescore import PairedStatistics
from harness.portable import totals
from harness.stats import analyse
from harness.stats.influence import Estimate, estimate, influence_values
from harness.stats.resampling_units import Units, choose_units

BASELINE, CANDIDATE = "baseline", "candidate"

#: Leaving out one whole document at a time, with Student's t of one degree less than there are documents, keeps its
#: promise from about this many on (docs/gate.md has the measured rates); below it segments are the units.
FEWEST_DOCUMENTS = 5

Scores = TypeVar("Scores", float, Array)


@dataclass(frozen=True)
class PairedMetric:
    """Statistics of both sides, labelled `BASELINE` and `CANDIDATE`, over the n segments that both have."""

    found: PairedStatistics

    @property
    def losses(self) -> Array:
        """How much worse the candidate is on each segment, in the metric's unit, shape (n,)."""
        return self.loss(self.found.values[BASELINE], self.found.values[CANDIDATE])

    def loss(self, before: Scores, after: Scores) -> Scores:
        """How much worse `after` is than `before`, whichever direction is better."""
        return before - after if self.found.metric.higher_is_better else after - before

    def loss_interval(self, low: float | None, high: float | None) -> tuple[float | None, float | None]:
        """The interval of the loss, from that of candidate minus baseline."""
        if low is None or high is None:
            return None, None
        return (-high, -low) if self.found.metric.higher_is_better else (low, high)

    def score(self, side: str) -> float:
        """The score of a side over the n segments."""
        return float(self.found.aggregate(totals(self.found.rows[side])))

    def units(self, wanted: Literal["auto", "segment", "document"]) -> Units:
        """Whole documents where enough of them are known, else segments."""
        documents = self.found.documents
        if wanted == "auto":
            count = len(set(documents))
            wanted = "document" if FEWEST_DOCUMENTS <= count < len(documents) else "segment"
        return choose_units(documents, wanted)

    def estimate(self, units: Units) -> Estimate | None:
        """The loss with its standard error; None where the units cannot say."""
        if units.count < 2:
            return None
        found = self.found
        shares = [influence_values(units.sums(found.rows[side]), found.aggregate) for side in (BASELINE, CANDIDATE)]
        value = self.loss(self.score(BASELINE), self.score(CANDIDATE))
        try:
            return estimate(value, self.loss(*shares))
        except ValueError:
            return None

    @property
    def effects(self) -> Array:
        """How much of the loss would be gone had one segment alone stayed as the baseline has it, shape (n,)."""
        before, after = (self.found.rows[side] for side in (BASELINE, CANDIDATE))
        whole = totals(after)
        kept = np.asarray(self.found.aggregate(whole - after + before), dtype=np.float64)
        return self.loss(kept, np.full(len(kept), self.score(CANDIDATE)))

    def within(self, patterns: Sequence[str]) -> PairedMetric | None:
        """The same over the documents whose names match a pattern; None where there are none."""
        documents = self.found.documents
        keep = np.array([any(fnmatchcase(d, p) for p in patterns) for d in documents], dtype=bool)
        if not keep.any():
            return None
        return PairedMetric(
            replace(
                self.found,
                rows={k: v[keep] for k, v in self.found.rows.items()},
                values={k: v[keep] for k, v in self.found.values.items()},
                places=tuple(p for p, inside in zip(self.found.places, keep, strict=True) if inside),
            )
        )

    def evidence(self, rule: MetricRule, spec: StatisticsSpec, *, system: str) -> MetricEvidence:
        """The paired test. `examine` corrects its p-value over all tests of the gate, so it is not corrected here."""
        found = self.found
        # A policy that asks for a resampling test was written for intervals from the same resamples.
        result = analyse(
            {side: found.rows[side] for side in (BASELINE, CANDIDATE)},
            found.aggregate,
            higher_is_better=found.metric.higher_is_better,
            documents=found.documents,
            spec=replace(spec, correction="none", interval="percentile", resample=self.units(spec.resample).kind),
            baseline=BASELINE,
        )
        before, after = result.scores[BASELINE], result.scores[CANDIDATE]
        pair = result.comparisons[0] if result.comparisons else None
        low, high = self.loss_interval(pair.ci_low, pair.ci_high) if pair is not None else (None, None)
        return MetricEvidence(
            test_set=found.test_set.name,
            system=system,
            subject=found.metric.name,
            margin=rule.margin,
            baseline=before,
            candidate=after,
            loss=self.loss(before, after),
            loss_low=low,
            loss_high=high,
            p_value=None if pair is None else pair.p_value,
            mdd=None if result.mdd is None else max(0.0, result.mdd.typical),
            n=len(found.places),
            unit=result.unit,
            higher_is_better=found.metric.higher_is_better,
            signature=str(found.signature),
        )


@dataclass(frozen=True)
class Unmeasured:
    """A metric that could not be measured on a pair.

    Attributes:
        problem: why, as a sentence.
        unavailable: whether the metric itself is missing on this machine, rather than texts or scores.
    """

    problem: str
    unavailable: bool = False
