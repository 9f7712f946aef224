"""What a stored run says of how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from harness.domain import Json, Run, StatisticsSpec


def metric_parameters(run: Run, metric: str) -> Mapping[str, Json]:
    """The parameters that a column was configured with; none where the run does not say."""
    entries = run.spec.get("metrics")
    for entry in entries if isinstance(entries, (list, tuple)) else ():
        if isinstance(entry, Mapping) and entry.get("name") == metric:
            found = entry.get("parameters")
            return found if isinstance(found, Mapping) else {}
    return {}


def statistics_of(run: Run) -> StatisticsSpec:
    """How the run computed uncertainty; defaults where it does not say."""
    found = run.spec.get("statistics")
    known = {f.name for f in fields(StatisticsSpec)}
    given: dict[str, Any] = {k: v for k, v in found.items() if k in known} if isinstance(found, Mapping) else {}
    # The names are the dataclass's own; the values were written by a spec that was checked when it was read.
    return StatisticsSpec(**given)
