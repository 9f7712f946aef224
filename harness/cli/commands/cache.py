"""`harness cache`: what the translation cache holds, and how to make it smaller or take it along."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

cache = typer.Typer(help="Look at the translation cache, shrink it, or export it.", no_args_is_help=True)

Results = Annotated[Path, typer.Option("--output", "-o", help="The results folder that the cache lies in.")]


@cache.command()
def stats(
    output: Results = Path("results"),
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """How many translations of which systems the cache holds."""
    import json
    from datetime import datetime, timezone

    from harness.store.cache_maintenance import cache_stats
    from harness.store.paths import translations_file

    found = cache_stats(translations_file(output))

    def day(seconds: float | None) -> str | None:
        if seconds is None:
            return None
        return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")

    if as_json:
        systems = [
            {"name": s.name, "backend": s.backend, "key": s.key, "translations": s.entries} for s in found.systems
        ]
        summary = {
            "path": str(found.path),
            "bytes": found.bytes,
            "translations": found.entries,
            "damaged": found.damaged,
            "oldest": day(found.oldest),
            "newest": day(found.newest),
            "systems": systems,
        }
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{found.path}: {found.entries} translations, {found.bytes / 1e6:.1f} MB")
    if found.oldest is not None:
        typer.echo(f"stored {day(found.oldest)} to {day(found.newest)}")
    if found.damaged:
        typer.echo(f"{found.damaged} damaged, set aside; prune removes them")
    for system in found.systems:
        typer.echo(f"{system.entries:>9}  {system.key[:12]}  {system.name} ({system.backend})")


@cache.command()
def prune(
    output: Results = Path("results"),
    days: Annotated[
        float | None, typer.Option("--older-than", help="Delete what was stored more than this many days ago.", min=0)
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", "-s", help="Delete only this system's: its name, or its key's beginning.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete all translations.")] = False,
) -> None:
    """Delete translations from the cache, and damaged entries with them."""
    import time

    from harness.errors import UserError
    from harness.store.cache_maintenance import prune_cache
    from harness.store.paths import translations_file

    if days is None and system is None and not everything:
        raise UserError(
            "Nothing says what to delete from the translation cache.",
            allowed="--older-than DAYS, --system NAME, or --all",
        )
    before = None if days is None else time.time() - days * 86400
    gone = prune_cache(translations_file(output), older_than=before, system=system)
    typer.echo(f"{gone} translations deleted")


@cache.command()
def export(output: Results = Path("results")) -> None:
    """Print every translation as a line of JSON."""
    import json

    from harness.store.cache_maintenance import export_cache
    from harness.store.paths import translations_file

    for row in export_cache(translations_file(output)):
        typer.echo(json.dumps(row, ensure_ascii=False))
