"""Units that share their references, so that what is made of a reference is made once for all systems."""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain import ScoringUnit
from harness.errors import InputError

Groups = dict[tuple[str, ...], list[int]]


def group_by_references(metric: str, units: Sequence[ScoringUnit]) -> Groups:
    """Positions of the units that share their references: usually one unit per system.

    Units may differ in the number of references: one that is missing is not among a unit's.

    Raises:
        InputError: a unit has none, or a text that is no text.
    """
    groups: Groups = {}
    for position, unit in enumerate(units):
        if not isinstance(unit.hypothesis, str):
            raise _no_text(metric, unit, "hypothesis", unit.hypothesis)
        groups.setdefault(unit.references, []).append(position)
    for references, positions in groups.items():
        unit = units[positions[0]]
        if not references:
            raise InputError(
                f"{metric} needs a reference, and segment {unit.segment} of {unit.test_set} has none.",
                remedy="give references, or choose a metric that needs none",
            )
        for reference in references:
            if not isinstance(reference, str):
                raise _no_text(metric, unit, "reference", reference)
    return groups


def _no_text(metric: str, unit: ScoringUnit, what: str, value: object) -> InputError:
    return InputError(
        f"{metric} got a {what} of segment {unit.segment} of {unit.test_set} that is no text but "
        f"{'None' if value is None else f'a value of the type {type(value).__name__}'}.",
        allowed="text; a hypothesis that failed, or a reference that is missing, is left out",
    )
