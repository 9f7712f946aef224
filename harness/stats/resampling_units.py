"""What is resampled: segments, or whole documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from harness.domain import Array

#: The fewest units from which an interval keeps its promise (benchmarks/coverage.py); under these none is shown.
FEWEST: Mapping[Literal["segment", "document"], int] = {"segment": 10, "document": 5}

# Below this many units an interval is honest but so wide that a reader must be told.
FEW_SEGMENTS = 30


@dataclass(frozen=True)
class Units:
    """How the rows of a statistics matrix are grouped for resampling.

    Attributes:
        kind: "segment" or "document".
        labels: the unit each segment belongs to, shape (n,), numbered from 0 in order of first appearance.
        count: how many units there are.
        reason: why this kind, one sentence.
    """

    kind: Literal["segment", "document"]
    labels: npt.NDArray[np.intp]
    count: int
    reason: str

    def sums(self, stats: Array) -> Array:
        """Statistics summed by unit: (n, k) to (count, k)."""
        rows = np.asarray(stats, dtype=np.float64)
        if self.kind == "segment":
            return rows
        totals = np.zeros((self.count, rows.shape[1]))
        np.add.at(totals, self.labels, rows)
        return totals


def choose_units(documents: Sequence[str], wanted: Literal["auto", "segment", "document"]) -> Units:
    """Segments or documents, and the reason in a sentence.

    Segments of one document share a topic, a style and repeated formulas, so taking them one by one treats copies
    as evidence. Where a test set has several documents, "auto" takes those as units.

    Args:
        documents: the document's name of each segment.
        wanted: what the config asks for.
    """
    names = list(dict.fromkeys(documents))
    n, count = len(documents), len(names)
    if wanted == "auto":
        wanted = "document" if 1 < count < n else "segment"
        if wanted == "document":
            reason = f"Whole documents are the units ({count} of them), because segments of one document are alike."
        elif count > 1:
            reason = "Segments are the units; every segment is a document of its own."
        else:
            reason = (
                "Segments are the units, because all are of one document: what is said of uncertainty is said of "
                "segments like these, not of other documents."
            )
    else:
        reason = f"The config asks for {wanted}s as units."
    if wanted == "segment":
        return Units("segment", np.arange(n, dtype=np.intp), n, reason)
    index = {name: i for i, name in enumerate(names)}
    labels = np.fromiter((index[name] for name in documents), dtype=np.intp, count=n)
    return Units("document", labels, count, reason)
