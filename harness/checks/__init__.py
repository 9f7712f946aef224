"""What can be seen in a hypothesis before it is scored: empty, copied, untranslated, looping, cut."""

from harness.checks.hypotheses import FLAGS, Checker, check_hypotheses

__all__ = ["FLAGS", "Checker", "check_hypotheses"]
