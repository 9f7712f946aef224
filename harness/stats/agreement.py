"""What a difference means to people: how often they side with the metric.

Kocmi, Zouhar, Federmann and Post (2024), "Navigating the Metrics Maze: Reconciling Score Magnitudes and Accuracies"
(ACL 2024, table of thresholds; also the source file appendix/main_thresholds.tex of their MT-Thresholds repository):
over thousands of pairs of systems, the metric difference at which human judges prefer the same system with a given
frequency. The figures are for corpus scores of single systems with each metric's default options, in points on a scale
of 0 to 100, across many language pairs. They say nothing about significance: a difference can be large enough to matter
and still be noise on a small test set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from harness.domain import Signature

ACCURACIES = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)

# Metric differences at the accuracies above; a shorter row ends where the metric never gets that far.
THRESHOLDS: Mapping[str, tuple[float, ...]] = {
    "BLEU": (0.27, 0.52, 0.78, 1.06, 1.39, 1.79, 2.34, 3.35),
    "chrF": (0.14, 0.33, 0.54, 0.76, 1.00, 1.28, 1.63, 2.12, 3.05),
    "COMET-22": (0.03, 0.10, 0.18, 0.26, 0.35, 0.45, 0.56, 0.71, 0.94, 1.53),
    "CometKiwi-22": (0.01, 0.08, 0.16, 0.24, 0.33, 0.42, 0.53, 0.67, 0.85, 1.18),
    "CometKiwi-XL": (0.04, 0.15, 0.26, 0.39, 0.52, 0.66, 0.84, 1.06, 1.40, 2.24),
    "CometKiwi-XXL": (0.06, 0.22, 0.39, 0.57, 0.77, 0.98, 1.24, 1.58, 2.08, 3.39),
    "xCOMET-XL": (0.05, 0.19, 0.34, 0.50, 0.67, 0.86, 1.08, 1.37, 1.80, 2.82),
    "xCOMET-XXL": (0.02, 0.19, 0.37, 0.56, 0.76, 0.98, 1.24, 1.55, 1.99, 2.74),
}

# The model's name, as it stands in a signature, to its row.
_MODELS: Mapping[str, str] = {
    "wmt22-comet-da": "COMET-22",
    "wmt22-cometkiwi-da": "CometKiwi-22",
    "wmt23-cometkiwi-da-xl": "CometKiwi-XL",
    "wmt23-cometkiwi-da-xxl": "CometKiwi-XXL",
    "xcomet-xl": "xCOMET-XL",
    "xcomet-xxl": "xCOMET-XXL",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often human judges prefer the system that the metric prefers, for a given difference.

    Attributes:
        metric: the row of the published table.
        percent: interpolated between two published figures; None outside the table.
        low, high: the published figures it lies between; `low` is None below the table, `high` above it.
    """

    metric: str
    percent: float | None
    low: int | None
    high: int | None

    def __str__(self) -> str:
        if self.percent is not None:
            return f"humans agree about {self.percent:.0f}% of the time ({self.metric})"
        if self.low is None:
            return f"no better than a coin toss for humans ({self.metric})"
        return f"humans agree at least {self.low}% of the time, where the published figures end ({self.metric})"


def agreement(metric: str, delta: float) -> Agreement:
    """Agreement for a difference in points (0 to 100) of a metric of `THRESHOLDS`; its sign does not matter."""
    size, row = abs(delta), THRESHOLDS[metric]
    points = list(zip(row, ACCURACIES, strict=False))
    if size < row[0]:
        return Agreement(metric, None, None, ACCURACIES[0])
    for (near, low), (far, high) in pairwise(points):
        if size <= far:
            return Agreement(metric, low + (high - low) * (size - near) / (far - near), low, high)
    return Agreement(metric, None, points[-1][1], None)


def agreement_of(signature: Signature, delta: float) -> Agreement | None:
    """Agreement for a difference under a metric's signature, or None where nothing was published for that metric.

    BLEU and chrF count with sacreBLEU's defaults only (one reference, mixed case, 13a, no word n-grams): other options
    move scores by more than the differences in question. COMET's own scale of 0 to 1 becomes points.
    """
    if (signature.get("nrefs") or "1") not in {"0", "1"}:
        return None
    fields = dict(signature.fields)
    if signature.name == "BLEU":
        usual = {"case": "mixed", "tok": "13a", "smooth": "exp", "eff": "no"}
        return agreement("BLEU", delta) if usual.items() <= fields.items() else None
    if signature.name == "chrF2":
        usual = {"case": "mixed", "nc": "6", "nw": "0", "space": "no", "eff": "yes"}
        return agreement("chrF", delta) if usual.items() <= fields.items() else None
    row = _MODELS.get(fields.get("model", "").rsplit("/", 1)[-1].lower())
    return agreement(row, 100 * delta) if row is not None else None
