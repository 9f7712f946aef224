"""Where a run came from: versions, command, commit. Gathered here: only this room may look at the environment."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from harness.domain import Json
from harness.extras import recorded_distributions
from harness.version import __version__


def gather(*, config: Path | None, started: str, plugins: Iterable[str] = ()) -> Mapping[str, Json]:
    """Versions, platform, command line and, where the folder is a git checkout, its commit.

    Args:
        config: the run's config file, or None.
        started: when the run began.
        plugins: distributions that the run's backends and metrics are from, beside this one.
    """
    return {
        "harness": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": installed((*recorded_distributions(), *plugins)),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "config": None if config is None else str(config),
        "git": _commit(),
        "started": started,
    }


def installed(packages: tuple[str, ...]) -> dict[str, Json]:
    """Installed versions; packages that are not there are left out."""
    found: dict[str, Json] = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _commit() -> Json:
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40"],  # noqa: S607 - whichever git the user has
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None
