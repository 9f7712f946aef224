"""What people copy into their pipelines works: every shell step is run, and every outcome arrives."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cli.gate_files import GatePaths, github_text, gitlab_text
from harness.corpus.testset.references_folder import write_test_set
from harness.store.runs import write_run
from tests.cli.ci_steps import shell, with_tools
from tests.pipeline.runs import make_run, make_test_set, sentences, worsened

ROOT = Path(__file__).parents[2]
REFERENCES = sentences(150, seed=41)
POLICY = "metrics: {bleu: {margin: MARGIN}}\nresamples: 200\n"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team's repository: a baseline, a policy, and two candidates."""
    root = tmp_path_factory.mktemp("project")
    tested = make_test_set(REFERENCES)
    write_run(make_run(root, {"mt": worsened(REFERENCES, 0.1, seed=1)}, tested, run_id="first"), root / "results")
    write_test_set(tested, root / "references" / "news", documents={})
    (root / "configs").mkdir()
    for name, share in (("candidate", 0.1), ("worse", 0.5)):
        text = "\n".join(worsened(REFERENCES, share, seed=1)) + "\n"
        (root / f"{name}.en").write_text(text, encoding="utf-8")
        (root / "configs" / f"{name}.yaml").write_text(
            f"name: {name}\nreferences: ../references\ntest_sets: [news]\n"
            f"systems: [{{name: mt, backend: file, path: ../{name}.en}}]\nmetrics: [bleu]\n",
            encoding="utf-8",
        )
    (root / "configs" / "gate.yaml").write_text(POLICY.replace("MARGIN", "3.0"), encoding="utf-8")
    with_tools(root)
    accepted = shell("harness baseline accept first", root)
    assert accepted.returncode == 0, accepted.stderr
    return root


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def input_named(text: str) -> str:
    """The input of an action that an expression stands for: `${{ inputs.policy }}`."""
    found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
    assert found is not None, text
    return found[1]


def run_action(project: Path, **inputs: str) -> tuple[int, str]:
    """The steps of action.yml with its inputs put in; exit code and the output "outcome"."""
    described = action()
    values = {name: str(given["default"]) for name, given in described["inputs"].items()} | inputs
    check = next(s for s in described["runs"]["steps"] if s.get("id") == "check")
    environment = {name: values[input_named(text)] for name, text in check["env"].items()}
    output = project / "output.txt"
    output.unlink(missing_ok=True)
    done = shell(check["run"], project, GITHUB_OUTPUT=str(output), **environment)
    return done.returncode, output.read_text(encoding="utf-8").strip()


def test_every_input_of_the_action_is_used() -> None:
    described = action()
    assert described["runs"]["using"] == "composite"
    text = str(described["runs"])
    for name in described["inputs"]:
        assert f"inputs.{name}" in text
    for step in described["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input inside a script is code, not data"


@pytest.mark.parametrize(
    ("inputs", "code", "outcome"),
    [
        ({}, 0, "pass"),
        ({"candidate": "configs/candidate.yaml"}, 0, "pass"),
        ({"candidate": "configs/worse.yaml"}, 1, "regression"),
        ({"candidate": "nothing; exit 0"}, 2, "error"),
    ],
)
def test_the_action_tells_the_outcome(project: Path, inputs: dict[str, str], code: int, outcome: str) -> None:
    assert run_action(project, **inputs) == (code, f"outcome={outcome}")
    if outcome != "error":
        assert {p.name for p in (project / "gate-reports").iterdir()} == {"junit.xml", "gate.json", "comment.md"}


def test_an_open_question_may_be_allowed(project: Path) -> None:
    (project / "tight.yaml").write_text(POLICY.replace("MARGIN", "0.001"), encoding="utf-8")
    write_run(
        make_run(project, {"mt": worsened(REFERENCES, 0.1, seed=2)}, make_test_set(REFERENCES), run_id="equal"),
        project / "results",
    )
    inputs = {"candidate": "equal", "policy": "tight.yaml"}
    assert run_action(project, **inputs) == (3, "outcome=inconclusive")
    assert run_action(project, **inputs, **{"allow-inconclusive": "true"}) == (0, "outcome=inconclusive")


def test_the_example_for_github_runs(project: Path) -> None:
    workflow = yaml.safe_load((ROOT / "examples" / "github-actions.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["gate"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) == 2
    for script in scripts:
        done = shell(script, project)
        assert done.returncode == 0, done.stderr
    assert "-m pip install translation-harness" in (project / "pip.log").read_text(encoding="utf-8")


def test_the_example_for_gitlab_runs(project: Path) -> None:
    job = yaml.safe_load((ROOT / "examples" / "gitlab-ci.yml").read_text(encoding="utf-8"))["translation-gate"]
    for script in job["script"]:
        done = shell(script, project)
        assert done.returncode == 0, done.stderr
    assert (project / job["artifacts"]["reports"]["junit"]).is_file()
    assert job["allow_failure"] == {"exit_codes": 3}


@pytest.mark.parametrize(("name", "code", "said"), [("candidate", 0, "1 passed"), ("worse", 1, "verdict: regression")])
def test_the_fixture_for_pytest(project: Path, name: str, code: int, said: str) -> None:
    text = (ROOT / "examples" / "test_translation.py").read_text(encoding="utf-8")
    (project / f"test_{name}.py").write_text(text.replace("candidate", name), encoding="utf-8")
    (project / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = shell(f'"{sys.executable}" -m pytest -q -p harness.cli.pytest_plugin test_{name}.py', project)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_the_examples_are_what_init_writes() -> None:
    for name, text in (("github-actions", github_text(GatePaths())), ("gitlab-ci", gitlab_text(GatePaths()))):
        assert (ROOT / "examples" / f"{name}.yml").read_text(encoding="utf-8") == text


GH = """#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$*" in
  *--paginate*) if [ "$MAY" = nothing ]; then exit 1; fi; if [ -f posted ]; then echo 77; fi ;;
  *) if [ "$MAY" != write ]; then echo "HTTP 403" >&2; exit 1; fi; touch posted ;;
esac
"""


def test_the_comment_is_posted_once_and_then_updated(project: Path) -> None:
    """Where nobody may comment the step says so, and the verdict stands."""
    step = next(s for s in action()["runs"]["steps"] if s["name"] == "Comment")
    gh = project / "tools" / "gh"
    gh.write_text(GH, encoding="utf-8")
    gh.chmod(0o755)
    log = project / "gh.log"
    (project / "gate-reports").mkdir(exist_ok=True)
    (project / "gate-reports" / "comment.md").write_text("## Translation gate: pass\n", encoding="utf-8")
    told = {}
    for may in ("nothing", "read", "write", "write"):
        log.unlink(missing_ok=True)
        done = shell(
            step["run"], project, GH_LOG=str(log), MAY=may, REPOSITORY="o/r", NUMBER="5", BASELINE="default",
            REPORTS="gate-reports", GH_TOKEN="t",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told[may] = (done.stdout, log.read_text(encoding="utf-8").splitlines())
        if may == "write" and not told.get("first"):
            told["first"] = told[may]
    assert "::notice title=translation gate::the comments cannot be read" in told["nothing"][0]
    assert "::notice title=translation gate::no comment: the job needs the permission" in told["read"][0]
    assert told["first"][1][1].startswith("api --method POST repos/o/r/issues/5/comments -F body=@")
    assert told["write"][1][1].startswith("api --method PATCH repos/o/r/issues/comments/77 -F body=@")
    body = (project / "gate-reports" / "comment-body.md").read_text(encoding="utf-8")
    assert body == "<!-- translation-gate: default -->\n## Translation gate: pass\n"
