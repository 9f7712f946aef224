"""What a run is asked to do, before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.domain.canonical_json import Json


@dataclass(frozen=True)
class SystemSpec:
    """A system as configured: the backend's own parameters stay as given.

    Attributes:
        unit: what it is asked to translate at once: "segment", "paragraph", "document", or "block:20" for so many
            segments of a document. What comes back for more than a segment is cut.
    """

    name: str
    backend: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    price: Mapping[str, float] = field(default_factory=dict)
    unit: str = "segment"


@dataclass(frozen=True)
class MetricSpec:
    """A metric as configured.

    Attributes:
        name: the column on the board.
        metric: catalogue name; the same metric may stand twice with other parameters under other names.
        optional: whether the run is still whole when the metric is not available here.
    """

    name: str
    metric: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True)
class StatisticsSpec:
    """How uncertainty is computed. A seed of 0 is a seed."""

    resamples: int = 1000
    seed: int = 12345
    level: float = 0.95
    interval: Literal["percentile", "bca", "jackknife"] = "jackknife"
    test: Literal["bootstrap", "randomization"] = "randomization"
    correction: Literal["holm", "bh", "none"] = "holm"
    resample: Literal["auto", "segment", "document"] = "auto"


@dataclass(frozen=True)
class BackendPolicy:
    """How patiently and how fast backends are called.

    Attributes:
        max_retries: of one call; 0 means one attempt.
        max_seconds: wall time one call may take with all its retries.
        concurrency: calls in flight at the start, for backends that wait on a network.
        fail_on_error: a system with more failed segments is a failure of the run: a share below 1, else a count.
        cache: "deterministic" (the default), "all", or "off".
    """

    max_retries: int = 5
    max_seconds: float = 600.0
    concurrency: int = 20
    fail_on_error: float = 0.0
    cache: Literal["deterministic", "all", "off"] = "deterministic"


@dataclass(frozen=True)
class RunSpec:
    """One run: which test sets, systems and metrics, and how uncertainty is computed."""

    name: str
    test_sets: tuple[str, ...]
    systems: tuple[SystemSpec, ...]
    metrics: tuple[MetricSpec, ...]
    statistics: StatisticsSpec = field(default_factory=StatisticsSpec)
    backends: BackendPolicy = field(default_factory=BackendPolicy)
    baseline: str | None = None
