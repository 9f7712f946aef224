"""What people said of translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class HumanScores:
    """Human scores of one test set; higher is better (error counts are negated when they are read).

    Attributes:
        kind: what they are, in words.
        segments: system to the position of a segment in its test set, from 0, to its score.
        systems: system to its published score, where a file gives one.
    """

    kind: str
    segments: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    systems: Mapping[str, float] = field(default_factory=dict)
