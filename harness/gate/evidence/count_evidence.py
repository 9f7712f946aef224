"""What is counted segment by segment: flags, numbers, and segments that fell far, by exact tests.

What a system may never do is red at the first segment, where the baseline has none: a flag of `never`. The three tests
ask whether more segments changed for the worse than for the better (the exact sign test), and are corrected for each
other by Holm: together they err as often as the policy allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.checks import FLAGS, Checker
from harness.domain import MetricInfo
from harness.domain.policy import CollapseLimit, CountRules
from harness.domain.verdict import CountEvidence, CountKind
from harness.errors import HarnessError
from harness.gate.evidence.paired_metric import BASELINE, CANDIDATE, PairedMetric, Unmeasured
from harness.gate.evidence.part import Part
from harness.gate.evidence.sharing import Sharing
from harness.metrics.fidelity.numbers_metric import Numbers
from harness.pipeline.rescore import Subject, measure
from harness.stats.correction import corrected
from harness.stats.significance import sign_p

_SHOWN = 10
_CHECKED = frozenset(FLAGS)

Flags = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class _Changes:
    """Segments that changed, over all test sets.

    Attributes:
        new, gone: (test set, segment, why) of those that are worse, and how many are better.
        before, after: how many have it on each side.
        n: segments.
    """

    new: tuple[tuple[str, str, str], ...]
    gone: int
    before: int
    after: int
    n: int

    def __add__(self, other: _Changes) -> _Changes:
        return _Changes(
            self.new + other.new, self.gone + other.gone, self.before + other.before, self.after + other.after,
            self.n + other.n,
        )  # fmt: skip


_NONE = _Changes((), 0, 0, 0, 0)


def count_evidence(pools: Sequence[Sequence[Part]], rules: CountRules, sharing: Sharing) -> list[CountEvidence]:
    """Every count of the policy over each pool of test sets, corrected over all of them.

    Args:
        pools: the parts that are counted together: all test sets of one pair of systems.
    """
    found = [e for parts in pools if parts for e in _of_pool(list(parts), rules, sharing)]
    tested = [i for i, e in enumerate(found) if e.p_value is not None]
    fixed = dict(zip(tested, corrected([found[i].p_value or 0.0 for i in tested], "holm"), strict=True))
    return [replace(e, p_corrected=fixed[i]) if i in fixed else e for i, e in enumerate(found)]


def _of_pool(parts: list[Part], rules: CountRules, sharing: Sharing) -> Iterator[CountEvidence]:
    if rules.never or rules.rate:
        flags = [_both_flags(part) for part in parts]
        # A kind that the baseline has is a fault of the engine already, so only more of it is news.
        tolerated = [k for k in rules.never if _flag_changes(parts, flags, frozenset({k})).before]
        never = [k for k in rules.never if k not in tolerated]
        if never:
            changes = _flag_changes(parts, flags, frozenset(never))
            yield _counted(parts, "never", "", "segments with a flag that the baseline never has", changes, sharing)
        rated = (*rules.rate, *tolerated)
        if rated:
            changes = _flag_changes(parts, flags, frozenset(rated))
            found = _counted(parts, "rate", "", "segments flagged now and then", changes, sharing)
            yield replace(found, limit=rules.rate_increase, p_value=sign_p(found.new, found.gone))
    if rules.numbers_increase is not None:
        yield from _numbers(parts, rules.numbers_increase, sharing, asked="numbers" in rules.asked)
    if rules.collapse is not None:
        yield from _collapse(parts, rules.collapse, sharing, asked="collapse" in rules.asked)


def _both_flags(part: Part) -> dict[str, Flags]:
    """Flags of both sides by the same checks, whichever version made those on file; others are as they are stored."""
    tested = part.test_set
    checker = Checker(tested.segments, tested.pair, tested.references_by_segment)
    return {
        label: tuple(new | (old - _CHECKED) for new, old in zip(checker.flags(o.hypotheses), o.flags, strict=True))
        for label, o in part.outputs().items()
    }


def _flag_changes(parts: Sequence[Part], flags: Sequence[dict[str, Flags]], kinds: frozenset[str]) -> _Changes:
    total = _NONE
    for part, both in zip(parts, flags, strict=True):
        places = part.test_set.scored
        found = {label: [both[label][i] & kinds for i in places] for label in (BASELINE, CANDIDATE)}
        new = tuple(
            (part.name, part.test_set.segments[i].id, ", ".join(sorted(after)))
            for i, before, after in zip(places, found[BASELINE], found[CANDIDATE], strict=True)
            if after and not before
        )
        gone = sum(bool(b and not a) for b, a in zip(found[BASELINE], found[CANDIDATE], strict=True))
        total += _Changes(new, gone, sum(map(bool, found[BASELINE])), sum(map(bool, found[CANDIDATE])), len(places))
    return total


def _numbers(parts: Sequence[Part], increase: float, sharing: Sharing, *, asked: bool) -> Iterator[CountEvidence]:
    """Segments whose numbers are not those of the source."""
    total, problem = _NONE, ""
    for part in parts:
        try:
            rows = measure(Subject(part.test_set, MetricInfo("numbers", "numbers"), part.outputs()))
        except HarnessError as error:
            problem = f"numbers cannot be compared on {part.name}: {error.problem}"
            continue
        wrong = {label: Numbers.mismatched(stats) for label, stats in rows.rows.items()}
        before, after = wrong[BASELINE], wrong[CANDIDATE]
        new = tuple(
            (part.name, part.test_set.segments[rows.places[k]].id, "numbers") for k in np.flatnonzero(after & ~before)
        )
        total += _Changes(new, int((before & ~after).sum()), int(before.sum()), int(after.sum()), len(before))
    found = _counted(parts, "numbers", "", "segments whose numbers are not the source's", total, sharing)
    if problem and asked:
        yield replace(found, problem=problem)
    elif total.n:
        yield replace(found, limit=increase, p_value=sign_p(found.new, found.gone))


def _collapse(parts: Sequence[Part], rule: CollapseLimit, sharing: Sharing, *, asked: bool) -> Iterator[CountEvidence]:
    """Segments that fell far against those that rose as far."""
    total, problem = _NONE, ""
    for part in parts:
        pair = _segments_by(part, rule.metric)
        if isinstance(pair, Unmeasured):
            problem = pair.problem
            continue
        fell, rose = pair.losses >= rule.drop, pair.losses <= -rule.drop
        places = pair.found.places
        new = tuple(
            (part.name, part.test_set.segments[places[k]].id, f"{rule.metric} fell by {pair.losses[k]:.0f}")
            for k in np.flatnonzero(fell)
        )
        total += _Changes(new, int(rose.sum()), int(rose.sum()), int(fell.sum()), len(places))
    what = f"segments whose {rule.metric} fell by {rule.drop:g} or more, against those that rose as far"
    found = _counted(parts, "collapse", rule.metric, what, total, sharing)
    if problem and asked:
        yield replace(found, problem=problem)
    elif total.n:
        yield replace(found, p_value=sign_p(found.new, found.gone))


def _segments_by(part: Part, metric: str) -> PairedMetric | Unmeasured:
    """By a metric that the runs have, or else counted here with its default options."""
    pair = part.measured(metric)
    if isinstance(pair, PairedMetric):
        return pair
    try:
        found = measure(Subject(part.test_set, MetricInfo(metric, metric), part.outputs()))
    except HarnessError:
        return pair
    return PairedMetric(found) if found.places else pair


def _counted(
    parts: Sequence[Part], kind: CountKind, subject: str, what: str, changes: _Changes, sharing: Sharing
) -> CountEvidence:
    return CountEvidence(
        kind=kind,
        test_set=parts[0].name if len(parts) == 1 else "",
        system=parts[0].system,
        subject=subject,
        what=what,
        baseline=changes.before,
        candidate=changes.after,
        new=len(changes.new),
        gone=changes.gone,
        alpha=sharing.check,
        alone=sharing.policy.alpha,
        segments=changes.new[:_SHOWN],
        n=changes.n,
    )
