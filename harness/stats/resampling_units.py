"""What is resampled: segments, or whole documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from harness.domain import Array

# With fewer clusters than this a cluster bootstrap understates its own uncertainty so much that even the correction
# for few units (see `intervals.widening`) is a guess: Cameron, Gelbach and Miller (2008), "Bootstrap-based improvements
# for inference with clustered errors", call 5 to 30 clusters few.
ENOUGH_DOCUMENTS = 20

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

    Segments of one document share a topic, a style and repeated formulas, so resampling them one by one treats copies
    as evidence. Where a test set has enough documents, "auto" resamples those instead.

    Args:
        documents: the document's name of each segment.
        wanted: what the config asks for.
    """
    names = list(dict.fromkeys(documents))
    n, count = len(documents), len(names)
    if wanted == "auto":
        enough = count >= ENOUGH_DOCUMENTS and count < n
        wanted = "document" if enough else "segment"
        if enough:
            reason = f"Whole documents are resampled ({count} of them), because segments of one document are alike."
        elif count >= ENOUGH_DOCUMENTS:
            reason = "Segments are resampled; every segment is a document of its own."
        else:
            has = "1 document" if count == 1 else f"{count} documents"
            reason = (
                f"Segments are resampled: {has} would be too few to resample whole (at least {ENOUGH_DOCUMENTS} are "
                "needed). Segments of one document are alike, so the true uncertainty may be larger."
            )
    else:
        reason = f"The config asks for resampling by {wanted}."
    if wanted == "segment":
        return Units("segment", np.arange(n, dtype=np.intp), n, reason)
    index = {name: i for i, name in enumerate(names)}
    labels = np.fromiter((index[name] for name in documents), dtype=np.intp, count=n)
    return Units("document", labels, count, reason)
