"""The command line as people run it: a process of its own, off a terminal, with nothing of ours in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a person sees."""

    code: int
    out: str
    err: str


def harness(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Outcome:
    """Run `harness` with arguments."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR"}}
    done = subprocess.run(
        [sys.executable, "-m", "harness", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd or ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "120", **environment},
        timeout=240,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
