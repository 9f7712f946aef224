"""`harness baseline`: what the gate measures against, on purpose and with its history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.domain import Run
    from harness.domain.verdict import GateInput
    from harness.store.baselines import Acceptance

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
    from harness.gate.early.check_early import PART
    from harness.store.baselines import Acceptance, check_baseline_name, is_baseline, write_baseline
    from harness.store.runs import find_run, read_run

    check_baseline_name(name)
    if run.endswith(PART) and not (results / run).exists():
        raise UserError(
            f"{run} is the part of a test set at which a check stopped early: it is no run, and its scores are not "
            "those of the test set, so it cannot be a baseline.",
            remedy="harness run CONFIG, which pays for the rest only, then harness baseline accept latest",
        )
    found = read_run(find_run(results, run))
    _whole(found)
    folder = baselines / name
    forced = force and bool(reason.strip())
    before = _before(folder, found, policy, forced=forced) if is_baseline(folder) else _Before()
    if before.refusal and not forced:
        raise UserError(
            before.refusal,
            remedy=f"harness check {run} --baseline {name} says where; "
            "--force --reason TEXT accepts it all the same, and keeps the reason",
        )
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    kept = Acceptance(found.id, now, reason.strip(), before.outcome, forced=bool(before.refusal), notes=before.told)
    segments = {t.name: tuple(s.id for s in t.segments) for t in found.test_sets}
    # What was accepted by force is where drift is measured from now on.
    anchor = None if before.refusal else before.anchor
    write_baseline(gate_input_of(found), folder, (*before.history, kept), segments, anchor=anchor)
    for sentence in before.told:
        typer.echo(f"compared: {sentence}")
    typer.echo(f"baseline: {folder} is now {found.id}")


@dataclass(frozen=True)
class _Before:
    """The baseline that is replaced, and what the gate says of the run against it."""

    history: tuple[Acceptance, ...] = ()
    anchor: GateInput | None = None
    outcome: str = ""
    refusal: str = ""
    told: tuple[str, ...] = ()


def _before(folder: Path, run: Run, policy: Path, *, forced: bool) -> _Before:
    import os

    from harness.config.gate_policy import load_policy
    from harness.domain.verdict import gate_input_of
    from harness.errors import InputError
    from harness.gate.accept import examine_for_acceptance
    from harness.store.baselines import read_anchor, read_baseline, read_history

    try:
        (side, history), anchor = read_baseline(folder), read_anchor(folder)
    except InputError as error:
        if not forced:
            raise
        return _Before(read_history(folder), None, "", error.problem, (error.problem,))
    rules = load_policy(policy, os.environ)
    tested = {t.name: t for t in run.test_sets}
    found = examine_for_acceptance(gate_input_of(run), side, tested, rules, anchor)
    first = anchor if anchor is not None else side
    return _Before(history, None if first.label == run.id else first, found.outcome, found.refusal, found.told)


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
