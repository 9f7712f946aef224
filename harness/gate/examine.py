"""Evidence for the gate: two runs measured against each other, check by check."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.domain import TestSet
from harness.domain.policy import Policy
from harness.domain.verdict import CountEvidence, Evidence, GateInput, MetricEvidence, MissingData, WorstSegments
from harness.errors import NothingSharedError
from harness.gate.evidence.count_evidence import count_evidence
from harness.gate.evidence.loss_evidence import anchor_evidence, loss_evidence, read_first
from harness.gate.evidence.part import Part, examine_part, options_evidence
from harness.gate.evidence.sharing import Sharing
from harness.gate.sides.asked import refuse_what_nothing_answers_to
from harness.gate.sides.joined import joined, same_content
from harness.gate.sides.pairing import Pairing
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
    anchor: GateInput | None = None,
) -> Findings:
    """Measure everything the policy asks.

    Args:
        test_sets: the candidate's, by name, with texts.
        anchor: the first accepted baseline, where there is one and it is not this baseline.

    Raises:
        NothingSharedError: the two sides share no test set.
        ConfigError: the policy names what neither side has, or asks for nothing that they have.
        InputError: a side's outputs are not those of the test set.
    """
    baseline, notes = joined(baseline, candidate, test_sets)
    shared = [name for name in baseline.fingerprints if name in test_sets]
    if not shared:
        raise NothingSharedError(
            f"{candidate.label} and {baseline.label} share no test set.",
            allowed=f"{', '.join(test_sets) or 'none'} against {', '.join(baseline.fingerprints) or 'none'}",
        )
    refuse_what_nothing_answers_to(policy, candidate, baseline, test_sets)
    policy = _with_enough_resamples(policy, shared, len(pairs))
    notes += [f"{name} is not in the baseline and is not checked." for name in test_sets if name not in shared]
    answering = {pair.candidate for pair in pairs}
    notes += [
        f"The system {n} is in {candidate.label} alone and is not checked."
        for n in candidate.systems
        if n not in answering
    ]
    evidence: list[Evidence] = []
    others: list[Evidence] = []
    parts: dict[Pairing, list[Part]] = {pair: [] for pair in pairs}
    for name in baseline.fingerprints:
        if name not in test_sets:
            problem = f"The baseline has the test set {name}, and {candidate.label} does not."
            evidence.append(MissingData(test_set=name, system="", subject="test set", problem=problem))
            continue
        if not same_content(name, candidate, baseline):
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
            part = Part(candidate, baseline, test_sets[name], policy, pair)
            if part.empty is not None:
                evidence.append(part.empty)
                continue
            parts[pair].append(part)
            others += options_evidence(part)
            evidence += examine_part(part)
    anchored = anchor if policy.anchor and policy.test == "jackknife" else None
    sharing = Sharing(policy, len(pairs), anchored is not None)
    losses: list[Evidence] = []
    if policy.test == "jackknife":
        for own in parts.values():
            losses += loss_evidence(own, sharing)
    if anchored is not None:
        anchored, _ = joined(anchored, candidate, test_sets)
        for own in parts.values():
            losses += anchor_evidence(_against_anchor(own, anchored, notes), sharing)
    counts = _counts(parts, policy, sharing)
    counted = [segment for count in counts if _news(count) for segment in count.segments]
    worst = tuple(w for own in parts.values() for w in read_first(own, counted))
    return Findings((*others, *losses, *counts, *_corrected(evidence, policy)), worst, tuple(dict.fromkeys(notes)))


def _news(count: CountEvidence) -> bool:
    """Whether what was counted is worth reading: never seen before, or more than chance brings."""
    return count.kind == "never" or (count.p_corrected is not None and count.p_corrected < count.alone)


def _counts(parts: Mapping[Pairing, list[Part]], policy: Policy, sharing: Sharing) -> list[CountEvidence]:
    if policy.counts is None:
        return []
    whole = policy.test == "jackknife" and policy.pool != "off"
    pools = list(parts.values()) if whole else [[part] for own in parts.values() for part in own]
    return count_evidence(pools, policy.counts, sharing)


def _against_anchor(parts: Sequence[Part], anchor: GateInput, notes: list[str]) -> list[Part]:
    """The same, with the anchor as the baseline, where it has the same test set and the system."""
    found = []
    for part in parts:
        name, system = part.name, part.pair.baseline
        if name not in anchor.fingerprints or not same_content(name, part.candidate, anchor):
            notes.append(
                f"The anchor {anchor.label} does not have the test set {name} as it is now: no drift is seen there."
            )
        elif anchor.outputs_of(name, system) is None:
            notes.append(f"The anchor {anchor.label} does not have the system {system}: no drift of it is seen.")
        else:
            found.append(replace(part, baseline=anchor, known={}))
    return found


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
