"""Lines become paragraphs: what a page or a line's end cut is joined, headings stay apart.

The costliest mistake is to join every line that lacks a terminal mark: headings lack one too. So a joint needs a
reason: the line is running text and stops at the end of its page, or its last word is cut, or the next line cannot
begin a paragraph. A hyphen at a cut goes only where the two halves make one word.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.corpus.segmentation.layout.layouts import LaidOutDocument, SidedLine
from harness.corpus.segmentation.line_language import Side
from harness.corpus.segmentation.offsets import Removed, TracedText, join
from harness.corpus.segmentation.paragraphs import Joint, Paragraph, ends, is_long, is_prose
from harness.corpus.segmentation.vocabulary import is_word, words_of
from harness.domain.corpus import Kind
from harness.language import cedict
from harness.language.script import han_count, is_han

_OPEN_ENGLISH = re.compile(
    r"(?:,|\b(?:a|an|the|of|and|or|to|in|on|at|for|with|by|from|as|that|which|its|their|between|under|into|is|are|was"
    r"|were|be|been|has|have|had|will|this|these|those|about|against|through|than|but|not))$"
)
_HYPHEN = re.compile(r"([A-Za-z]+)-$")
_SOFT_HYPHEN = "\u00ad"
_LAST_WORD = re.compile(r"([A-Za-z]+)$")
_FIRST_WORD = re.compile(r"([a-z]+)")


@dataclass(frozen=True)
class HealedParagraphs:
    """Both languages as paragraphs, in document order."""

    source: tuple[Paragraph, ...]
    target: tuple[Paragraph, ...]
    removed: tuple[Removed, ...]


def heal(
    laid: LaidOutDocument, *, breaks: frozenset[int] = frozenset(), joins: frozenset[int] = frozenset()
) -> HealedParagraphs:
    """Join what was cut.

    Args:
        laid: lines with their sides.
        breaks: blocks that must begin a paragraph (corrections).
        joins: blocks that must continue the paragraph before them (corrections).
    """
    removed = list(laid.removed)
    sides: dict[Side, tuple[Paragraph, ...]] = {}
    for side in ("source", "target"):
        lines = [s for s in laid.lines if s.side == side]
        lines = _without_repeats(lines, removed)
        sides[side] = _Healer(laid, lines, breaks, joins, removed).paragraphs()
    return HealedParagraphs(sides["source"], sides["target"], tuple(removed))


def _without_repeats(lines: Sequence[SidedLine], removed: list[Removed]) -> list[SidedLine]:
    """A title that a page shows twice ("XX", or one line and the same again) is kept once."""
    kept: list[SidedLine] = []
    for line in lines:
        sided = line
        stretch = sided.line.stretch
        text = stretch.text
        half = _doubled(text)
        if half:
            removed.append(Removed(stretch.cut(half), "repeated"))
            stretch = stretch.cut(0, half).strip()
            sided = replace(sided, line=replace(sided.line, stretch=stretch))
        before = kept[-1].line.text if kept else ""
        if len(kept) <= 2 and stretch.text == before and len(before) >= 4 and not ends(before):
            removed.append(Removed(stretch, "repeated"))
            continue
        kept.append(sided)
    return kept


def _doubled(text: str) -> int:
    """Where the second copy begins in a line that says one thing twice, or 0."""
    if ends(text) or len(text) < 12:
        return 0
    middle = len(text) // 2
    for at in (middle, middle + 1):
        if text[:at].rstrip() == text[at:].strip():
            return at
    return 0


class _Healer:
    """One language's lines to paragraphs."""

    def __init__(
        self,
        laid: LaidOutDocument,
        lines: Sequence[SidedLine],
        breaks: frozenset[int],
        joins: frozenset[int],
        removed: list[Removed],
    ) -> None:
        self._laid = laid
        self._lines = lines
        self._breaks = breaks
        self._joins = joins
        self._removed = removed
        self._words = words_of(s.line.text for s in lines)
        self._width = _wrap_width(laid, lines)

    def paragraphs(self) -> tuple[Paragraph, ...]:
        groups: list[list[tuple[SidedLine, str]]] = []
        for index, sided in enumerate(self._lines):
            how = self._how(self._lines[index - 1], sided) if index else ""
            if how:
                groups[-1].append((sided, how))
            else:
                groups.append([(sided, "")])
        found = [self._paragraph(group) for group in groups]
        return _with_kinds(found, [g[0][0] for g in groups], [g[-1][0] for g in groups])

    def _how(self, u: SidedLine, v: SidedLine) -> str:
        """Why two lines that follow one another are one paragraph, or ""."""
        if v.line.index in self._breaks:
            return ""
        if v.line.index in self._joins:
            return "page break" if u.run != v.run else "line break"
        marked = v.line.level is not None or v.line.number is not None or v.line.bullet
        if u.line.level is not None or marked or (u.group != v.group and u.group is not None):
            return ""
        a, b = self._laid.blocks[u.line.index], self._laid.blocks[v.line.index]
        if u.run != v.run or a.page != b.page or v.line.index - u.line.index > 1:
            return "page break" if self._cut_by_page(u, v) else ""
        if not u.whole and b.lines[0] - a.lines[1] <= 1:
            return "line break" if self._wrapped(u, v) else ""
        return "line break" if not (u.whole and self._laid.layout == "columns") and _unfinished(u, v, False) else ""

    def _cut_by_page(self, u: SidedLine, v: SidedLine) -> bool:
        alone = sum(s.run == u.run for s in self._lines) == 1
        if alone and u.line.index == self._lines[0].line.index and not is_prose(u.line.text):
            return False  # a title that stands before its language's first page
        return _unfinished(u, v, True)

    def _wrapped(self, u: SidedLine, v: SidedLine) -> bool:
        if self._width is None or u.line.text.endswith(_SOFT_HYPHEN):
            return _unfinished(u, v, False)
        if (
            self._laid.blocks[v.line.index].text[:1] in "\u3000\t "
            and self._laid.blocks[u.line.index].text[:1] not in "\u3000\t "
        ):
            return False
        return _display_width(self._laid.blocks[u.line.index].text) >= 0.72 * self._width

    def _paragraph(self, group: Sequence[tuple[SidedLine, str]]) -> Paragraph:
        first = group[0][0]
        stretch = first.line.stretch
        joints: list[Joint] = []
        for sided, how in group[1:]:
            stretch, glue, word = self._joint(stretch, sided.line.stretch)
            at = len(stretch.text) + len(glue)
            stretch = join([stretch, sided.line.stretch], glue)
            joints.append(Joint(at, "word cut" if word else how))
        return Paragraph(first.side, stretch, Kind.SENTENCE, first.group, first.line.number, tuple(joints))

    def _joint(self, u: TracedText, v: TracedText) -> tuple[TracedText, str, bool]:
        """The first part without its hyphen, what goes between, and whether a word was cut."""
        hyphen = _HYPHEN.search(u.text)
        second = _FIRST_WORD.match(v.text)
        soft = u.text.endswith(_SOFT_HYPHEN)  # its author said that the word goes on
        if soft or (hyphen and second):
            if soft or (hyphen and second and self._one_word(hyphen.group(1), second.group(1))):
                self._removed.append(Removed(u.cut(len(u.text) - 1), "hyphen"))
                return u.cut(0, len(u.text) - 1), "", True
            return u, "", False
        last = _LAST_WORD.search(u.text)
        if last and second:
            halves = (last.group(1), second.group(1))
            known = all(is_word(h, self._words_without(halves)) for h in halves)
            if not known and is_word("".join(halves), self._words_without(halves)):
                return u, "", True
        left, right = u.text[-1:], v.text[:1]
        if is_han(left) or is_han(right) or _wide(left) or _wide(right):
            return u, "", is_han(left) and is_han(right) and _word_across(u.text, v.text)
        if left.isdigit() and right.isdigit() and han_count(u.text) > 0:
            return u, "", True
        return u, "" if left in "—–/" or (left == "-" and u.text[-2:-1].isalnum()) else " ", False

    def _words_without(self, halves: tuple[str, str]) -> frozenset[str]:
        return self._words - {h.lower() for h in halves}

    def _one_word(self, first: str, second: str) -> bool:
        """Whether a hyphen at a cut was put there by the cut: the document's own use decides, then the dictionary."""
        whole, hyphened = (first + second).lower(), f"{first}-{second}".lower()
        if whole in self._words or hyphened in self._words:
            return whole in self._words
        if is_word(whole, self._words):
            return True
        return not (is_word(first, frozenset()) and is_word(second, frozenset()))


