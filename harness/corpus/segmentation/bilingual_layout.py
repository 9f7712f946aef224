"""How the two languages lie in a document, recognised from nothing but the order of its lines.

halves      one language's half after the other
pages       pages in turn: runs of one language that a page's end may cut anywhere
paragraphs  paragraphs in turn: each followed by its translation
columns     two columns or a table: the pairs stand side by side
files       a file for each language
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from harness.corpus.readers.document import Block, Document
from harness.corpus.segmentation.furniture import find_furniture
from harness.corpus.segmentation.line_language import Side, is_mixed, side_of, tells_sides_apart
from harness.corpus.segmentation.markup import MarkedLine, unmarked
from harness.corpus.segmentation.offsets import Removed, TracedText
from harness.domain.corpus import LangPair
from harness.errors import InputError, UnknownNameError, UserError

Layout = Literal["halves", "pages", "paragraphs", "columns", "files"]
LAYOUTS: tuple[Layout, ...] = ("halves", "pages", "paragraphs", "columns", "files")


@dataclass(frozen=True, slots=True)
class SidedLine:
    """A line on its side.

    Attributes:
        run: counts the runs of one language through the document; a run's end is where the other language begins.
        group: what pairs with what as far as the layout says: lines of different groups are no translations of one
            another; None where the layout says nothing.
        whole: the line is a paragraph of its own as far as the format says (a cell, a paragraph of a docx).
    """

    line: MarkedLine
    side: Side
    run: int
    group: int | None
    whole: bool


@dataclass(frozen=True)
class LaidOutDocument:
    """A document with its layout: what `healing` works on."""

    layout: Layout
    blocks: tuple[Block, ...]
    lines: tuple[SidedLine, ...]
    removed: tuple[Removed, ...]


def layout_named(name: str | None) -> Layout | None:
    """The layout a user named, or None.

    Raises:
        UnknownNameError: there is none of that name.
    """
    for layout in LAYOUTS:
        if layout == name:
            return layout
    if name is None:
        return None
    raise UnknownNameError("layout", name, LAYOUTS)


def lay_out(documents: Sequence[Document], pair: LangPair, layout: Layout | None = None) -> LaidOutDocument:
    """Tell the languages apart and say how they lie.

    Args:
        documents: one bilingual document, or two of one language each.
        pair: source and target.
        layout: the user's word; None recognises it.

    Raises:
        InputError: nothing in it, or one language only.
        UserError: there is no layout of that name.
    """
    # Notes go behind everything else, so that the other blocks keep their numbers.
    notes = [block for document in documents for block in document.blocks if block.style == "note"]
    text = [replace(d, blocks=tuple(b for b in d.blocks if b.style != "note")) for d in documents]
    laid = _lay_out(text, pair, layout)
    first = len(laid.blocks)
    removed = [Removed(TracedText.of(i, note.text), "note") for i, note in enumerate(notes, start=first)]
    return replace(laid, blocks=(*laid.blocks, *notes), removed=(*laid.removed, *removed))


def _lay_out(documents: Sequence[Document], pair: LangPair, layout: Layout | None) -> LaidOutDocument:
    """See `lay_out`; there are no notes here."""
    names = ", ".join(f for d in documents for f in d.files)
    blocks = tuple(b for d in documents for b in d.blocks)
    if not blocks:
        raise InputError(f"There is no text in {names}.", remedy="a scanned document needs OCR first")
    if len(documents) > 1 or layout == "files":
        return _files(documents, blocks, pair)
    if not tells_sides_apart(pair) and not _has_cells(blocks):
        raise InputError(
            f"The languages of {pair} cannot be told apart inside one document.",
            allowed="one document for pairs with Chinese; two files, or a table, for others",
            remedy="give the two languages as two files, source first",
        )
    cells = _cells(blocks) if layout in (None, "columns") else None
    if cells is not None and (layout == "columns" or _paired(cells, pair)):
        return _columns(cells, blocks, pair)
    if layout == "columns":
        raise UserError(
            f"{names} has no columns: no table, no tabs, no bars between the languages.",
            allowed=", ".join(name for name in LAYOUTS if name != "columns"),
        )
    return _sequence(blocks, pair, layout, names)


def _sequence(blocks: tuple[Block, ...], pair: LangPair, layout: Layout | None, names: str) -> LaidOutDocument:
    """One language after the other, in runs."""
    every = _fill([side_of(b.text, pair) for b in blocks])
    for side, language in (("source", pair.source), ("target", pair.target)):
        if side not in every:
            raise InputError(
                f"{names} has no text in '{language}': a test set needs both languages of {pair}.",
                remedy="give the other language as a second file, or name the right --pair",
            )
    furniture = find_furniture(blocks, every)
    lines, sides, runs = _without(blocks, pair, furniture)
    found = layout or _recognise(lines, runs, sides)
    if found == "paragraphs":  # there every line stands alone, and what comes again and again is text
        furniture = {i: r for i, r in furniture.items() if r.reason == "page number"}
        lines, sides, runs = _without(blocks, pair, furniture)
    groups = _groups(sides, runs) if found == "paragraphs" else [None] * len(lines)
    sided = tuple(
        SidedLine(line, side, run, group, blocks[line.index].style not in (None, "line"))
        for line, side, run, group in zip(lines, sides, runs, groups, strict=True)
    )
    removed = [*furniture.values(), *(r for line in lines for r in line.removed)]
    return LaidOutDocument(found, blocks, sided, tuple(removed))


def _without(
    blocks: Sequence[Block], pair: LangPair, furniture: Mapping[int, Removed]
) -> tuple[list[MarkedLine], list[Side], list[int]]:
    """The lines that are text, with their sides and runs."""
    lines = [unmarked(i, b) for i, b in enumerate(blocks) if i not in furniture]
    sides = _smooth(_fill([side_of(line.text, pair) for line in lines]), [line.text for line in lines])
    return lines, sides, _runs(sides)


def _smooth(sides: Sequence[Side], texts: Sequence[str]) -> list[Side]:
    """A line of both scripts in the middle of a run of one language belongs to the run, whatever its words say."""
    smoothed = list(sides)
    for i, text in enumerate(texts):
        near = [sides[k] for k in range(max(0, i - 2), min(len(sides), i + 3)) if k != i]
        if len(near) >= 3 and sides[i] not in near and is_mixed(text):
            smoothed[i] = near[0]
    return smoothed


def _fill(sides: Sequence[Side | None]) -> list[Side]:
    """Lines without words belong to the side before them, or to the one after at the start."""
    last: Side = next((s for s in sides if s is not None), "source")
    filled: list[Side] = []
    for side in sides:
        last = side if side is not None else last
        filled.append(last)
    return filled


def _runs(sides: Sequence[Side]) -> list[int]:
    runs = [0]
    for before, after in itertools.pairwise(sides):
        runs.append(runs[-1] + (before != after))
    return runs


def _groups(sides: Sequence[Side], runs: Sequence[int]) -> list[int | None]:
    """Paragraphs in turn: a run of the first language and the run of the other that follows it are one group."""
    first = sides[0]
    groups: list[int | None] = []
    group = -1
    last = -1
    for side, run in zip(sides, runs, strict=True):
        if run != last and side == first:
            group += 1
        last = run
        groups.append(group)
    return groups


def _recognise(lines: Sequence[MarkedLine], runs: Sequence[int], sides: Sequence[Side]) -> Layout:
    """Halves have one change of language (and perhaps a bilingual title), paragraphs in turn change all the time.

    What is between is told by the runs themselves: a page holds several paragraphs, or was cut; a paragraph's
    translation follows it as one line, so that nearly all runs are one or two lines long and end where a sentence does.
    """
    sizes: dict[int, list[int]] = {}
    for index, run in enumerate(runs):
        sizes.setdefault(run, []).append(index)
    members = list(sizes.values())
    if len(members) <= 2:
        return "halves"
    characters = [sum(len(lines[i].text) for i in group) for group in members]
    largest: dict[Side, int] = {"source": 0, "target": 0}
    total = dict(largest)
    for group, size in zip(members, characters, strict=True):
        side = sides[group[0]]
        largest[side] = max(largest[side], size)
        total[side] += size
    if all(largest[side] >= 0.85 * total[side] for side in total) and len(members) <= 8:
        return "halves"
    short = sum(len(group) <= 2 for group in members) / len(members)
    lengths = sorted(len(group) for group in members)
    cut = sum(not _ends(lines[group[-1]].text) and len(lines[group[-1]].text) > 60 for group in members)
    if short >= 0.7 and lengths[len(lengths) // 2] <= 2 and cut < 0.2 * len(members):
        return "paragraphs"
    return "pages"


def _ends(text: str) -> bool:
    return text.rstrip("”’\"'）)」』》】 ")[-1:] in tuple("。！？；：.!?;:…")


def _files(documents: Sequence[Document], blocks: tuple[Block, ...], pair: LangPair) -> LaidOutDocument:
    """A file for each language, in either order where the script tells, else source first."""
    if len(documents) != 2:
        raise UserError(
            f"The layout 'files' takes two files, one per language; {len(documents)} were given.",
            remedy="harness ingest doc.zh.txt doc.en.txt --name NAME",
        )
    order: list[Side] = ["source", "target"]
    if tells_sides_apart(pair):
        votes = [_vote(d, pair) for d in documents]
        if votes[0] == votes[1]:
            only = pair.source if votes[0] == "source" else pair.target
            missing = pair.target if votes[0] == "source" else pair.source
            raise InputError(
                f"Both files are in '{only}'; none is in '{missing}'.", remedy="check the files and the --pair"
            )
        order = votes
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


def _vote(document: Document, pair: LangPair) -> Side:
    count = {"source": 0, "target": 0}
    for block in document.blocks:
        side = side_of(block.text, pair)
        if side is not None:
            count[side] += len(block.text) * (3 if side == "source" else 1)
    return "source" if count["source"] > count["target"] else "target"


@dataclass(frozen=True, slots=True)
class _Cell:
    stretch: TracedText
    index: int
    row: int
    column: int


def _has_cells(blocks: Sequence[Block]) -> bool:
    return any(b.row is not None for b in blocks) or any("\t" in b.text.strip() for b in blocks)


def _cells(blocks: Sequence[Block]) -> list[_Cell] | None:
    """Cells from the format, or from tabs or bars in most of the lines of a text; None where there are no columns."""
    if any(b.row is not None for b in blocks):
        rows = [b.row or 0 for b in blocks]
        after = 0
        cells = []
        for index, (block, row) in enumerate(zip(blocks, rows, strict=True)):
            after = row or after
            column = -1 if block.row is None else block.column or 0
            cells.append(_Cell(TracedText.of(index, block.text).strip(), index, after, column))
        return cells
    for sign in ("\t", "|"):
        split = [b.text.strip().strip("|").strip() if sign == "|" else b.text.strip() for b in blocks]
        if sum(sign in text for text in split) >= max(2, 0.6 * len(blocks)):
            return _cut_cells(blocks, sign)
    return None


def _cut_cells(blocks: Sequence[Block], sign: str) -> list[_Cell]:
    cells = []
    for index, block in enumerate(blocks):
        at = 0
        column = 0
        for part in block.text.split(sign):
            if part.strip():
                cells.append(_Cell(TracedText.of(index, block.text, at, at + len(part)).strip(), index, index, column))
                column += 1
            at += len(part) + len(sign)
    return cells


def _paired(cells: Sequence[_Cell], pair: LangPair) -> bool:
    """Whether most rows hold both languages."""
    rows: dict[int, set[Side | None]] = {}
    for cell in cells:
        if cell.column >= 0:
            rows.setdefault(cell.row, set()).add(side_of(cell.stretch.text, pair))
    both = sum({"source", "target"} <= sides for sides in rows.values())
    return bool(rows) and both >= 0.5 * len(rows)


def _columns(cells: Sequence[_Cell], blocks: tuple[Block, ...], pair: LangPair) -> LaidOutDocument:
    sided: list[SidedLine] = []
    removed: list[Removed] = []
    known = tells_sides_apart(pair)
    first_row = min(c.row for c in cells)
    for cell in cells:
        side = side_of(cell.stretch.text, pair) if known else _by_column(cell)
        rule = not any(c.isalnum() for c in cell.stretch.text)
        bare_number = side is None and len(cell.stretch.text) <= 6
        if side is None or rule or bare_number:
            reason = "numbering" if bare_number and not rule else "mark" if rule else "other language"
            removed.append(Removed(cell.stretch, reason))
            continue
        block = blocks[cell.index]
        line = unmarked(cell.index, block) if cell.stretch.text == block.text.strip() else _cell_line(cell, block)
        removed.extend(line.removed)
        sided.append(SidedLine(line, side, cell.row - first_row, cell.row - first_row, True))
    for side, language in (("source", pair.source), ("target", pair.target)):
        if not any(s.side == side for s in sided):
            raise InputError(f"The columns hold no text in '{language}'.", remedy="name the right --pair")
    return LaidOutDocument("columns", blocks, tuple(sided), tuple(removed))


def _cell_line(cell: _Cell, block: Block) -> MarkedLine:
    """A part of a line, its numbering and marks taken off."""
    inner = unmarked(cell.index, Block(cell.stretch.text, block.file, block.lines, block.page, block.style))
    offset = cell.stretch.pieces[0].offset

    def moved(stretch: TracedText) -> TracedText:
        pieces = tuple(type(p)(p.start, p.block, p.offset + offset, p.length) for p in stretch.pieces)
        return TracedText(stretch.text, pieces)

    removed = tuple(Removed(moved(r.stretch), r.reason) for r in inner.removed)
    return MarkedLine(moved(inner.stretch), inner.index, inner.level, inner.number, inner.bullet, removed)


def _by_column(cell: _Cell) -> Side | None:
    return "source" if cell.column == 0 else "target" if cell.column == 1 else None
