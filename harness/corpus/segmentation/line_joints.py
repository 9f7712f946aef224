"""Where one line's text goes on in the next: whether it does, what goes between, and which hyphen goes.

A hyphen at a cut goes only where the two halves make one word, by the document's own use or the dictionary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.corpus.segmentation.layout.layouts import SidedLine
from harness.corpus.segmentation.offsets import TracedText
from harness.corpus.segmentation.paragraphs import ends, is_long, is_prose
from harness.corpus.segmentation.vocabulary import is_word
from harness.language import cedict
from harness.language.script import han_count, is_han
from harness.language.wrapped_lines import line_glue

_OPEN_ENGLISH = re.compile(
    r"(?:,|\b(?:a|an|the|of|and|or|to|in|on|at|for|with|by|from|as|that|which|its|their|between|under|into|is|are|was"
    r"|were|be|been|has|have|had|will|this|these|those|about|against|through|than|but|not))$"
)
_HYPHEN = re.compile(r"([A-Za-z]+)-$")
SOFT_HYPHEN = "\u00ad"
_LAST_WORD = re.compile(r"([A-Za-z]+)$")
_FIRST_WORD = re.compile(r"([a-z]+)")


@dataclass(frozen=True, slots=True)
class LineJoint:
    """Two lines made one.

    Attributes:
        before: the first line's text, without the hyphen that the cut put there.
        glue: what goes between.
        word_cut: whether the cut went through a word.
        hyphen: what was taken away, or None.
    """

    before: TracedText
    glue: str
    word_cut: bool = False
    hyphen: TracedText | None = None


def line_joint(u: TracedText, v: TracedText, vocabulary: frozenset[str]) -> LineJoint:
    """How two lines become one.

    Args:
        u: the first line.
        v: the line that goes on with it.
        vocabulary: the document's words, in lower case.
    """
    hyphen = _HYPHEN.search(u.text)
    second = _FIRST_WORD.match(v.text)
    soft = u.text.endswith(SOFT_HYPHEN)  # its author said that the word goes on
    if soft or (hyphen and second):
        if soft or (hyphen and second and _one_word(hyphen.group(1), second.group(1), vocabulary)):
            return LineJoint(u.cut(0, len(u.text) - 1), "", word_cut=True, hyphen=u.cut(len(u.text) - 1))
        return LineJoint(u, "")
    last = _LAST_WORD.search(u.text)
    if last and second:
        halves = (last.group(1), second.group(1))
        others = vocabulary - {h.lower() for h in halves}
        if not all(is_word(h, others) for h in halves) and is_word("".join(halves), others):
            return LineJoint(u, "", word_cut=True)
    left, right = u.text[-1:], v.text[:1]
    if not line_glue(u.text, v.text):
        return LineJoint(u, "", is_han(left) and is_han(right) and _word_across(u.text, v.text))
    if left.isdigit() and right.isdigit() and han_count(u.text) > 0:
        return LineJoint(u, "", word_cut=True)
    return LineJoint(u, "" if left in "—–/" or (left == "-" and u.text[-2:-1].isalnum()) else " ")


def _one_word(first: str, second: str, vocabulary: frozenset[str]) -> bool:
    """Whether a hyphen at a cut was put there by the cut: the document's own use decides, then the dictionary."""
    whole, hyphened = (first + second).lower(), f"{first}-{second}".lower()
    if whole in vocabulary or hyphened in vocabulary:
        return whole in vocabulary
    if is_word(whole, vocabulary):
        return True
    return not (is_word(first, frozenset()) and is_word(second, frozenset()))


def is_unfinished(u: SidedLine, v: SidedLine, page: bool) -> bool:
    """Whether the text of `u` stops inside a sentence that `v` goes on with.

    At the end of a page, running text without an end is cut; elsewhere a paragraph's end may merely lack its mark, so
    more is asked: the next line cannot begin a paragraph.
    """
    a, b = u.line.text, v.line.text
    if ends(a) and not a.endswith(("-", ",")):
        return False
    headlike = not ends(b) and not is_long(b) and not is_prose(b)
    if han_count(a) > len(a.split()):
        if a[-1] in "，、,（《“—" or _word_across(a, b):
            return True
        return not headlike and (page or is_prose(a)) and not (u.line.number is not None and not is_prose(a))
    if b[:1].islower() or _OPEN_ENGLISH.search(a) or _HYPHEN.search(a) or a.endswith(SOFT_HYPHEN):
        return True
    if u.line.number is not None and not is_prose(a):
        return False
    return not headlike and (is_prose(a) or (page and not _title_case(a)))


def _title_case(text: str) -> bool:
    """Most of the longer words begin with capitals, as in a heading."""
    words = [w for w in re.findall(r"[A-Za-z][A-Za-z'’-]*", text) if len(w) > 3]
    return bool(words) and sum(w[0].isupper() for w in words) >= 0.7 * len(words)


def _word_across(a: str, b: str) -> bool:
    """Whether the dictionary has a word that begins in `a` and ends in `b`, of three characters or more."""
    words = cedict.load()
    left, right = a[-4:], b[:4]
    return any(
        left[-i:] + right[:j] in words
        for i in range(1, len(left) + 1)
        for j in range(1, len(right) + 1)
        if i + j >= 3 and all(is_han(c) for c in left[-i:] + right[:j])
    )
