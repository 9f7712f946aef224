"""`harness run` and `harness score` as functions: from a config, or a spec with its test sets, to a stored run.

This is where a run meets the world: the clock, the environment, the cache and the results folder are taken here and
handed to the stages as values (`harness.pipeline.job.Job`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from harness.backends.catalogue import backends
from harness.domain import Json, Run, RunSpec, TestSet
from harness.errors import UserError
from harness.metrics.catalogue import metrics
from harness.pipeline.environment import gather
from harness.pipeline.job import EarlierHypotheses, Job, Progress, hypotheses_of, narrowed
from harness.pipeline.run_job import run_job
from harness.store import leaderboard_csv
from harness.store.paths import safe_name, translations_file
from harness.store.runs import list_runs, read_run, read_summary, write_run
from harness.store.translation_cache import TranslationCache


def _silent(_: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class RunOptions:
    """How a run is stored and followed.

    Attributes:
        results: the results folder; the run, the leaderboard and the translation cache lie there.
        config: the file that the spec is from, for provenance.
        retry_errors: translate only what failed in the newest run of this name.
        progress: told of every step, or None.
        notice: told sentences that a person should read.
    """

    results: Path
    config: Path | None = None
    retry_errors: bool = False
    progress: Progress | None = None
    notice: Callable[[str], None] = _silent


def run_config(
    config: str | Path,
    *,
    results: str | Path = "results",
    metrics: Sequence[str] = (),
    systems: Sequence[str] = (),
    retry_errors: bool = False,
) -> Run:
    """Do the whole job of a config, as `harness run` does: translate, score, compare, store.

    Args:
        config: the YAML file.
        results: the results folder; the run is written there whole or not at all, and the leaderboard renewed.
        metrics: only these metrics of the config; empty for all.
        systems: only these systems of the config; empty for all.
        retry_errors: translate only what failed in the newest run of this name.

    Returns:
        The run; its folder is `Path(results) / run.id`. A metric that could not be computed is in `run.gaps`, a segment
        that could not be translated has an error in its hypothesis: neither raises.

    Raises:
        UserError: the config, or a name, is not valid.
        InfrastructureError: a system's engine is not available here, or broke altogether.
    """
    spec, test_sets = load_job(Path(config), metrics, systems)
    run, _ = run_spec(spec, test_sets, RunOptions(Path(results), Path(config), retry_errors))
    return run


def load_job(
    config: Path, metrics: Sequence[str] = (), systems: Sequence[str] = ()
) -> tuple[RunSpec, tuple[TestSet, ...]]:
    """What a config asks for, narrowed to some metrics and systems, and the test sets it names.

    Raises:
        UserError: the config, a name or a test set is not valid.
    """
    # Not at the top: `harness score` reads no config, and should not wait for the parser and its models.
    from harness.backends.catalogue import backends
    from harness.config import Catalogues, load_config
    from harness.corpus.testset.references_folder import load_test_set
    from harness.metrics.catalogue import metrics as known_metrics

    spec = narrowed(load_config(config, Catalogues(backends, known_metrics), os.environ), metrics, systems)
    return spec, tuple(load_test_set(Path(folder)) for folder in spec.test_sets)


def run_spec(
    spec: RunSpec, test_sets: tuple[TestSet, ...], options: RunOptions, earlier: EarlierHypotheses | None = None
) -> tuple[Run, Path]:
    """Do a spec's job and store the run.

    Args:
        earlier: what is not asked for again; see `Job`.

    Returns:
        The run and its folder.
    """
    kept = _earlier(spec, options) if options.retry_errors else {}
    run = run_part(spec, test_sets, options, {**kept, **(earlier or {})})
    folder = write_run(run, options.results)
    leaderboard_csv.update(options.results)
    return run, folder


def run_part(spec: RunSpec, test_sets: tuple[TestSet, ...], options: RunOptions, earlier: EarlierHypotheses) -> Run:
    """Do a spec's job and store nothing but what was translated: in the cache, where it may be kept.

    Args:
        test_sets: those of the spec, or parts of them.
        earlier: what is not asked for again; see `Job`.
    """
    now = datetime.now(timezone.utc)
    with closing(TranslationCache(translations_file(options.results), notice=options.notice)) as translations:
        job = Job(
            id=_run_id(spec.name, now, options.results),
            spec=spec,
            test_sets=test_sets,
            record=record(spec),
            provenance=gather(config=options.config, started=now.isoformat(timespec="seconds"), plugins=_plugins(spec)),
            clock=time.monotonic,
            cache=translations,
            progress=options.progress,
            earlier=earlier,
        )
        return run_job(job)


def _plugins(spec: RunSpec) -> list[str]:
    """The distributions of others that the run's systems and metrics are from: their versions decide scores, too."""
    rows = [backends.row(s.backend) for s in spec.systems] + [metrics.row(m.metric) for m in spec.metrics]
    return sorted({row.origin for row in rows} - {"harness"})


def _earlier(spec: RunSpec, options: RunOptions) -> EarlierHypotheses:
    """What the newest run of this name translated without error.

    Raises:
        UserError: there is no such run.
    """
    named = [f for f in list_runs(options.results) if read_summary(f).spec.get("name") == spec.name]
    if not named:
        raise UserError(f"There is no run named '{spec.name}' in {options.results} whose errors could be retried.")
    found = hypotheses_of(read_run(named[-1]))
    count_of = sum(len(texts) for texts in found.values())
    options.notice(f"{count_of} hypotheses of {named[-1].name} are kept; what failed there is tried again")
    return found


def _run_id(name: str, now: datetime, results: Path) -> str:
    """Sorts by time; two runs that start in the same second get different names."""
    stem = f"{now:%Y%m%d-%H%M%S}-{safe_name(name)}"
    candidates = (stem if i == 1 else f"{stem}-{i}" for i in count(1))
    return next(c for c in candidates if not (results / c).exists())


def record(spec: RunSpec) -> Mapping[str, Json]:
    """The spec as plain JSON, defaults written out."""
    plain: dict[str, Json] = json.loads(json.dumps(asdict(spec)))
    return plain
