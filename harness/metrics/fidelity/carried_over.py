"""What the fidelity metrics share: counts of what was to be carried over, and the pair they were made for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.domain import Array, Level, ScoringUnit
from harness.errors import InputError
from harness.language.codes import primary
from harness.language.script import han_count
from harness.language.writing import is_untranslated

#: Sources that say nothing about their language together: a few may all be names.
FEW = 5


class CarriedOver:
    """What every metric here is: a share of what a source asks for, which needs no reference."""

    needs_reference = False
    higher_is_better = True
    bounds = (0.0, 100.0)
    levels = frozenset({Level.CORPUS, Level.SEGMENT})
    citation = "this project, docs/fidelity.md"

    def aggregate(self, totals: Array) -> Array:
        """Percent of what was wanted that was kept: (..., 2) to (...)."""
        return share(totals[..., 0], totals[..., 1])

    def segment_scores(self, stats: Array) -> Array:
        """The same of single segments."""
        return self.aggregate(stats)


def check_sources(metric: str, units: Sequence[ScoringUnit], pair: tuple[str, str]) -> None:
    """Refuse a test set in another language than the metric was told: its numbers would be silently wrong.

    Raises:
        InputError: a test set of FEW sources or more has no Chinese in any, and the pair says it should.
    """
    if primary(pair[0]) != "zh":
        return
    sources: dict[str, set[str]] = {}
    for unit in units:
        if unit.source.strip():
            sources.setdefault(unit.test_set, set()).add(unit.source)
    for name, texts in sources.items():
        if len(texts) >= FEW and not any(han_count(t) for t in texts):
            raise InputError(
                f"{metric}: no source of the test set '{name}' has Chinese in it, but the metric's pair is "
                f"{pair[0]}-{pair[1]}.",
                remedy="set 'pair' in the metric's entry of the config",
            )


def in_target_language(unit: ScoringUnit, pair: tuple[str, str]) -> bool:
    """Whether a hypothesis is a translation at all: figures and names of a copied source are not carried over."""
    return not is_untranslated(unit.hypothesis, pair)


def share(kept: Array, wanted: Array) -> Array:
    """Percent of what was wanted; 100 where nothing was (of nothing, nothing is lost); NaN stays NaN."""
    kept, wanted = np.asarray(kept, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    none = wanted == 0
    result: Array = np.where(none, 100.0, 100.0 * kept / np.where(none, 1.0, wanted))
    return result
