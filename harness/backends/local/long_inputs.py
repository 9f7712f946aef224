"""Segments that are too long for a model: cut at sentence ends, translated in pieces, joined, and flagged."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.domain import Hypothesis, LangPair, Segment, Usage
from harness.errors import BackendError
from harness.language.codes import primary

Encode = Callable[[str], list[int]]

# A full stop ends a sentence only before white space; the full-width marks need none.
_SENTENCE_ENDS = re.compile(
    r"(?<=[。！？!?；;…])(?![。！？!?；;…”’」』）)\"'])|(?<=[。！？!?；;…][”’」』）)\"'])|(?<=\.)(?=\s)|\n+"
)
_CLAUSE_ENDS = re.compile(r"(?<=[，、：,:])")
_UNSPACED = frozenset({"zh", "cmn", "yue", "lzh", "ja", "th", "lo", "km", "my", "bo"})


@dataclass(frozen=True, slots=True)
class InputPiece:
    """A part of a segment that fits the model; `ids` are its tokens as the model is given them."""

    text: str
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Output:
    """What the model made of a piece: a text or an error; `raw` is the text before cleaning, where that differs."""

    text: str | None
    tokens: int = 0
    truncated: bool = False
    error: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A segment as the pieces that are translated; the flags say what had to be done to it."""

    segment: Segment
    pieces: tuple[InputPiece, ...]
    flags: frozenset[str]


def plan(segment: Segment, encode: Encode, limit: int) -> Plan:
    """The pieces of a segment: one, if it fits.

    Sentences are packed into as few pieces as fit. A sentence that does not fit alone is cut at commas; what still does
    not fit loses its end, and is flagged "truncated-input".

    Args:
        segment: not blank.
        encode: a text's tokens, with all that surrounds it in the model's input.
        limit: most tokens of one input.

    Raises:
        BackendError: not even one character fits (a prompt longer than the model's context).
    """
    ids = encode(segment.source)
    if len(ids) <= limit:
        return Plan(segment, (InputPiece(segment.source, ids),), frozenset())
    flags = set()
    pieces: list[InputPiece] = []
    for text in _packed(_parts(segment.source, encode, limit), encode, limit):
        ids = encode(text)
        if len(ids) > limit:
            start = _longest_start(text, encode, limit)
            pieces.append(InputPiece(start, encode(start)))
            flags.add("truncated-input")
        else:
            pieces.append(InputPiece(text, ids))
    if len(pieces) > 1:
        flags.add("split")
    return Plan(segment, tuple(pieces), frozenset(flags))


def assemble(plan: Plan, outputs: Sequence[Output], pair: LangPair) -> Hypothesis:
    """The hypothesis of a segment from what the model made of its pieces; an error in one is the segment's error."""
    usage = Usage(None, sum(len(p.ids) for p in plan.pieces), sum(o.tokens for o in outputs))
    failed = next((o for o in outputs if o.error is not None), None)
    if failed is not None:
        return Hypothesis(plan.segment.id, error=failed.error, raw=failed.raw, flags=plan.flags, usage=usage)
    gap = "" if primary(pair.target) in _UNSPACED else " "
    flags = set(plan.flags)
    if any(o.truncated for o in outputs):
        flags.add("truncated-output")
    raw = None
    if any(o.raw is not None for o in outputs):
        flags.add("cleaned")
        raw = "\n".join(o.raw if o.raw is not None else o.text or "" for o in outputs)
    text = gap.join(o.text for o in outputs if o.text)
    return Hypothesis(plan.segment.id, text=text, raw=raw, flags=frozenset(flags), usage=usage)


def _parts(text: str, encode: Encode, limit: int) -> list[str]:
    parts: list[str] = []
    for sentence in filter(str.strip, _SENTENCE_ENDS.split(text)):
        if len(encode(sentence)) <= limit:
            parts.append(sentence)
        else:
            parts += _packed([p for p in _CLAUSE_ENDS.split(sentence) if p.strip()], encode, limit)
    return parts


def _packed(parts: Sequence[str], encode: Encode, limit: int) -> list[str]:
    packed: list[str] = []
    for part in parts:
        if packed and len(encode(packed[-1] + part)) <= limit:
            packed[-1] += part
        else:
            packed.append(part)
    return packed


def _longest_start(text: str, encode: Encode, limit: int) -> str:
    """The longest start of `text` that fits, up to the few characters that tokens across the cut may gain or lose."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if len(encode(text[:middle])) <= limit:
            low = middle
        else:
            high = middle - 1
    if not text[:low].strip():
        raise BackendError(f"The model's limit of {limit} tokens leaves no room for the text beside the prompt.")
    return text[:low]
