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
        bool, typer.Option("--skip-unavailable", help="A metric that cannot be had here is no failure.")
    ] = False,
    retry_errors: Annotated[
        bool, typer.Option("--retry-errors", help="Translate only what failed in the newest run of this config's name.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the board as JSON.")] = False,
) -> int:
    """Translate, score, compare: the whole job of a config, from test sets to leaderboard."""
    import os

    from harness.backends.catalogue import backends
    from harness.cli.work import Destination, work
    from harness.config import Catalogues, load_config
    from harness.corpus.testsets import load_test_set
    from harness.metrics.catalogue import metrics
    from harness.pipeline import narrowed

    spec = load_config(config, Catalogues(backends, metrics), os.environ)
    spec = narrowed(spec, metric or [], system or [])
    test_sets = tuple(load_test_set(Path(folder)) for folder in spec.test_sets)
    return work(spec, test_sets, Destination(output, as_json, skip_unavailable, retry_errors), config=config)
