"""`harness serve`: the reports of a results folder in a browser, fresh when a run lands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    results: Annotated[Path, typer.Option("--results", "--output", "-o", help="The results folder.")] = Path("results"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8765,
) -> None:
    """Show the leaderboard and the reports at http://127.0.0.1, read-only, until Ctrl+C."""
    from harness.cli.report_site import make_server
    from harness.errors import UserError

    if not results.is_dir():
        raise UserError(f"There is no results folder {results}.", remedy="harness run")
    try:
        server = make_server(results, port)
    except OSError as error:
        raise UserError(f"Port {port} cannot be used: {error.strerror}.", remedy="harness serve --port 0") from None
    typer.echo(f"http://127.0.0.1:{server.server_address[1]}/")
    typer.echo("Read-only; Ctrl+C stops it.", err=True)
    try:
        server.serve_forever()
    finally:
        server.server_close()
