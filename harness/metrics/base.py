"""The one seam every metric stands behind.

A corpus score is `aggregate(stats.sum(0))`, a bootstrap is `aggregate(weights @ stats)`, a permutation swaps rows of
stats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from harness.domain import Array, Json, Level, ScoringUnit, Signature


@runtime_checkable
class Metric(Protocol):
    """A metric with its parameters.

    Constructors take keyword arguments only, typed and JSON-able; `name` is the column's name. They do the heavy
    imports; a model that is not at hand is a MissingModelError, a missing package a MissingExtraError.
    """

    name: str
    needs_reference: bool
    higher_is_better: bool
    levels: frozenset[Level]

    def signature(self, n_refs: int) -> Signature:
        """Everything the score depends on besides the data; `n_refs` is the most references that a segment has."""
        ...

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """Sufficient statistics, shape (n, k), float64, one row per unit in the order given.

        A row of NaN means that the metric refuses to score that unit; `explain` says why. Units of all systems come in
        one call, so that what they share is computed once.

        Raises:
            MetricError: the metric cannot go on.
            InputError: a unit is not what the metric needs (wrong number of references, for one).
        """
        ...

    def aggregate(self, totals: Array) -> Array:
        """Scores from summed statistics: (..., k) to (...)."""
        ...

    def segment_scores(self, stats: Array) -> Array:
        """Scores of single segments, (n, k) to (n,); NaN rows stay NaN.

        For a mean of segment scores this is `aggregate(stats)`; BLEU smooths and uses the effective order here.
        """
        ...


@runtime_checkable
class Reports(Protocol):
    """A metric whose work is long (a model, a judge): it says how far it is while `segment_stats` runs.

    `progress` takes (done, total) in the metric's own unit; whoever wants to watch sets it.
    """

    progress: Callable[[int, int], None] | None


@runtime_checkable
class Bounded(Protocol):
    """A metric with a least and a greatest score; intervals stay between them."""

    bounds: tuple[float, float]


@runtime_checkable
class Cautions(Protocol):
    """A metric that knows where it says little: `caution` is one sentence for the run's notes, or ""."""

    caution: str


@runtime_checkable
class Explains(Protocol):
    """A metric that can say more about each unit than a number."""

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """One JSON object per unit, {} where there is nothing to say.

        The key "flags" (a list of short words) goes to the segment's flags; everything else is stored beside the score.
        """
        ...
