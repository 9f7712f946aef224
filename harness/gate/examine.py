"""Evidence for the gate: two runs measured against each other, check by check."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import Evidence, GateInput, MetricEvidence, MissingData, WorstSegments
from harness.errors import ConfigError, UserError, nearest
from harness.gate.evidence import Part, examine_part
from harness.gate.pairing import Pairing
from harness.stats.correction import corrected


@dataclass(frozen=True)
class Findings:
    """All evidence, in the order of test sets, systems and policy."""

    evidence: tuple[Evidence, ...]
    worst: tuple[WorstSegments, ...]
    notes: tuple[str, ...]


def examine(
    candidate: GateInput,
    baseline: GateInput,
    test_sets: Mapping[str, TestSet],
    policy: Policy,
    pairs: Sequence[Pairing],
) -> Findings:
    """Measure everything the policy asks.

    Args:
        test_sets: the candidate's, by name, with texts.

    Raises:
        UserError: the two sides share no test set.
        ConfigError: the policy names a metric that neither side has, and does not call it optional.
    """
    shared = [name for name in baseline.fingerprints if name in test_sets]
    if not shared:
        raise UserError(
            f"{candidate.label} and {baseline.label} share no test set.",
            allowed=f"{', '.join(test_sets) or 'none'} against {', '.join(baseline.fingerprints) or 'none'}",
        )
    _known_metrics(policy, candidate, baseline)
    policy = _with_enough_resamples(policy, shared, len(pairs))
    notes = [f"{name} is not in the baseline and is not checked." for name in test_sets if name not in shared]
    evidence: list[Evidence] = []
    worst: list[WorstSegments] = []
    for name in baseline.fingerprints:
        if name not in test_sets:
            problem = f"The baseline has the test set {name}, and {candidate.label} does not."
            evidence.append(MissingData(test_set=name, system="", subject="test set", problem=problem))
            continue
        if candidate.fingerprints[name] != baseline.fingerprints[name]:
            problem = (
                f"The test set {name} is not the one the baseline was made on: its content has another hash "
                f"({candidate.fingerprints[name][:12]}, the baseline's is {baseline.fingerprints[name][:12]}). "
                "Score both on the same test set, or accept a new baseline."
            )
            evidence.append(MissingData(test_set=name, system="", subject="test set", problem=problem))
            continue
        for pair in pairs:
            if pair.candidate not in candidate.systems:
                problem = f"The baseline has the system {pair.baseline}, and {candidate.label} does not."
                evidence.append(MissingData(test_set=name, system=pair.baseline, subject="system", problem=problem))
                continue
            found, lost = examine_part(Part(candidate, baseline, test_sets[name], policy, pair))
            evidence += found
            worst += lost
    return Findings(_corrected(evidence, policy), tuple(worst), tuple(notes))


def _known_metrics(policy: Policy, candidate: GateInput, baseline: GateInput) -> None:
    """A metric that neither side knows is a mistake in the policy, not a failed check."""
    known = sorted({m.name for side in (candidate, baseline) for m in side.metrics})
    rules = {**policy.metrics, **{k: v for t in policy.test_sets.values() for k, v in t.metrics.items()}}
    asked = [name for name, rule in rules.items() if not rule.optional]
    for name in [*asked, *([policy.collapse.metric] if policy.collapse is not None else [])]:
        if name not in known:
            guess = nearest(name, known)
            hint = f"; did you mean '{guess}'?" if guess else "."
            raise ConfigError(
                f"The policy asks for the metric '{name}', which neither run has{hint}",
                allowed=", ".join(known) or "(none)",
            )


def _corrected(evidence: Sequence[Evidence], policy: Policy) -> tuple[Evidence, ...]:
    """Corrected p-values over all paired tests of the gate.

    The correction must know every test of the verdict, so it happens here, and `PairedMetric.evidence` asks for none.
    """
    p_values = {i: e.p_value for i, e in enumerate(evidence) if isinstance(e, MetricEvidence) and e.p_value is not None}
    fixed = dict(zip(p_values, corrected(list(p_values.values()), policy.statistics.correction), strict=True))
    return tuple(
        replace(e, p_corrected=fixed[i]) if isinstance(e, MetricEvidence) and i in fixed else e
        for i, e in enumerate(evidence)
    )


def _with_enough_resamples(policy: Policy, test_sets: Sequence[str], pairs: int) -> Policy:
    """At least so many resamples that Holm's correction over all tests of this gate can reach the level."""
    groups = {name: 1 + len(rule.groups) for name, rule in policy.test_sets.items()}
    tests = pairs * sum(len(policy.metrics_of(name)) * groups.get(name, 1) for name in test_sets)
    needed = math.ceil(2 * tests / (1 - policy.statistics.level))
    if policy.statistics.correction != "holm" or policy.statistics.resamples >= needed:
        return policy
    return replace(policy, statistics=replace(policy.statistics, resamples=needed))
