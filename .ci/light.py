"""The light install as a stranger has it: a new environment, `pip install` without extras, and a first score.

Usage: python .ci/light.py [WHEEL_OR_SDIST]

Without an argument, the sources of this working copy are installed, and nothing that was built here before. Needs a
package index. Standard library only, so that it runs wherever Python does.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "*.c")
EXTRAS = ("torch", "transformers", "comet", "openai", "httpx", "pandas", "duckdb", "docx")


def copied_sources(folder: Path) -> Path:
    """The files that a build reads: a folder build/ of an earlier build would bring modules that are gone."""
    shutil.copytree(ROOT / "harness", folder / "harness", ignore=BUILT)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def main() -> None:
    """Stop at the first step that does not do what it should."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        what = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else copied_sources(work / "source")
        started = time.monotonic()
        venv.create(work / "venv", with_pip=True)
        python = work / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", what], check=True)
        print(f"installed in {time.monotonic() - started:.0f} s on Python {sys.version.split()[0]}, {sys.platform}")
        smoke(python, work)


def smoke(python: Path, work: Path) -> None:
    """What the light core promises, from a folder that holds nothing of this repository."""
    home = work / "home"
    home.mkdir()
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONWARNINGS"}}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [python, *arguments],
            cwd=home,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        print(f"ok: {' '.join(arguments)}")
        return done.stdout

    absent = f"import importlib.util as u; print([m for m in {EXTRAS!r} if u.find_spec(m) is not None])"
    expect(run("-c", absent).strip() == "[]", "an extra's package is installed: this is not the light install")
    run("-W", "error", "-c", "import harness; harness.evaluate; harness.run; harness.check")
    expect(run("-m", "harness", "--version").startswith("harness "), "no version")
    run("-m", "harness", "doctor")
    for listed in ("backends", "metrics"):
        run("-m", "harness", "list", listed)
    for name, text in {"s": "你好。\n世界。\n", "r": "Hello.\nThe world.\n", "h": "Hello.\nA world.\n"}.items():
        (home / name).write_bytes(text.encode())
    run("-m", "harness", "score", "--source", "s", "--reference", "r", "--hypothesis", "mine=h")
    board = json.loads(run("-m", "harness", "leaderboard", "latest", "--format", "json"))
    expect("mine" in json.dumps(board), "the system is not on the board")
    run("-m", "harness", "report", "latest")


def expect(truth: bool, problem: str) -> None:
    """Stop with a sentence where something is not so."""
    if not truth:
        sys.exit(problem)


if __name__ == "__main__":
    main()
