"""Segment statistics by sacreBLEU's own classes: what BLEU, chrF and TER are computed with where no code of ours is.

sacreBLEU: Post 2018, "A Call for Clarity in Reporting BLEU Scores", https://aclanthology.org/W18-6319/. Its classes
compute the statistics of every segment, or code that agrees with them to the bit (`_ngrams.pyx`, `_edits.pyx`); only
the sums and the closing formulas are vectorised here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from harness.domain import Array, ScoringUnit
from harness.metrics.references import Groups


def sacrebleu_statistics(
    scorer: Any,
    units: Sequence[ScoringUnit],
    groups: Groups,
    width: int,
    progress: Callable[[int, int], None] | None = None,
) -> Array:
    """Statistics of every unit by a metric object of sacreBLEU, shape (n, width).

    `progress` is called now and then, with (units done, units in all).

    sacreBLEU has no public call for them; these three methods are what its own `corpus_score` is made of.
    """
    stats = np.empty((len(units), width), dtype=np.float64)
    done, step = 0, max(1, len(units) // 200)
    for references, positions in groups.items():
        # One group at a time: the counters of all references at once would take a gigabyte at 20,000 segments.
        prepared = scorer._extract_reference_info([scorer._preprocess_segment(text) for text in references])
        for position in positions:
            hypothesis = scorer._preprocess_segment(units[position].hypothesis)
            stats[position] = scorer._compute_segment_statistics(hypothesis, prepared)
            done += 1
            if progress is not None and done % step == 0:
                progress(done, len(units))
    return stats
