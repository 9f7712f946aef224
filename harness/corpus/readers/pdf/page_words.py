"""The words of a page as it was printed: not what was drawn twice to look bold, nor what lies off the page."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from harness.corpus.readers.pdf.page_geometry import Word
from harness.errors import InputError

#: The largest side of a page that PDF allows, in points (ISO 32000-1, Annex C); a larger one was never printed.
LARGEST_SIDE = 14_400.0
#: More characters than this fill no page: what a page in the smallest print of newspapers holds, five times.
_MOST_CHARACTERS = 200_000
#: More rules than this are a drawing; finding tables in it takes minutes.
_MOST_RULES = 4_000
#: Two characters are one where they cover each other by half: fake bold moves the second by a tenth of its width.
_COVER = 0.5
_CELL = 4.0


@dataclass
class Printed:
    """What was not read because nobody sees it, over all pages.

    Attributes:
        doubled: characters drawn again at their place.
        off_page: characters outside their page.
        drawings: pages with so many rules that no tables were looked for.
    """

    doubled: int = 0
    off_page: int = 0
    drawings: int = 0


def printed(page: Any, printed_so_far: Printed, what: str) -> Any:
    """The page without what is not seen on it. `what` names it, for messages.

    Raises:
        InputError: the page is larger than PDF allows, or has more characters than any page.
    """
    left, top, right, bottom = page.bbox
    sides = (right - left, bottom - top)
    if not all(math.isfinite(side) and 0 < side <= LARGEST_SIDE for side in sides):
        raise InputError(
            f"{what} is {sides[0]:,.0f} by {sides[1]:,.0f} points large: nobody can print such a page.",
            allowed=f"up to {LARGEST_SIDE:,.0f} points",
            remedy="print it to a new PDF",
        )
    if len(page.chars) > _MOST_CHARACTERS:
        raise InputError(
            f"{what} has {len(page.chars):,} characters.",
            allowed=f"at most {_MOST_CHARACTERS:,} on a page",
            remedy="print it to a new PDF",
        )
    unseen: set[int] = set()
    kept: defaultdict[tuple[str, int, int], list[Any]] = defaultdict(list)
    for char in page.chars:
        if not _is_on(char, page.bbox):
            unseen.add(id(char))
            printed_so_far.off_page += not char["text"].isspace()
            continue
        char["grade"] = round(char["size"])  # words are parted where the size of type changes
        if char["text"].isspace():
            continue
        text, x, y = char["text"], int(char["x0"] // _CELL), int(char["top"] // _CELL)
        near = (other for dx in (-1, 0, 1) for dy in (-1, 0, 1) for other in kept[text, x + dx, y + dy])
        if any(_covers(char, other) for other in near):
            unseen.add(id(char))
            printed_so_far.doubled += 1
        else:
            kept[text, x, y].append(char)
    return page.filter(lambda thing: id(thing) not in unseen and _is_on(thing, page.bbox))


def has_too_many_rules(page: Any) -> bool:
    """Whether the page is a drawing in which no tables are looked for."""
    return len(page.rects) + len(page.lines) + len(page.curves) > _MOST_RULES


def words_on(page: Any) -> list[Word]:
    """The words of a page that `printed` gave, with the size of their type and whether a blank stands before each."""
    blanks: dict[int, list[float]] = {}
    for char in page.chars:
        if char["text"].isspace():
            blanks.setdefault(round(char["bottom"]), []).append(char["x1"])
    words = []
    for w in page.extract_words(keep_blank_chars=False, use_text_flow=False, extra_attrs=["grade"]):
        ends = blanks.get(round(w["bottom"]), ())
        spaced = any(abs(end - w["x0"]) < 2.0 for end in ends)
        words.append(Word(w["text"], w["x0"], w["x1"], w["top"], w["bottom"], spaced))
    return words


def _is_on(thing: Any, box: tuple[float, float, float, float]) -> bool:
    """Whether a thing lies on the page at least in part, and is not larger than the page; a NaN is nowhere."""
    left, top, right, bottom = box
    inside: bool = thing["x1"] >= left and thing["x0"] <= right and thing["bottom"] >= top and thing["top"] <= bottom
    width: float = thing["x1"] - thing["x0"]
    height: float = thing["bottom"] - thing["top"]
    return inside and 0 <= width <= 2 * (right - left) and 0 <= height <= 2 * (bottom - top)


def _covers(char: Any, other: Any) -> bool:
    width: float = min(char["x1"], other["x1"]) - max(char["x0"], other["x0"])
    height: float = min(char["bottom"], other["bottom"]) - max(char["top"], other["top"])
    own: float = min(char["x1"] - char["x0"], other["x1"] - other["x0"])
    tall: float = min(char["bottom"] - char["top"], other["bottom"] - other["top"])
    return width >= _COVER * own and height >= _COVER * tall
