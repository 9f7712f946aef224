"""What there is, what works here, and what past runs found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.backends.catalogue import backends
from harness.cli.commands.doctor import python_finding
from harness.cli.parameter_help import parameter_help
from harness.metrics.catalogue import metrics
from harness.registry import Registry
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


@pytest.mark.parametrize("what", ["backends", "metrics"])
def test_every_parameter_is_explained(what: str) -> None:
    registry: Registry[Any] = backends if what == "backends" else metrics
    for name in registry:
        _, parameters = parameter_help(registry, name)
        assert [p.name for p in parameters] == list(registry.parameters(name))
        assert [p.name for p in parameters if not p.meaning] == [], name


def test_one_backend_or_metric_is_listed_with_its_parameters() -> None:
    shown = harness("list", "backends", "openai").out
    assert shown.startswith("openai: any OpenAI-compatible chat endpoint")
    assert "  model (str; required)\n      the model's name at the endpoint.\n" in shown
    assert '  api_key_env (str | null; default "OPENAI_API_KEY")\n' in shown
    assert "MissingExtraError" not in shown
    bleu = json.loads(harness("list", "metrics", "bleu", "--json").out)
    order = next(p for p in bleu["parameters"] if p["name"] == "max_order")
    assert order == {"name": "max_order", "type": "int", "default": "4", "meaning": "the longest n-grams."}


@pytest.mark.parametrize(
    ("what", "name", "words"),
    [
        ("backends", "opnai", ["no backend 'opnai'", "did you mean 'openai'"]),
        ("metrics", "blue", ["no metric 'blue'", "did you mean 'bleu'"]),
        ("runs", "latest", ["takes no name", "backends or metrics", "harness list runs"]),
    ],
)
def test_a_name_that_is_not_listed_is_refused(what: str, name: str, words: list[str]) -> None:
    done = harness("list", what, name)
    assert done.code == 2
    assert all(word in done.err for word in words), done.err


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


@pytest.mark.parametrize(
    ("version", "status", "words"),
    [
        ((3, 9), "broken", "use Python 3.10"),
        ((3, 10), "ok", ""),
        ((3, 12), "ok", ""),
        ((3, 13), "ok", "tested without extras"),
        ((3, 14), "broken", "without extras, 3.13"),
    ],
)
def test_doctor_knows_which_pythons_are_tested(version: tuple[int, int], status: str, words: str) -> None:
    finding = python_finding(version, "shown")
    assert finding.status == status
    assert words in finding.detail + finding.remedy


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
