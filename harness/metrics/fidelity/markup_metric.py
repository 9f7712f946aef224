"""Markup: whether placeholders, tags, links, addresses, file names, line breaks and list numbers are carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.domain import Array, Json, ScoringUnit, Signature
from harness.language.markup_items import Item, breaks, items_in, list_number
from harness.metrics.fidelity.carried_over import CarriedOver

#: Raised whenever a score may change with the same data.
VERSION = "1"
#: Kinds whose order matters: what is filled in by place, and what opens and closes.
_BY_PLACE = ("%s", "%d", "%i", "%f", "%u", "%x", "%c", "{}")


@dataclass(frozen=True, slots=True)
class _Compared:
    """What of a source's markup a hypothesis has: how many of how many, and what is wrong in words."""

    kept: int
    wanted: int
    extra: int
    problems: tuple[str, ...]


class Markup(CarriedOver):
    """Fidelity of markup, 0 to 100; no reference is needed.

    Every placeholder ({name}, %s, ${x}), tag, link, e-mail address, file name, piece of code, hashtag, line break and
    the number of a list item of the source must be in the hypothesis, as often as there; what the hypothesis has
    besides is an invention (but for the name of an account that was translated). Placeholders without a name and tags
    must stand in the source's order, and tags close as they open. The score is F1, 2 kept / (wanted + kept + extra),
    summed over segments; 100 where neither side has markup.

    The statistics of a segment are [2 kept, wanted + kept + extra].

    Args:
        name: the column.
    """

    def __init__(self, *, name: str = "markup") -> None:
        self.name = name

    def signature(self, n_refs: int) -> Signature:
        """`markup|score:f1|version:1`; references play no role."""
        return Signature("markup", (("score", "f1"), ("version", VERSION)))

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(n, 2): twice what was kept; all that was wanted, kept and invented."""
        stats = np.zeros((len(units), 2))
        for row, unit in zip(stats, units, strict=True):
            found = _compare(unit.source, unit.hypothesis)
            row[:] = 2 * found.kept, found.wanted + found.kept + found.extra
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """What is missing, invented or in the wrong place."""
        notes: list[Mapping[str, Json]] = []
        for unit in units:
            found = _compare(unit.source, unit.hypothesis)
            note: dict[str, Json] = {}
            if found.problems:
                note = {"markup": list(found.problems), "flags": ["markup-changed"]}
            notes.append(note)
        return notes


def _compare(source: str, hypothesis: str) -> _Compared:
    mine, theirs = items_in(source), items_in(hypothesis)
    wanted, found = Counter(i.key for i in mine), Counter(i.key for i in theirs)
    kept = wanted & found
    missing = wanted - found
    # The name of an account, or the word of a hashtag, may have been translated into Latin letters.
    extra = Counter(
        {k: n for k, n in (found - wanted).items() if k[0] not in "#@" or k in wanted or k[0] not in source}
    )
    problems = [f"'{key}' is missing{_times(n)}" for key, n in missing.items()]
    problems += [f"'{key}' is not in the source{_times(n)}" for key, n in extra.items()]
    total, right, invented = wanted.total(), kept.total(), extra.total()
    if not missing and not extra:
        misplaced = _misplaced(mine, theirs)
        problems += [f"'{key}' is out of place" for key in misplaced]
        right -= len(misplaced)
    number = list_number(source)
    if number is not None:
        total += 1
        same = list_number(hypothesis) == number
        right += same
        problems += [] if same else [f"the list number {number} is missing or another"]
    if (lines := breaks(source)) > 0:
        total += lines
        own = breaks(hypothesis)
        right += min(lines, own)
        invented += max(0, own - lines)
        problems += [] if own == lines else [f"{own} line breaks for {lines}"]
    return _Compared(right, total, invented, tuple(problems))


def _times(count: int) -> str:
    return f" {count} times" if count > 1 else ""


def _misplaced(mine: Sequence[Item], theirs: Sequence[Item]) -> list[str]:
    """What stands in another order than it must: placeholders that are filled by place, and tags that do not nest."""
    wanted = [i.key for i in mine if i.key in _BY_PLACE]
    found = [i.key for i in theirs if i.key in _BY_PLACE]
    wrong = [b for a, b in zip(wanted, found, strict=True) if a != b]
    open_tags: list[str] = []
    if not _is_nested(mine):  # of tags that do not close as they open, a translation's need not either
        return wrong
    for item in theirs:
        name, closes = _tag(item)
        if name and not closes:
            open_tags.append(name)
        elif name and open_tags and open_tags[-1] == name:
            open_tags.pop()
        elif name:
            wrong.append(item.key)
    return wrong + open_tags


def _is_nested(items: Sequence[Item]) -> bool:
    """Whether the tags of a text close as they open."""
    open_tags: list[str] = []
    for item in items:
        name, closes = _tag(item)
        if name and not closes:
            open_tags.append(name)
        elif name and (not open_tags or open_tags.pop() != name):
            return False
    return not open_tags


def _tag(item: Item) -> tuple[str, bool]:
    """The name of a tag and whether it closes; "" for everything else, and for what closes itself."""
    if item.kind != "tag" or item.key[-2] == "/":
        return "", False
    return item.key.strip("<>[]/").split(" ")[0], item.key[1] == "/"
