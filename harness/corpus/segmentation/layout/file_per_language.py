"""A file for each language."""

from __future__ import annotations

from collections.abc import Sequence

from harness.corpus.readers.document import Block, Document
from harness.corpus.segmentation.layout.furniture import find_furniture
from harness.corpus.segmentation.layout.layouts import LaidOutDocument, SidedLine
from harness.corpus.segmentation.line_language import Side, side_of, side_of_file, tells_sides_apart
from harness.corpus.segmentation.markup import unmarked
from harness.corpus.segmentation.offsets import Removed, TracedText
from harness.domain.corpus import LangPair
from harness.errors import InputError, UserError


def lay_out_files(documents: Sequence[Document], blocks: tuple[Block, ...], pair: LangPair) -> LaidOutDocument:
    """The two files in either order where their letters tell, else source first, as the user says.

    Raises:
        InputError: a file without text, or both in one language.
        UserError: more or fewer than two files.
    """
    if len(documents) != 2:
        raise UserError(
            f"The layout 'files' takes two files, one per language; {len(documents)} were given.",
            remedy="harness ingest doc.zh.txt doc.en.txt --name NAME",
        )
    order: list[Side] = ["source", "target"]
    votes = [_vote(d, pair) for d in documents]
    if votes[0] is not None and votes[0] == votes[1]:
        only = pair.source if votes[0] == "source" else pair.target
        missing = pair.target if votes[0] == "source" else pair.source
        raise InputError(
            f"Both files are in '{only}'; none is in '{missing}'.", remedy="check the files and the --pair"
        )
    if votes == ["target", "source"]:
        order.reverse()
    sided: list[SidedLine] = []
    removed: list[Removed] = []
    index = 0
    for run, (document, side) in enumerate(zip(documents, order, strict=True)):
        if not document.blocks:
            raise InputError(f"There is no text in {', '.join(document.files)}.")
        furniture = {} if document.given else find_furniture(document.blocks, [side] * len(document.blocks))
        for at, block in enumerate(document.blocks, start=index):
            if at - index in furniture:
                removed.append(Removed(TracedText.of(at, block.text), furniture[at - index].reason))
            else:
                line = unmarked(at, block)
                removed.extend(line.removed)
                sided.append(SidedLine(line, side, run, None, block.style not in (None, "line")))
        index += len(document.blocks)
    return LaidOutDocument("files", blocks, tuple(sided), tuple(removed))


def _vote(document: Document, pair: LangPair) -> Side | None:
    """The language of most of a file where lines tell it, else of all of it; None where its letters do not say."""
    if not tells_sides_apart(pair):
        return side_of_file((block.text for block in document.blocks), pair)
    count = {"source": 0, "target": 0}
    for block in document.blocks:
        side = side_of(block.text, pair)
        if side is not None:
            count[side] += len(block.text) * (3 if side == "source" else 1)
    return "source" if count["source"] > count["target"] else "target"
