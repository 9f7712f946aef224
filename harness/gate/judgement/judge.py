"""The verdict: a pure function of the evidence.

How a loss and a count are judged is in `judge_loss`. A resampling test, where the policy asks for one, is a regression
when the loss exceeds the margin and the difference is significant after correction. It passes when the loss stays
within the margin and the test set could have shown a loss as large as the margin, or the interval excludes one anyway.
What is left is a test set too small to tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain.policy import Underpowered
from harness.domain.verdict import (
    Check,
    CountEvidence,
    Evidence,
    LimitEvidence,
    LossEvidence,
    MetricEvidence,
    MissingData,
    Outcome,
    Status,
    Verdict,
    WorstSegments,
    number_text,
)
from harness.gate.judgement.judge_loss import judge_count, judge_loss


def verdict(  # noqa: PLR0913 - what every report shows
    evidence: Sequence[Evidence],
    *,
    level: float,
    underpowered: Underpowered,
    sides: tuple[str, str],
    worst: Sequence[WorstSegments] = (),
    notes: Sequence[str] = (),
    measure: str = "",
) -> Verdict:
    """Judge everything; one regression makes a regression, else one open question makes it inconclusive.

    Args:
        evidence: what was measured; nothing measured is inconclusive.
        level: of resampling tests: a corrected p-value below 1 - level is significant.
        underpowered: what a check whose margin cannot be seen contributes.
        sides: the names of baseline and candidate.
        worst: segments to show.
        notes: sentences to pass on.
        measure: what "worse" means here, one sentence.
    """
    checks = tuple(judge(e, level=level, underpowered=underpowered) for e in evidence)
    decided = {check.decides for check in checks}
    outcome: Outcome = "pass"
    if "regression" in decided:
        outcome = "regression"
    elif "inconclusive" in decided or not checks:
        outcome = "inconclusive"
    return Verdict(outcome, *sides, checks, tuple(worst), tuple(notes), measure)


def judge(evidence: Evidence, *, level: float, underpowered: Underpowered) -> Check:
    """One check."""
    status: Status
    advice: tuple[str, ...] = ()
    if isinstance(evidence, LossEvidence):
        status, sentence, advice = judge_loss(evidence)
    elif isinstance(evidence, CountEvidence):
        status, sentence, advice = judge_count(evidence)
    elif isinstance(evidence, MetricEvidence):
        status, sentence = _metric(evidence, level)
    elif isinstance(evidence, LimitEvidence):
        status, sentence = _limit(evidence)
    else:
        watched = isinstance(evidence, MissingData) and evidence.watched
        status, sentence = "warning" if watched else "inconclusive", evidence.problem
    decides: Outcome
    if status == "underpowered":
        options: dict[Underpowered, Outcome] = {
            "inconclusive": "inconclusive",
            "pass": "pass",
            "fail": "regression",
        }
        decides = options[underpowered]
    else:
        decides = "pass" if status == "warning" else status
    return Check(evidence, status, decides, f"{sentence} {evidence.note}".strip(), advice)


def _metric(e: MetricEvidence, level: float) -> tuple[Status, str]:
    if e.problem or e.loss is None:
        return "inconclusive", e.problem or "nothing could be measured."
    said = _change(e)
    if e.p_corrected is None or e.loss_high is None or e.mdd is None:
        return "underpowered", f"{said}; one {e.unit or 'segment'} cannot show whether that is noise."
    significant = e.p_corrected < 1 - level
    margin = f"the margin of {number_text(e.margin)}"
    if e.loss > e.margin and significant:
        return "regression", f"{said}: more than {margin}, and not noise."
    excluded = e.loss_high <= e.margin
    if e.loss <= e.margin and (excluded or e.mdd <= e.margin):
        return "pass", f"{said}: within {margin}."
    if e.mdd > e.margin:
        return "underpowered", (
            f"{said}: {e.n} segments cannot show a loss of {number_text(e.margin)}; the smallest they show is "
            f"{number_text(e.mdd)}."
        )
    return "inconclusive", f"{said}: more than {margin}, but after correction for all checks it may be noise."


def _change(e: MetricEvidence) -> str:
    loss = e.loss or 0.0
    word = "did not change" if loss == 0 else f"{'lost' if loss > 0 else 'gained'} {number_text(abs(loss))}"
    facts = [f"{number_text(e.baseline)} to {number_text(e.candidate)}"]
    if e.loss_low is not None and e.loss_high is not None:
        facts.append(f"{'loss' if loss >= 0 else 'gain'} between {_between(e, loss)}")
    if e.p_value is not None and e.p_corrected is not None:
        facts.append(f"p {number_text(e.p_value)}, corrected {number_text(e.p_corrected)}")
    return f"{e.subject} {word} ({'; '.join(facts)})"


def _between(e: MetricEvidence, loss: float) -> str:
    ends = (e.loss_low or 0.0, e.loss_high or 0.0) if loss >= 0 else (-(e.loss_high or 0.0), -(e.loss_low or 0.0))
    return f"{number_text(ends[0])} and {number_text(ends[1])}"


def _limit(e: LimitEvidence) -> tuple[Status, str]:
    """Absolute limits: kept or not; an unknown value keeps none."""
    what = e.what or e.subject
    if e.problem or e.candidate is None:
        return "inconclusive", e.problem or f"{what} is not known."
    kept = e.candidate >= e.limit if e.at_least else e.candidate <= e.limit
    bound = "at least" if e.at_least else "at most"
    said = f"{what}: {number_text(e.candidate)}, and {bound} {number_text(e.limit)} is asked"
    if e.kind == "errors":
        # Calls that failed say nothing about quality: the run is incomplete, not worse.
        return ("pass" if kept else "inconclusive"), f"{said}."
    return ("pass" if kept else "regression"), f"{said}."
