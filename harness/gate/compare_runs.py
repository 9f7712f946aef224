"""Two runs at hand and a policy become a verdict: pair the systems, measure, judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import GateInput, Verdict
from harness.gate.examine import examine
from harness.gate.judge import verdict
from harness.gate.pairing import pairings


def compare_runs(
    candidate: GateInput,
    baseline: GateInput,
    test_sets: Mapping[str, TestSet],
    policy: Policy,
    systems: Sequence[str] = (),
) -> Verdict:
    """Whether the candidate is worse than the baseline, under a policy.

    Args:
        test_sets: the candidate's, by name.
        systems: NAME or CANDIDATE=BASELINE; empty for all.

    Raises:
        UserError: the sides share no system or no test set, or the policy names an unknown metric.
    """
    found = examine(candidate, baseline, test_sets, policy, pairings(candidate, baseline, systems))
    return verdict(
        found.evidence,
        level=policy.statistics.level,
        underpowered=policy.underpowered,
        sides=(baseline.label, candidate.label),
        worst=found.worst,
        notes=found.notes,
    )
