"""The width at which the lines of a text were wrapped."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from harness.corpus.segmentation.layout.layouts import LaidOutDocument, SidedLine
from harness.corpus.segmentation.paragraphs import ends
from harness.language.wrapped_lines import display_width


def wrap_width(laid: LaidOutDocument, lines: Sequence[SidedLine]) -> float | None:
    """The width at which the lines of a text were wrapped, in columns, or None where lines are paragraphs."""
    followed = []
    for u, v in itertools.pairwise(lines):
        a, b = laid.blocks[u.line.index], laid.blocks[v.line.index]
        if not u.whole and u.run == v.run and b.lines[0] - a.lines[1] == 1 and a.page == b.page:
            followed.append(a.text.strip())
    if len(followed) < 4:
        return None
    widths = sorted(display_width(t) for t in followed)
    width = widths[int(0.9 * (len(widths) - 1))]
    full = [t for t in followed if display_width(t) >= 0.8 * width]
    unended = sum(not ends(t) for t in full)
    if width <= 160 and len(full) >= 0.6 * len(followed) and unended >= 0.35 * len(full):
        return width
    return None
