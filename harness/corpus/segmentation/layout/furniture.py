"""What pages add to a text: page numbers, running heads. They are found by where and how often they stand."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.line_language import Side
from harness.corpus.segmentation.offsets import Removed, TracedText
from harness.corpus.segmentation.paragraphs import ends

_BARE = re.compile(r"\s*[-–—·.]{0,3}\s*(\d{1,4})\s*[-–—·.]{0,3}\s*")
_SPELT = re.compile(
    r"\s*(?:第\s*[\d一二三四五六七八九十百]+\s*页(?:\s*[,，/、]?\s*共\s*[\d一二三四五六七八九十百]+\s*页)?"
    r"|(?:page|p\.)\s*\d+(?:\s*(?:of|/)\s*\d+)?|\d{1,4}\s*/\s*\d{1,4}|[-–—]\s*\d{1,4}\s*[-–—])\s*",
    re.IGNORECASE,
)
_EDGE = re.compile(r"^[\d\s|/·–—-]+|[\d\s|/·–—-]+$")
_LONGEST_HEAD = 120


def find_furniture(blocks: Sequence[Block], sides: Sequence[Side | None]) -> dict[int, Removed]:
    """Page numbers and running heads: index of the block to why it goes.

    A bare number is a page number where the numbers rise through the document; a running head is a line that stands at
    the edge of a page (of a run of one language, where the file has no pages) at least every second time a page begins.
    """
    furniture = _page_numbers(blocks)
    edges = _edges(blocks, sides, furniture)
    furniture.update(_running_heads(blocks, sides, furniture, edges))
    return furniture


def _page_numbers(blocks: Sequence[Block]) -> dict[int, Removed]:
    found = {
        i: Removed(TracedText.of(i, b.text), "page number") for i, b in enumerate(blocks) if _SPELT.fullmatch(b.text)
    }
    bare = [(i, int(m.group(1))) for i, b in enumerate(blocks) if (m := _BARE.fullmatch(b.text)) and i not in found]
    rising = sum(0 < b - a <= 3 for (_, a), (_, b) in itertools.pairwise(bare))
    if len(bare) >= 2 and rising >= 0.6 * (len(bare) - 1):
        found.update({i: Removed(TracedText.of(i, blocks[i].text), "page number") for i, _ in bare})
    return found


def _edges(blocks: Sequence[Block], sides: Sequence[Side | None], furniture: dict[int, Removed]) -> set[int]:
    """Lines that stand first or last on a page."""
    kept = [i for i in range(len(blocks)) if i not in furniture]
    edges: set[int] = set()
    if kept:
        edges.update((kept[0], kept[-1]))
    for a, b in itertools.pairwise(kept):
        if sides[a] != sides[b] or blocks[a].page != blocks[b].page or b - a > 1:
            edges.update((a, b))
    return edges


def _running_heads(
    blocks: Sequence[Block], sides: Sequence[Side | None], furniture: dict[int, Removed], edges: set[int]
) -> dict[int, Removed]:
    same: dict[str, list[int]] = defaultdict(list)
    for i, block in enumerate(blocks):
        if i not in furniture and len(block.text) <= _LONGEST_HEAD:
            same[_EDGE.sub("", block.text).casefold()].append(i)
    heads: dict[int, Removed] = {}
    for text, places in same.items():
        if len(text) < 2 or text[-1] in "。！？.!?;；:：" or len(places) < 3:
            continue
        side = sides[places[0]]
        pages = max(1, sum(1 for e in edges if sides[e] == side) // 2)
        apart = all(b - a > 1 for a, b in itertools.pairwise(places))
        if apart and sum(p in edges for p in places) >= 0.9 * len(places) and len(places) >= 0.4 * pages:
            keep_first = _is_title(places[0], blocks, sides, furniture)
            heads.update({p: Removed(TracedText.of(p, blocks[p].text), "running head") for p in places[keep_first:]})
    return heads


def _is_title(index: int, blocks: Sequence[Block], sides: Sequence[Side | None], furniture: dict[int, Removed]) -> bool:
    """The first of the lines is the title itself where it opens its language and no other heading follows it."""
    if any(sides[i] == sides[index] for i in range(index) if i not in furniture):
        return False
    after = next((i for i in range(index + 1, len(blocks)) if sides[i] == sides[index] and i not in furniture), None)
    return after is None or ends(blocks[after].text)
