"""How the error that a policy allows is shared between the tests that can make the gate red.

On equal systems the gate may be red with probability `1 - level` over all `runs` checks against one baseline. Each
check gets its part (Bonferroni), and so does each pair of systems, the comparison with the anchor, and each metric that
decides. Single test sets and groups of documents have half of that again, divided between them. The counts have an
error of their own, of the same size.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.policy import Policy
from harness.gate.evidence.spending import spent_level


@dataclass(frozen=True)
class Sharing:
    """What each test of one gate may err.

    Attributes:
        policy: what is asked.
        pairs: of systems.
        anchored: whether the anchor is compared as well.
    """

    policy: Policy
    pairs: int
    anchored: bool

    @property
    def check(self) -> float:
        """Of one check against one baseline, at this look."""
        return self._now(self.policy.alpha / self.policy.runs)

    def loss(self, deciders: int, shares: int = 1) -> float:
        """Of one metric that decides, out of so many."""
        whole = self.policy.alpha / self.policy.runs / self.pairs / (2 if self.anchored else 1)
        return self._now(whole / max(1, deciders) / shares)

    def part(self, deciders: int, parts: int) -> float:
        """Of one test set or group alone, out of so many."""
        return self.loss(deciders, 2 * max(1, parts))

    def _now(self, alpha: float) -> float:
        """What this look may err, where all looks together may err so much."""
        return spent_level(alpha, self.policy.looks)


def bound_level(policy: Policy) -> float:
    """How sure the bounds of a loss are: as the policy says, or more where it is looked at several times."""
    return 1 - spent_level(policy.alpha, policy.looks) if policy.looks else policy.statistics.level
