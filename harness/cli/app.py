"""The program: commands are assembled here, errors become exit codes here, and nowhere else."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated, NoReturn

import typer

from harness.cli.commands.baseline import baseline
from harness.cli.commands.cache import cache
from harness.cli.commands.check import check
from harness.cli.commands.compare import compare
from harness.cli.commands.doctor import doctor
from harness.cli.commands.export import export
from harness.cli.commands.ingest import ingest
from harness.cli.commands.init import init
from harness.cli.commands.leaderboard import leaderboard
from harness.cli.commands.list_names import list_
from harness.cli.commands.meta import meta
from harness.cli.commands.prefetch import prefetch
from harness.cli.commands.query import query
from harness.cli.commands.report import report
from harness.cli.commands.run import run
from harness.cli.commands.schema import schema
from harness.cli.commands.score import REPEATED, score
from harness.cli.commands.serve import serve
from harness.cli.repeated import spread
from harness.errors import UNEXPECTED, HarnessError, InterruptedRunError
from harness.version import __version__

app = typer.Typer(
    name="harness",
    help="Measure machine translation of official bilingual documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"harness {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Measure machine translation of official bilingual documents."""


app.command("run")(run)
app.command("ingest")(ingest)
app.command("score")(score)
app.command()(compare)
app.command()(check)
app.command()(meta)
app.add_typer(baseline, name="baseline")
app.command()(leaderboard)
app.command()(prefetch)
app.command()(report)
app.command()(serve)
app.command()(query)
app.command("list")(list_)
app.command("doctor")(doctor)
app.command("schema")(schema)
app.command("export")(export)
app.add_typer(cache, name="cache")
app.add_typer(init, name="init")


def _arguments(words: list[str]) -> list[str]:
    return ["score", *spread(words[1:], REPEATED)] if words[:1] == ["score"] else words


def main() -> NoReturn:
    """Run the command line; the process ends here."""
    try:
        code = app(_arguments(sys.argv[1:]), standalone_mode=False)
    except HarnessError as error:
        typer.echo(f"error: {error}", err=True)
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = InterruptedRunError.exit_code
    except typer.Exit as exit_:
        code = exit_.exit_code
    except BrokenPipeError:
        # `harness leaderboard | head` is no error; the interpreter must not complain about the closed pipe either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            traceback.print_exc()
            typer.echo("error: this is a fault of harness; please report it with the lines above", err=True)
            code = UNEXPECTED
        else:
            show()  # click's usage errors
            code = getattr(error, "exit_code", 2)
    if code == InterruptedRunError.exit_code:
        # Typer itself turns Ctrl-C into this code, silently.
        typer.echo("interrupted: what was finished is kept; the same command goes on from there", err=True)
    sys.exit(code if isinstance(code, int) else 0)
