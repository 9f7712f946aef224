"""`harness baseline`: what the gate measures against, on purpose and with its history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.domain import Run
    from harness.domain.verdict import GateInput, Verdict

baseline = typer.Typer(help="Accepted baselines of the gate.", no_args_is_help=True, rich_markup_mode=None)


@baseline.callback()
def root() -> None:
    """Accepted baselines of the gate."""


@baseline.command("accept")
def accept(  # noqa: PLR0913, PLR0917 - one parameter an option
    run: Annotated[str, typer.Argument(help="A run's name or folder, or latest.")],
    name: Annotated[str, typer.Option(help="The baseline's name.")] = "default",
    reason: Annotated[str, typer.Option(help="Why; kept with the baseline.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Accept although it is worse; asks for --reason.")] = False,
    policy: Annotated[Path, typer.Option("--policy", "-p", help="What worse means.")] = Path("configs/gate.yaml"),
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    baselines: Annotated[Path, typer.Option(help="The folder of accepted baselines.")] = Path("baselines"),
) -> None:
    """Store a run as the baseline: compact, diffable, made to be committed."""
    from datetime import datetime, timezone

    from harness.domain.verdict import gate_input_of
    from harness.errors import UserError
    from harness.store.baselines import Acceptance, is_baseline, read_baseline, write_baseline
    from harness.store.paths import safe_name
    from harness.store.runs import find_run, read_run

    if safe_name(name) != name:
        raise UserError(f"'{name}' cannot be the name of a baseline.", allowed="letters, digits, . _ + -")
    found = read_run(find_run(results, run))
    side = gate_input_of(found)
    _whole(found)
    folder = baselines / name
    history: tuple[Acceptance, ...] = ()
    outcome = ""
    if is_baseline(folder):
        before, history = read_baseline(folder)
        outcome = _against(side, before, found, policy).outcome
        if outcome == "regression" and not (force and reason.strip()):
            raise UserError(
                f"{found.id} is worse than the baseline it would replace ({before.label}).",
                remedy=f"harness check {run} --baseline {name} says where; "
                "--force --reason TEXT accepts it all the same, and keeps the reason",
            )
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    history = (*history, Acceptance(found.id, now, reason.strip(), outcome))
    write_baseline(side, folder, history, {t.name: tuple(s.id for s in t.segments) for t in found.test_sets})
    typer.echo(f"baseline: {folder} is now {found.id}")


def _whole(run: Run) -> None:
    """An incomplete run can be nobody's baseline."""
    from harness.errors import IncompleteRunError

    for outputs in run.outputs:
        failed = [h for h in outputs.hypotheses if not h.ok]
        if failed:
            raise IncompleteRunError(
                f"{run.id} is incomplete: {outputs.system} failed on {len(failed)} segments of {outputs.test_set}.",
                remedy="harness run repeats what failed",
            )


def _against(side: GateInput, before: GateInput, run: Run, policy: Path) -> Verdict:
    import os

    from harness.config.gate_policy import load_policy
    from harness.gate.compare_runs import compare_runs

    return compare_runs(side, before, {t.name: t for t in run.test_sets}, load_policy(policy, os.environ))
