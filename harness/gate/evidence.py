"""Evidence on one pair of systems on one test set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from harness.domain import MetricInfo, Outputs, TestSet
from harness.domain.comparison import SegmentChange
from harness.domain.policy import CollapseLimit, FlagLimit, MetricRule, Policy
from harness.domain.verdict import Evidence, GateInput, LimitEvidence, MetricEvidence, MissingData, WorstSegments
from harness.errors import InfrastructureError
from harness.gate.paired_metric import BASELINE, CANDIDATE, PairedMetric, Unmeasured
from harness.gate.pairing import Pairing
from harness.pipeline.rescore import Subject, core_signature, measure

_WORST = 10

#: Every metric that the policy asks for, measured once.
Measured = Mapping[str, PairedMetric | Unmeasured]


@dataclass(frozen=True)
class Part:
    """One pair of systems on one test set."""

    candidate: GateInput
    baseline: GateInput
    test_set: TestSet
    policy: Policy
    pair: Pairing

    @property
    def name(self) -> str:
        """The test set's name."""
        return self.test_set.name

    @property
    def system(self) -> str:
        """The candidate's system, after which checks are named."""
        return self.pair.candidate

    @property
    def sides(self) -> tuple[tuple[str, GateInput, str], tuple[str, GateInput, str]]:
        """(label, side, its system's name), the baseline first."""
        return (BASELINE, self.baseline, self.pair.baseline), (CANDIDATE, self.candidate, self.pair.candidate)

    def outputs(self) -> dict[str, Outputs]:
        """By label; a side that has none is left out."""
        found = {label: side.outputs_of(self.name, system) for label, side, system in self.sides}
        return {label: outputs for label, outputs in found.items() if outputs is not None}

    def unscored(self, metric: str) -> list[str]:
        """The names of the runs that have no score under a metric, the candidate's first."""
        cells = [(side.label, side.score_of(self.name, system, metric)) for _, side, system in reversed(self.sides)]
        return [label for label, cell in cells if cell is None or cell.score is None]


def examine_part(part: Part) -> tuple[list[Evidence], list[WorstSegments]]:
    """Every check of the policy (failures first, then metrics, then limits), and the segments that lost most."""
    if CANDIDATE not in part.outputs() or BASELINE not in part.outputs():
        who = part.candidate.label if CANDIDATE not in part.outputs() else part.baseline.label
        problem = f"{who} has no outputs of {part.system} on {part.name}."
        return [MissingData(test_set=part.name, system=part.system, subject="outputs", problem=problem)], []
    rules = {
        metric: rule
        for metric, rule in part.policy.metrics_of(part.name).items()
        if not (rule.optional and len(part.unscored(metric)) == 2)
    }
    collapse = part.policy.collapse
    asked = dict.fromkeys([*rules, *([] if collapse is None else [collapse.metric])])
    measured: Measured = {metric: _measured(part, metric) for metric in asked}
    evidence: list[Evidence] = [_errors(part)]
    for metric, rule in rules.items():
        evidence += _metric(part, metric, rule, measured[metric])
    if part.policy.flags is not None:
        evidence += _flags(part, part.policy.flags)
    if collapse is not None:
        evidence.append(_collapse(part, collapse, measured[collapse.metric]))
    evidence += _costs(part)
    return evidence, _worst(part, {metric: measured[metric] for metric in rules})


def _measured(part: Part, metric: str) -> PairedMetric | Unmeasured:
    nothing = Unmeasured(f"{metric} has no score on {' and '.join(part.unscored(metric)) or 'both sides'}.")
    info = _info(part, metric)
    if info is None:
        return nothing
    try:
        found = measure(
            Subject(
                test_set=part.test_set,
                metric=info,
                outputs=part.outputs(),
                parameters=part.candidate.parameters.get(metric, part.baseline.parameters.get(metric, {})),
                cells={label: side.score_of(part.name, system, metric) for label, side, system in part.sides},
            )
        )
    except InfrastructureError as error:
        problem = f"{metric} cannot be measured: {error.problem} {error.remedy or ''}".strip()
        return Unmeasured(problem, unavailable=True)
    return PairedMetric(found) if found.places else nothing


def _info(part: Part, metric: str) -> MetricInfo | None:
    known = {m.name: m for side in (part.baseline, part.candidate) for m in side.metrics}
    return known.get(metric)


def _errors(part: Part) -> LimitEvidence:
    scored = part.test_set.scored
    hypotheses = part.outputs()[CANDIDATE].hypotheses
    failed = sum(not hypotheses[i].ok for i in scored)
    return LimitEvidence(
        kind="errors",
        test_set=part.name,
        system=part.system,
        limit=part.policy.max_error_share,
        what="share of failed segments",
        candidate=failed / len(scored) if scored else 0.0,
        n=len(scored),
    )


def _metric(part: Part, metric: str, rule: MetricRule, pair: PairedMetric | Unmeasured) -> Iterator[Evidence]:
    """The paired test, on each group of documents as well, and the floor."""
    blank = MetricEvidence(test_set=part.name, system=part.system, subject=metric, margin=rule.margin)
    if isinstance(pair, Unmeasured):
        if not (rule.optional and pair.unavailable):
            yield replace(blank, problem=pair.problem)
        return
    missing = pair.found.missing
    allowed = part.policy.max_error_share * len(part.test_set.scored)
    for label, side, _ in reversed(part.sides):
        if missing[label] > allowed:
            problem = f"{side.label} is incomplete: {metric} lacks {missing[label]} segments on {part.name}."
            yield replace(blank, problem=problem)
            return
    note = _signature_note(part, metric, pair)
    for group, inside in _groups(part, pair):
        found = inside.evidence(rule, part.policy.statistics, system=part.system)
        yield replace(found, group=group, note=note)
    if rule.minimum is not None:
        yield LimitEvidence(
            kind="minimum",
            test_set=part.name,
            system=part.system,
            subject=metric,
            limit=rule.minimum,
            at_least=pair.found.metric.higher_is_better,
            candidate=pair.score(CANDIDATE),
            n=len(pair.found.places),
            signature=str(pair.found.signature),
        )


