"""Two runs at hand and a policy become a verdict: pair the systems, measure, judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import GateInput, Verdict
from harness.gate.examine import examine
from harness.gate.judgement.judge import verdict
from harness.gate.judgement.people_agree import by_what
from harness.gate.sides.pairing import pairings


def compare_runs(
    candidate: GateInput,
    baseline: GateInput,
    test_sets: Mapping[str, TestSet],
    policy: Policy,
    systems: Sequence[str] = (),
    anchor: GateInput | None = None,
) -> Verdict:
    """Whether the candidate is worse than the baseline, under a policy.

    Args:
        test_sets: the candidate's, by name.
        systems: NAME or CANDIDATE=BASELINE; empty for all.
        anchor: the first accepted baseline, where it is not this one.

    Raises:
        NothingSharedError: the sides share no system or no test set.
        UserError: the policy asks for what neither side has, or a side's outputs are not those of the test set.
    """
    found = examine(candidate, baseline, test_sets, policy, pairings(candidate, baseline, systems), anchor)
    return verdict(
        found.evidence,
        level=policy.statistics.level,
        underpowered=policy.underpowered,
        sides=(baseline.label, candidate.label),
        worst=found.worst,
        notes=found.notes,
        measure=_by_what(candidate, baseline, policy),
    )


def _by_what(candidate: GateInput, baseline: GateInput, policy: Policy) -> str:
    infos = {m.name: m.metric for side in (candidate, baseline) for m in side.metrics}
    return by_what(policy.main, infos.get(policy.main, policy.main), policy.metrics[policy.main].margin)
