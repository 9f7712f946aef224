"""Evidence on one pair of systems on one test set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from harness.domain import MetricInfo, Outputs, Signature, SystemScore, TestSet
from harness.domain.policy import CollapseLimit, FlagLimit, MetricRule, Policy
from harness.domain.verdict import (
    Evidence,
    GateInput,
    LimitEvidence,
    MetricEvidence,
    MissingData,
    SegmentEffect,
    number_text,
)
from harness.errors import InfrastructureError, UserError
from harness.gate.evidence.paired_metric import BASELINE, CANDIDATE, PairedMetric, Unmeasured
from harness.gate.sides.pairing import Pairing
from harness.pipeline.rescore import PairedStatistics, Subject, core_signature, measure
from harness.portable import totals

#: How far a score that is counted again may be from the stored one: what rounding leaves.
_SAME = 1e-6


@dataclass(frozen=True)
class Part:
    """One pair of systems on one test set."""

    candidate: GateInput
    baseline: GateInput
    test_set: TestSet
    policy: Policy
    pair: Pairing
    known: dict[str, PairedMetric | Unmeasured] = field(default_factory=dict, compare=False)

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

    @property
    def empty(self) -> MissingData | None:
        """What is missing where one side has no outputs at all."""
        present = self.outputs()
        for label, side, system in reversed(self.sides):
            if label not in present:
                problem = f"{side.label} has no outputs of {system} on {self.name}."
                return MissingData(test_set=self.name, system=self.system, subject="outputs", problem=problem)
        return None

    def rules(self) -> dict[str, MetricRule]:
        """What the policy asks here; an optional metric that no side has is left out."""
        return {
            metric: rule
            for metric, rule in self.policy.metrics_of(self.name).items()
            if not (rule.optional and len(self.unscored(metric)) == 2)
        }

    def measured(self, metric: str) -> PairedMetric | Unmeasured:
        """Both sides by one metric, measured once."""
        if metric not in self.known:
            self.known[metric] = _measured(self, metric)
        return self.known[metric]

    def other_options(self, metric: str) -> str:
        """How the two sides' scores of a metric differ beyond the version of its program; "" where they do not."""
        cells = [(side.label, side.score_of(self.name, system, metric)) for _, side, system in self.sides]
        known = [(label, core_signature(c.signature)) for label, c in cells if c is not None and c.signature]
        if len(known) < 2:
            return ""
        (before, old), (after, new) = known
        infos = [m.metric for side in (self.baseline, self.candidate) for m in side.metrics if m.name == metric]
        given = [side.parameters.get(metric, {}) for side in (self.baseline, self.candidate)]
        if given[0] == given[1] and len(set(infos)) == 1 and "path" not in given[0]:
            return ""  # what differs is what a newer program writes into its signatures
        first, second = (_without_versions(s) for s in (old, new))
        if first == second:
            return ""
        return f"{metric} is {_shown(new, old)} in {after} and {_shown(old, new)} in {before}."

    def problem(self, metric: str, rule: MetricRule) -> str | None:
        """Why a metric says nothing here, "" where that is nobody's fault and nothing is asked, None where it says."""
        pair = self.measured(metric)
        if isinstance(pair, Unmeasured):
            return "" if rule.optional and pair.unavailable else pair.problem
        allowed = self.policy.max_error_share * len(self.test_set.scored)
        for label, side, _ in reversed(self.sides):
            missing = pair.found.missing[label]
            if missing > allowed:
                return f"{side.label} is incomplete: {metric} lacks {missing} segments on {self.name}."
        return None


def examine_part(part: Part) -> list[Evidence]:
    """Every check that is about one test set alone: failures, resampling tests, floors and limits, in this order."""
    evidence: list[Evidence] = [_errors(part)]
    for metric, rule in part.rules().items():
        if part.policy.test != "jackknife":
            evidence += _metric(part, metric, rule)
        evidence += _floor(part, metric, rule)
    if part.policy.flags is not None:
        evidence += _flags(part, part.policy.flags)
    if part.policy.collapse is not None:
        evidence.append(_collapse(part, part.policy.collapse))
    evidence += _costs(part)
    return evidence


def _measured(part: Part, metric: str) -> PairedMetric | Unmeasured:
    nothing = Unmeasured(f"{metric} has no score on {' and '.join(part.unscored(metric)) or 'both sides'}.")
    info = _info(part, metric)
    if info is None:
        return nothing
    cells = {label: side.score_of(part.name, system, metric) for label, side, system in part.sides}
    # The baseline's options, so that a candidate cannot choose how it is measured.
    options = next((s.parameters[metric] for s in (part.baseline, part.candidate) if metric in s.parameters), {})
    try:
        found = measure(Subject(part.test_set, info, part.outputs(), options, cells))
    except InfrastructureError as error:
        problem = f"{metric} cannot be measured: {error.problem} {error.remedy or ''}".strip()
        return Unmeasured(problem, unavailable=True)
    except UserError as error:
        # Scores that came with a run are of its own texts: they cannot be had for the other side's.
        without = part.unscored(metric)
        if without:
            return Unmeasured(
                f"{metric} has no score in {' and '.join(without)}, and scores of other texts say nothing of these: "
                "score them as well and name the file in its config, or take the metric out of the policy."
            )
        return Unmeasured(f"{metric} cannot be compared: {part.other_options(metric) or error.problem}")
    changed = _changed(part, found, cells)
    return Unmeasured(changed) if changed else PairedMetric(found) if found.places else nothing


