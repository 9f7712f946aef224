"""`harness init`: the files that something begins with, written into somebody's repository; none is overwritten."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.cli.gate_files import GatePaths

init = typer.Typer(help="Begin something in this folder.", no_args_is_help=True, rich_markup_mode=None)

_CI = {"github": Path(".github/workflows/translation.yml"), "gitlab": Path(".gitlab-ci.yml")}


@init.callback()
def root() -> None:
    """Begin something in this folder."""


@init.command("gate")
def gate(  # noqa: PLR0913, PLR0917 - one parameter an option
    config: Annotated[Path, typer.Option(help="The candidate; written unless it is there.")] = Path(
        "configs/candidate.yaml"
    ),
    command: Annotated[
        str | None, typer.Option(help="Of a new candidate: a program that reads lines and writes lines.")
    ] = None,
    hypothesis: Annotated[
        list[str] | None, typer.Option(help="Of a new candidate: TEST_SET=FILE, translations made elsewhere.")
    ] = None,
    references: Annotated[Path, typer.Option(help="The folder of the test sets.")] = Path("references"),
    policy: Annotated[Path, typer.Option("--policy", "-p", help="Written unless it is there.")] = Path(
        "configs/gate.yaml"
    ),
    baseline: Annotated[str, typer.Option(help="The baseline's name.")] = "default",
    baselines: Annotated[Path, typer.Option(help="The folder of accepted baselines.")] = Path("baselines"),
    ci: Annotated[
        str | None, typer.Option(help="github, gitlab or none; unless named, what the folder looks like.")
    ] = None,
) -> None:
    """Write a policy, a CI job and the first baseline's commands for the translation gate; overwrite nothing."""
    from harness.cli.gate_files import GatePaths, baseline_page, first_commands
    from harness.errors import HarnessError, UserError
    from harness.store.baselines import check_baseline_name

    chosen = ci or ("gitlab" if _CI["gitlab"].exists() else "github")
    if chosen not in {*_CI, "none"}:
        raise UserError(f"There is no CI system '{chosen}'.", allowed=", ".join([*_CI, "none"]))
    check_baseline_name(baseline)
    paths = GatePaths(config.as_posix(), policy.as_posix(), baseline)
    written: list[Path] = []
    try:
        _put(config, lambda: _candidate(config, references, command, hypothesis or []), written)
        _put(policy, lambda: _policy(config), written)
        _valid(config, policy)
        if chosen != "none":
            _put(_CI[chosen], lambda: _job(chosen, paths), written)
        _put(baselines / "README.md", lambda: baseline_page(paths), written)
    except (HarnessError, OSError) as error:
        for path in written:  # what is half there would be kept by the next try
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserError(f"{error.filename} cannot be written: {error.strerror}.") from None
        raise
    typer.echo("next, once:")
    for line in first_commands(paths):
        typer.echo(f"  {line}")
    typer.echo("then commit these files and the baseline; results/ and gate-reports/ belong into .gitignore")
    if chosen == "gitlab" and _CI["gitlab"] not in written:
        typer.echo(f"\n{_CI['gitlab']} was there: add this job to it\n\n{_job('gitlab', paths)}", nl=False)


def _put(path: Path, text: Callable[[], str], written: list[Path]) -> None:
    """Write a file that is not there, and say so."""
    from harness.files import write_atomic

    if path.exists():
        typer.echo(f"kept: {path} (it was there)")
        return
    content = text()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, content)
    written.append(path)
    typer.echo(f"written: {path}")


def _candidate(config: Path, references: Path, command: str | None, hypotheses: list[str]) -> str:
    """The config of a system that the options describe."""
    from harness.cli.gate_files import candidate_text
    from harness.errors import UserError, did_you_mean

    if (command is None) == (not hypotheses):
        problem = f"There is no {config}, and nothing says how to translate."
        raise UserError(
            problem if command is None else "--command and --hypothesis are two ways to translate.",
            allowed="--command PROGRAM, --hypothesis TEST_SET=FILE (repeatable), or --config FILE that is there",
        )
    there = sorted(p.parent.name for p in references.glob("*/testset.yaml"))
    if not there:
        raise UserError(
            f"There is no test set in {references}.", remedy="harness ingest SOURCE REFERENCE --lines --name NAME"
        )
    system: dict[str, object] = {"backend": "command", "command": command}
    names = there
    if hypotheses:
        files: dict[str, str] = {}
        for text in hypotheses:
            name, equals, file = text.partition("=")
            if not equals or not file:
                raise UserError(f"--hypothesis has '{text}'.", allowed="TEST_SET=FILE")
            if name not in there:
                raise UserError(
                    f"There is no test set '{name}' in {references}{did_you_mean(name, there)}",
                    allowed=", ".join(there),
                )
            files[name] = _from(config.parent, Path(file))
        system, names = {"backend": "file", "paths": files}, list(files)
    return candidate_text(_from(config.parent, references), names, system)


def _from(folder: Path, path: Path) -> str:
    """A path as a config in a folder names it."""
    if path.is_absolute():
        return str(path)
    relative = Path(os.path.relpath(path, folder)).as_posix()
    return relative if relative.startswith("../") else f"./{relative}"


def _policy(config: Path) -> str:
    from harness.cli.gate_files import MARGINS, policy_text
    from harness.errors import UserError
    from harness.pipeline.run_config import load_job

    spec, _ = load_job(config)
    text = policy_text(spec.metrics)
    if not text:
        raise UserError(
            f"No metric of {config} has a margin that is known.",
            allowed=", ".join(MARGINS),
            remedy=f"add chrf to the metrics of {config}",
        )
    return text


def _valid(config: Path, policy: Path) -> None:
    """What is written, and what was there, is right: both are read as `harness check` will read them."""
    from harness.config.gate_policy import load_policy
    from harness.errors import InfrastructureError, UserError
    from harness.pipeline.run_config import load_job
    from harness.pipeline.translate import engines_of

    spec, _ = load_job(config)
    try:
        with engines_of(spec.systems):
            pass
    except InfrastructureError as error:
        # A model or a key that is missing here may be there where the job runs.
        typer.echo(f"note: {error.problem} The job needs it.")
    rules = load_policy(policy, os.environ)
    known = [m.name for m in spec.metrics]
    if rules.main not in known:
        raise UserError(f"{policy} decides by {rules.main}, which {config} does not score.", allowed=", ".join(known))


def _job(system: str, paths: GatePaths) -> str:
    from harness.cli.gate_files import github_text, gitlab_text

    return github_text(paths) if system == "github" else gitlab_text(paths)
