"""Scores of beads: a few sentences of one side with a few of the other, in the order of the documents.

A score is a log-likelihood ratio against "these sentences are no translations of anything": the prior of the bead's
shape, the lengths (Gale and Church 1993, on the logarithm of the ratio), the coverage, and where paragraphs and
headings begin on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.corpus.alignment.band import Band
from harness.corpus.alignment.lexical_overlap import MOST, coverage
from harness.corpus.segmentation.sentences import Sentence
from harness.domain.corpus import Kind
from harness.language.length_fit import length_fit
from harness.language.lexical_keys import Tokens

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cover = Callable[[int, int], Floats]

#: Shapes of beads, source sentences by target sentences, with the share that each has in official documents.
SHAPES: dict[tuple[int, int], float] = {
    (1, 1): 0.80, (1, 2): 0.07, (2, 1): 0.05, (1, 3): 0.012, (3, 1): 0.005, (1, 4): 0.003, (4, 1): 0.001,
    (2, 2): 0.004, (1, 0): 0.02, (0, 1): 0.02,
}  # fmt: skip


@dataclass(frozen=True)
class Weights:
    """What each kind of evidence counts; tuned on one half of the benchmark's documents, reported on the other."""

    lexical: float = 0.5
    length: float = 1.0
    prior: float = 0.8
    both_open: float = 0.7
    one_opens: float = -0.7
    crosses: float = -0.5
    headings: float = 2.0
    same_number: float = 2.0
    other_number: float = -2.5
    heading_with_text: float = -7.0
    heading_merged: float = -14.0
    other_group: float = -15.0


@dataclass(frozen=True)
class AlignerSide:
    """One side as the aligner sees it: one array entry per sentence."""

    lengths: Ints
    headings: npt.NDArray[np.bool_]
    numbers: Ints
    groups: Ints
    paragraphs: Ints

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> AlignerSide:
        """Arrays of one side's sentences; -1 stands for no number and no group."""
        return cls(
            np.array([len(s.text) for s in sentences], dtype=np.int64),
            np.array([s.kind is not Kind.SENTENCE for s in sentences], dtype=bool),
            np.array([-1 if s.number is None else s.number for s in sentences], dtype=np.int64),
            np.array([-1 if s.group is None else s.group for s in sentences], dtype=np.int64),
            np.array([s.paragraph for s in sentences], dtype=np.int64),
        )

    @property
    def opens(self) -> npt.NDArray[np.bool_]:
        """Which sentences begin a paragraph."""
        return np.concatenate([[True], self.paragraphs[1:] != self.paragraphs[:-1]])


def lexical_cover(
    source: Sequence[Tokens], target: Sequence[Tokens], sides: tuple[AlignerSide, AlignerSide], band: Band
) -> Cover:
    """Coverage by shared keys, both directions."""
    n, m = len(source), len(target)
    forward = coverage(source, target, sides[1].lengths, band.offset[:n], band.width)
    first, last = _rows_of_columns(band, n, m)
    height = int((last - first).max()) + 1 if m else 1
    backward = coverage(target, source, sides[0].lengths, first, height)
    columns = band.offset[:n, None] + np.arange(band.width)[None, :]

    def cover(a: int, b: int) -> Floats:
        total = np.full((n, band.width), 0.0)
        for da in range(a):
            row = np.minimum(np.arange(n) + da, n - 1)
            k = columns - band.offset[row][:, None]
            valid = (k >= 0) & (k < band.width) & (np.arange(n) + da < n)[:, None]
            total += np.where(valid, forward[b - 1][row[:, None], np.clip(k, 0, band.width - 1)], -np.inf)
        for db in range(b):
            j = np.minimum(columns + db, m - 1)
            k = np.arange(n)[:, None] - first[j]
            valid = (k >= 0) & (k < height) & (columns + db < m)
            total += np.where(valid, backward[a - 1][j, np.clip(k, 0, height - 1)], -np.inf)
        return total

    return cover


def _rows_of_columns(band: Band, n: int, m: int) -> tuple[Ints, Ints]:
    """The first and last row whose band holds each column."""
    offset = band.offset[:n]
    columns = np.arange(m)
    first = np.searchsorted(offset + band.width - 1, columns, side="left")
    last = np.searchsorted(offset, columns, side="right") - 1
    return np.minimum(first, n - 1), np.clip(last, 0, n - 1)


