"""Which pairs of sentences are looked at at all: a band around a cheap first path.

The path runs through anchors, sentences that share rare words, names and numbers, chained so that they rise on both
sides (Melamed 1999, "Bitext maps and alignment via pattern recognition"). Documents of a few hundred sentences are
looked at whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.language.lexical_keys import Tokens

Ints = npt.NDArray[np.int64]

_WHOLE = 90_000
_HALF = 28
_RARE = 4
_WIDEST = 600


@dataclass(frozen=True)
class Band:
    """For every row i (0..n) the columns offset[i] .. offset[i] + width - 1 of 0..m; offsets never fall."""

    offset: Ints
    width: int
    m: int


def find_band(source: Sequence[Tokens], target: Sequence[Tokens]) -> Band:
    """The band of a document."""
    n, m = len(source), len(target)
    if n * m <= _WHOLE:
        return Band(np.zeros(n + 1, dtype=np.int64), m + 1, m)
    anchors = [(0, 0), *_chain(_candidates(source, target)), (n, m)]
    rows = np.array([a for a, _ in anchors], dtype=np.float64)
    columns = np.array([b for _, b in anchors], dtype=np.float64)
    path = np.interp(np.arange(n + 1), rows, columns)
    # Between two anchors the path may leave the straight line: by what the two sides differ, and by what lies between.
    slack = np.abs(np.diff(columns) - np.diff(rows)) + 0.25 * np.sqrt(np.diff(columns) + np.diff(rows))
    half = int(min(_WIDEST, _HALF + slack.max()))
    width = min(m + 1, 2 * half)
    offset = np.clip(np.round(path).astype(np.int64) - half, 0, m + 1 - width)
    return Band(np.maximum.accumulate(offset), width, m)


def _candidates(source: Sequence[Tokens], target: Sequence[Tokens]) -> list[tuple[int, int, float]]:
    """Cells that share at least two rare keys, or one that both sides have once."""
    where: list[dict[str, list[int]]] = []
    for side in (source, target):
        places: dict[str, list[int]] = defaultdict(list)
        for index, tokens in enumerate(side):
            for key in {key for token in tokens for key in token.keys}:
                places[key].append(index)
        where.append(places)
    votes: dict[tuple[int, int], float] = defaultdict(float)
    for key, left in where[0].items():
        right = where[1].get(key)
        if right is not None and len(left) <= _RARE and len(right) <= _RARE:
            for i in left:
                for j in right:
                    votes[i, j] += 1.0 / (len(left) * len(right))
    return [(i, j, v) for (i, j), v in votes.items() if v >= 1.0]


def _chain(cells: list[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The heaviest chain of cells that rises in both coordinates: O(k log k)."""
    cells.sort(key=lambda c: (c[0], -c[1]))
    columns = sorted({j for _, j, _ in cells})
    best: list[tuple[float, int]] = [(0.0, -1)] * (len(columns) + 1)  # a Fenwick tree of maxima
    back: list[int] = []
    for index, (_, j, vote) in enumerate(cells):
        rank = bisect_left(columns, j)
        total, before = _maximum(best, rank)
        back.append(before)
        _raise(best, rank, (total + vote, index))
    chain: list[tuple[int, int]] = []
    at = _maximum(best, len(columns))[1]
    while at >= 0:
        chain.append((cells[at][0], cells[at][1]))
        at = back[at]
    return chain[::-1]


def _maximum(tree: list[tuple[float, int]], rank: int) -> tuple[float, int]:
    found = (0.0, -1)
    while rank > 0:
        found = max(found, tree[rank])
        rank &= rank - 1
    return found


def _raise(tree: list[tuple[float, int]], rank: int, value: tuple[float, int]) -> None:
    rank += 1
    while rank < len(tree):
        tree[rank] = max(tree[rank], value)
        rank += rank & -rank
