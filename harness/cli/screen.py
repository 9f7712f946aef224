"""The standard output: its width, colour and alphabet, and printing to it. Only this module asks."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from harness.domain import Run, RunSummary
    from harness.errors import HarnessError
    from harness.report.text.console import Screen


def screen() -> Screen:
    """Width, colour and alphabet of the standard output; NO_COLOR (no-color.org) and TERM=dumb are respected."""
    from harness.report.text.console import Screen

    terminal = sys.stdout.isatty()
    dumb = os.environ.get("TERM", "") == "dumb"
    return Screen(
        width=shutil.get_terminal_size().columns if terminal else None,
        colour=terminal and not dumb and not os.environ.get("NO_COLOR"),
        unicode=terminal and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8",
    )


def put(text: str) -> None:
    """Print data; a terminal that cannot show a character gets a question mark, never a traceback."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def warn_skipped(folder: Path, error: HarnessError) -> None:
    """Say on standard error that a run is left out of what is shown."""
    from harness.report.text.escape import visible

    sys.stderr.write(f"warning: {folder.name} is left out: {visible(error.problem)}\n")


def print_board(run: Run | RunSummary) -> None:
    """The board of one run, as `harness run` ends."""
    from harness.report.board.rows import board_of
    from harness.report.board.terminal import render

    put(render(board_of(run), screen()))
