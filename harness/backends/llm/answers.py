"""The translation in a chat model's answer: what stands around it goes, and what is no translation is an error.

One principle: what the source has, the translation may have. A wrapper is removed only where the source has nothing
like it, and where what remains can be a translation of the source by its script and its length. What is ambiguous (two
versions, JSON with two texts, an answer three times too long) is an error that keeps the answer, never a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.backends.llm import containers, wrappers
from harness.backends.llm.candidates import Question
from harness.domain import LangPair
from harness.errors import BackendError
from harness.language.assistant_speech import is_refusal
from harness.language.length import log_ratio

#: A longer answer is not looked at: the longest segment of a document has a few thousand characters.
MOST_CHARACTERS = 400_000
#: So much of an answer is kept with an error.
KEPT = 20_000
#: The name of these rules in a system's identity; a cached answer of other rules is read again.
RULES = "answers-2"
_NOTHING = "The model gave reasoning and no translation."
_ROUNDS = 6
_COLON_EARLY = re.compile(r"\A\W*[^\n:：]{1,30}[:：]")
_SPEAKS_OF_TRANSLATION = re.compile(
    r"翻译|译|英文|英语|中文|汉语|translat|english|chinese|übersetz|tradu|перев|翻訳|번역", re.IGNORECASE
)
_OFFERS = re.compile(
    r"如果|如需|若|需要|请|希望|联系|告诉|帮助|随时|翻译|译文|let me know|if you|feel free|hope|please|"
    r"would you|falls|wenn|si |если|"
    r"ください|주세요|是否|吗|要不要|[?？]",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\A|\n)\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十a-cA-C])[)）.、:：]|或者?|还是|要么|\bor\b|oder|或"
)


@dataclass(frozen=True, slots=True)
class CleanedAnswer:
    """A cleaned answer; `raw` is None where cleaning changed nothing."""

    text: str
    raw: str | None


def clean_answer(raw: str, source: str, pair: LangPair) -> CleanedAnswer:
    """The translation in a chat model's answer.

    Args:
        raw: the answer as it came.
        source: what was to be translated.
        pair: from which language into which.

    Raises:
        BackendError: there is no translation, or it cannot be told from what is around it; `raw` is on the error.
    """
    if len(raw) > MOST_CHARACTERS:
        raise _unread(f"The answer has {len(raw):,} characters.", raw)
    question = Question(source, pair)
    text = containers.without_reasoning(containers.without_control(raw, source), source).strip()
    if not text:
        raise _unread("The model gave an empty answer." if not raw.strip() else _NOTHING, raw)
    if is_refusal(text, source):
        raise _unread(f"The model refused: {' '.join(text[:120].split())}", raw)
    text = _unwrapped(text, question, raw)
    if is_refusal(text, source):
        raise _unread(f"The model refused: {' '.join(text[:120].split())}", raw)
    text = _in_one_piece(text, question, raw)
    return CleanedAnswer(text, raw if text != raw else None)


def _unwrapped(text: str, question: Question, raw: str) -> str:
    """The text without its wrappers, one after the other, until none is left."""
    steps = list(_steps(question))
    text = _out_of_json(text, question, raw)
    for _ in range(_ROUNDS):
        before = text
        for step in steps:
            rest = step(text).strip()
            if rest == text:
                continue
            rest = _out_of_json(rest, question, raw)
            if question.fits(rest):
                text = rest
        if text == before:
            break
    return text


def _steps(question: Question) -> list[Callable[[str], str]]:
    """What may be taken away from a translation of this source."""
    source = question.source.strip()
    colon = _COLON_EARLY.match(source) is not None
    found: list[Callable[[str], str]] = [wrappers.without_echo_of(question)]
    if "```" not in source:
        found.append(containers.out_of_fence)
    if "<" not in source:
        found.append(containers.out_of_tags)
    if "\\boxed" not in source:
        found.append(containers.out_of_box)
    if not colon:
        found += [wrappers.without_label, wrappers.without_announcement]
    elif not question.has(_SPEAKS_OF_TRANSLATION):
        found.append(wrappers.without_announced_translation)
    if not question.has(wrappers.NOTE_IN_SOURCE):
        found.append(wrappers.without_notes)
    if not question.has(_OFFERS):
        found.append(wrappers.without_closing)
    if not any(mark in source for mark in ("**", "__", "`")) and source[:1] not in ("*", "#", ">", "_"):
        found.append(containers.out_of_emphasis)
    if not containers.QUOTE.match(source) and not containers.QUOTE.match(source[-1:]):
        found.append(containers.out_of_quotes)
    found.append(wrappers.without_foreign_lines_of(question))
    if not wrappers.PINYIN.search(source):
        found.append(wrappers.without_pinyin)
    if not wrappers.says_twice(source):
        found.append(wrappers.once)
    return found


def _out_of_json(text: str, question: Question, raw: str) -> str:
    """The one text in a JSON value that is not the source again."""
    if containers.QUOTE.match(question.source.lstrip()) or question.source.lstrip()[:1] in ("{", "["):
        return text
    leaves = containers.leaves_of_json(text)
    if leaves is None:
        return text
    others = [leaf for leaf in leaves if leaf.strip() and not question.is_echo(leaf)]
    if len(others) != 1 and not (len(leaves) == 1 and leaves[0].strip()):
        raise _unread(f"The answer is JSON with {len(leaves)} texts; which one is the translation is not clear.", raw)
    return (others or leaves)[0].strip()


def _in_one_piece(text: str, question: Question, raw: str) -> str:
    """The text with the lines that the source has.

    Raises:
        BackendError: it offers several translations, or is far too long for one.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if question.lines <= 1 and len(lines) > 1:
        if wrappers.has_options(text) and not question.has(_NUMBERED):
            raise _unread("The answer offers several translations.", raw)
        joined = " ".join(lines)
        alone = [abs(log_ratio(question.source, line)) for line in lines]
        if len(lines) == 2 and max(alone) <= 0.4 and log_ratio(question.source, joined) > 0.45:
            raise _unread("The answer has two lines that are both translations.", raw)
        text = joined
    if question.in_source_script(text) and not question.shares_letters(text):
        raise _unread("The answer is in the language of the source and not the source.", raw)
    if log_ratio(question.source, text) > LONGEST_KEPT:
        times = len(text) / max(1, len(question.source))
        raise _unread(f"The answer is too long for a translation ({times:.0f} times the source).", raw)
    return text


#: An answer of one piece that is longer than this (natural logarithm of the ratio to what is expected) is refused.
LONGEST_KEPT = 1.7


def _unread(problem: str, raw: str) -> BackendError:
    return BackendError(problem, raw=raw[:KEPT])
