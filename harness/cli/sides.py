"""What the gate compares: runs, configs to run first, accepted baselines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.domain import Run
    from harness.domain.gate import Side, Verdict


@dataclass(frozen=True)
class Request:
    """One question to the gate, as it is asked on the command line or in a test.

    Attributes:
        candidate: a run's name or folder, "latest", or a config to run first.
        baseline: an accepted baseline, or a run.
        systems: NAME, or CANDIDATE=BASELINE; empty for all.
    """

    candidate: str
    baseline: str
    policy: Path
    systems: tuple[str, ...]
    results: Path
    baselines: Path


def verdict_of(request: Request) -> Verdict:
    """Read both sides and the policy, and judge. The policy and the baseline are read before anything is run.

    Raises:
        HarnessError: whatever keeps the question from being asked.
    """
    import os

    from harness.config.gate import load_policy
    from harness.domain.gate import side_of
    from harness.pipeline.verdict import gate

    policy = load_policy(request.policy, os.environ)
    before = baseline_side(request.baseline, request.baselines, request.results)
    run = candidate_run(request.candidate, request.results)
    return gate(side_of(run), before, {t.name: t for t in run.test_sets}, policy, request.systems)


def candidate_run(name: str, results: Path) -> Run:
    """A stored run; a config is run first, and its run stored.

    Raises:
        UserError: there is no such run or config.
    """
    from harness.store.runs import find_run, read_run

    if not name.endswith((".yaml", ".yml")):
        return read_run(find_run(results, name))

    import os

    from harness.backends.catalogue import backends
    from harness.cli.work import perform
    from harness.config import Catalogues, load_config
    from harness.corpus.testsets import load_test_set
    from harness.metrics.catalogue import metrics

    spec = load_config(Path(name), Catalogues(backends, metrics), os.environ)
    test_sets = tuple(load_test_set(Path(folder)) for folder in spec.test_sets)
    run, _ = perform(spec, test_sets, results, config=Path(name))
    return run


def baseline_side(name: str, baselines: Path, results: Path) -> Side:
    """An accepted baseline by name or folder, or else a run.

    Raises:
        UserError: there is neither.
        InputError: it is damaged.
    """
    from harness.domain.gate import side_of
    from harness.errors import UserError
    from harness.store.baselines import is_baseline, read_baseline
    from harness.store.runs import find_run, list_runs, read_run

    for folder in (baselines / name, Path(name)):
        if is_baseline(folder):
            return read_baseline(folder)[0]
    known = [f.name for f in list_runs(results)]
    if name in {"latest", *known} or "/" in name:
        return side_of(read_run(find_run(results, name)))
    accepted = sorted(p.name for p in baselines.iterdir() if is_baseline(p)) if baselines.is_dir() else []
    raise UserError(
        f"There is no baseline '{name}'.",
        allowed=", ".join([*accepted, *known[-5:]]) or "none has been accepted yet",
        remedy="harness baseline accept RUN",
    )
