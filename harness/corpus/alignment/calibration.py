"""How sure a pair is, as a share of pairs that are right: the aligner's posterior, calibrated.

A posterior over beads takes its evidence for independent and is overconfident: of pairs that claim .95, fewer are
right. Platt scaling (Platt 1999) mends it. The constants are fitted by `benchmarks/alignment.py --calibrate` on one
half of its documents and checked on the other.
"""

from __future__ import annotations

import math

from harness.corpus.alignment.search import Bead

#: Pairs below it are kept, flagged low-confidence, left out of scoring and counted.
THRESHOLD = 0.5

_SLOPE = 0.36
_SCORE = 0.13
_SHAPE = -1.9
_INTERCEPT = 0.1


def features(bead: Bead) -> tuple[float, float, float]:
    """What calibration looks at: the posterior's logit, the bead's own score for its size, whether it is merged."""
    p = min(max(bead.posterior, 1e-6), 1 - 1e-6)
    a, b = bead.source[1] - bead.source[0], bead.target[1] - bead.target[0]
    return math.log(p / (1 - p)), max(-10.0, min(15.0, bead.score / max(1, min(a, b)))), float(a + b > 2)


def confidence(bead: Bead) -> float:
    """0 to 1, rounded to a thousandth: the last bits differ between machines, and files must not."""
    logit, score, merged = features(bead)
    value = _SLOPE * logit + _SCORE * score + _SHAPE * merged + _INTERCEPT
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value)))), 3)
