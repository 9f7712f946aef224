"""`harness run`: the whole job of a config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    config: Annotated[Path, typer.Argument(help="The run to do.", show_default=True)] = Path("configs/default.yaml"),
    metric: Annotated[
        list[str] | None, typer.Option("--metric", "-m", help="Only this metric of the config; repeatable.")
    ] = None,
    system: Annotated[
        list[str] | None, typer.Option("--system", "-s", help="Only this system of the config; repeatable.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The results folder.")] = Path("results"),
    skip_unavailable: Annotated[
        bool, typer.Option("--skip-unavailable", help="A metric that is not available here is no failure.")
    ] = False,
    retry_errors: Annotated[
        bool, typer.Option("--retry-errors", help="Translate only what failed in the newest run of this config's name.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the board as JSON.")] = False,
) -> int:
    """Translate, score, compare: the whole job of a config, from test sets to leaderboard."""
    from harness.cli.outcome import Destination, run_and_print
    from harness.pipeline.run_config import load_job

    spec, test_sets = load_job(config, metric or [], system or [])
    return run_and_print(spec, test_sets, Destination(output, as_json, skip_unavailable, retry_errors), config=config)
