"""All checks of a system's hypotheses, run in one pass over a test set."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.content import content_flags
from harness.checks.length_ratio import length_flags
from harness.checks.loops import is_loop
from harness.checks.shift import shift_flags
from harness.domain import Hypothesis, LangPair, Segment
from harness.errors import InputError

#: Every flag that `check_hypotheses` may give. `docs/checks.md` has thresholds and measured false-alarm rates.
FLAGS = (
    "empty",
    "copied-source",
    "untranslated",
    "html-entities",
    "control-characters",
    "refusal",
    "loop",
    "length-ratio",
    "line-shift",
    "invented",
)


def check_hypotheses(
    segments: Sequence[Segment], hypotheses: Sequence[Hypothesis], pair: LangPair
) -> tuple[frozenset[str], ...]:
    """Flags of one system's hypotheses, one set a segment, in order; an empty set is a clean bill.

    A hypothesis that is an error has no flags: its error is counted elsewhere. A blank segment has one possible flag,
    "invented": a text where there was nothing to translate.

    Raises:
        InputError: the hypotheses are not those of the segments, one each, in order.
    """
    _check_order(segments, hypotheses)
    tags = (pair.source, pair.target)
    texts: list[tuple[str, str] | None] = []
    flags: list[set[str]] = []
    for segment, hypothesis in zip(segments, hypotheses, strict=True):
        text = hypothesis.text
        found: set[str] = set()
        if text is None or segment.blank:
            if text is not None and text.strip():
                found.add("invented")
            texts.append(None)
        else:
            found = content_flags(segment.source, text, tags)
            if is_loop(segment.source, text):
                found.add("loop")
            texts.append(None if "empty" in found else (segment.source, text))
        flags.append(found)
    for name, hits in (("length-ratio", length_flags(texts, tags)), ("line-shift", shift_flags(texts, tags))):
        for found, hit in zip(flags, hits, strict=True):
            if hit:
                found.add(name)
    return tuple(frozenset(f) for f in flags)


def _check_order(segments: Sequence[Segment], hypotheses: Sequence[Hypothesis]) -> None:
    if len(segments) != len(hypotheses):
        raise InputError(f"There are {len(hypotheses)} hypotheses for {len(segments)} segments.")
    for segment, hypothesis in zip(segments, hypotheses, strict=True):
        if segment.id != hypothesis.id:
            raise InputError(f"The hypothesis of segment '{hypothesis.id}' stands where '{segment.id}' should be.")
