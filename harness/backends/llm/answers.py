"""What a chat model says around a translation, taken away; and what is no translation at all, refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.errors import BackendError

_THOUGHT = r"(?:think|thinking|thought|reasoning|reflection)"
_PAIRED = re.compile(rf"<({_THOUGHT})>.*?</\1>", re.DOTALL | re.IGNORECASE)
_CLOSED = re.compile(rf".*</{_THOUGHT}>", re.DOTALL | re.IGNORECASE)
_OPENED = re.compile(rf"<{_THOUGHT}>.*", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*", re.DOTALL)
_PREFACE = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|ok)\b[^\n:]{0,80}[:!.,]\s*)?"
    r"(?:(?:here(?:'s| is| are)|below is|the following is)\b[^\n:]{0,120}\btranslat[^\n:]{0,80}:"
    r"|\**(?:the )?(?:[a-z]+ )?translat(?:ion|ed text)(?: \([a-z -]+\))?\**\s*[:：]\**"
    r"|\**(?:译文|翻译|英文翻译|英译)\**\s*[:：]\**)\s*",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\n\s*(?:[-*_]{3,}\s*\n\s*)?[(\[（*_]*(?:translator'?s? )?(?:notes?|explanations?|remarks?|comments?|注|说明|注释)"
    r"[^\n:：]{0,40}[:：].*\Z",
    re.IGNORECASE | re.DOTALL,
)
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("「", "」"), ("«", "»"))
_SOURCE_QUOTES = "\"“”'‘’「」『』«»《》"
_REFUSAL = re.compile(
    r"\s*(?:(?:i'?m|i am|we are) (?:very |so )?sorry|sorry|i apologi[sz]e|unfortunately|as an ai\b"
    r"|i (?:cannot|can'?t|can ?not)|i'?m (?:unable|not able)|i am (?:unable|not able)|i won'?t)\b.{0,200}?"
    r"\b(?:assist|help|translat|comply|fulfil|provide|process|request|content|language model)",
    re.IGNORECASE | re.DOTALL,
)
_SOURCE_APOLOGIES = ("抱歉", "对不起", "道歉", "遗憾", "无法", "不能", "歉意", "人工智能", "sorry", "cannot")


@dataclass(frozen=True, slots=True)
class CleanedAnswer:
    """A cleaned answer; `raw` is None where cleaning changed nothing."""

    text: str
    raw: str | None


def clean_answer(raw: str, source: str) -> CleanedAnswer:
    """The translation in a chat model's answer.

    Reasoning in tags (also unmatched), code fences, "Here is the translation:", notes behind the translation and
    quotation marks around it go away, unless the source has the like. A line break inside the answer to a source
    without one becomes a space.

    Raises:
        BackendError: nothing is left, or the answer is a refusal.
    """
    text = _PAIRED.sub("", raw)
    text = _CLOSED.sub("", text)
    text = _OPENED.sub("", text).strip()
    if not text:
        raise BackendError(
            "The model gave reasoning and no translation." if raw.strip() else "The model gave an empty answer."
        )
    fence = _FENCE.fullmatch(text)
    text = fence.group(1) if fence and "```" not in source else text
    text = _without_preface(text, source)
    if not _NOTE.search("\n" + source):
        text = _NOTE.sub("", text)
    text = _without_quotes(text.strip(), source)
    if "\n" not in source:
        text = re.sub(r"\s*\n\s*", " ", text)
    if not text:
        raise BackendError("The model gave no translation, only what stands around one.")
    if _REFUSAL.match(text) and not any(word in source.lower() for word in _SOURCE_APOLOGIES):
        raise BackendError(f"The model refused: {text[:120]}")
    return CleanedAnswer(text, raw if text != raw else None)


def _without_preface(text: str, source: str) -> str:
    if re.match(r"\s*(?:译文|翻译|translation)", source, re.IGNORECASE):
        return text
    match = _PREFACE.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def _without_quotes(text: str, source: str) -> str:
    """A pair of quotation marks around everything, unless the source has one at either end."""
    stripped = source.strip()
    if not stripped or stripped[0] in _SOURCE_QUOTES or stripped[-1] in _SOURCE_QUOTES:
        return text
    for opening, closing in _QUOTES:
        inner = text[1:-1]
        if (
            len(text) > 2
            and text[0] == opening
            and text[-1] == closing
            and opening not in inner
            and closing not in inner
        ):
            return inner.strip()
    return text
