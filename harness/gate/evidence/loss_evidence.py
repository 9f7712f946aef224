"""What was lost by each metric, over all test sets of one pair of systems: the evidence of the one-sided bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from harness.domain.policy import MetricRule, Policy
from harness.domain.verdict import LossEvidence, LossKind, SegmentEffect, WorstSegments
from harness.errors import ConfigError
from harness.gate.evidence.paired_metric import BASELINE, CANDIDATE, PairedMetric, Unmeasured
from harness.gate.evidence.part import Part, groups, segment_effect, signature_note
from harness.gate.evidence.sharing import Sharing, bound_level
from harness.stats.influence import Estimate, weighted_sum

_READ_FIRST = 10


@dataclass(frozen=True)
class _Loss:
    """One metric on one test set, or on a group of its documents.

    Attributes:
        pair: both sides' statistics.
        estimate: of the loss; None where one unit says nothing of its scatter.
        units, unit: how many, of which kind.
    """

    part: Part
    rule: MetricRule
    pair: PairedMetric
    estimate: Estimate | None
    unit: str
    units: int

    @property
    def n(self) -> int:
        """Segments."""
        return len(self.pair.found.places)


def loss_evidence(parts: Sequence[Part], sharing: Sharing) -> list[LossEvidence]:
    """Every check of a loss, the primary metric's first.

    Args:
        parts: one pair of systems on each test set that both sides have.
        sharing: what each test may err.

    Raises:
        ConfigError: the policy gives shares of a pool, and none to one of the test sets.
    """
    if not parts:
        return []
    policy = parts[0].policy
    found = [evidence for pool in _pools(parts, policy) for evidence in _of_pool(pool, parts, policy, sharing)]
    return sorted(found, key=lambda e: (e.decides == "watch", e.kind != "metric" or bool(e.group)))


def anchor_evidence(parts: Sequence[Part], sharing: Sharing) -> list[LossEvidence]:
    """The primary metric against the anchor, with the same margin: small losses must not add up unseen."""
    if not parts:
        return []
    policy, metric = parts[0].policy, parts[0].policy.main
    losses, broken = _losses(parts, metric)
    if not losses:
        return broken
    found = _evidence(losses, policy, "anchor", sharing.loss(_deciders(parts, policy)))
    return [replace(found, decides="red")]


def read_first(parts: Sequence[Part], counted: Sequence[tuple[str, str, str]]) -> list[WorstSegments]:
    """The segments to read: what was counted in them, then the largest effects on the primary metric's loss.

    Args:
        counted: (test set, segment, why).
    """
    measured = [(part, part.measured(part.policy.main)) for part in parts]
    whole = sum(len(pair.found.places) for _, pair in measured if isinstance(pair, PairedMetric))
    found: list[tuple[int, SegmentEffect]] = []
    for index, (part, pair) in enumerate(measured):
        if isinstance(pair, Unmeasured):
            continue
        why = {segment: reason for test_set, segment, reason in counted if test_set == part.name}
        # What one segment weighs in a pool falls with the size of the others.
        effects = pair.effects * (len(pair.found.places) / whole)
        ids = [part.test_set.segments[i].id for i in pair.found.places]
        order = sorted(range(len(ids)), key=lambda k: (ids[k] not in why, -float(effects[k])))
        kept = [k for k in order if effects[k] > 0 or ids[k] in why][:_READ_FIRST]
        found += [(index, segment_effect(part, pair, k, float(effects[k]), why.get(ids[k], ""))) for k in kept]
    first = sorted(found, key=lambda f: (not f[1].why, -f[1].effect))[:_READ_FIRST]
    chosen = {index: tuple(segment for own, segment in first if own == index) for index, _ in first}
    return [
        WorstSegments(measured[index][0].name, measured[index][0].system, measured[index][0].policy.main, segments)
        for index, segments in sorted(chosen.items())
    ]


def _pools(parts: Sequence[Part], policy: Policy) -> list[list[Part]]:
    return [[part] for part in parts] if policy.pool == "off" else [list(parts)]


def _of_pool(pool: Sequence[Part], parts: Sequence[Part], policy: Policy, sharing: Sharing) -> Iterator[LossEvidence]:
    metrics = dict.fromkeys(metric for part in pool for metric in part.rules())
    deciders = _deciders(parts, policy)
    verdicts = len(parts) if policy.pool == "off" else 1
    alone = sum(1 + len(_group_names(p)) for p in parts) - (len(parts) if len(pool) == 1 else 0)
    for metric in metrics:
        losses, broken = _losses(pool, metric)
        role = _role(metric, pool, policy)
        yield from (replace(e, decides=role) for e in broken)
        if not losses:
            continue
        alpha = sharing.loss(deciders) / verdicts if role != "watch" else policy.alpha
        yield replace(_evidence(losses, policy, "metric", alpha), decides=role)
        if metric != policy.main:
            continue
        small = sharing.part(deciders, alone)
        if len(losses) > 1:
            yield from (_one_set(loss, policy, small) for loss in losses)
        for loss in losses:
            for group, inside in groups(loss.part, loss.pair):
                if group:
                    own = _loss(loss.part, loss.rule, inside)
                    yield replace(_evidence([own], policy, "metric", small), group=group)


def _one_set(loss: _Loss, policy: Policy, alpha: float) -> LossEvidence:
    """One test set of a pool: shown, and red where it is broken by itself."""
    found = _evidence([loss], policy, "set", alpha)
    if policy.set_guard is None:
        return replace(found, decides="watch")
    return replace(found, decides="red", red_above=policy.set_guard * loss.rule.margin)


def _group_names(part: Part) -> list[str]:
    special = part.policy.test_sets.get(part.name)
    return list(special.groups) if special is not None else []


def _role(metric: str, pool: Sequence[Part], policy: Policy) -> Literal["pass", "red", "watch"]:
    if metric == policy.main:
        return "pass"
    rule = next(part.rules()[metric] for part in pool if metric in part.rules())
    return "red" if policy.role_of(metric, rule) == "decide" else "watch"


def _deciders(parts: Sequence[Part], policy: Policy) -> int:
    """How many metrics can make the gate red."""
    rules = {metric: rule for part in parts for metric, rule in part.rules().items()}
    return sum(policy.role_of(metric, rule) == "decide" for metric, rule in rules.items())


def _losses(parts: Sequence[Part], metric: str) -> tuple[list[_Loss], list[LossEvidence]]:
    """What could be measured, and evidence of what could not."""
    losses, broken = [], []
    for part in parts:
        rule = part.rules().get(metric)
        if rule is None:
            continue
        problem, pair = part.problem(metric, rule), part.measured(metric)
        if problem is None and isinstance(pair, PairedMetric):
            losses.append(_loss(part, rule, pair))
        elif problem:
            broken.append(
                LossEvidence(
                    test_set=part.name,
                    system=part.system,
                    subject=metric,
                    margin=rule.margin,
                    red_above=rule.margin,
                    problem=problem,
                )
            )
    return losses, broken


def _loss(part: Part, rule: MetricRule, pair: PairedMetric) -> _Loss:
    units = pair.units(part.policy.statistics.resample)
    return _Loss(part, rule, pair, pair.estimate(units), units.kind, units.count)


def _weights(losses: Sequence[_Loss], policy: Policy) -> list[float]:
    """Of each test set in the pool; they add up to 1."""
    if isinstance(policy.pool, str):
        raw = [1.0 if policy.pool == "equal" else float(loss.n) for loss in losses]
    else:
        without = [loss.part.name for loss in losses if loss.part.name not in policy.pool]
        if without:
            raise ConfigError(
                f"The policy's 'pool' gives no share to the test set '{without[0]}'.",
                allowed=", ".join(loss.part.name for loss in losses),
                remedy="give it one, or write `pool: segments`",
            )
        raw = [policy.pool[loss.part.name] for loss in losses]
    return [weight / sum(raw) for weight in raw]


def _evidence(losses: Sequence[_Loss], policy: Policy, kind: LossKind, alpha: float) -> LossEvidence:
    """One metric over one test set or several."""
    first, level = losses[0], bound_level(policy)
    weights = _weights(losses, policy) if len(losses) > 1 else [1.0]
    margin = sum(w * loss.rule.margin for w, loss in zip(weights, losses, strict=True))
    before, after = (
        sum(w * loss.pair.score(side) for w, loss in zip(weights, losses, strict=True))
        for side in (BASELINE, CANDIDATE)
    )
    known = [loss.estimate for loss in losses if loss.estimate is not None]
    whole = weighted_sum(known, weights) if len(known) == len(losses) else None
    if len(losses) == 1 and known:
        whole = known[0]
    kinds = {loss.unit for loss in losses}
    unit = kinds.pop() if len(kinds) == 1 else "unit"
    units = sum(loss.units for loss in losses)
    notes = dict.fromkeys(signature_note(loss.part, loss.pair.found.metric.name, loss.pair) for loss in losses)
    return LossEvidence(
        kind=kind,
        test_set=first.part.name if len(losses) == 1 else "",
        system=first.part.system,
        subject=first.pair.found.metric.name,
        margin=margin,
        red_above=margin,
        baseline=before,
        candidate=after,
        loss=first.pair.loss(before, after) if whole is None else whole.value,
        loss_low=None if whole is None else whole.lower(level),
        loss_high=None if whole is None else whole.upper(level),
        level=level,
        p_value=None if whole is None else whole.p_above(),
        alpha=alpha,
        needed=None if whole is None or margin == 0 else units * whole.needed(margin, level),
        visible=None if whole is None else whole.shown(level),
        n=sum(loss.n for loss in losses),
        unit=unit,
        units=units,
        over=tuple(loss.part.name for loss in losses),
        higher_is_better=first.pair.found.metric.higher_is_better,
        signature=str(first.pair.found.signature),
        note=" ".join(note for note in notes if note),
    )
