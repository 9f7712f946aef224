"""Lines become paragraphs: what a page or a line's end cut is joined, headings stay apart.

The costliest mistake is to join every line that lacks a terminal mark: headings lack one too. So a joint needs a
reason: the line is running text and stops at the end of its page, or its last word is cut, or the next line cannot
begin a paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.corpus.segmentation.layout.layouts import LaidOutDocument, SidedLine
from harness.corpus.segmentation.line_joints import SOFT_HYPHEN, is_unfinished, line_joint
from harness.corpus.segmentation.line_language import Side
from harness.corpus.segmentation.offsets import Removed, join
from harness.corpus.segmentation.paragraphs import Joint, JointKind, Paragraph, ends, is_prose
from harness.corpus.segmentation.repeated_titles import without_repeats
from harness.corpus.segmentation.vocabulary import words_of
from harness.corpus.segmentation.wrapping import wrap_width
from harness.domain.corpus import Kind
from harness.language.wrapped_lines import display_width


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
        lines, repeated = without_repeats(lines)
        sides[side], hyphens = _Healer(laid, lines, breaks, joins).paragraphs()
        removed += [*repeated, *hyphens]
    return HealedParagraphs(sides["source"], sides["target"], tuple(removed))


class _Healer:
    """One language's lines to paragraphs."""

    def __init__(
        self,
        laid: LaidOutDocument,
        lines: Sequence[SidedLine],
        breaks: frozenset[int],
        joins: frozenset[int],
    ) -> None:
        self._laid = laid
        self._lines = lines
        self._breaks = breaks
        self._joins = joins
        self._words = words_of(s.line.text for s in lines)
        self._width = wrap_width(laid, lines)

    def paragraphs(self) -> tuple[tuple[Paragraph, ...], list[Removed]]:
        """The paragraphs, and the hyphens that went."""
        groups: list[tuple[SidedLine, list[tuple[SidedLine, JointKind]]]] = []
        for index, sided in enumerate(self._lines):
            how = self._how(self._lines[index - 1], sided) if index else None
            if how is None:
                groups.append((sided, []))
            else:
                groups[-1][1].append((sided, how))
        found: list[Paragraph] = []
        hyphens: list[Removed] = []
        for first, more in groups:
            paragraph, gone = self._paragraph(first, more)
            found.append(paragraph)
            hyphens += gone
        return _with_kinds(
            found, [first for first, _ in groups], [more[-1][0] if more else first for first, more in groups]
        ), hyphens

    def _how(self, u: SidedLine, v: SidedLine) -> JointKind | None:
        """What cut two lines that are one paragraph; None where they are two."""
        if v.line.index in self._breaks:
            return None
        if v.line.index in self._joins:
            return "page break" if u.run != v.run else "line break"
        marked = v.line.level is not None or v.line.number is not None or v.line.bullet
        if u.line.level is not None or marked or (u.group != v.group and u.group is not None):
            return None
        a, b = self._laid.blocks[u.line.index], self._laid.blocks[v.line.index]
        if u.run != v.run or a.page != b.page or v.line.index - u.line.index > 1:
            return "page break" if self._cut_by_page(u, v) else None
        if not u.whole and b.lines[0] - a.lines[1] <= 1:
            return "line break" if self._wrapped(u, v) else None
        return "line break" if not (u.whole and self._laid.layout == "columns") and is_unfinished(u, v, False) else None

    def _cut_by_page(self, u: SidedLine, v: SidedLine) -> bool:
        alone = sum(s.run == u.run for s in self._lines) == 1
        if alone and u.line.index == self._lines[0].line.index and not is_prose(u.line.text):
            return False  # a title that stands before its language's first page
        return is_unfinished(u, v, True)

    def _wrapped(self, u: SidedLine, v: SidedLine) -> bool:
        if self._width is None or u.line.text.endswith(SOFT_HYPHEN):
            return is_unfinished(u, v, False)
        if (
            self._laid.blocks[v.line.index].text[:1] in "\u3000\t "
            and self._laid.blocks[u.line.index].text[:1] not in "\u3000\t "
        ):
            return False
        return display_width(self._laid.blocks[u.line.index].text) >= 0.72 * self._width

    def _paragraph(
        self, first: SidedLine, more: Sequence[tuple[SidedLine, JointKind]]
    ) -> tuple[Paragraph, list[Removed]]:
        stretch = first.line.stretch
        joints: list[Joint] = []
        hyphens: list[Removed] = []
        for sided, how in more:
            made = line_joint(stretch, sided.line.stretch, self._words)
            if made.hyphen is not None:
                hyphens.append(Removed(made.hyphen, "hyphen"))
            at = len(made.before.text) + len(made.glue)
            stretch = join([made.before, sided.line.stretch], made.glue)
            joints.append(Joint(at, "word cut" if made.word_cut else how))
        return Paragraph(first.side, stretch, Kind.SENTENCE, first.group, first.line.number, tuple(joints)), hyphens


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
