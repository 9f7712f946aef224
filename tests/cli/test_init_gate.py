"""The first hour: what `harness init gate` writes into a fresh folder runs as it stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.cli.ci_steps import shell, with_tools
from tests.pipeline.runs import sentences, worsened

REFERENCES = sentences(120, seed=7)

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder with a source, its reference, and nothing of ours but a test set."""
    with_tools(tmp_path)
    for name, lines in (
        ("source.txt", [f"第{i}句话。" for i in range(120)]),
        ("reference.txt", REFERENCES),
        ("mt.txt", worsened(REFERENCES, 0.1, seed=1)),
    ):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    run(tmp_path, "harness ingest source.txt reference.txt --lines --name news")
    return tmp_path


def run(folder: Path, script: str, code: int = 0) -> str:
    done = shell(script, folder)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.mark.parametrize(
    "options",
    ["--hypothesis news=mt.txt", "--command cat --ci gitlab", "--command cat --config my/engine.yaml -p p.yaml"],
)
def test_what_is_written_runs_as_it_stands(fresh: Path, options: str) -> None:
    told = run(fresh, f"harness init gate {options}")
    page = (fresh / "baselines" / "README.md").read_text(encoding="utf-8")
    first, check = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    assert all(line.strip() in told for line in first.splitlines())
    run(fresh, first)
    run(fresh, check)
    if "gitlab" in options:
        scripts = yaml.safe_load((fresh / ".gitlab-ci.yml").read_text(encoding="utf-8"))["translation-gate"]["script"]
    else:
        text = (fresh / ".github" / "workflows" / "translation.yml").read_text(encoding="utf-8")
        scripts = [s["run"] for s in yaml.safe_load(text)["jobs"]["gate"]["steps"] if "run" in s]
    assert len(scripts) == 2
    for script in scripts:
        run(fresh, script)
    assert (fresh / "gate-reports" / "junit.xml").is_file()


def test_nothing_is_overwritten(fresh: Path) -> None:
    run(fresh, "harness init gate --command cat")
    before = {p: p.read_bytes() for p in fresh.rglob("*") if p.is_file()}
    told = run(fresh, "harness init gate")
    assert told.count("kept: ") == 4
    assert "written: " not in told
    (fresh / "configs" / "gate.yaml").unlink()
    assert "written: configs/gate.yaml" in run(fresh, "harness init gate --command false")
    assert {p: p.read_bytes() for p in before} == before


def test_what_is_missing_here_may_be_there_where_the_job_runs(fresh: Path) -> None:
    (fresh / "mine.yaml").write_text(
        "references: references\ntest_sets: [news]\nmetrics: [bleu]\n"
        "systems: [{name: mt, backend: transformers, model: no/model-of-this-name}]\n",
        encoding="utf-8",
    )
    told = run(fresh, "harness init gate --config mine.yaml")
    assert "no/model-of-this-name" in told
    assert "primary: bleu" in (fresh / "configs" / "gate.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("", "nothing says how to translate"),
        ("--command cat --hypothesis news=mt.txt", "two ways"),
        ("--hypothesis new=mt.txt", "did you mean 'news'?"),
        ("--hypothesis news=nothing.txt", "nothing.txt"),
        ("--command cat --ci jenkins", "There is no CI system 'jenkins'"),
        ("--command cat --references nowhere", "There is no test set in nowhere"),
    ],
)
def test_mistakes_leave_nothing_behind(fresh: Path, options: str, said: str) -> None:
    assert said in run(fresh, f"harness init gate {options}", code=2)
    assert not (fresh / "configs" / "candidate.yaml").exists()
    assert not (fresh / "configs" / "gate.yaml").exists()
    assert not (fresh / ".github").exists()
