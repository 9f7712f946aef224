from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.store.runs import write_run
from tests.samples import sample_run


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    write_run(sample_run("first", started="2026-01-01T00:00:00Z"), folder)
    write_run(sample_run("second", started="2026-02-01T00:00:00Z"), folder)
    return folder


def _harness(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_table_goes_to_standard_output_without_escapes(results: Path) -> None:
    done = _harness("leaderboard", "latest", "--results", results)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("alpha\nzh-en, 2 documents, 11 of 12 segments scored (1 truncated)\n")
    assert "\x1b" not in done.stdout


def test_csv_is_the_leaderboard_file_and_can_have_a_byte_order_mark(results: Path) -> None:
    done = _harness("leaderboard", "--format", "csv", "--metric", "chrf", "--test-set", "beta", "--results", results)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [r["system"] for r in rows] == ["gloss", "copy", "org/model:v1"]
    assert "bleu" not in rows[0]
    assert rows[0]["chrf"] == repr(1 / 3)
    assert _harness("leaderboard", "--format", "csv", "--bom", "--results", results).stdout.startswith("\ufefftest_set")


def test_json_history_and_other_formats(results: Path) -> None:
    assert json.loads(_harness("leaderboard", "first", "--json", "--results", results).stdout)["runs"] == ["first"]
    history = json.loads(_harness("leaderboard", "--history", "gloss", "--json", "--results", results).stdout)
    assert [h["run"] for h in history] == ["first", "first", "second", "second"]
    assert "| # | system |" in _harness("leaderboard", "--format", "md", "--results", results).stdout
    assert "\\begin{tabular}" in _harness("leaderboard", "--format", "latex", "--results", results).stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fist"], "There is no run 'fist'; did you mean 'first'?"),
        (["--metric", "blue"], "There is no metric 'blue'; did you mean 'bleu'?"),
        (["--history", "glos"], "There is no system 'glos'; did you mean 'gloss'?"),
        (["--history", "gloss", "--format", "latex"], "A history cannot be printed as latex."),
    ],
)
def test_mistakes_are_a_sentence_and_exit_2(results: Path, arguments: list[str], sentence: str) -> None:
    done = _harness("leaderboard", *arguments, "--results", results)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {sentence}")


def test_no_runs_yet_names_the_command_that_makes_one(tmp_path: Path) -> None:
    done = _harness("leaderboard", "--results", tmp_path)
    assert (done.returncode, "To mend it: harness run" in done.stderr) == (2, True)


def test_a_run_that_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    write_run(sample_run("good"), tmp_path)
    folder = write_run(sample_run("newer"), tmp_path)
    value = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**value, "schema_version": 99}), encoding="utf-8")
    done = _harness("leaderboard", "--json", "--results", tmp_path)
    assert json.loads(done.stdout)["runs"] == ["good"]
    assert done.stderr.startswith("warning: newer is left out: The run ")
