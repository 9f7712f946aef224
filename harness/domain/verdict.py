"""The CI gate: what it looks at, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.domain.canonical_json import Json
from harness.domain.comparison import SegmentChange
from harness.domain.run import MetricInfo, Outputs, Run, SystemScore

#: "warning" is what a metric that only watches says of a loss, "underpowered" what too few segments leave open.
Status = Literal["pass", "regression", "underpowered", "inconclusive", "warning"]
Outcome = Literal["pass", "regression", "inconclusive"]
LossKind = Literal["metric", "set", "anchor"]
CountKind = Literal["never", "rate", "numbers", "collapse"]
LimitKind = Literal["minimum", "errors", "flags", "collapse", "speed", "cost"]


@dataclass(frozen=True)
class GateInput:
    """What the gate needs of a run, and all that an accepted baseline keeps of it.

    Attributes:
        label: the run's name.
        fingerprints: test set to `TestSet.fingerprint`.
        parameters: metric column to the parameters it was configured with.
        costs: (test set, system) to what it took.
        contents: test set to `TestSet.content_hash`; without those of baselines that were accepted before it was kept.
    """

    label: str
    fingerprints: Mapping[str, str]
    systems: tuple[str, ...]
    metrics: tuple[MetricInfo, ...]
    outputs: tuple[Outputs, ...]
    scores: tuple[SystemScore, ...]
    parameters: Mapping[str, Mapping[str, Json]]
    costs: Mapping[tuple[str, str], Mapping[str, float | None]]
    provenance: Mapping[str, Json]
    contents: Mapping[str, str] = field(default_factory=dict)

    def outputs_of(self, test_set: str, system: str) -> Outputs | None:
        """The outputs of one system on one test set."""
        return next((o for o in self.outputs if (o.test_set, o.system) == (test_set, system)), None)

    def score_of(self, test_set: str, system: str, metric: str) -> SystemScore | None:
        """One cell of the run's board."""
        return next((s for s in self.scores if (s.test_set, s.system, s.metric) == (test_set, system, metric)), None)


