"""Steps of pipelines, run as the runners of GitHub and GitLab run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def with_tools(root: Path) -> None:
    """`harness` and a `python` that installs nothing, for `shell`."""
    tools = root / "tools"
    tools.mkdir()
    for name, line in (("harness", f'exec "{sys.executable}" -m harness "$@"'), ("python", 'echo "$@" >> "$PIP_LOG"')):
        tool = tools / name
        tool.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        tool.chmod(0o755)


def shell(script: str, project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub's runner and GitLab's do: bash, stop at the first error."""
    kept = {k: v for k, v in os.environ.items() if k in {"HOME", "LANG", "TMPDIR"}}
    path = f"{project / 'tools'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=project,
        env={**kept, "PATH": path, "PYTHONPATH": str(ROOT), "PIP_LOG": str(project / "pip.log"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
