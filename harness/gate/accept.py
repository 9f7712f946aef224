"""Whether a run may become the baseline: not where it is worse, nor where nobody can say, unless it is forced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import GateInput, LossEvidence, MetricEvidence, MissingData, Verdict, number_text
from harness.errors import NothingSharedError
from harness.gate.compare_runs import compare_runs


@dataclass(frozen=True)
class Examined:
    """A run against the baseline that it would replace.

    Attributes:
        outcome: the gate's word, or "" where nothing could be compared.
        refusal: why it must not become the baseline without force; "" where it may.
        told: what was compared, as sentences.
    """

    outcome: str
    refusal: str
    told: tuple[str, ...]


def examine_for_acceptance(
    run: GateInput, baseline: GateInput, test_sets: Mapping[str, TestSet], policy: Policy, anchor: GateInput | None
) -> Examined:
    """Compare a run with the baseline that it would replace.

    A run is refused that is a regression, that lost more than the margin unless the gate passes it, and where nothing
    could be compared at all. A small run that lost less than the margin may become the baseline although the gate
    cannot exclude a larger loss: the anchor watches over what adds up.

    Raises:
        ConfigError: the policy is wrong.
    """
    try:
        verdict = compare_runs(run, baseline, test_sets, policy, anchor=anchor)
    except NothingSharedError as error:
        return Examined("", f"{run.label} cannot be compared with {baseline.label}: {error.problem}", ())
    losses = [
        c
        for c in verdict.checks
        if isinstance(c.evidence, (LossEvidence, MetricEvidence)) and c.evidence.loss is not None
    ]
    told = tuple(c.sentence for c in losses if _decides(c.evidence))
    told += tuple(c.sentence for c in verdict.checks if isinstance(c.evidence, MissingData))
    return Examined(verdict.outcome, _refusal(run, baseline, verdict, compared=bool(losses)), told)


def _refusal(run: GateInput, baseline: GateInput, verdict: Verdict, *, compared: bool) -> str:
    if verdict.outcome == "regression":
        return f"{run.label} is worse than the baseline it would replace ({baseline.label})."
    if not compared:
        return f"Nothing of {run.label} could be compared with the baseline it would replace ({baseline.label})."
    for check in verdict.checks:
        e = check.evidence
        if (
            isinstance(e, (LossEvidence, MetricEvidence))
            and _decides(e)
            and check.decides != "pass"
            and (e.loss or 0.0) > e.margin
        ):
            return (
                f"{run.label} lost {number_text(e.loss)} {e.subject} against the baseline it would replace "
                f"({baseline.label}), more than the margin of {number_text(e.margin)}, and it is not shown to be noise."
            )
    return ""


def _decides(e: object) -> bool:
    return isinstance(e, MetricEvidence) or (isinstance(e, LossEvidence) and e.decides != "watch" and e.kind != "set")
