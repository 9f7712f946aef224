"""How the error that a policy allows is shared between the tests that can make the gate red.

On equal systems the gate may be red with probability `1 - level` over all `runs` checks against one baseline. Each
check gets its part (Bonferroni), and so does each pair of systems, the comparison with the anchor, and each metric that
decides. Single test sets and groups of documents have half of that again, divided between them. The counts have an
error of their own, of the same size.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.domain.policy import Policy


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
        """Of one check against one baseline."""
        return self.policy.alpha / self.policy.runs

    def loss(self, deciders: int) -> float:
        """Of one metric that decides, out of so many."""
        return self.check / self.pairs / (2 if self.anchored else 1) / max(1, deciders)

    def part(self, deciders: int, parts: int) -> float:
        """Of one test set or group alone, out of so many."""
        return self.loss(deciders) / 2 / max(1, parts)
