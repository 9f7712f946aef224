"""Units that share their references, so that what is made of a reference is made once for all systems."""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain import ScoringUnit
from harness.errors import InputError

Groups = dict[tuple[str, ...], list[int]]


def group_by_references(metric: str, units: Sequence[ScoringUnit]) -> Groups:
    """Positions of the units that share their references: usually one unit per system.

    Raises:
        InputError: units differ in the number of references, or have none.
    """
    groups: Groups = {}
    for position, unit in enumerate(units):
        groups.setdefault(unit.references, []).append(position)
    expected = len(units[0].references) if units else 1
    for references, positions in groups.items():
        unit = units[positions[0]]
        if not references:
            raise InputError(
                f"{metric} needs a reference, and segment {unit.segment} of {unit.test_set} has none.",
                remedy="give references, or choose a metric that needs none",
            )
        if len(references) != expected:
            raise InputError(
                f"{metric} needs the same number of references everywhere: segment {units[0].segment} of "
                f"{units[0].test_set} has {expected}, segment {unit.segment} of {unit.test_set} has {len(references)}.",
                remedy="complete the references, or leave the incomplete one out",
            )
    return groups
