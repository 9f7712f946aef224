"""A terminal or a file as a value, and a rich console that writes what it would show to memory."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

#: Off a terminal nothing is cut, and nothing is wrapped.
UNLIMITED = 10_000


@dataclass(frozen=True)
class Screen:
    """What is printed on.

    Attributes:
        width: columns, or None for a file or a pipe, where lines are as long as they need to be.
        colour: whether ANSI colours are welcome.
        unicode: whether box-drawing characters are.
    """

    width: int | None = None
    colour: bool = False
    unicode: bool = False


def console_for(screen: Screen, file: io.StringIO) -> Console:
    """A rich console that writes to memory as `screen` would show it, and reads no markup into texts from outside."""
    from rich.console import Console

    return Console(
        file=file,
        width=screen.width or UNLIMITED,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
