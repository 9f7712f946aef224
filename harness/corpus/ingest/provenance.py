"""provenance.tsv: where every segment stands in the document, what was healed, and what is in no segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.corpus.ingest.result import IngestedDocument, IngestResult, Pair
from harness.corpus.segmentation.offsets import line_ranges
from harness.corpus.segmentation.paragraphs import Paragraph
from harness.corpus.segmentation.sentences import Sentence
from harness.tabular.tsv import render_tsv

COLUMNS = ("segment", "side", "file", "first_line", "last_line", "what", "text")


def render_provenance(result: IngestResult) -> str:
    """The table: first the segments in order, then what is in none.

    A segment has a row for each side and run of lines. `what` is "text"; "healed: ..." where a break inside it was
    healed, with the characters on both sides of it; "place" where the document says more, such as the times of a cue.
    Rows without a segment are what is in none, and why.
    """
    rows: list[Sequence[str]] = []
    for document in result.documents:
        for pair in document.pairs:
            if pair.source:
                rows.extend(_segment(document, pair))
    for document in result.documents:
        rows.extend(_removed(document))
    return render_tsv(COLUMNS, rows)


def healed_places(sentences: Sequence[Sentence], paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, str]]:
    """How and where breaks inside sentences were healed: ("page break", "区域全面|经济伙伴")."""
    for sentence in sentences:
        paragraph = paragraphs[sentence.paragraph]
        for joint in paragraph.joints:
            if sentence.start < joint.at < sentence.end:
                yield (
                    joint.how,
                    f"{paragraph.text[max(0, joint.at - 12) : joint.at]}|{paragraph.text[joint.at : joint.at + 12]}",
                )


def _segment(document: IngestedDocument, pair: Pair) -> Iterator[Sequence[str]]:
    sides = (
        ("source", [document.source[i] for i in pair.source], document.source_paragraphs),
        ("target", [document.target[j] for j in pair.target], document.target_paragraphs),
    )
    for side, sentences, paragraphs in sides:
        for file, first, last in line_ranges(document.blocks, [s.stretch for s in sentences]):
            yield pair.id, side, file, str(first), str(last), "text", ""
        for place in dict.fromkeys(document.blocks[i].place for s in sentences for i in s.stretch.blocks):
            if place:
                yield pair.id, side, "", "", "", "place", place
        for how, place in healed_places(sentences, paragraphs):
            yield pair.id, side, "", "", "", f"healed: {how}", place


def _removed(document: IngestedDocument) -> Iterator[Sequence[str]]:
    for removed in sorted(document.removed, key=lambda r: (r.stretch.blocks, r.stretch.pieces[0].offset)):
        ranges = line_ranges(document.blocks, [removed.stretch])
        file, first, last = ranges[0][0], ranges[0][1], ranges[-1][2]
        yield "", "", file, str(first), str(last), removed.reason, removed.stretch.text
