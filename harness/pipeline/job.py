"""What a run needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from harness.backends.base import Cache
from harness.domain import Hypothesis, Json, Run, RunSpec, TestSet
from harness.errors import ConfigError


class Progress(Protocol):
    """Told how far long work is; draws, or does not."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` steps of `stage` are finished."""
        ...


EarlierHypotheses = Mapping[tuple[str, str], Mapping[str, Hypothesis]]


def hypotheses_of(run: Run) -> EarlierHypotheses:
    """What a run translated without error, for `Job.earlier`."""
    keys = {s.name: s.key for s in run.systems}
    fingerprints = {t.name: t.fingerprint for t in run.test_sets}
    return {(keys[o.system], fingerprints[o.test_set]): {h.id: h for h in o.hypotheses if h.ok} for o in run.outputs}


@dataclass(frozen=True)
class Job:
    """Everything a run needs from outside: what to do, on what, and the clock.

    Attributes:
        id: the run's folder name.
        spec: what was asked for.
        test_sets: loaded, in the order of the spec.
        record: the spec as JSON, for run.json.
        provenance: versions, command, start time.
        clock: seconds, monotonic.
        cache: of translations, or None.
        progress: told of every step, or None.
        earlier: by system key and test-set fingerprint, the hypotheses of an earlier run that are not asked for again.
    """

    id: str
    spec: RunSpec
    test_sets: tuple[TestSet, ...]
    record: Mapping[str, Json]
    provenance: Mapping[str, Json]
    clock: Callable[[], float]
    cache: Cache | None = None
    progress: Progress | None = None
    earlier: EarlierHypotheses = field(default_factory=dict)

    def tell(self, stage: str, done: int, total: int) -> None:
        """Report progress, if anybody listens."""
        if self.progress is not None:
            self.progress(stage, done, total)


def narrowed(spec: RunSpec, metrics_wanted: Sequence[str], systems_wanted: Sequence[str]) -> RunSpec:
    """Narrow a spec to the metrics and systems named on the command line.

    Raises:
        ConfigError: a name that the spec does not have.
    """
    return replace(
        spec,
        metrics=_narrow(spec.metrics, metrics_wanted, "metric"),
        systems=_narrow(spec.systems, systems_wanted, "system"),
        baseline=spec.baseline if not systems_wanted or spec.baseline in systems_wanted else None,
    )


def _narrow(entries: Sequence[Any], wanted: Sequence[str], kind: str) -> tuple[Any, ...]:
    known = {entry.name for entry in entries}
    for name in wanted:
        if name not in known:
            raise ConfigError(f"The config has no {kind} '{name}'.", allowed=", ".join(sorted(known)))
    return tuple(e for e in entries if not wanted or e.name in wanted)
