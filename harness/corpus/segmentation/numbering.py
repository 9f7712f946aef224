"""Numbering is put back where it stood.

Headings and list items are recognised, split and aligned without their numbering, because the two languages of one
document number differently ((一) and 1., 2. and (2)). But it is text that was published and that a translator renders,
so a segment has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.corpus.segmentation.offsets import Removed, TracedText, join
from harness.corpus.segmentation.paragraphs import Paragraph
from harness.corpus.segmentation.reflow import HealedParagraphs
from harness.corpus.segmentation.sentences import Sentence


def restored(
    healed: HealedParagraphs, source: Sequence[Sentence], target: Sequence[Sentence]
) -> tuple[HealedParagraphs, tuple[Sentence, ...], tuple[Sentence, ...]]:
    """Paragraphs and sentences with the numbering that stood right before them; the rest stays removed."""
    before = {_end(r.stretch): r for r in healed.removed if r.reason == "numbering" and r.stretch.pieces}
    used: set[Removed] = set()
    sides = []
    for paragraphs, sentences in ((healed.source, source), (healed.target, target)):
        leads = [before.get(_start(p.stretch)) if p.stretch.pieces else None for p in paragraphs]
        used.update(lead for lead in leads if lead is not None)
        texts = [None if lead is None else lead.stretch.cut(_indent(lead.stretch)) for lead in leads]
        sides.append(
            (
                tuple(_paragraph(p, lead) for p, lead in zip(paragraphs, texts, strict=True)),
                tuple(_sentence(s, texts[s.paragraph]) for s in sentences),
            )
        )
    kept = tuple(r for r in healed.removed if r not in used)
    return replace(healed, source=sides[0][0], target=sides[1][0], removed=kept), sides[0][1], sides[1][1]


def _paragraph(paragraph: Paragraph, lead: TracedText | None) -> Paragraph:
    if lead is None:
        return paragraph
    joints = tuple(replace(j, at=j.at + len(lead.text)) for j in paragraph.joints)
    return replace(paragraph, stretch=join([lead, paragraph.stretch]), joints=joints)


def _sentence(sentence: Sentence, lead: TracedText | None) -> Sentence:
    if lead is None:
        return sentence
    shift = len(lead.text)
    if sentence.opens:
        return replace(sentence, start=0, end=sentence.end + shift, stretch=join([lead, sentence.stretch]))
    return replace(sentence, start=sentence.start + shift, end=sentence.end + shift)


def _indent(stretch: TracedText) -> int:
    return len(stretch.text) - len(stretch.text.lstrip())


def _start(stretch: TracedText) -> tuple[int, int]:
    piece = stretch.pieces[0]
    return piece.block, piece.offset


def _end(stretch: TracedText) -> tuple[int, int]:
    piece = stretch.pieces[-1]
    return piece.block, piece.offset + piece.length
