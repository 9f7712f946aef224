"""Scores from another machine: requests go out, answers come back as a column."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

from harness.metrics.external.subprocess_metric import WORKERS
from tests.cli.command import Outcome, harness

PROGRAM = """
class Length:
    signature = "Length|unit:char"
    higher_is_better = False
    needs_reference = True
    def score(self, units):
        return [None if not u["hypothesis"] else len(u["hypothesis"]) - len(u["references"][0]) for u in units]
def load(options):
    return Length()
"""


def lines(path: Path, *texts: str) -> Path:
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def scored(folder: Path, *more: str | Path) -> Outcome:
    return harness(
        "score", "--source", folder / "src", "--reference", folder / "ref", "--hypothesis", f"a={folder / 'a'}",
        "--hypothesis", f"b={folder / 'b'}", "-m", "chrf", "--resamples", "20", "-o", folder / "results", *more,
    )  # fmt: skip


def test_there_and_back(tmp_path: Path) -> None:
    lines(tmp_path / "src", "一。", "二。", "三。")
    lines(tmp_path / "ref", "One.", "Two.", "Three.")
    lines(tmp_path / "a", "One.", "Two \u2028 2.", "")
    lines(tmp_path / "b", "1.", "2.", "3.")
    done = scored(tmp_path)
    assert done.code == 0, done.err
    name = json.loads(next((tmp_path / "results").glob("*/run.json")).read_text("utf-8"))["test_sets"][0]["name"]
    asked = tmp_path / "requests.jsonl"
    done = harness("export", name, "-f", "requests", "--run", "latest", "--results", tmp_path / "results", "-o", asked)
    assert (done.code, done.out.strip()) == (0, str(asked)), done.err
    requests = [json.loads(line) for line in asked.read_text("utf-8").splitlines()]
    assert [(r["system"], r["hypothesis"]) for r in requests[:2]] == [("a", "One."), ("a", "Two \u2028 2.")]
    assert {tuple(r["references"]) for r in requests} == {("One.",), ("Two.",), ("Three.",)}

    (tmp_path / "length.py").write_text(PROGRAM, encoding="utf-8")
    with asked.open("rb") as stdin, (tmp_path / "answers.jsonl").open("wb") as stdout:
        command = [sys.executable, str(WORKERS / "serve_metric.py"), str(tmp_path / "length.py")]
        subprocess.run(command, stdin=stdin, stdout=stdout, check=True)

    answers = f"length={tmp_path / 'answers.jsonl'}"
    done = scored(tmp_path, "--scores", answers)
    assert done.code == 0, done.err
    newest = max((tmp_path / "results").glob("*/systems.csv"))
    with newest.open(encoding="utf-8-sig", newline="") as handle:
        found = {(row["system"], row["metric"]): row for row in csv.DictReader(handle)}
    assert float(found["b", "length"]["score"]) == -8 / 3
    assert found["a", "length"]["signature"].startswith("Length|unit:char")

    assert scored(tmp_path, "--scores", answers, "--scores", answers).code == 2
    lines(tmp_path / "b", "1.", "2.", "four")
    done = scored(tmp_path, "--scores", answers)
    assert done.code != 0
    assert "scored another text than b now has" in done.err


def test_requests_are_about_a_run(tmp_path: Path) -> None:
    done = harness("export", "gdi-digital-forum-2024", "-f", "requests", "-o", tmp_path / "x")
    assert done.code == 2
    assert "--run latest" in done.err
    assert not (tmp_path / "x").exists()
