"""Contamination: hypotheses that reproduce a published reference word for word.

Official translations are on the web, and so in training data; a system that has read the reference is not measured by
it. Two honest translations share stretches too, so a stretch counts only when it is long, most of the reference, and
much longer than what the other systems reproduce of the same segment. `docs/fidelity.md` has the calibration.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from harness.domain import Array, Json, Level, ScoringUnit, Signature
from harness.errors import InputError
from harness.language.script import HAN
from harness.metrics.parameters import whole

#: Raised whenever a score may change with the same data.
VERSION = "1"
#: Share of the reference that the stretch must be.
SHARE = 0.6
#: How many times the stretch must be longer than the median stretch of the other systems.
FACTOR = 2.0
#: Other systems that must have something in common with the reference, for a comparison with them to mean something.
OTHERS, COMMON = 3, 3
#: Where there are fewer, the stretch must be this many times `run`.
ALONE = 2

_WORD = re.compile(rf"[{HAN}\u3040-\u30ff\u0e00-\u0e7f]|[^\W{HAN}\u3040-\u30ff\u0e00-\u0e7f]+")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The longest run of words that a hypothesis shares with a reference, and the length of that reference."""

    words: int
    reference: int
    text: str


class Contamination:
    """Share of segments, 0 to 100, whose hypothesis reproduces the reference; lower is better.

    A segment is contaminated when its hypothesis and a reference share a run of at least `run` words (ideographs in
    Chinese) without a gap, case and punctuation aside, that is at least 60% of the reference, and at least twice as
    long as the median run of the other systems on this segment. Where fewer than three other systems share a run of
    three words, there is nothing to compare with, and the run must be twice `run`. References shorter than `run` are
    left out: short sentences agree by chance. Systems that all read the same reference hide one another.

    The statistics of a segment are [contaminated, eligible]; 0 where none is eligible. It is no measure of quality.

    Args:
        name: the column.
        run: the shortest run of words that counts.
    """

    needs_reference = True
    higher_is_better = False
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(self, *, name: str = "contamination", run: int = 12) -> None:
        self.name = name
        self._run = whole(name, "run", run, least=4, most=1000)

    def signature(self, n_refs: int) -> Signature:
        """For example `contamination|nrefs:1|run:12|share:0.6|factor:2|version:1`."""
        return Signature(
            "contamination",
            (
                ("nrefs", str(n_refs)),
                ("run", str(self._run)),
                ("share", f"{SHARE:g}"),
                ("factor", f"{FACTOR:g}"),
                ("version", VERSION),
            ),
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(n, 2): contaminated, eligible. Give the units of all systems in one call.

        Raises:
            InputError: a unit without a reference, or with another number of them.
        """
        stats = np.zeros((len(units), 2))
        for row, (stretch, hit, _) in zip(stats, self._judge(units), strict=True):
            row[:] = hit, stretch.reference >= self._run
        return stats

    def aggregate(self, totals: Array) -> Array:
        """Percent of the eligible segments: (..., 2) to (...)."""
        hits, eligible = totals[..., 0], totals[..., 1]
        none = eligible == 0
        result: Array = np.where(none, 0.0, 100.0 * hits / np.where(none, 1.0, eligible))
        return result

    def segment_scores(self, stats: Array) -> Array:
        """100 where a segment is contaminated, else 0."""
        return self.aggregate(stats)

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """The stretch of each contaminated segment, and the median of the others."""
        return [
            {
                "words": s.words,
                "reference_words": s.reference,
                "others": others,
                "text": s.text,
                "flags": ["contaminated"],
            }
            if hit
            else {}
            for s, hit, others in self._judge(units)
        ]

    def _judge(self, units: Sequence[ScoringUnit]) -> list[tuple[_Stretch, bool, float | None]]:
        _check_references(self.name, units)
        stretches = [_longest(unit) for unit in units]
        peers: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for unit, stretch in zip(units, stretches, strict=True):
            peers.setdefault((unit.test_set, unit.segment), []).append((unit.system, stretch.words))
        judged = []
        for unit, stretch in zip(units, stretches, strict=True):
            others = [n for system, n in peers[unit.test_set, unit.segment] if system != unit.system]
            middle = statistics.median(others) if sum(n >= COMMON for n in others) >= OTHERS else None
            judged.append((stretch, self._contaminated(stretch, middle), middle))
        return judged

    def _contaminated(self, stretch: _Stretch, others: float | None) -> bool:
        if stretch.words < max(self._run, SHARE * stretch.reference):
            return False
        return stretch.words >= (ALONE * self._run if others is None else FACTOR * others)


def _check_references(metric: str, units: Sequence[ScoringUnit]) -> None:
    counts = {len(unit.references) for unit in units}
    if 0 in counts:
        raise InputError(f"{metric}: every segment needs a reference.")


def _longest(unit: ScoringUnit) -> _Stretch:
    """Over all references, the longest common run; of equal ones, that of the shortest reference."""
    found = [_common_run(unit.hypothesis, reference) for reference in unit.references]
    return max(found, key=lambda s: (s.words, -s.reference))


@lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    return tuple(m.group().casefold() for m in _WORD.finditer(text))


def _common_run(hypothesis: str, reference: str) -> _Stretch:
    """The longest run of words in both, by dynamic programming over equal words only."""
    ours, theirs = _words(hypothesis), _words(reference)
    places: dict[str, list[int]] = {}
    for j, word in enumerate(theirs):
        places.setdefault(word, []).append(j)
    best, end = 0, 0
    lengths: dict[int, int] = {}
    for i, word in enumerate(ours):
        current: dict[int, int] = {}
        for j in places.get(word, ()):
            length = lengths.get(j - 1, 0) + 1
            current[j] = length
            if length > best:
                best, end = length, i + 1
        lengths = current
    return _Stretch(best, len(theirs), _text_of(hypothesis, end - best, end))


def _text_of(text: str, first: int, last: int) -> str:
    if first == last:
        return ""
    spans = [m.span() for m in _WORD.finditer(text)]
    return text[spans[first][0] : spans[last - 1][1]]