def _changed(part: Part, found: PairedStatistics, cells: Mapping[str, SystemScore | None]) -> str:
    """Whether a side's texts do not give the score that is stored with them; "" where they do.

    Only a score of the same signature over the same segments can be counted again.
    """
    for label, side, system in part.sides:
        cell = cells[label]
        if cell is None or cell.score is None or cell.n != len(found.places) or cell.n_missing:
            continue
        if str(core_signature(cell.signature)) != str(found.signature):
            continue
        counted = float(found.aggregate(totals(found.rows[label])))
        if abs(counted - cell.score) > _SAME * max(1.0, abs(cell.score)):
            return (
                f"{found.metric.name} of {system} on {part.name} has the score {number_text(cell.score)} in "
                f"{side.label}, and its texts give {number_text(counted)}: the files were changed after that."
            )
    return ""


def _info(part: Part, metric: str) -> MetricInfo | None:
    known = {m.name: m for side in (part.candidate, part.baseline) for m in side.metrics}
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


def _metric(part: Part, metric: str, rule: MetricRule) -> Iterator[Evidence]:
    """The paired resampling test, on each group of documents as well."""
    blank = MetricEvidence(test_set=part.name, system=part.system, subject=metric, margin=rule.margin)
    problem, pair = part.problem(metric, rule), part.measured(metric)
    if problem is not None or isinstance(pair, Unmeasured):
        if problem:
            yield replace(blank, problem=problem)
        return
    note = signature_note(part, metric, pair)
    for group, inside in groups(part, pair):
        found = inside.evidence(rule, part.policy.statistics, system=part.system)
        yield replace(found, group=group, note=note)


def _floor(part: Part, metric: str, rule: MetricRule) -> Iterator[Evidence]:
    pair = part.measured(metric)
    if rule.minimum is None or isinstance(pair, Unmeasured) or part.problem(metric, rule) is not None:
        return
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


def options_evidence(part: Part) -> Iterator[MissingData]:
    """A metric that is another one on each side, or has other options: nothing may pass by it."""
    for metric, rule in part.rules().items():
        said = part.other_options(metric)
        if said:
            watched = part.policy.role_of(metric, rule) == "watch"
            yield MissingData(
                test_set=part.name,
                system=part.system,
                subject=f"{metric} options",
                problem=f"{said} Both were counted as in the baseline where that could be done. "
                "Give the candidate's config the same options, or accept a new baseline.",
                watched=watched,
            )


def _without_versions(signature: Signature) -> tuple[str, tuple[tuple[str, str], ...]]:
    return signature.name, tuple(f for f in signature.fields if not f[0].startswith("version"))


def _shown(signature: Signature, other: Signature) -> str:
    """What of a signature is not in another."""
    own = [f"{k}:{v}" for k, v in signature.fields if (k, v) not in other.fields and not k.startswith("version")]
    return " ".join(([signature.name] if signature.name != other.name else []) + own) or signature.name


def signature_note(part: Part, metric: str, pair: PairedMetric) -> str:
    """What a reader must know where stored scores were measured otherwise; "" where there is nothing."""
    cells = [side.score_of(part.name, system, metric) for _, side, system in part.sides]
    known = {str(core_signature(c.signature)) for c in cells if c is not None and c.signature}
    if len(known) <= 1 and known <= {str(pair.found.signature)}:
        return ""
    return f"The stored scores have other signatures; both sides were scored again as {pair.found.signature}."


def groups(part: Part, pair: PairedMetric) -> Iterator[tuple[str, PairedMetric]]:
    """The whole test set, named "", and each group of documents that the policy names and the test set has."""
    yield "", pair
    special = part.policy.test_sets.get(part.name)
    for group, patterns in (special.groups if special is not None else {}).items():
        inside = pair.within(patterns)
        if inside is not None:
            yield group, inside


def _flags(part: Part, limit: FlagLimit) -> Iterator[LimitEvidence]:
    scored = part.test_set.scored
    outputs, kinds = part.outputs(), set(limit.kinds)
    before, after = (
        sum(bool(outputs[label].flags[i] & kinds) for i in scored) / max(1, len(scored))
        for label in (BASELINE, CANDIDATE)
    )
    what = f"share of segments flagged {', '.join(limit.kinds)}"
    blank = LimitEvidence(kind="flags", test_set=part.name, system=part.system, limit=0.0, n=len(scored))
    if limit.max_share is not None:
        yield replace(blank, subject="share", limit=limit.max_share, what=what, candidate=after, baseline=before)
    if limit.max_increase is not None:
        increase = f"increase of the {what}"
        yield replace(blank, subject="increase", limit=limit.max_increase, what=increase, candidate=after - before)


def _collapse(part: Part, limit: CollapseLimit) -> LimitEvidence:
    pair = part.measured(limit.metric)
    blank = LimitEvidence(
        kind="collapse",
        test_set=part.name,
        system=part.system,
        subject=limit.metric,
        limit=limit.most or 0,
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


def segment_effect(part: Part, pair: PairedMetric, k: int, effect: float, why: str) -> SegmentEffect:
    """The k-th segment that both sides have, with its texts."""
    index = pair.found.places[k]
    segment = part.test_set.segments[index]
    references = part.test_set.references_of(index)
    outputs = part.outputs()
    return SegmentEffect(
        segment=segment.id,
        document=segment.document,
        baseline_score=float(pair.found.values[BASELINE][k]),
        system_score=float(pair.found.values[CANDIDATE][k]),
        source=segment.source,
        reference=references[0] if references else "",
        baseline=outputs[BASELINE].hypotheses[index].text or "",
        system=outputs[CANDIDATE].hypotheses[index].text or "",
        effect=effect,
        why=why,
    )
