"""What BLEU, chrF and TER share: references are prepared once for all systems, and sacreBLEU counts.

The numbers are those of sacreBLEU (Post 2018, "A Call for Clarity in Reporting BLEU Scores",
https://aclanthology.org/W18-6319/): its classes compute the statistics of every segment, or code that agrees with them
to the bit; only the sums and the closing formula are vectorised here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from harness.domain import Array, ScoringUnit
from harness.errors import InfrastructureError, InputError


@lru_cache(maxsize=1)
def sacrebleu_version() -> str:
    """The installed version, read from its file: importing the package would take longer than scoring does."""
    spec = find_spec("sacrebleu")
    if spec is None or spec.origin is None:
        raise InfrastructureError("The package sacrebleu is not installed.", remedy="pip install sacrebleu")
    found = re.search(r"""version = ['"]([^'"]+)['"]""", Path(spec.origin).with_name("version.py").read_text("utf-8"))
    if found is not None:
        return found.group(1)
    from importlib.metadata import version  # slow, and only needed here

    return version("sacrebleu")


def count_references(metric: str, units: Sequence[ScoringUnit]) -> int:
    """How many references every unit has.

    Raises:
        InputError: some unit has another number of them, or none.
    """
    expected = len(units[0].references) if units else 1
    for unit in units:
        found = len(unit.references)
        if found == 0:
            raise InputError(
                f"{metric} needs a reference, and segment {unit.segment} of {unit.test_set} has none.",
                remedy="give references, or choose a metric that needs none",
            )
        if found != expected:
            raise InputError(
                f"{metric} needs the same number of references everywhere: segment {units[0].segment} of "
                f"{units[0].test_set} has {expected}, segment {unit.segment} of {unit.test_set} has {found}.",
                remedy="complete the references, or leave the incomplete one out",
            )
    return expected


def group_by_references(units: Sequence[ScoringUnit]) -> dict[tuple[str, ...], list[int]]:
    """Positions of the units that share their references: usually one unit a system."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for position, unit in enumerate(units):
        groups.setdefault(unit.references, []).append(position)
    return groups


def sacrebleu_statistics(scorer: Any, units: Sequence[ScoringUnit], width: int) -> Array:
    """Statistics of every unit by a metric object of sacreBLEU, shape (n, width).

    sacreBLEU has no public call for them; these three methods are what its own `corpus_score` is made of.
    """
    stats = np.empty((len(units), width), dtype=np.float64)
    for references, positions in group_by_references(units).items():
        # One group at a time: the counters of all references at once would take a gigabyte at 20,000 segments.
        prepared = scorer._extract_reference_info([scorer._preprocess_segment(text) for text in references])
        for position in positions:
            hypothesis = scorer._preprocess_segment(units[position].hypothesis)
            stats[position] = scorer._compute_segment_statistics(hypothesis, prepared)
    return stats
