"""The verdict for people at a terminal, for programs, and for a CI system's log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harness.domain.verdict import Check, Evidence, LimitEvidence, Verdict, WorstSegments, number_text
from harness.report.text import text_table as grid
from harness.report.text.console import Screen
from harness.report.text.escape import visible

_WORDS = {
    "pass": "pass",
    "regression": "REGRESSION",
    "underpowered": "underpowered",
    "inconclusive": "INCONCLUSIVE",
    "warning": "warning",
}
HEADER = (
    "check", "result", "baseline", "candidate", "loss", "interval", "p", "corrected", "limit", "min. detectable"
)  # fmt: skip


def render_text(verdict: Verdict, screen: Screen | None = None) -> str:
    """A table of checks, a sentence for each that did not pass, the worst segments; the verdict is the last line."""
    parts = [f"candidate {visible(verdict.candidate)}, baseline {visible(verdict.baseline)}\n"]
    if verdict.checks:
        parts.append(grid.render(HEADER, [cells(check) for check in verdict.checks], screen))
    if verdict.told:
        parts.append("".join(_sentences(c) for c in verdict.told))
    if verdict.outcome != "pass":
        parts += [_worst(w) for w in verdict.worst if w.segments]
    if verdict.notes:
        parts.append("".join(f"note: {visible(note)}\n" for note in verdict.notes))
    if verdict.measure:
        parts.append(f"{visible(verdict.measure)}\n")
    if verdict.early is not None:
        parts.append(f"{visible(verdict.early.sentence)}\n")
    return "\n".join(parts) + f"\nverdict: {verdict.outcome}\n"


def _sentences(check: Check) -> str:
    lines = [f"{visible(check.name)}: {visible(check.sentence)}\n"]
    return "".join(lines + [f"  {visible(line)}\n" for line in check.advice])


def cells(check: Check) -> list[str | int | float | bool | None]:
    """One row of the table of checks."""
    e = evidence_record(check.evidence)
    span = "-" if e["loss_low"] is None else f"[{number_text(e['loss_low'])}, {number_text(e['loss_high'])}]"
    numbers = [e[key] for key in ("p_value", "p_corrected", "limit", "visible")]
    return [
        check.name,
        _WORDS[check.status],
        *("-" if v is None else number_text(v) for v in (e["baseline"], e["candidate"], e["loss"])),
        span,
        *("-" if v is None else number_text(v) for v in numbers),
    ]


#: The keys of a check's evidence in JSON, the same for every kind; a kind that does not have one holds the value here.
_KEYS: Mapping[str, Any] = {
    **dict.fromkeys(("kind", "test_set", "system", "subject"), ""),
    **{"limit": None, "what": "", "group": ""},
    **dict.fromkeys(("baseline", "candidate", "loss", "loss_low", "loss_high"), None),
    **dict.fromkeys(("p_value", "p_corrected", "visible"), None),
    **dict.fromkeys(("level", "alpha", "needed", "new", "gone"), None),
    **{"n": 0, "unit": "", "units": None, "over": (), "segments": (), "higher_is_better": True},
    **dict.fromkeys(("problem", "note", "signature"), ""),
}
#: What is called otherwise inside than in JSON.
_STORED = {"margin": "limit", "mdd": "visible"}


def evidence_record(evidence: Evidence) -> dict[str, Any]:
    """What programs read of a check's evidence: `_KEYS`, in that order."""
    own = {_STORED.get(key, key): value for key, value in asdict(evidence).items()}
    if isinstance(evidence, LimitEvidence):
        own["higher_is_better"] = evidence.kind != "minimum" or evidence.at_least
    return {key: own.get(key, absent) for key, absent in _KEYS.items()}


def render_json(verdict: Verdict) -> str:
    """Everything, at full precision."""
    value = {
        "outcome": verdict.outcome,
        "exit_code": verdict.exit_code,
        "candidate": verdict.candidate,
        "baseline": verdict.baseline,
        "checks": [
            {
                "name": c.name,
                "status": c.status,
                "decides": c.decides,
                "sentence": c.sentence,
                "advice": list(c.advice),
                **evidence_record(c.evidence),
            }
            for c in verdict.checks
        ],
        "worst_segments": [asdict(w) for w in verdict.worst],
        "notes": list(verdict.notes),
        "measure": verdict.measure,
        "early": None if verdict.early is None else asdict(verdict.early),
    }
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def render_annotations(verdict: Verdict) -> str:
    """GitHub's workflow commands: one error a regression, one warning an open question."""
    lines = []
    for check in verdict.checks:
        if check.decides != "pass":
            level = "error" if check.decides == "regression" else "warning"
            title = workflow_command(visible(f"translation gate: {check.name}")).replace(":", "%3A").replace(",", "%2C")
            lines.append(f"::{level} title={title}::{workflow_command(visible(check.sentence))}\n")
    return "".join(lines)


def workflow_command(text: str) -> str:
    """Text for a workflow command of GitHub, in one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _worst(worst: WorstSegments) -> str:
    lines = [f"segments of {visible(worst.test_set)} to read first ({visible(worst.metric)})\n"]
    for s in worst.segments:
        why = f"; {visible(s.why)}" if s.why else ""
        effect = f"; {number_text(s.effect)} of the loss" if s.effect > 0 else ""
        lines.append(
            f"{visible(s.segment)}: {number_text(s.baseline_score)} to {number_text(s.system_score)}{effect}{why}"
        )
        texts: Sequence[tuple[str, str]] = (
            ("source", s.source),
            ("reference", s.reference),
            ("baseline", s.baseline),
            ("candidate", s.system),
        )
        lines += [f"  {name:<9}  {visible(text)}" for name, text in texts]
    return "\n".join(lines) + "\n"
