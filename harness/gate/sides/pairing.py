"""Which system of the candidate is measured against which system of the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.domain.verdict import GateInput
from harness.errors import NothingSharedError, UnknownNameError


@dataclass(frozen=True)
class Pairing:
    """Which system of the candidate answers for which of the baseline."""

    candidate: str
    baseline: str


def pairings(candidate: GateInput, baseline: GateInput, wanted: Sequence[str]) -> tuple[Pairing, ...]:
    """Systems of one name; a single system on each side is a pair whatever its name.

    Args:
        wanted: NAME, or CANDIDATE=BASELINE; empty for all of the baseline.

    Raises:
        UnknownNameError: a side has no such system.
        NothingSharedError: the two sides share no system.
    """
    if wanted:
        found = []
        for text in wanted:
            mine, equals, theirs = text.partition("=")
            found.append(Pairing(mine, theirs if equals else mine))
        for pair in found:
            for name, side in ((pair.candidate, candidate), (pair.baseline, baseline)):
                if name not in side.systems:
                    raise UnknownNameError("system", name, side.systems, remedy="--system CANDIDATE=BASELINE")
        return tuple(found)
    if len(candidate.systems) == len(baseline.systems) == 1:
        return (Pairing(candidate.systems[0], baseline.systems[0]),)
    if not set(candidate.systems) & set(baseline.systems):
        raise NothingSharedError(
            f"{candidate.label} and {baseline.label} share no system.",
            allowed=f"{', '.join(candidate.systems)} against {', '.join(baseline.systems)}",
            remedy="--system CANDIDATE=BASELINE",
        )
    return tuple(Pairing(name, name) for name in baseline.systems)