def no_cover(a: int, b: int) -> Floats:
    """No lexical evidence: plain lengths."""
    return np.zeros((1, 1))


@dataclass(frozen=True)
class BeadScores:
    """`scores[a, b][i, k]`: the bead of source i..i+a-1 with target j..j+b-1, where j = band.offset[i] + k."""

    band: Band
    scores: dict[tuple[int, int], Floats]
    skip_source: Floats
    skip_target: Floats


def score_beads(
    source: AlignerSide, target: AlignerSide, band: Band, cover: Cover, weights: Weights, ratio: float
) -> BeadScores:
    """All bead scores of a band."""
    n, m = len(source.lengths), len(target.lengths)
    columns = band.offset[:n, None] + np.arange(band.width)[None, :]
    rows = np.broadcast_to(np.arange(n)[:, None], columns.shape)
    scores: dict[tuple[int, int], Floats] = {}
    for (a, b), share in SHAPES.items():
        if a == 0 or b == 0 or a > n or b > m:
            continue
        total = weights.prior * np.log(share) + weights.length * _length(source, target, rows, columns, (a, b), ratio)
        total = total + weights.lexical * cover(a, b)
        total = total + _structure(source, target, rows, columns, (a, b), weights)
        scores[a, b] = np.where((rows + a <= n) & (columns + b <= m), total, -np.inf)
    skip = weights.prior * np.log(SHAPES[1, 0])
    return BeadScores(band, scores, np.full(n, skip), np.full(m, weights.prior * np.log(SHAPES[0, 1])))


def _length(
    source: AlignerSide, target: AlignerSide, rows: Ints, columns: Ints, shape: tuple[int, int], ratio: float
) -> Floats:
    """Log-likelihood ratio of the lengths of both sides."""
    a, b = shape
    left = np.concatenate([[0], np.cumsum(source.lengths)])
    right = np.concatenate([[0], np.cumsum(target.lengths)])
    n, m = len(source.lengths), len(target.lengths)
    ls = (left[np.minimum(rows + a, n)] - left[np.minimum(rows, n)]) * ratio
    lt = (right[np.minimum(columns + b, m)] - right[np.minimum(columns, m)]).astype(np.float64)
    return length_fit(ls, lt)


def _structure(
    source: AlignerSide, target: AlignerSide, rows: Ints, columns: Ints, shape: tuple[int, int], weights: Weights
) -> Floats:
    """Paragraphs, headings, numbering and groups."""
    a, b = shape
    n, m = len(source.lengths), len(target.lengths)
    i, j = np.minimum(rows, n - 1), np.minimum(columns, m - 1)
    opens = (source.opens[i], target.opens[j])
    total = np.where(opens[0] & opens[1], weights.both_open, np.where(opens[0] != opens[1], weights.one_opens, 0.0))
    last_i, last_j = np.minimum(rows + a - 1, n - 1), np.minimum(columns + b - 1, m - 1)
    total = total + weights.crosses * (source.paragraphs[last_i] - source.paragraphs[i])
    total = total + weights.crosses * (target.paragraphs[last_j] - target.paragraphs[j])
    heads = (_any(source.headings, i, a), _any(target.headings, j, b))
    if a == b == 1:
        total = total + np.where(heads[0] & heads[1], weights.headings, 0.0)
        total = total + np.where(heads[0] != heads[1], weights.heading_with_text, 0.0)
    else:
        total = total + np.where(heads[0] | heads[1], weights.heading_merged, 0.0)
    numbered = (source.numbers[i] >= 0) & (target.numbers[j] >= 0)
    same = source.numbers[i] == target.numbers[j]
    total = total + np.where(numbered, np.where(same, weights.same_number, weights.other_number), 0.0)
    for gi in {0, a - 1}:
        for gj in {0, b - 1}:
            left = source.groups[np.minimum(rows + gi, n - 1)]
            right = target.groups[np.minimum(columns + gj, m - 1)]
            total = total + np.where((left >= 0) & (right >= 0) & (left != right), weights.other_group, 0.0)
    return np.asarray(total, dtype=np.float64)


def _any(flags: npt.NDArray[np.bool_], start: Ints, count: int) -> npt.NDArray[np.bool_]:
    found = flags[start]
    for d in range(1, count):
        found = found | flags[np.minimum(start + d, len(flags) - 1)]
    return found


assert max(max(shape) for shape in SHAPES) <= MOST
