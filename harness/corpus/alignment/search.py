"""Monotone alignment: the best chain of beads, and how sure each of them is.

Dynamic programming over the cells of a band, a row of cells at a time; the same recurrence with sums instead of maxima
gives the posterior of every bead (forward-backward).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.corpus.alignment.bead_scores import BeadScores

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bead:
    """Sentences source[0]..source[1]-1 with target[0]..target[1]-1; either may be empty.

    Attributes:
        posterior: of this bead among all alignments of the document, 0 to 1, not calibrated.
        score: its own log-likelihood ratio.
    """

    source: tuple[int, int]
    target: tuple[int, int]
    posterior: float
    score: float


def best_beads(scored: BeadScores, *, pinned: frozenset[tuple[int, int, int, int]] = frozenset()) -> list[Bead]:
    """The most likely alignment, in order.

    Args:
        scored: scores of all beads of the band.
        pinned: beads that must be in it, as (source start, end, target start, end); others that touch them are barred.
    """
    scores = _barred(scored, pinned) if pinned else scored
    forward = _sweep(scores, np.logaddexp)
    backward = _sweep_back(scores)
    final = scores.band.m - int(scores.band.offset[-1])
    total = float(forward[-1, final])
    best = _sweep(scores, np.maximum)
    beads: list[Bead] = []
    for i, j, a, b, score in _trace(scores, best):
        start = forward[i, j - scores.band.offset[i]]
        end = backward[i + a, j + b - scores.band.offset[i + a]]
        posterior = float(np.exp(min(0.0, start + score + end - total))) if np.isfinite(total) else 0.0
        beads.append(Bead((i, i + a), (j, j + b), posterior, float(score)))
    return beads


def _sweep(scored: BeadScores, add: Callable[..., Floats]) -> Floats:
    """Values of all cells from the start; `add` is maximum or logaddexp."""
    band = scored.band
    n, width = len(band.offset) - 1, band.width
    accumulate = getattr(add, "accumulate")  # noqa: B009 - a ufunc's method
    skips = np.concatenate([[0.0], np.cumsum(scored.skip_target), np.zeros(width)])
    cells = np.full((n + 1, width), -np.inf)
    for i in range(n + 1):
        row = np.full(width, -np.inf)
        offset = int(band.offset[i])
        if i == 0:
            row[0] = 0.0
        else:
            row = _shifted(cells[i - 1], int(band.offset[i - 1]), offset, 0) + scored.skip_source[i - 1]
        for (a, b), table in scored.scores.items():
            if a <= i:
                before = cells[i - a] + table[i - a]
                row = add(row, _shifted(before, int(band.offset[i - a]), offset, b))
        prefix = skips[offset : offset + width]
        row = accumulate(row - prefix) + prefix
        row[band.m + 1 - offset :] = -np.inf
        cells[i] = row
    return cells


def _sweep_back(scored: BeadScores) -> Floats:
    """Sums over all ways from each cell to the end."""
    band = scored.band
    n, width = len(band.offset) - 1, band.width
    skips = np.concatenate([[0.0], np.cumsum(scored.skip_target), np.zeros(width)])
    cells = np.full((n + 1, width), -np.inf)
    for i in range(n, -1, -1):
        row = np.full(width, -np.inf)
        offset = int(band.offset[i])
        if i == n:
            row[band.m - offset] = 0.0
        else:
            row = _shifted(cells[i + 1], int(band.offset[i + 1]), offset, 0) + scored.skip_source[i]
        for (a, b), table in scored.scores.items():
            if i + a <= n:
                row = np.logaddexp(row, _shifted(cells[i + a], int(band.offset[i + a]), offset, -b) + table[i])
        prefix = skips[offset : offset + width]
        back = (row + prefix)[::-1]
        row = np.logaddexp.accumulate(back)[::-1] - prefix
        row[band.m + 1 - offset :] = -np.inf
        cells[i] = row
    return cells


def _shifted(row: Floats, offset: int, to: int, by: int) -> Floats:
    """A row of another band position as seen from offset `to`, moved `by` columns to the right."""
    shift = to - offset - by
    if shift == 0:
        return row
    moved = np.full_like(row, -np.inf)
    width = len(row)
    if 0 < shift < width:
        moved[: width - shift] = row[shift:]
    elif -width < shift < 0:
        moved[-shift:] = row[: width + shift]
    return moved


def _trace(scored: BeadScores, best: Floats) -> list[tuple[int, int, int, int, float]]:
    """The beads of the best path, from its end to its start, then turned round."""
    band = scored.band
    i, j = len(band.offset) - 1, band.m
    found: list[tuple[int, int, int, int, float]] = []
    while i > 0 or j > 0:
        value = best[i, j - band.offset[i]]
        choice: tuple[float, int, int, float] | None = None
        for (a, b), table in scored.scores.items():
            k = j - b - int(band.offset[i - a]) if i >= a else -1
            if 0 <= k < band.width and j >= b:
                score = float(table[i - a, k])
                choice = _nearer(choice, float(best[i - a, k]) + score, value, (a, b, score))
        if i > 0 and 0 <= j - band.offset[i - 1] < band.width:
            score = float(scored.skip_source[i - 1])
            choice = _nearer(choice, float(best[i - 1, j - band.offset[i - 1]]) + score, value, (1, 0, score))
        if j > 0 and j - 1 >= band.offset[i]:
            score = float(scored.skip_target[j - 1])
            choice = _nearer(choice, float(best[i, j - 1 - band.offset[i]]) + score, value, (0, 1, score))
        if choice is None:
            raise AssertionError("the band has no way through")
        _, a, b, score = choice
        i, j = i - a, j - b
        found.append((i, j, a, b, score))
    return found[::-1]


def _nearer(
    choice: tuple[float, int, int, float] | None, reached: float, value: float, bead: tuple[int, int, float]
) -> tuple[float, int, int, float] | None:
    """The way whose value is nearest to what the sweep found (sums differ in the last bits)."""
    if not np.isfinite(reached):
        return choice
    gap = abs(reached - value)
    return (gap, *bead) if choice is None or gap < choice[0] else choice


def _barred(scored: BeadScores, pinned: frozenset[tuple[int, int, int, int]]) -> BeadScores:
    """Leave only beads that agree with the pinned ones."""
    band = scored.band
    n = len(band.offset) - 1
    source, target = np.zeros(n, dtype=bool), np.zeros(band.m, dtype=bool)
    for i, i_end, j, j_end in pinned:
        source[i:i_end] = True
        target[j:j_end] = True
    left, right = np.concatenate([[0], np.cumsum(source)]), np.concatenate([[0], np.cumsum(target)])
    columns = band.offset[:n, None] + np.arange(band.width)[None, :]
    scores: dict[tuple[int, int], Floats] = {}
    shapes = set(scored.scores) | {(b - a, d - c) for a, b, c, d in pinned if b > a and d > c}
    for a, b in shapes:
        table = scored.scores.get((a, b), np.full((n, band.width), -np.inf)).copy()
        rows = np.arange(n)
        touched = left[np.minimum(rows + a, n)] > left[rows]
        across = right[np.minimum(columns + b, band.m)] > right[np.minimum(columns, band.m)]
        table[touched[:, None] | across] = -np.inf
        for i, i_end, j, j_end in pinned:
            if (i_end - i, j_end - j) == (a, b) and 0 <= j - band.offset[i] < band.width:
                table[i, j - band.offset[i]] = 50.0
        scores[a, b] = table
    skip_source, skip_target = scored.skip_source.copy(), scored.skip_target.copy()
    free_source = {i for a, b, c, d in pinned if c == d for i in range(a, b)}
    free_target = {j for a, b, c, d in pinned if a == b for j in range(c, d)}
    skip_source[[i for i in range(n) if source[i] and i not in free_source]] = -1e6
    skip_target[[j for j in range(band.m) if target[j] and j not in free_target]] = -1e6
    return BeadScores(band, scores, skip_source, skip_target)
