"""Columns: the pairs stand side by side, in the rows of a table or with tabs or bars between them."""

from __future__ import annotations

from collections.abc import Sequence

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.layout.chosen_columns import TableCell, choose_columns
from harness.corpus.segmentation.layout.furniture import find_furniture
from harness.corpus.segmentation.layout.layouts import LaidOutDocument, SidedLine
from harness.corpus.segmentation.line_language import Side, side_of, tells_sides_apart
from harness.corpus.segmentation.markup import MarkedLine, numbering, unmarked
from harness.corpus.segmentation.offsets import Removed, TracedText
from harness.domain.corpus import LangPair
from harness.errors import InputError

_LONGEST_NUMBERING = 6


def find_cells(blocks: Sequence[Block]) -> list[TableCell] | None:
    """Cells from the format, or from tabs or bars in most of the lines of a text; None where there are no columns."""
    if any(b.row is not None for b in blocks):
        rows = [b.row or 0 for b in blocks]
        after = 0
        cells = []
        for index, (block, row) in enumerate(zip(blocks, rows, strict=True)):
            after = row or after
            column = -1 if block.row is None else block.column or 0
            cells.append(TableCell(TracedText.of(index, block.text).strip(), index, after, column))
        return cells
    for sign in ("\t", "|"):
        split = [b.text.strip().strip("|").strip() if sign == "|" else b.text.strip() for b in blocks]
        if sum(sign in text for text in split) >= max(2, 0.6 * len(blocks)):
            return _cut_cells(blocks, sign)
    return None


def _cut_cells(blocks: Sequence[Block], sign: str) -> list[TableCell]:
    cells = []
    for index, block in enumerate(blocks):
        at = 0
        for column, part in enumerate(block.text.split(sign)):  # an empty cell holds its place
            if part.strip():
                cells.append(
                    TableCell(TracedText.of(index, block.text, at, at + len(part)).strip(), index, index, column)
                )
            at += len(part) + len(sign)
    return cells


def is_side_by_side(cells: Sequence[TableCell], pair: LangPair) -> bool:
    """Whether most rows hold both languages. Where script does not tell them apart, columns are all there is."""
    if not tells_sides_apart(pair):
        return True
    rows: dict[int, set[Side | None]] = {}
    for cell in cells:
        if cell.column >= 0:
            rows.setdefault(cell.row, set()).add(side_of(cell.stretch.text, pair))
    both = sum({"source", "target"} <= sides for sides in rows.values())
    return bool(rows) and both >= 0.5 * len(rows)


def lay_out_columns(cells: Sequence[TableCell], blocks: tuple[Block, ...], pair: LangPair) -> LaidOutDocument:
    """Cells on their sides; what stands in a column that belongs to neither language is removed by that name.

    Raises:
        InputError: one language only, or nothing says which columns belong together.
    """
    sided: list[SidedLine] = []
    removed: list[Removed] = []
    furniture = _around_tables(blocks, pair)
    removed += furniture.values()
    cells = [c for c in cells if c.index not in furniture]
    first_row = min(c.row for c in cells)
    wordless = {c: reason for c in cells if (reason := _wordless(c.stretch.text))}
    chosen = choose_columns([c for c in cells if c not in wordless], pair)
    for cell in cells:
        side = chosen.side_of(cell)
        # Without script to tell, a figure in a column of text is that column's.
        if cell in wordless and (side is None or wordless[cell] != "figure"):
            removed.append(Removed(cell.stretch, wordless[cell]))
        elif side is None:
            removed.append(Removed(cell.stretch, chosen.reason(cell)))
        else:
            block = blocks[cell.index]
            line = unmarked(cell.index, block) if cell.stretch.text == block.text.strip() else _cell_line(cell, block)
            removed.extend(line.removed)
            sided.append(SidedLine(line, side, cell.row - first_row, cell.row - first_row, True))
    for side, language in (("source", pair.source), ("target", pair.target)):
        if not any(s.side == side for s in sided):
            raise InputError(f"The columns hold no text in '{language}'.", remedy="name the right --pair")
    return LaidOutDocument("columns", blocks, tuple(sided), tuple(removed))


def _around_tables(blocks: Sequence[Block], pair: LangPair) -> dict[int, Removed]:
    """Page numbers and running heads over and under the tables of a paged file; cells are never taken for such."""
    if not any(b.row is not None for b in blocks) or not any(b.page is not None for b in blocks):
        return {}
    sides = [side_of(b.text, pair) for b in blocks]
    found = find_furniture(blocks, sides)
    heads = {i for i, removed in found.items() if removed.reason == "running head"}
    if len({sides[i] for i in heads}) == 1:  # in one language alone it is no title of the document, either
        texts = {blocks[i].text for i in heads}
        found.update(
            (i, Removed(TracedText.of(i, b.text), "running head")) for i, b in enumerate(blocks) if b.text in texts
        )
    return {index: removed for index, removed in found.items() if blocks[index].row is None}


def _wordless(text: str) -> str | None:
    """What a cell without words is: "mark", "numbering" or "figure"; None for text."""
    if not any(c.isalnum() for c in text):
        return "mark"
    if len(text) <= _LONGEST_NUMBERING and numbering(f"{text} Xx")[0] >= len(text):
        return "numbering"
    if any(c.isalpha() for c in text):
        return None
    return "numbering" if len(text) <= _LONGEST_NUMBERING else "figure"


def _cell_line(cell: TableCell, block: Block) -> MarkedLine:
    """A part of a line, its numbering and marks taken off."""
    inner = unmarked(cell.index, Block(cell.stretch.text, block.file, block.lines, block.page, block.style))
    offset = cell.stretch.pieces[0].offset

    def moved(stretch: TracedText) -> TracedText:
        pieces = tuple(type(p)(p.start, p.block, p.offset + offset, p.length) for p in stretch.pieces)
        return TracedText(stretch.text, pieces)

    removed = tuple(Removed(moved(r.stretch), r.reason) for r in inner.removed)
    return MarkedLine(moved(inner.stretch), inner.index, inner.level, inner.number, inner.bullet, removed)
