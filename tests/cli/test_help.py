"""What `--help` shows is text for people: nothing of the markup that it was made with."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
import typer.main
from typer.testing import CliRunner

from harness.cli.app import app


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The path of every command."""
    for name, command in sorted(group.commands.items()):
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize("path", list(commands(typer.main.get_group(app))), ids=" ".join)
def test_every_help_page_is_plain(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "--help"])
    assert done.exit_code == 0
    assert done.output.lstrip().startswith("Usage: ")
    assert "\\[" not in done.output
    assert "[bold]" not in done.output
