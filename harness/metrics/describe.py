"""What is known of each metric besides its scores: its direction, needs, citation and digits."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain import Level
from harness.metrics.base import Metric
from harness.metrics.catalogue import metrics

#: For a metric that does not say with how many digits it is shown: few enough to read, enough for a scale of 0 to 1.
DEFAULT_DIGITS = 4


@dataclass(frozen=True)
class MetricDescription:
    """One metric of the catalogue.

    Attributes:
        direction: "higher" or "lower" is better, or "depends" on its parameters.
        levels: "corpus" and "segment", where it has a meaning.
        needs: "reference", "no reference", or "depends" on its parameters (its model may need none).
        digits: how many digits behind the point its scores are shown with, unless a column says otherwise.
        citation: the paper or page that defines it, or "".
    """

    name: str
    summary: str
    direction: str
    levels: tuple[str, ...]
    needs: str
    digits: int
    citation: str
    extra: str | None
    origin: str


def describe(name: str) -> MetricDescription:
    """The facts of one metric. Its module is imported; what is heavy waits for its constructor.

    Raises:
        UnknownNameError: there is no such metric.
        HarnessError: a plug-in that cannot be loaded.
    """
    row = metrics.row(name)
    cls = metrics.load(name)
    better = getattr(cls, "higher_is_better", None)
    needs = getattr(cls, "needs_reference", None)
    levels: frozenset[Level] = getattr(cls, "levels", frozenset())
    return MetricDescription(
        name=name,
        summary=row.summary,
        direction="higher" if better is True else "lower" if better is False else "depends",
        levels=tuple(sorted(str(level.value) for level in levels)),
        needs="reference" if needs is True else "no reference" if needs is False else "depends",
        digits=_digits(cls, row.digits),
        citation=row.citation or str(getattr(cls, "citation", "")),
        extra=row.extra,
        origin=row.origin,
    )


def digits_of(metric: Metric, kind: str) -> int:
    """How many digits behind the point a column is shown with.

    Args:
        metric: as built; a plug-in, or a column whose scale its parameters decide, has an attribute `digits`.
        kind: its name in the catalogue, whose row says it otherwise.
    """
    return _digits(metric, metrics.row(kind).digits)


def _digits(metric: object, of_row: int | None) -> int:
    own = getattr(metric, "digits", None)
    found = own if isinstance(own, int) and not isinstance(own, bool) and own >= 0 else of_row
    return DEFAULT_DIGITS if found is None else found
