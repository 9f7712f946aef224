"""The verdict as GitHub Markdown, never larger than where it goes allows."""

from __future__ import annotations

from harness.domain.verdict import Check, Verdict, WorstSegments, number_text
from harness.report.text.escape import markdown_escaped as escaped
from harness.report.verdict.verdict_text import HEADER, cells

#: GitHub drops a job summary over 1,024 kB and cuts a comment at 65,536 characters; both limits are kept in bytes.
SUMMARY_BYTES = 1_000_000
COMMENT_BYTES = 64_000

_TEXT = 800


def render_markdown(verdict: Verdict, *, limit: int = SUMMARY_BYTES) -> str:
    """The most that fits: with the worst segments, with fewer, without; then fewer checks, and it says so.

    Args:
        limit: bytes of UTF-8.
    """
    for shown in (10, 3, 0):
        text = _page(verdict, shown, list(verdict.checks))
        if len(text.encode("utf-8", "replace")) <= limit:
            return text
    failed_first = sorted(verdict.checks, key=lambda c: c.decides == "pass")
    kept = len(failed_first)
    while kept:
        kept //= 2
        text = _page(verdict, 0, failed_first[:kept])
        if len(text.encode("utf-8", "replace")) <= limit:
            return text
    return f"## Translation gate: {verdict.outcome}\n"


def _page(verdict: Verdict, segments: int, checks: list[Check]) -> str:
    parts = [
        f"## Translation gate: {verdict.outcome}",
        f"Candidate {escaped(verdict.candidate)}, baseline {escaped(verdict.baseline)}.",
    ]
    if verdict.early is not None:
        parts.append(escaped(verdict.early.sentence))
    if checks:
        rows = [HEADER, ["---"] * len(HEADER)]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines += ["| " + " | ".join(escaped(str(c)) for c in cells(check)) + " |" for check in checks]
        parts.append("\n".join(lines))
    if len(checks) < len(verdict.checks):
        parts.append(f"{len(verdict.checks) - len(checks)} more checks do not fit here; the JSON has them all.")
    told = [c for c in verdict.told if c in checks]
    if told:
        parts.append("\n".join(f"- {escaped(c.name)}: {escaped(_short(_whole(c)))}" for c in told))
    if verdict.outcome != "pass":
        parts += [_worst(w, segments) for w in verdict.worst if w.segments and segments]
    if verdict.notes:
        parts.append("\n".join(f"- {escaped(_short(note))}" for note in verdict.notes))
    if verdict.measure:
        parts.append(escaped(verdict.measure))
    return "\n\n".join(parts) + "\n"


def _whole(check: Check) -> str:
    return " ".join((check.sentence, *check.advice))


def _worst(worst: WorstSegments, most: int) -> str:
    header = ["segment", worst.metric, "why", "source", "reference", "baseline", "candidate"]
    lines = ["| " + " | ".join(escaped(h) for h in header) + " |", "| " + " | ".join(["---"] * len(header)) + " |"]
    for s in worst.segments[:most]:
        row = [s.segment, f"{number_text(s.baseline_score)} to {number_text(s.system_score)}"]
        row.append(s.why or f"{number_text(s.effect)} of the loss")
        row += [_short(t) for t in (s.source, s.reference, s.baseline, s.system)]
        lines.append("| " + " | ".join(escaped(c) for c in row) + " |")
    return f"Segments of {escaped(worst.test_set)} to read first:\n\n" + "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"
