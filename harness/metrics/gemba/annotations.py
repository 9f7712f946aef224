"""Read a judge's answer strictly: what is not an answer is an error, never zero mistakes.

The published parser of GEMBA finds no errors in a refusal, which is the best score there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.metrics.gemba.questions import CATEGORIES, NO_ERROR

_THINKING = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_ERROR = re.compile(
    r"(?P<category>[a-z -]+?)(?:/(?P<sub>[^\"“”]+?))?\s+[-–—:]\s+[\"“](?P<text>.*)[\"”]\.?", re.IGNORECASE
)
_NUMBER = re.compile(r"(?:score\s*:\s*)?(\d{1,3}(?:\.\d+)?)(?:\s*/\s*100)?\.?", re.IGNORECASE)


class UnreadableError(ValueError):
    """An answer that does not follow the format; says where it leaves it."""


@dataclass(frozen=True)
class Span:
    """One error that the judge marked.

    Attributes:
        start, end: where its words are in the hypothesis, or None where they are not in it (an omission).
    """

    severity: str
    category: str
    text: str
    start: int | None
    end: int | None


def read_spans(answer: str, hypothesis: str, severities: Sequence[str]) -> tuple[Span, ...]:
    """The marked errors; () only where the judge wrote no-error under every heading.

    Raises:
        UnreadableError: a heading is missing, doubled, out of order or empty, or a line is neither error nor no-error.
    """
    lines = [line.strip().strip("*").strip() for line in _bare(answer).splitlines()]
    wanted = list(severities)
    spans: list[Span] = []
    current: str | None = None
    said = 0
    for line in filter(None, lines):
        heading = line.removesuffix(":").lower()
        if line.endswith(":") or heading in severities:
            _finished(current, said)
            if not wanted or heading != wanted[0]:
                raise UnreadableError(f"'{line[:60]}' stands where '{wanted[0] if wanted else 'the end'}' should")
            current, said = wanted.pop(0), 0
            continue
        if current is None:
            raise UnreadableError(f"it begins with '{line[:60]}'")
        item = line.lstrip("-•* ").strip()
        if item.strip("\"'`.").lower() != NO_ERROR:
            spans.append(_span(item, current, hypothesis))
        said += 1
    _finished(current, said)
    if wanted:
        raise UnreadableError(f"the heading '{wanted[0]}' is missing")
    return tuple(spans)


def read_score(answer: str) -> float:
    """A score from 0 to 100.

    Raises:
        UnreadableError: there is anything but one such number.
    """
    found = _NUMBER.fullmatch(_bare(answer).strip().strip("*`").strip())
    if found is None:
        raise UnreadableError(f"'{_bare(answer).strip()[:60]}' is not a number alone")
    value = float(found.group(1))
    if value > 100:
        raise UnreadableError(f"{found.group(1)} is not between 0 and 100")
    return value


def _bare(answer: str) -> str:
    """Without a reasoning block at the start and a code fence around all of it."""
    text = _THINKING.sub("", answer, count=1) if _THINKING.match(answer) else answer
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        text = text.split("\n", 1)[1].rsplit("```", 1)[0]
    return text


def _finished(heading: str | None, said: int) -> None:
    if heading is not None and said == 0:
        raise UnreadableError(f"there is nothing under '{heading}'")


def _span(line: str, severity: str, hypothesis: str) -> Span:
    found = _ERROR.fullmatch(line)
    category = found.group("category").strip().lower() if found is not None else ""
    if found is None or category not in CATEGORIES:
        raise UnreadableError(f"'{line[:60]}' is neither an error nor {NO_ERROR}")
    text = found.group("text")
    start = hypothesis.find(text) if text else -1
    sub = (found.group("sub") or "").strip().lower()
    return Span(
        severity,
        f"{category}/{sub}" if sub else category,
        text,
        start if start >= 0 else None,
        start + len(text) if start >= 0 else None,
    )
