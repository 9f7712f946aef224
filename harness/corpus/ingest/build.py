"""From documents as published to a test set: the whole way on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from harness.corpus.alignment.aligners import Aligner
from harness.corpus.alignment.bead_scores import AlignerSide, score_beads
from harness.corpus.alignment.calibration import THRESHOLD, confidence
from harness.corpus.alignment.default_aligner import default_aligner
from harness.corpus.alignment.search import Bead, best_beads
from harness.corpus.ingest.corrections import NO_CORRECTIONS, AppliedCorrections, Corrections, fix
from harness.corpus.ingest.result import IngestedDocument, IngestResult, Pair
from harness.corpus.readers.document import Document
from harness.corpus.segmentation.layout.bilingual_layout import lay_out
from harness.corpus.segmentation.layout.layouts import Layout
from harness.corpus.segmentation.numbering import restored
from harness.corpus.segmentation.offsets import Removed
from harness.corpus.segmentation.paragraphs import Paragraph
from harness.corpus.segmentation.reflow import HealedParagraphs, heal
from harness.corpus.segmentation.sentences import Sentence, split
from harness.domain.corpus import Kind, LangPair, Segment, TestSet, TestSetInfo
from harness.errors import InputError, UnknownNameError
from harness.language.characters.damaged_text import is_damaged
from harness.language.codes import macrolanguage, primary

#: More text than this on one side of one document would take minutes and gigabytes: a corpus, not a document.
_MOST_SENTENCES = 60_000
_MOST_CHARACTERS = 8_000_000


Sentences = Literal["split", "given"]


def sentences_named(name: str) -> Sentences:
    """The way to sentences that a user named.

    Raises:
        UnknownNameError: there is none of that name.
    """
    known: tuple[Sentences, ...] = ("split", "given")
    for way in known:
        if way == name:
            return way
    raise UnknownNameError("way to sentences", name, known)


@dataclass(frozen=True)
class IngestOptions:
    """How documents become a test set.

    Attributes:
        layout: the user's word, or None to recognise it.
        sentences: "split" finds sentences in paragraphs; "given" takes each line, paragraph and cell as one.
        threshold: pairs below this confidence are flagged.
        aligner: None for that of the pair.
    """

    pair: LangPair
    layout: Layout | None = None
    sentences: Sentences = "split"
    threshold: float = THRESHOLD
    aligner: Aligner | None = None
    corrections: Corrections = NO_CORRECTIONS

    @cached_property
    def evidence(self) -> Aligner:
        """The aligner that is used."""
        return default_aligner(self.pair) if self.aligner is None else self.aligner


def ingest(
    name: str,
    documents: Sequence[Sequence[Document]],
    options: IngestOptions,
    info: TestSetInfo | None = None,
) -> IngestResult:
    """Make a test set.

    Args:
        name: of the test set.
        documents: each one bilingual document, or the two halves of one.
        options: pair, layout, aligner, corrections.
        info: title, publisher and so on; a missing title is taken from the first document.

    Raises:
        InputError: nothing in a document, or one language only.
        UserError: an unknown layout or an invalid correction.
    """
    found = [_one(name if len(documents) == 1 else d[0].name, d, options, len(documents) > 1) for d in documents]
    options.corrections.check_used(used for _, used in found)
    done = tuple(document for document, _ in found)
    segments, references = _segments(done, options)
    if not segments:
        raise InputError("No sentence of the source was found.", remedy="check the --pair and the --layout")
    info = info or TestSetInfo()
    if not info.title:
        title = next((s.source for s in segments if s.kind is Kind.TITLE), "")
        info = replace(info, title=title)
    test_set = TestSet(name, options.pair, segments, {"refA": references}, info)
    return IngestResult(test_set, done, options.threshold)


def _one(
    name: str, documents: Sequence[Document], options: IngestOptions, prefixed: bool
) -> tuple[IngestedDocument, frozenset[int]]:
    """One document: lay out, heal, split, align."""
    size = sum(len(block.text) for d in documents for block in d.blocks)
    if size > _MOST_CHARACTERS:
        raise InputError(
            f"The document '{name}' has {size:,} characters.",
            allowed=f"at most {_MOST_CHARACTERS:,} per document",
            remedy="split it into its chapters and ingest them together: harness ingest PART... --name NAME",
        )
    laid = lay_out(documents, options.pair, options.layout)
    breaks = options.corrections.blocks_to_part(laid.blocks)
    joins = options.corrections.blocks_to_join(laid.blocks)
    given = options.sentences == "given" or any(d.given for d in documents)
    healed = heal(laid, breaks=frozenset(range(len(laid.blocks))) - joins if given else breaks, joins=joins)
    source = split(healed.source, options.pair.source, given=given)
    target = split(healed.target, options.pair.target, given=given)
    for side, language in ((source, options.pair.source), (target, options.pair.target)):
        if len(side) > _MOST_SENTENCES:
            raise InputError(
                f"The document '{name}' has {len(side):,} sentences in '{language}'.",
                allowed=f"at most {_MOST_SENTENCES:,} per document",
                remedy="split it into its chapters and ingest them together: harness ingest PART... --name NAME",
            )
    fixed = fix(options.corrections, source, target)
    beads = align(source, target, options, fixed)
    healed, source, target = restored(healed, source, target)
    pairs = _pairs(name if prefixed else "", beads, (source, target), healed, (options, fixed))
    document = IngestedDocument(
        name=name,
        layout=laid.layout,
        files={f: digest for d in documents for f, digest in d.files.items()},
        blocks=laid.blocks,
        source_paragraphs=healed.source,
        target_paragraphs=healed.target,
        source=source,
        target=target,
        pairs=pairs,
        removed=(*healed.removed, *_unpaired(pairs, target)),
        notes=tuple(d.note for d in documents if d.note),
    )
    return document, fixed.used | options.corrections.used_on(laid.blocks)


def align(
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    options: IngestOptions,
    fixed: AppliedCorrections | None = None,
) -> list[Bead]:
    """The best chain of beads over two sides."""
    sides = (AlignerSide.of(source), AlignerSide.of(target))
    if not source or not target:
        return [Bead((i, i + 1), (0, 0), 1.0, 0.0) for i in range(len(source))] + [
            Bead((0, 0), (j, j + 1), 1.0, 0.0) for j in range(len(target))
        ]
    band, cover, weights = options.evidence.evidence(source, target, sides, options.pair)
    ratio = _ratio(sides, options.pair)
    scored = score_beads(sides[0], sides[1], band, cover, weights, ratio)
    return best_beads(scored, pinned=frozenset() if fixed is None else fixed.pinned)


#: How many characters of English one character of a language says.
_DENSITY = {"zh": 3.3, "ja": 2.8, "ko": 2.0}


def _ratio(sides: tuple[AlignerSide, AlignerSide], pair: LangPair) -> float:
    """Target characters for one of the source; the document's own, within what languages do."""
    ratio = float(np.sum(sides[1].lengths)) / max(1.0, float(np.sum(sides[0].lengths)))
    source, target = (_DENSITY.get(macrolanguage(language), 1.0) for language in (pair.source, pair.target))
    expected = source / target
    spread = 2.0 if source == target else 1.65 if "zh" not in {primary(pair.source), primary(pair.target)} else 1.4
    return min(max(ratio, expected / spread), expected * spread)