def _unfinished(u: SidedLine, v: SidedLine, page: bool) -> bool:
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
    if b[:1].islower() or _OPEN_ENGLISH.search(a) or _HYPHEN.search(a) or a.endswith(_SOFT_HYPHEN):
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


def _wide(char: str) -> bool:
    return bool(char) and char in "，。、；：？！“”‘’（）《》〈〉【】「」『』…"


def _wrap_width(laid: LaidOutDocument, lines: Sequence[SidedLine]) -> float | None:
    """The width at which the lines of a text were wrapped, or None where lines are paragraphs."""
    followed = []
    for u, v in itertools.pairwise(lines):
        a, b = laid.blocks[u.line.index], laid.blocks[v.line.index]
        if not u.whole and u.run == v.run and b.lines[0] - a.lines[1] == 1 and a.page == b.page:
            followed.append(a.text.strip())
    if len(followed) < 4:
        return None
    widths = sorted(_display_width(t) for t in followed)
    width = widths[int(0.9 * (len(widths) - 1))]
    full = [t for t in followed if _display_width(t) >= 0.8 * width]
    unended = sum(not ends(t) for t in full)
    if width <= 160 and len(full) >= 0.6 * len(followed) and unended >= 0.35 * len(full):
        return width
    return None


def _display_width(text: str) -> int:
    return sum(2 if is_han(c) or _wide(c) else 1 for c in text.strip())


def _with_kinds(
    found: Sequence[Paragraph], first: Sequence[SidedLine], last: Sequence[SidedLine]
) -> tuple[Paragraph, ...]:
    """Say of each paragraph whether it is title, heading or sentences, and whether it was cut off."""
    kinds: list[Paragraph] = []
    opened = False
    for index, paragraph in enumerate(found):
        kind = _kind(paragraph, first[index])
        if kind is Kind.HEADING and not opened and first[index].line.number is None:
            kind = Kind.TITLE
        opened = True
        final = index + 1 == len(found) or last[index].run != first[index + 1].run
        cut = (
            kind is Kind.SENTENCE
            and not ends(paragraph.text)
            and final
            and not first[index].line.bullet
            and not first[index].whole
        )
        kinds.append(replace(paragraph, kind=kind, cut=cut))
    return tuple(kinds)


def _kind(paragraph: Paragraph, first: SidedLine) -> Kind:
    if first.line.level is not None:
        return Kind.TITLE if first.line.level == 0 else Kind.HEADING
    if first.line.bullet or paragraph.joints or ends(paragraph.text) or is_prose(paragraph.text):
        return Kind.SENTENCE
    return Kind.HEADING
