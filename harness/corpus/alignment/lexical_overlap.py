"""How well sentences of the two sides cover one another: a log-likelihood ratio for every cell of a band.

A token whose translation stands in the other sentence speaks for the pair by how unlikely that is by chance; one whose
translation is missing speaks against it. Chance is how many sentences of the other side have it, so that words which
stand everywhere say little. Both directions count; each is a sum over tokens, so that beads of several sentences are
sums over rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from harness.language.lexical_keys import Tokens

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: How often a translation has it, by sort of token: word, number, name, single character.
HIT = (0.45, 0.80, 0.75, 0.25)
MOST = 4
_CHUNK = 4_000_000


def coverage(
    rows: Sequence[Tokens], columns: Sequence[Tokens], lengths: Ints, offset: Ints, width: int
) -> list[Floats]:
    """For b = 1..MOST: array (rows, width): how well row i is covered by columns offset[i]+k .. offset[i]+k+b-1.

    Args:
        rows: tokens of the side that is to be covered.
        columns: tokens of the other side.
        lengths: characters of each column's sentence; long sentences have more by chance.
        offset: first column of each row's band.
        width: columns in a band.
    """
    found = [np.full((len(rows), width), -np.inf, dtype=np.float32) for _ in range(MOST)]
    places = _places(columns)
    positions: dict[tuple[str, ...], list[int]] = {}
    share = np.concatenate([lengths / max(1.0, float(lengths.mean())), np.zeros(MOST + width)])
    step = max(1, _CHUNK // max(1, width * 25))
    for start in range(0, len(rows), step):
        stop = min(len(rows), start + step)
        _chunk(rows, range(start, stop), (places, positions, len(columns)), (offset, width, share), found)
    return found


def _places(columns: Sequence[Tokens]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, tokens in enumerate(columns):
        for key in {key for token in tokens for key in token.keys}:
            places[key].append(index)
    return places


def _chunk(
    rows: Sequence[Tokens],
    span: range,
    lexicon: tuple[dict[str, list[int]], dict[tuple[str, ...], list[int]], int],
    geometry: tuple[Ints, int, npt.NDArray[np.float64]],
    found: list[Floats],
) -> None:
    places, positions, m = lexicon
    offset, width, share = geometry
    owner: list[int] = []
    chance: list[float] = []
    hit: list[float] = []
    at_token: list[int] = []
    at_column: list[int] = []
    for i in span:
        first = int(offset[i])
        for token in rows[i]:
            spots = positions.get(token.keys)
            if spots is None:
                spots = sorted({j for key in token.keys for j in places.get(key, ())})
                positions[token.keys] = spots
            low = bisect_left(spots, first)
            for j in spots[low : bisect_left(spots, first + width + MOST - 1, low)]:
                at_token.append(len(owner))
                at_column.append(j - first)
            owner.append(i - span.start)
            chance.append((len(spots) + 0.5) / (m + 1.0))
            hit.append(HIT[token.sort])
    count = len(owner)
    matched = np.zeros((count, width + MOST - 1), dtype=bool)
    matched[at_token, at_column] = True
    hits = np.array(hit)
    losses = np.log1p(-hits)
    owners = np.array(owner, dtype=np.int64)
    base = np.bincount(owners, weights=losses, minlength=len(span)) if count else np.zeros(len(span))
    index = offset[span.start : span.stop, None] + np.arange(width)[None, :]
    union = np.zeros((count, width), dtype=bool)
    size = np.zeros(index.shape)
    for b in range(MOST):
        union |= matched[:, b : b + width]
        size = size + share[index + b]
        token_at, k = np.nonzero(union)
        row = owners[token_at] if count else token_at
        c = np.clip(np.array(chance)[token_at] * np.maximum(size[row, k], 0.3), 0.0, 0.95) if count else np.zeros(0)
        h = hits[token_at] if count else np.zeros(0)
        gain = np.log1p((1.0 - c) * h / c) - np.log1p(-h) if count else np.zeros(0)
        total = np.bincount(row * width + k, weights=gain, minlength=len(span) * width).reshape(len(span), width)
        found[b][span.start : span.stop] = total + base[:, None]
