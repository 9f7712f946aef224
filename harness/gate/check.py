"""`harness check` as a function: finds the candidate, the baseline and the policy, and asks for the verdict."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.config.gate_policy import load_policy
from harness.domain import Run
from harness.domain.policy import Policy
from harness.domain.verdict import GateInput, Verdict, gate_input_of, number_text
from harness.errors import UserError
from harness.gate.compare_runs import compare_runs
from harness.gate.early.check_early import EarlyRequest, check_early
from harness.pipeline.run_config import run_config
from harness.store.baselines import is_baseline, read_anchor, read_baseline
from harness.store.gate_log import count_check
from harness.store.runs import find_run, list_runs, read_run


def check(  # noqa: PLR0913 - what `harness check` is asked
    candidate: str | Run,
    *,
    baseline: str | Run = "default",
    policy: str | Path = "configs/gate.yaml",
    systems: Sequence[str] = (),
    results: str | Path = "results",
    baselines: str | Path = "baselines",
    stop_early: bool = False,
    seed: int = 12345,
) -> Verdict:
    """Whether a run is worse than a baseline. The policy and the baseline are read before anything is run.

    Args:
        candidate: a run's name or folder, "latest", a config (a path that ends in .yaml or .yml) that is run first and
            stored in `results`, or a run at hand.
        baseline: an accepted baseline's name or folder, a run's name or folder, or a run at hand.
        policy: the file that says what is asked.
        systems: NAME, or CANDIDATE=BASELINE; empty for all.
        results: the folder of the runs.
        baselines: the folder of the accepted baselines.
        stop_early: of a config: translate in random order, and no more than the verdict needs (docs/gate.md).
        seed: of that order.

    Returns:
        The verdict: its `outcome` is "pass", "regression" or "inconclusive", its `exit_code` that of `harness check`.

    Raises:
        UserError: no such run, config or baseline, nothing in common to compare, or an invalid policy.
        InputError: a stored file is damaged.
        InfrastructureError: the candidate's config could not be run here, or a metric is not available here.
    """
    rules = load_policy(Path(policy), os.environ)
    before, anchor = (
        (gate_input_of(baseline), None)
        if isinstance(baseline, Run)
        else _baseline(baseline, Path(baselines), Path(results))
    )
    if stop_early:
        if not isinstance(candidate, str) or not _is_config(candidate):
            raise UserError("Stopping early is for a candidate that is yet to be translated.", allowed="a config")
        asked = EarlyRequest(Path(candidate), Path(results), systems, seed)
        found, name = check_early(asked, before, anchor, rules)
    else:
        run = candidate if isinstance(candidate, Run) else _candidate(candidate, Path(results))
        found, name = (
            compare_runs(gate_input_of(run), before, {t.name: t for t in run.test_sets}, rules, systems, anchor),
            run.id,
        )
    number = count_check(Path(results), before.label, name) if rules.test == "jackknife" else None
    return found if number is None else replace(found, notes=(*found.notes, *_where_one_stands(number, rules)))


def _where_one_stands(number: int, policy: Policy) -> list[str]:
    """How many checks of those that share the error were made; nothing where each stands alone."""
    if policy.runs == 1:
        return []
    each = f"{number_text(policy.alpha)}/{policy.runs} is asked of each"
    if number <= policy.runs:
        return [f"Check {number} of {policy.runs} against this baseline: {each}."]
    return [
        f"Check {number} against this baseline, and the policy shares the error over {policy.runs} ({each}): "
        "raise `runs`, or accept a new baseline."
    ]


def _is_config(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _candidate(name: str, results: Path) -> Run:
    if _is_config(name):
        return run_config(name, results=results)
    return read_run(find_run(results, name))


def _baseline(name: str, baselines: Path, results: Path) -> tuple[GateInput, GateInput | None]:
    """An accepted baseline by name or folder with its anchor, or else a run."""
    for folder in (baselines / name, Path(name)):
        if is_baseline(folder):
            return read_baseline(folder)[0], read_anchor(folder)
    known = [f.name for f in list_runs(results)]
    if name in {"latest", *known} or "/" in name:
        return gate_input_of(read_run(find_run(results, name))), None
    accepted = sorted(p.name for p in baselines.iterdir() if is_baseline(p)) if baselines.is_dir() else []
    raise UserError(
        f"There is no baseline '{name}'.",
        allowed=", ".join([*accepted, *known[-5:]]) or "none has been accepted yet",
        remedy="harness baseline accept RUN",
    )