def _pairs(
    prefix: str,
    beads: Sequence[Bead],
    sides: tuple[Sequence[Sentence], Sequence[Sentence]],
    healed: HealedParagraphs,
    options: tuple[IngestOptions, AppliedCorrections],
) -> tuple[Pair, ...]:
    """Beads with ids, confidence and flags. An id is the paragraph and the place in it, and nothing later."""
    ingest_options, fixed = options
    source, target = sides
    pairs: list[Pair] = []
    paragraph, order = 0, 0
    for bead in beads:
        left, right = tuple(range(*bead.source)), tuple(range(*bead.target))
        corrected = (*(bead.source if left else (0, 0)), *(bead.target if right else (0, 0))) in fixed.pinned
        sure = 1.0 if corrected else confidence(bead)
        identity = ""
        if left:
            number = source[left[0]].paragraph + 1
            order = order + 1 if number == paragraph else 1
            paragraph = number
            identity = f"{prefix}:" * bool(prefix) + f"p{paragraph:03d}s{order:02d}"
        accepted = any(i in fixed.accepted for i in left)
        flags = set()
        if not left or not right:
            flags.add("unaligned")
        elif sure < ingest_options.threshold and not accepted:
            flags.add("low-confidence")
        if any(_cut(source[i], healed.source) for i in left) or any(_cut(target[j], healed.target) for j in right):
            flags.add("truncated")
        if any(is_damaged(source[i].text) for i in left) or any(is_damaged(target[j].text) for j in right):
            flags.add("damaged")
        if any(i in fixed.excluded for i in left):
            flags.add("excluded")
        pairs.append(Pair(identity, left, right, sure, frozenset(flags), corrected))
    return tuple(pairs)


def _cut(sentence: Sentence, paragraphs: Sequence[Paragraph]) -> bool:
    return sentence.closes and paragraphs[sentence.paragraph].cut


def _unpaired(pairs: Sequence[Pair], target: Sequence[Sentence]) -> tuple[Removed, ...]:
    return tuple(Removed(target[j].stretch, "unpaired") for pair in pairs if not pair.source for j in pair.target)


def _segments(
    documents: Sequence[IngestedDocument], options: IngestOptions
) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    segments: list[Segment] = []
    references: list[str] = []
    for document in documents:
        for pair in document.pairs:
            if not pair.source:
                continue
            first = document.source[pair.source[0]]
            text = text_of([document.source[i] for i in pair.source], document.source_paragraphs, options.pair.source)
            segments.append(
                Segment(
                    id=pair.id,
                    document=document.name,
                    paragraph=first.paragraph + 1,
                    kind=first.kind,
                    source=text,
                    flags=pair.flags,
                    confidence=pair.confidence if pair.target else None,
                )
            )
            chosen = [document.target[j] for j in pair.target]
            references.append(text_of(chosen, document.target_paragraphs, options.pair.target))
    return tuple(segments), tuple(references)


def text_of(sentences: Sequence[Sentence], paragraphs: Sequence[Paragraph], language: str) -> str:
    """Sentences as one text: as they stand within a paragraph; between paragraphs as the language does."""
    parts: list[str] = []
    runs: list[list[Sentence]] = []
    for sentence in sentences:
        if runs and runs[-1][-1].paragraph == sentence.paragraph:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    for run in runs:
        parts.append(paragraphs[run[0].paragraph].text[run[0].start : run[-1].end].strip())
    return ("" if primary(language) in ("zh", "ja") else " ").join(parts)
