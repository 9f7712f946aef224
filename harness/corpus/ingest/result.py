"""What ingestion found: segments, where they are from, what was healed, what is in no segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.offsets import Removed, TracedText
from harness.corpus.segmentation.paragraphs import Paragraph
from harness.corpus.segmentation.sentences import Sentence
from harness.domain.corpus import TestSet


@dataclass(frozen=True, slots=True)
class Pair:
    """Sentences that belong together; either side may be empty.

    Attributes:
        id: of the segment; "" where the source side is empty, which makes no segment.
        source, target: indices of sentences, in order.
        confidence: calibrated, 0 to 1: how likely exactly these sentences belong together; 1.0 where a person said so.
        corrected: whether a person said so.
    """

    id: str
    source: tuple[int, ...]
    target: tuple[int, ...]
    confidence: float
    flags: frozenset[str] = frozenset()
    corrected: bool = False

    @property
    def shape(self) -> str:
        """Such as "1:2"."""
        return f"{len(self.source)}:{len(self.target)}"


@dataclass(frozen=True)
class IngestedDocument:
    """One bilingual document, taken apart and put together.

    Attributes:
        layout: recognised or named.
        blocks: of all its files, in reading order; pieces of stretches point into it.
        removed: what is in no segment, with the reason; text without a partner on the source side is among it.
        notes: what readers had to say: text that they left out, pages without text, an encoding that was detected.
    """

    name: str
    layout: str
    files: Mapping[str, str]
    blocks: tuple[Block, ...]
    source_paragraphs: tuple[Paragraph, ...]
    target_paragraphs: tuple[Paragraph, ...]
    source: tuple[Sentence, ...]
    target: tuple[Sentence, ...]
    pairs: tuple[Pair, ...]
    removed: tuple[Removed, ...]
    notes: tuple[str, ...] = ()

    @property
    def unpaired(self) -> tuple[TracedText, ...]:
        """Target sentences that render nothing of the source: in no segment."""
        return tuple(self.target[j].stretch for pair in self.pairs if not pair.source for j in pair.target)

    @property
    def healed(self) -> int:
        """How many breaks were healed, on both sides."""
        return sum(len(p.joints) for p in (*self.source_paragraphs, *self.target_paragraphs))


@dataclass(frozen=True)
class IngestResult:
    """A test set and everything a reviewer may ask about it."""

    test_set: TestSet
    documents: tuple[IngestedDocument, ...]
    threshold: float

    @property
    def shapes(self) -> Mapping[str, int]:
        """How many pairs of each shape, the commonest first: {"1:1": 30, "1:2": 9, ...}."""
        counts = Counter(pair.shape for document in self.documents for pair in document.pairs)
        return dict(sorted(counts.items(), key=lambda c: (-c[1], c[0])))

    @property
    def flags(self) -> Mapping[str, int]:
        """How many segments carry each flag."""
        counts = Counter(flag for segment in self.test_set.segments for flag in segment.flags)
        return dict(sorted(counts.items()))

    @property
    def removed(self) -> Mapping[str, int]:
        """How often something was taken out of the text, by reason."""
        counts = Counter(r.reason for document in self.documents for r in document.removed)
        return dict(sorted(counts.items()))
