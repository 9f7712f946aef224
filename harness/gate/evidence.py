"""Evidence on one pair of systems on one test set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import numpy as np

from harness.domain import MetricInfo, StatisticsSpec, TestSet
from harness.domain.comparison import SegmentChange
from harness.domain.policy import FlagLimit, MetricRule, Policy
from harness.domain.verdict import Evidence, GateInput, WorstSegments
from harness.errors import InfrastructureError
from harness.gate.pairing import Pairing
from harness.pipeline.rescore import Measured, Subject, core_signature, measure
from harness.stats import analyse

_BASE, _CANDIDATE = "baseline", "candidate"
_WORST = 10


@dataclass(frozen=True)
class Part:
    """One pair of systems on one test set."""

    candidate: GateInput
    baseline: GateInput
    test_set: TestSet
    policy: Policy
    pair: Pairing
    kept: dict[str, Measured | None] = field(default_factory=dict)

    def evidence(self) -> Iterator[Evidence]:
        """Every check of the policy: failures first, then metrics, then limits."""
        name, system = self.test_set.name, self.pair.candidate
        mine = self.candidate.outputs_of(name, system)
        theirs = self.baseline.outputs_of(name, self.pair.baseline)
        if mine is None or theirs is None:
            who = self.candidate.label if mine is None else self.baseline.label
            yield Evidence("data", name, system, "outputs", problem=f"{who} has no outputs of {system} on {name}.")
            return
        scored = self.test_set.scored
        failed = sum(not mine.hypotheses[i].ok for i in scored)
        share = failed / len(scored) if scored else 0.0
        yield Evidence(
            "errors",
            name,
            system,
            "",
            self.policy.max_error_share,
            "share of failed segments",
            candidate=share,
            n=len(scored),
        )
        for metric, rule in self.policy.metrics_of(name).items():
            yield from self._metric(metric, rule)
        if self.policy.flags is not None:
            yield from self._flags(self.policy.flags)
        yield from self._collapse()
        yield from self._costs()

    def worst(self) -> Iterator[WorstSegments]:
        """The segments that lost most, by the first metric that both sides have."""
        for metric in self.policy.metrics_of(self.test_set.name):
            try:
                measured = self._measured(metric)
            except InfrastructureError:
                continue
            if measured is None or not measured.places:
                continue
            base, mine = measured.values[_BASE], measured.values[_CANDIDATE]
            loss = (base - mine) * (1 if measured.metric.higher_is_better else -1)
            order = [int(k) for k in np.argsort(-loss, kind="stable")[:_WORST] if loss[k] > 0]
            segments = tuple(self._change(measured, k) for k in order)
            yield WorstSegments(self.test_set.name, self.pair.candidate, metric, segments)
            return

    def _change(self, measured: Measured, k: int) -> SegmentChange:
        index = measured.places[k]
        segment = self.test_set.segments[index]
        references = self.test_set.references_of(index)
        before = self.baseline.outputs_of(self.test_set.name, self.pair.baseline)
        after = self.candidate.outputs_of(self.test_set.name, self.pair.candidate)
        return SegmentChange(
            segment=segment.id,
            document=segment.document,
            baseline_score=float(measured.values[_BASE][k]),
            system_score=float(measured.values[_CANDIDATE][k]),
            source=segment.source,
            reference=references[0] if references else "",
            baseline=(before.hypotheses[index].text or "") if before else "",
            system=(after.hypotheses[index].text or "") if after else "",
        )

    def _info(self, metric: str) -> MetricInfo | None:
        mine = {m.name: m for m in self.candidate.metrics}
        theirs = {m.name: m for m in self.baseline.metrics}
        return mine.get(metric) or theirs.get(metric)

    def _measured(self, metric: str) -> Measured | None:
        if metric not in self.kept:
            self.kept[metric] = self._measure(metric)
        return self.kept[metric]

    def _measure(self, metric: str) -> Measured | None:
        name = self.test_set.name
        mine = self.candidate.outputs_of(name, self.pair.candidate)
        theirs = self.baseline.outputs_of(name, self.pair.baseline)
        info = self._info(metric)
        if mine is None or theirs is None or info is None:
            return None
        cells = {
            _BASE: self.baseline.score_of(name, self.pair.baseline, metric),
            _CANDIDATE: self.candidate.score_of(name, self.pair.candidate, metric),
        }
        return measure(
            Subject(
                test_set=self.test_set,
                metric=info,
                outputs={_BASE: theirs, _CANDIDATE: mine},
                parameters=self.candidate.parameters.get(metric, self.baseline.parameters.get(metric, {})),
                stored={k: None if c is None else c.score for k, c in cells.items()},
                signatures={k: "" if c is None else c.signature for k, c in cells.items()},
            )
        )

    def _metric(self, metric: str, rule: MetricRule) -> Iterator[Evidence]:
        name, system = self.test_set.name, self.pair.candidate
        blank = Evidence("metric", name, system, metric, rule.margin)
        lacking = [
            side.label
            for side, of in ((self.candidate, system), (self.baseline, self.pair.baseline))
            if (cell := side.score_of(name, of, metric)) is None or cell.score is None
        ]
        if len(lacking) == 2 and rule.optional:
            return
        try:
            measured = self._measured(metric)
        except InfrastructureError as error:
            if not rule.optional:
                yield replace(
                    blank, problem=f"{metric} cannot be measured: {error.problem} {error.remedy or ''}".strip()
                )
            return
        if measured is None or not measured.places:
            yield replace(blank, problem=f"{metric} has no score on {' and '.join(lacking) or 'both sides'}.")
            return
        allowed = self.policy.max_error_share * len(self.test_set.scored)
        for label, side in ((_CANDIDATE, self.candidate), (_BASE, self.baseline)):
            if measured.missing[label] > allowed:
                problem = f"{side.label} is incomplete: {metric} lacks {measured.missing[label]} segments on {name}."
                yield replace(blank, problem=problem)
                return
        note = self._signature_note(metric, measured)
        for group, part in self._groups(measured):
            found = compare_metric(part, rule, self.policy.statistics)
            yield replace(found, system=system, group=group, note=note)
        if rule.minimum is not None:
            whole = float(measured.aggregate(measured.rows[_CANDIDATE].sum(axis=0)))
            yield Evidence(
                "minimum",
                name,
                system,
                metric,
                rule.minimum,
                candidate=whole,
                n=len(measured.places),
                higher_is_better=measured.metric.higher_is_better,
                signature=str(measured.signature),
            )

    def _signature_note(self, metric: str, measured: Measured) -> str:
        name = self.test_set.name
        mine = self.candidate.score_of(name, self.pair.candidate, metric)
        theirs = self.baseline.score_of(name, self.pair.baseline, metric)
        known = {str(core_signature(c.signature)) for c in (mine, theirs) if c is not None and c.signature}
        if len(known) <= 1 and known <= {str(measured.signature)}:
            return ""
        return f"The stored scores have other signatures; both sides were scored again as {measured.signature}."

    def _groups(self, measured: Measured) -> Iterator[tuple[str, Measured]]:
        yield "", measured
        special = self.policy.test_sets.get(self.test_set.name)
        for group, patterns in (special.groups if special is not None else {}).items():
            keep = np.array([any(fnmatchcase(d, p) for p in patterns) for d in measured.documents], dtype=bool)
            if keep.any():
                yield (
                    group,
                    replace(
                        measured,
                        rows={k: v[keep] for k, v in measured.rows.items()},
                        values={k: v[keep] for k, v in measured.values.items()},
                        places=tuple(p for p, inside in zip(measured.places, keep, strict=True) if inside),
                    ),
                )

    def _flags(self, limit: FlagLimit) -> Iterator[Evidence]:
        name, system = self.test_set.name, self.pair.candidate
        shares = []
        for side, of in ((self.baseline, self.pair.baseline), (self.candidate, system)):
            outputs = side.outputs_of(name, of)
            hits = sum(bool(outputs.flags[i] & set(limit.kinds)) for i in self.test_set.scored) if outputs else 0
            shares.append(hits / max(1, len(self.test_set.scored)))
        what = f"share of segments flagged {', '.join(limit.kinds)}"
        n = len(self.test_set.scored)
        if limit.max_share is not None:
            yield Evidence(
                "flags", name, system, "share", limit.max_share, what, candidate=shares[1], baseline=shares[0], n=n
            )
        if limit.max_increase is not None:
            more = shares[1] - shares[0]
            yield Evidence(
                "flags", name, system, "increase", limit.max_increase, f"increase of the {what}", candidate=more, n=n
            )

    def _collapse(self) -> Iterator[Evidence]:
        limit = self.policy.collapse
        if limit is None:
            return
        name, system = self.test_set.name, self.pair.candidate
        what = f"segments whose {limit.metric} fell by {limit.drop:g} or more"
        try:
            measured = self._measured(limit.metric)
        except InfrastructureError as error:
            yield Evidence("collapse", name, system, limit.metric, limit.most, what, problem=error.problem)
            return
        if measured is None or not measured.places:
            yield Evidence(
                "collapse",
                name,
                system,
                limit.metric,
                limit.most,
                what,
                problem=f"{limit.metric} has no segment scores.",
            )
            return
        loss = measured.values[_BASE] - measured.values[_CANDIDATE]
        loss = loss if measured.metric.higher_is_better else -loss
        count = float(np.count_nonzero(loss >= limit.drop))
        yield Evidence(
            "collapse", name, system, limit.metric, limit.most, what, candidate=count, n=len(measured.places)
        )

    def _costs(self) -> Iterator[Evidence]:
        name, system = self.test_set.name, self.pair.candidate
        before = self.baseline.costs.get((name, self.pair.baseline), {})
        after = self.candidate.costs.get((name, system), {})
        for kind, key, most in (
            ("speed", "seconds", self.policy.max_slowdown),
            ("cost", "price", self.policy.max_cost_ratio),
        ):
            if most is None:
                continue
            old, new = before.get(key), after.get(key)
            ratio = new / old if old and new is not None else None
            problem = "" if ratio is not None else self._no_ratio(kind, old, new)
            yield Evidence(kind, name, system, "", most, f"{key} over the baseline's", candidate=ratio, problem=problem)

    def _no_ratio(self, kind: str, old: float | None, new: float | None) -> str:
        """Why two runs cannot be compared by what they took: one sentence."""
        sides = ((self.candidate.label, self.pair.candidate, new), (self.baseline.label, self.pair.baseline, old))
        without = [f"{label} for {system}" for label, system, value in sides if value is None]
        if not without:
            return (
                f"The {kind} of {self.pair.baseline} in {self.baseline.label} is 0, so nothing can be compared with it."
            )
        if kind == "speed":
            why = "its texts were not translated in that run, so no time says anything of the system"
            return f"There is no speed in {' and in '.join(without)}: {why}."
        return f"There is no price in {' and in '.join(without)}: its config has no rate, or the quantity is unknown."


def compare_metric(measured: Measured, rule: MetricRule, spec: StatisticsSpec) -> Evidence:
    """One metric's paired test between "baseline" and "candidate"; correction comes later, over all checks."""
    higher = measured.metric.higher_is_better
    found = analyse(
        {_BASE: measured.rows[_BASE], _CANDIDATE: measured.rows[_CANDIDATE]},
        measured.aggregate,
        higher_is_better=higher,
        documents=measured.documents,
        spec=replace(spec, correction="none"),
        baseline=_BASE,
    )
    before, after = found.scores[_BASE], found.scores[_CANDIDATE]
    pair = found.comparisons[0] if found.comparisons else None
    ends: tuple[float | None, float | None] = (None, None)
    if pair is not None:
        ends = (-pair.ci_high, -pair.ci_low) if higher else (pair.ci_low, pair.ci_high)
    return Evidence(
        kind="metric",
        test_set=measured.test_set.name,
        system="",
        subject=measured.metric.name,
        limit=rule.margin,
        baseline=before,
        candidate=after,
        loss=before - after if higher else after - before,
        loss_low=ends[0],
        loss_high=ends[1],
        p_value=None if pair is None else pair.p_value,
        visible=None if found.visible is None else max(0.0, found.visible.typical),
        n=len(measured.places),
        unit=found.unit,
        higher_is_better=higher,
        signature=str(measured.signature),
    )
