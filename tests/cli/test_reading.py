"""What there is, what works here, and what past runs found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.backends.catalogue import backends
from harness.metrics.catalogue import metrics
from harness.version import __version__
from tests.cli.command import ROOT, harness


def test_version() -> None:
    assert harness("--version").out == f"harness {__version__}\n"


def test_a_misspelt_command_is_met_with_the_nearest() -> None:
    done = harness("leaderbord")
    assert done.code == 2
    assert "leaderboard" in done.err


@pytest.mark.parametrize(("what", "names"), [("backends", tuple(backends)), ("metrics", tuple(metrics))])
def test_catalogues_are_listed_whole(what: str, names: tuple[str, ...]) -> None:
    rows = json.loads(harness("list", what, "--json").out)
    assert tuple(row["name"] for row in rows) == names
    assert harness("list", what).out.count("\n") == len(names) + 1


def test_test_sets_and_systems_are_listed() -> None:
    sets = {row["name"]: row for row in json.loads(harness("list", "test-sets", "--json").out)}
    assert sets["shared-future-cyberspace-2"]["segments"] == "41"
    assert sets["shared-future-cyberspace-2"]["scored"] == "40"
    systems = json.loads(harness("list", "systems", "--json").out)
    assert [(s["name"], s["backend"]) for s in systems] == [("gloss", "gloss"), ("copy", "copy")]


def test_runs_and_boards(tmp_path: Path) -> None:
    results = tmp_path / "results"
    assert harness("list", "runs", "--results", results).out == ""
    empty = harness("leaderboard", "--results", results)
    assert empty.code == 2
    assert "harness run" in empty.err
    config = ROOT / "configs" / "default.yaml"
    assert harness("run", config, "--metric", "chrf", "--output", results).code == 0
    run = json.loads(harness("list", "runs", "--results", results, "--json").out)[0]["run"]
    for shape, start in (("csv", "test_set,"), ("md", "### "), ("json", "{")):
        done = harness("leaderboard", run, "--results", results, "--format", shape)
        assert done.code == 0, done.err
        assert done.out.startswith(start), done.out[:80]


def test_doctor_says_what_works_and_its_exit_code_tells(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "references", tmp_path / "references")
    well = harness("doctor", "--references", tmp_path / "references", "--results", tmp_path, "--json")
    findings = {f["area"]: f for f in json.loads(well.out)}
    assert well.code == 0, well.out
    assert findings["harness"]["detail"] == __version__
    assert findings["test set gdi-digital-forum-2024"]["status"] == "ok"
    segments = tmp_path / "references" / "gdi-digital-forum-2024" / "segments.tsv"
    segments.write_text(segments.read_text(encoding="utf-8").replace("论坛", "论谈"), encoding="utf-8")
    ill = harness("doctor", "--references", tmp_path / "references", "--results", tmp_path)
    assert ill.code == 3
    assert "BROKEN" in ill.out
    assert "gdi-digital-forum-2024" in ill.out
