"""How often people side with a metric that tells two systems apart by so much.

Kocmi, Zouhar, Federmann and Post 2024, "Navigating the Metrics Maze", table 1: over 6,000 pairs of systems judged by
people, the difference at which the metric and they prefer the same system in so many cases out of a hundred.
"""

from __future__ import annotations

from bisect import bisect_right

_ACCURACY = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
#: By catalogue name, in the units that this program gives scores in; COMET is wmt22-comet-da.
_DIFFERENCE = {
    "bleu": (0.27, 0.52, 0.78, 1.06, 1.39, 1.79, 2.34, 3.35),
    "chrf": (0.14, 0.33, 0.54, 0.76, 1.00, 1.28, 1.63, 2.12, 3.05),
    "spbleu": (0.25, 0.52, 0.82, 1.13, 1.49, 1.91, 2.46, 3.28, 5.57),
    "comet": (0.0003, 0.0010, 0.0018, 0.0026, 0.0035, 0.0045, 0.0056, 0.0071, 0.0094, 0.0153),
}


def people_agree(metric: str, difference: float) -> int | None:
    """In how many cases out of a hundred people prefer the system that the metric prefers, to the lower 5.

    Args:
        metric: its catalogue name.
        difference: of two systems' scores.

    Returns:
        50 is no more than chance; None for a metric that was not studied.
    """
    known = _DIFFERENCE.get(metric)
    if known is None:
        return None
    return _ACCURACY[max(0, bisect_right(known, abs(difference)) - 1)]


def by_what(name: str, metric: str, margin: float) -> str:
    """One sentence for every report: what "worse" means here, and what it is worth.

    Args:
        name: the column.
        metric: its catalogue name.
        margin: the loss that the policy accepts.
    """
    agree = people_agree(metric, margin)
    said = f'"Worse" means worse by {name}, which is a program and no reader.'
    if agree is None:
        return f"{said} Where the two sides are close, let people or a judge read the segments listed."
    return (
        f"{said} Where two systems differ by the margin of {margin:g}, people side with it about {agree} times out of "
        "100 (Kocmi et al. 2024): let people or a judge read the segments listed where the two sides are close."
    )
