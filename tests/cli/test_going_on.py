"""Work that was stopped or that failed in part goes on from where it was."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import ROOT, harness

# Answers each line with itself; waits a little, and fails on lines with a figure until the file `mended` appears.
ENGINE = """\
import pathlib, sys, time
here = pathlib.Path(__file__).parent  # not arguments: files named there are part of the system's identity
mended, log = here / "mended", here / "log"
for line in sys.stdin:
    with log.open("a", encoding="utf-8") as handle:
        handle.write(line)
    time.sleep(float(sys.argv[1]))
    if any(c.isdigit() for c in line) and not mended.exists():
        sys.exit(1)
    print("translated: " + line.strip(), flush=True)
"""

CONFIG = """\
name: trial
references: {root}/references
test_sets: [gdi-digital-forum-2024]
systems:
  - name: engine
    backend: command
    command: ["{python}", "{folder}/engine.py", "{pause}"]
    batch: 1
    verify: false
metrics: [chrf]
statistics: {{resamples: 20}}
backends: {{max_retries: 0, cache: {cache}}}
"""


def _prepare(folder: Path, *, pause: float, cache: str) -> Path:
    (folder / "engine.py").write_text(ENGINE, encoding="utf-8")
    config = folder / "trial.yaml"
    text = CONFIG.format(root=ROOT, python=sys.executable, folder=folder, pause=pause, cache=cache)
    config.write_text(text, encoding="utf-8")
    return config


def _segments(results: Path) -> list[dict[str, str]]:
    newest = max(results.glob("*/run.json"), key=lambda p: p.parent.name).parent
    with (newest / "segments" / "engine.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_only_what_failed_is_tried_again(tmp_path: Path) -> None:
    config = _prepare(tmp_path, pause=0, cache="off")
    results = tmp_path / "results"
    early = harness("run", config, "--output", results, "--retry-errors")
    assert early.code == 2
    assert "no run named 'trial'" in early.err
    first = harness("run", config, "--output", results)
    assert first.code == 3, first.err
    failed = [r for r in _segments(results) if r["error"]]
    assert 0 < len(failed) < 23
    (tmp_path / "mended").touch()
    (tmp_path / "log").unlink()
    second = harness("run", config, "--output", results, "--retry-errors")
    assert second.code == 0, second.err
    assert f"{23 - len(failed)} hypotheses of" in second.err
    assert (tmp_path / "log").read_text(encoding="utf-8").split("\n")[:-1] == [r["source"] for r in failed]
    assert not any(r["error"] for r in _segments(results))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are Unix's")
def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(tmp_path: Path) -> None:
    config = _prepare(tmp_path, pause=0.3, cache="deterministic")
    (tmp_path / "mended").touch()
    results = tmp_path / "results"
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "run", str(config), "--output", str(results)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = tmp_path / "log"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (log.exists() and log.read_text(encoding="utf-8").count("\n") >= 5):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert "the same command goes on" in err
    assert "Traceback" not in err
    assert not list(results.glob("*/run.json")), "a run appears whole or not at all"
    finished = log.read_text(encoding="utf-8").count("\n")
    again = harness("run", config, "--output", results)
    assert again.code == 0, again.err
    # at most the segment that was in flight when the signal came is translated twice
    assert log.read_text(encoding="utf-8").count("\n") <= 23 + 1
    assert finished >= 5