def _signature_note(part: Part, metric: str, pair: PairedMetric) -> str:
    cells = [side.score_of(part.name, system, metric) for _, side, system in part.sides]
    known = {str(core_signature(c.signature)) for c in cells if c is not None and c.signature}
    if len(known) <= 1 and known <= {str(pair.found.signature)}:
        return ""
    return f"The stored scores have other signatures; both sides were scored again as {pair.found.signature}."


def _groups(part: Part, pair: PairedMetric) -> Iterator[tuple[str, PairedMetric]]:
    yield "", pair
    special = part.policy.test_sets.get(part.name)
    for group, patterns in (special.groups if special is not None else {}).items():
        inside = pair.within(patterns)
        if inside is not None:
            yield group, inside


def _flags(part: Part, limit: FlagLimit) -> Iterator[LimitEvidence]:
    scored = part.test_set.scored
    before, after = (
        sum(bool(part.outputs()[label].flags[i] & set(limit.kinds)) for i in scored) / max(1, len(scored))
        for label in (BASELINE, CANDIDATE)
    )
    what = f"share of segments flagged {', '.join(limit.kinds)}"
    if limit.max_share is not None:
        yield LimitEvidence(
            kind="flags",
            test_set=part.name,
            system=part.system,
            subject="share",
            limit=limit.max_share,
            what=what,
            candidate=after,
            baseline=before,
            n=len(scored),
        )
    if limit.max_increase is not None:
        yield LimitEvidence(
            kind="flags",
            test_set=part.name,
            system=part.system,
            subject="increase",
            limit=limit.max_increase,
            what=f"increase of the {what}",
            candidate=after - before,
            n=len(scored),
        )


def _collapse(part: Part, limit: CollapseLimit, pair: PairedMetric | Unmeasured) -> LimitEvidence:
    blank = LimitEvidence(
        kind="collapse",
        test_set=part.name,
        system=part.system,
        subject=limit.metric,
        limit=limit.most,
        what=f"segments whose {limit.metric} fell by {limit.drop:g} or more",
    )
    if isinstance(pair, Unmeasured):
        return replace(blank, problem=pair.problem)
    fallen = float(np.count_nonzero(pair.losses >= limit.drop))
    return replace(blank, candidate=fallen, n=len(pair.found.places))


def _costs(part: Part) -> Iterator[LimitEvidence]:
    before = part.baseline.costs.get((part.name, part.pair.baseline), {})
    after = part.candidate.costs.get((part.name, part.system), {})
    speed = LimitEvidence(kind="speed", test_set=part.name, system=part.system, limit=0.0)
    for blank, key, most in (
        (speed, "seconds", part.policy.max_slowdown),
        (replace(speed, kind="cost"), "price", part.policy.max_cost_ratio),
    ):
        if most is None:
            continue
        old, new = before.get(key), after.get(key)
        ratio = new / old if old and new is not None else None
        problem = "" if ratio is not None else _no_ratio(part, blank.kind, old, new)
        yield replace(blank, limit=most, what=f"{key} over the baseline's", candidate=ratio, problem=problem)


def _no_ratio(part: Part, kind: str, old: float | None, new: float | None) -> str:
    """Why two runs cannot be compared by what they took: one sentence."""
    sides = ((part.candidate.label, part.pair.candidate, new), (part.baseline.label, part.pair.baseline, old))
    without = [f"{label} for {system}" for label, system, value in sides if value is None]
    if not without:
        return f"The {kind} of {part.pair.baseline} in {part.baseline.label} is 0, so nothing can be compared with it."
    if kind == "speed":
        why = "its texts were not translated in that run, so no time says anything of the system"
        return f"There is no speed in {' and in '.join(without)}: {why}."
    return f"There is no price in {' and in '.join(without)}: its config has no rate, or the quantity is unknown."


def _worst(part: Part, measured: Measured) -> list[WorstSegments]:
    """The segments that lost most, by the first metric that both sides have."""
    for metric, pair in measured.items():
        if isinstance(pair, PairedMetric):
            losses = pair.losses
            order = [int(k) for k in np.argsort(-losses, kind="stable")[:_WORST] if losses[k] > 0]
            return [WorstSegments(part.name, part.system, metric, tuple(_change(part, pair, k) for k in order))]
    return []


def _change(part: Part, pair: PairedMetric, k: int) -> SegmentChange:
    index = pair.found.places[k]
    segment = part.test_set.segments[index]
    references = part.test_set.references_of(index)
    outputs = part.outputs()
    return SegmentChange(
        segment=segment.id,
        document=segment.document,
        baseline_score=float(pair.found.values[BASELINE][k]),
        system_score=float(pair.found.values[CANDIDATE][k]),
        source=segment.source,
        reference=references[0] if references else "",
        baseline=outputs[BASELINE].hypotheses[index].text or "",
        system=outputs[CANDIDATE].hypotheses[index].text or "",
    )
