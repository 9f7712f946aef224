"""One language after the other: halves, pages and paragraphs in turn, told from the order of the lines alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.layout.furniture import find_furniture
from harness.corpus.segmentation.layout.layouts import LaidOutDocument, Layout, SidedLine
from harness.corpus.segmentation.line_language import Side, is_mixed, side_of
from harness.corpus.segmentation.markup import MarkedLine, unmarked
from harness.corpus.segmentation.offsets import Removed
from harness.corpus.segmentation.paragraphs import ends
from harness.domain.corpus import LangPair
from harness.errors import InputError


def lay_out_runs(blocks: tuple[Block, ...], pair: LangPair, layout: Layout | None, names: str) -> LaidOutDocument:
    """Runs of one language, one after the other.

    Raises:
        InputError: one language only.
    """
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
    cut = sum(not ends(lines[group[-1]].text) and len(lines[group[-1]].text) > 60 for group in members)
    if short >= 0.7 and lengths[len(lengths) // 2] <= 2 and cut < 0.2 * len(members):
        return "paragraphs"
    return "pages"