def gate_input_of(run: Run) -> GateInput:
    """What the gate needs of a run."""
    return GateInput(
        label=run.id,
        fingerprints={t.name: t.fingerprint for t in run.test_sets},
        systems=tuple(s.name for s in run.systems),
        metrics=run.metrics,
        outputs=run.outputs,
        scores=run.scores,
        parameters=run.metric_parameters,
        costs=run.costs,
        provenance=run.provenance,
        contents={t.name: t.content_hash for t in run.test_sets},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured for one check; numbers only, no judgement. Each kind of check has a class of its own.

    Attributes:
        kind: the kind of check, part of the check's name.
        subject: the metric's name, or a word that tells two checks of a kind apart.
        group: the document group, or "" for the whole test set.
        problem: why there is nothing to judge, or "".
        note: what a reader must know about these numbers, or "".
    """

    kind: str
    test_set: str
    system: str
    subject: str = ""
    group: str = ""
    problem: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingData(Evidence):
    """What one side does not have, or has otherwise, so that nothing can be compared; `problem` says what.

    Attributes:
        watched: whether only a metric that watches is concerned, which decides nothing.
    """

    kind: Literal["data"] = "data"
    watched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricEvidence(Evidence):
    """A paired resampling test of one metric. All numbers are None where it could not be measured.

    Attributes:
        margin: the loss that the policy accepts.
        baseline, candidate: the scores of the two sides.
        loss: how much worse the candidate is, in the metric's unit, whichever direction is better.
        loss_low, loss_high: its interval; None where one unit says nothing about uncertainty, as for all that follows.
        p_value, p_corrected: raw, and corrected over all tests of the gate.
        mdd: the minimum detectable difference: the smallest true loss that the test would find four times out of five.
        n: segments that both sides have.
        unit: what was resampled, "segment" or "document".
        higher_is_better: of the scores.
    """

    kind: Literal["metric"] = "metric"
    margin: float
    baseline: float | None = None
    candidate: float | None = None
    loss: float | None = None
    loss_low: float | None = None
    loss_high: float | None = None
    p_value: float | None = None
    p_corrected: float | None = None
    mdd: float | None = None
    n: int = 0
    unit: str = ""
    higher_is_better: bool = True
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossEvidence(Evidence):
    """What was lost by one metric, over one test set or several, with its one-sided bounds; None: not measured.

    Attributes:
        kind: "metric" of the verdict, "set" of one test set in a pool (guarded), "anchor" against the first baseline.
        decides: whether it can make the gate pass ("pass"), only make it red ("red"), or only warn ("watch").
        margin: the loss that the policy accepts; of several test sets, their weighted mean.
        red_above: a loss beyond this is a regression, where some loss is certain; the margin, or more for one set.
        baseline, candidate: the scores; of several test sets, their weighted means.
        loss: how much worse the candidate is, in the metric's unit, whichever direction is better.
        loss_low, loss_high: the true loss is above, and below, these with probability `level` each.
        level: of the bounds.
        p_value: one-sided, of no loss at all.
        alpha: what the p-value must stay under to be certain: the policy's error after it was shared.
        needed: units that would pass an equal system four times out of five.
        visible: the margin that these units would.
        n: segments; `units` is how many units of the kind `unit` they are.
        over: the test sets.
    """

    kind: LossKind = "metric"
    decides: Literal["pass", "red", "watch"] = "pass"
    margin: float
    red_above: float
    baseline: float | None = None
    candidate: float | None = None
    loss: float | None = None
    loss_low: float | None = None
    loss_high: float | None = None
    level: float = 0.95
    p_value: float | None = None
    alpha: float = 0.05
    needed: float | None = None
    visible: float | None = None
    n: int = 0
    unit: str = "segment"
    units: int = 0
    over: tuple[str, ...] = ()
    higher_is_better: bool = True
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEvidence(Evidence):
    """Segments that changed for the worse against those that changed for the better.

    Attributes:
        kind: "never" of flags of which the baseline has none, and one is too many; the others are tested.
        what: is counted, in words: "segments flagged loop, length-ratio".
        baseline, candidate: how many have it; of a collapse, how many rose and how many fell.
        new, gone: how many have it now and had not, and the other way round.
        limit: the increase of the share of segments that is accepted whatever the test says.
        p_value, p_corrected: exact, one-sided; raw, and corrected over all count tests of the gate.
        alpha: what the corrected one must stay under.
        alone: the same without sharing between the checks against one baseline.
        segments: the first that are new, as (test set, segment, why).
        n: segments.
    """

    kind: CountKind
    what: str
    baseline: int = 0
    candidate: int = 0
    new: int = 0
    gone: int = 0
    limit: float = 0.0
    p_value: float | None = None
    p_corrected: float | None = None
    alpha: float = 0.05
    alone: float = 0.05
    segments: tuple[tuple[str, str, str], ...] = ()
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEvidence(Evidence):
    """A value of the candidate that must keep an absolute limit.

    Attributes:
        what: what the limit is about, in words; "" where the subject says it.
        limit: the most that the value may be, or the least.
        at_least: whether the limit is the least; only a minimum score of a metric where higher is better is.
        candidate: the value; None where it is not known.
        baseline: the baseline's, where it was looked at.
        n: segments that were looked at.
        signature: of the metric, where there is one.
    """

    kind: LimitKind
    limit: float
    what: str = ""
    at_least: bool = False
    candidate: float | None = None
    baseline: float | None = None
    n: int = 0
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check, judged.

    Attributes:
        status: "underpowered" is inconclusive unless the policy says otherwise.
        decides: what this check contributes to the outcome.
        sentence: what was found, with its numbers, for people.
        advice: what would answer an open question, a sentence each.
    """

    evidence: Evidence
    status: Status
    decides: Outcome
    sentence: str
    advice: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Stable and unique within a verdict."""
        e = self.evidence
        return "/".join(part for part in (e.test_set, e.group, e.system, e.kind, e.subject) if part)


@dataclass(frozen=True, slots=True)
class SegmentEffect(SegmentChange):
    """A segment to read.

    Attributes:
        effect: how much of the loss that the verdict is about would be gone, had this segment stayed as it was.
        why: what was counted in it ("empty", "numbers"), or "" where its effect alone brought it here.
    """

    effect: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class WorstSegments:
    """The segments of one test set to read first: what was counted, then the largest effects on the first metric."""

    test_set: str
    system: str
    metric: str
    segments: tuple[SegmentEffect, ...]


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """How much of the test sets a verdict is about, where it was bought in parts.

    Attributes:
        look, looks: at which look it stopped, of how many.
        bought, segments: of all.
        shares: of the segments, at each look.
        seed, unit: of the random order: "segment" or "document".
    """

    look: int
    looks: int
    bought: int
    segments: int
    shares: tuple[float, ...]
    seed: int
    unit: str

    @property
    def sentence(self) -> str:
        """For every report."""
        said = f"at look {self.look} of {self.looks}, {self.bought} of {self.segments} segments bought"
        order = f"{self.unit}s in random order, seed {self.seed}"
        if self.bought == self.segments:
            return f"Not stopped early: {said} ({order})."
        return (
            f"Stopped early {said} ({order}). The scores are those of this part. What is in no segment of it was not "
            "looked at: a single empty or refused segment may be among the others."
        )


@dataclass(frozen=True)
class Verdict:
    """What the gate says. The printed word, the exit code, the JUnit file and the JSON all come from here."""

    outcome: Outcome
    baseline: str
    candidate: str
    checks: tuple[Check, ...]
    worst: tuple[WorstSegments, ...] = ()
    notes: tuple[str, ...] = ()
    measure: str = ""
    early: EarlyStop | None = None

    @property
    def told(self) -> tuple[Check, ...]:
        """The checks that a reader must hear of in words: what did not pass, and what the pass rests on."""
        return tuple(
            c
            for c in self.checks
            if c.status != "pass"
            or c.evidence.note
            or (isinstance(c.evidence, LossEvidence) and c.evidence.decides == "pass" and not c.evidence.group)
        )

    @property
    def exit_code(self) -> int:
        """0 pass, 1 regression, 3 inconclusive."""
        return {"pass": 0, "regression": 1, "inconclusive": 3}[self.outcome]


def number_text(value: float | None) -> str:
    """A number as verdicts print it: four significant digits, no trailing zeros."""
    return "unknown" if value is None else f"{value:.4g}"
