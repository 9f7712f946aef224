"""What one hypothesis shows by itself: nothing, the source, another language, leftovers of a web page or of a chat."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from harness.language.assistant_speech import is_refusal, may_be_refusal
from harness.language.writing import LATIN, foreign_letters, is_untranslated, script_of

_NO_MARKS = {code: None for code in range(128) if not chr(code).isalnum()}
#: Controls, line and paragraph separators, bidirectional overrides, the replacement character, private use.
CONTROL = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd\ue000-\uf8ff\ufeff\ud800-\udfff]"
)
# An announcement of a translation in place of one, or before it.
_OPENING = r"""\W*(?:
    (?:sure|certainly|of\ course)[,.!:]\s*here(?:['’]s|\ is|\ are)
  | here(?:['’]s|\ is)\ (?:the|my|your|a)\ (?:\w+\ )?(?:translation|translated)
  | (?:the\ )?(?:english\ |chinese\ )?translation(?:\ (?:of|into)\ [^:]{1,60})?(?:\ is)?\s*[:：]
  | (?:以下|下面)是.{0,12}(?:翻译|译文)\s*[:：] | (?:翻译|译文)(?:结果|如下)?\s*[:：]
  )"""
_BEGINS = re.compile(_OPENING, re.IGNORECASE | re.VERBOSE | re.DOTALL)
_LEFT_OVER = re.compile(
    r"""(?:\n|\(|（)\s*(?:translator['’]?s?\ )?note\s*[:：].*translat
  | (?:\n|\(|（)\s*(?:译者?注|注)\s*[:：].*译
  | </?think>
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_SPEAKS_OF_IT = re.compile(
    "抱歉|对不起|不好意思|遗憾|AI|人工智能|语言模型|翻译|译文|译注|sorry|translat|language model|think>",
    re.IGNORECASE,
)


def content_flags(source: str, text: str, pair: tuple[str, str]) -> set[str]:
    """Flags of one hypothesis of a source that is not blank. `docs/checks.md` says what each one means."""
    if not text.strip():
        return {"empty"}
    flags = set()
    if is_copy(source, text, pair):
        flags.add("copied-source")
    if is_untranslated(text, pair):
        flags.add("untranslated")
    if any(c not in source for c in CONTROL.findall(text)):
        flags.add("control-characters")
    if is_refusal(text, source) or (_announces(text) and _SPEAKS_OF_IT.search(source) is None):
        flags.add("refusal")
    return flags


def may_refuse(text: str) -> bool:
    """Whether a refusal is possible: all but few texts are told from one by their beginning and four characters."""
    return (
        "(" in text
        or "<" in text
        or "（" in text
        or "\n" in text
        or _BEGINS.match(text) is not None
        or may_be_refusal(text)
    )


def _announces(text: str) -> bool:
    return _BEGINS.match(text) is not None or _LEFT_OVER.search(text) is not None


def is_copy(source: str, text: str, pair: tuple[str, str]) -> bool:
    """Whether the hypothesis is the source again, but for spaces, punctuation, width and case.

    A source without a letter that would have to change ("APEC", "2024", a link) may stay as it is; between languages of
    one script that is a source of fewer than four words.
    """
    foreign = foreign_letters(*pair)
    if foreign is None:
        if len(source.split()) < 4:
            return False
    elif (
        foreign.search(text) is None
        or foreign.search(source) is None
        or (script_of(pair[0]) == LATIN and len(source.split()) < 4)
    ):
        return False
    return _skeleton(source) == _skeleton(text)


@lru_cache(maxsize=65536)
def _skeleton(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_NO_MARKS)
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())
