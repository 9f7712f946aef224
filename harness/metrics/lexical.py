"""What BLEU, chrF and TER share: references are prepared once for all systems, and sacreBLEU's numbers.

sacreBLEU: Post 2018, "A Call for Clarity in Reporting BLEU Scores", https://aclanthology.org/W18-6319/. Its classes
compute the statistics of every segment, or code that agrees with them to the bit (`_ngrams.pyx`); only the sums and the
closing formulas are vectorised here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.domain import Array, ScoringUnit
from harness.errors import InputError

Groups = dict[tuple[str, ...], list[int]]


def group_by_references(metric: str, units: Sequence[ScoringUnit]) -> Groups:
    """Positions of the units that share their references: usually one unit a system.

    Raises:
        InputError: units differ in the number of references, or have none.
    """
    groups: Groups = {}
    for position, unit in enumerate(units):
        groups.setdefault(unit.references, []).append(position)
    expected = len(units[0].references) if units else 1
    for references, positions in groups.items():
        unit = units[positions[0]]
        if not references:
            raise InputError(
                f"{metric} needs a reference, and segment {unit.segment} of {unit.test_set} has none.",
                remedy="give references, or choose a metric that needs none",
            )
        if len(references) != expected:
            raise InputError(
                f"{metric} needs the same number of references everywhere: segment {units[0].segment} of "
                f"{units[0].test_set} has {expected}, segment {unit.segment} of {unit.test_set} has {len(references)}.",
                remedy="complete the references, or leave the incomplete one out",
            )
    return groups


def sacrebleu_statistics(scorer: Any, units: Sequence[ScoringUnit], groups: Groups, width: int) -> Array:
    """Statistics of every unit by a metric object of sacreBLEU, shape (n, width).

    sacreBLEU has no public call for them; these three methods are what its own `corpus_score` is made of.
    """
    stats = np.empty((len(units), width), dtype=np.float64)
    for references, positions in groups.items():
        # One group at a time: the counters of all references at once would take a gigabyte at 20,000 segments.
        prepared = scorer._extract_reference_info([scorer._preprocess_segment(text) for text in references])
        for position in positions:
            hypothesis = scorer._preprocess_segment(units[position].hypothesis)
            stats[position] = scorer._compute_segment_statistics(hypothesis, prepared)
    return stats
