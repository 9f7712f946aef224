"""What each metric says of itself before it is built: for `harness list metrics`."""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain import Level
from harness.metrics.catalogue import metrics


@dataclass(frozen=True)
class MetricDescription:
    """One metric of the catalogue.

    Attributes:
        direction: "higher" or "lower" is better, or "depends" on its parameters.
        levels: "corpus" and "segment", where it has a meaning.
        needs: "reference", "no reference", or "depends" on its parameters (its model may need none).
        citation: the paper or page that defines it, or "".
    """

    name: str
    summary: str
    direction: str
    levels: tuple[str, ...]
    needs: str
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
        citation=str(getattr(cls, "citation", "")),
        extra=row.extra,
        origin=row.origin,
    )
