"""What a loss and a count mean: pass, regression, or an open question, and the sentences that say so.

A loss is judged by non-inferiority (Piaggio et al. 2012, "Reporting of noninferiority and equivalence randomized
trials"). A pass excludes a loss as large as the margin; a regression lost more than the margin, and some loss is
certain.
"""

from __future__ import annotations

import math

from harness.domain.verdict import CountEvidence, LossEvidence, Status, number_text

Judged = tuple[Status, str, tuple[str, ...]]


def judge_loss(e: LossEvidence) -> Judged:
    """One metric: status, sentence, advice."""
    if e.problem or e.loss is None:
        return _watched(e, "inconclusive"), e.problem or "nothing could be measured.", ()
    said = _change(e)
    if e.p_value is None or e.loss_high is None:
        unknown: Status = "pass" if e.decides == "red" else "underpowered"
        return _watched(e, unknown), f"{said}; one {e.unit} cannot show whether that is noise.", ()
    if e.loss > e.red_above and e.p_value < 1 - e.level:
        return _beyond(e, said, e.p_value)
    if e.loss_high <= e.margin:
        return "pass", f"{said}: a loss of {number_text(e.margin)} or more is excluded.", ()
    if e.decides != "pass":
        reason = "this metric only watches" if e.decides == "watch" else f"no loss over {_bound(e)} is certain"
        return "pass", f"{said}: {reason}.", ()
    return _open(e, said, e.p_value)


def _beyond(e: LossEvidence, said: str, p: float) -> Judged:
    """A loss that is too large, and certain at least in a check that stands alone."""
    if e.decides == "watch" or p < e.alpha:
        shared = e.alpha < (1 - e.level) * (1 - 1e-9)
        asked = f" (p {number_text(p)}; {number_text(e.alpha)} is asked)" if shared and e.decides != "watch" else ""
        return _watched(e, "regression"), f"{said}: more than {_bound(e)}, and not noise{asked}.", ()
    sentence = (
        f"{said}: suspicious. It is more than {_bound(e)}, and p {number_text(p)} would be certain in one check alone; "
        f"{number_text(e.alpha)} is asked of each."
    )
    return "inconclusive", sentence, ("More segments would make it certain; the ones to read first are listed.",)


def _open(e: LossEvidence, said: str, p: float) -> Judged:
    """Neither excluded nor proved."""
    proved = "no loss is proved" if p >= 1 - e.level else "some loss is certain"
    few = e.needed is None or e.needed > e.units
    status: Status = "underpowered" if few or (e.loss or 0.0) <= e.margin else "inconclusive"
    return status, f"{said}: a loss of {number_text(e.margin)} is not excluded, and {proved}.", _advice(e, few=few)


def judge_count(e: CountEvidence) -> Judged:
    """One count: status, sentence, advice."""
    if e.problem:
        return "inconclusive", e.problem, ()
    if e.kind == "never":
        found = f"{e.what}: {e.new} new: {_listed(e)}." if e.new else f"{e.what}: none."
        return ("regression" if e.new else "pass"), found, ()
    said = f"{e.what}: {e.baseline} to {e.candidate}; {e.new} new, {e.gone} gone"
    if e.kind == "collapse":
        said = f"{e.what}: {e.new} fell, {e.gone} rose"
    p = 1.0 if e.p_corrected is None else e.p_corrected
    tested = f"{said} (exact p {number_text(e.p_value)}, corrected {number_text(p)})"
    if p >= e.alone or (e.candidate - e.baseline) / max(1, e.n) <= e.limit:
        return "pass", f"{tested}: it may be chance, or is too little.", ()
    if p < e.alpha:
        return "regression", f"{tested}: more, and not by chance: {_listed(e)}.", ()
    sentence = f"{tested}: suspicious; {number_text(e.alpha)} is asked of each check. New: {_listed(e)}."
    return "inconclusive", sentence, ()


def _watched(e: LossEvidence, status: Status) -> Status:
    return "warning" if e.decides == "watch" else status


def _bound(e: LossEvidence) -> str:
    if e.red_above > e.margin:
        return f"{number_text(e.red_above / e.margin)} margins of {number_text(e.margin)}"
    return f"the margin of {number_text(e.margin)}"


def _change(e: LossEvidence) -> str:
    loss = e.loss or 0.0
    word = "did not change" if loss == 0 else f"{'lost' if loss > 0 else 'gained'} {number_text(abs(loss))}"
    where = f" over {len(e.over)} test sets" if len(e.over) > 1 else ""
    since = " against the anchor, the first accepted baseline" if e.kind == "anchor" else ""
    facts = f"{number_text(e.baseline)} to {number_text(e.candidate)}"
    if e.loss_low is not None and e.loss_high is not None:
        facts += f"; loss between {number_text(e.loss_low)} and {number_text(e.loss_high)}, {e.level:.0%} each side"
    return f"{e.subject} {word}{where}{since} ({facts})"


def _advice(e: LossEvidence, *, few: bool) -> tuple[str, ...]:
    """What would answer: more text, a margin that this text can show, or another rule."""
    lines = []
    if e.needed is not None and math.isfinite(e.needed) and few:
        lines.append(
            f"About {_rounded(e.needed)} {e.unit}s (now {e.units}) would pass an equal system 4 times out of 5; "
            f"with these {e.units}, a margin of {number_text(e.visible)} would."
        )
    elif not few:
        lines.append(
            f"These {e.units} {e.unit}s pass an equal system 4 times out of 5, so the true loss may be near the "
            "margin: read the segments listed, or accept a larger margin."
        )
    if few:
        lines.append(
            "Or `underpowered: pass` in the policy lets it through. More test sets in both runs are pooled into one "
            "verdict."
        )
    return tuple(lines)


def _rounded(units: float) -> str:
    """Two significant digits: what an estimate of a needed number is worth."""
    digits = max(0, math.floor(math.log10(max(1.0, units))) - 1)
    return f"{math.ceil(units / 10**digits) * 10**digits:,}"


def _listed(e: CountEvidence) -> str:
    several = len({test_set for test_set, _, _ in e.segments}) > 1
    names = [
        f"{t + '/' if several else ''}{s}" + ("" if why in {"", "numbers"} else f" ({why})") for t, s, why in e.segments
    ]
    return ", ".join(names) + (f" and {e.new - len(names)} more" if e.new > len(names) else "")
