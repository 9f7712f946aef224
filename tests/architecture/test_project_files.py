"""The files around the code agree with it: workflows, hooks, release notes, and every link and command in the docs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import typer.main
import yaml

from harness.cli.app import app
from harness.version import __version__

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "results" / "README.md"])
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))


def classified() -> set[str]:
    return set(re.findall(r'"Programming Language :: Python :: (3\.\d+)"', PYPROJECT))


def test_there_are_workflows_for_testing_the_light_install_and_releases() -> None:
    assert [p.stem for p in WORKFLOWS] == ["light", "release", "test"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_calls_only_what_there_is(path: Path) -> None:
    calls = 0
    for step in steps(path):
        script = step.get("run", "")
        for targets in re.findall(r"\bmake ((?:[a-z]+ ?)+)", script):
            assert set(targets.split()) <= make_targets()
            calls += 1
        for file in re.findall(r"\bpython (\.?[\w/.-]+\.py)\b", script):
            assert (ROOT / file).is_file()
            calls += 1
    assert calls


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_asks_for_little_and_names_actions_by_major_version(path: Path) -> None:
    described = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert described["permissions"] == {"contents": "read"}
    for step in steps(path):
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@(v\d+|release/v\d+)", step["uses"])
        else:
            assert "${{" not in step["run"], "an expression inside a script is code, not data"


def test_the_matrices_are_the_pythons_that_are_declared() -> None:
    whole = set(jobs(ROOT / ".github/workflows/test.yml")["test"]["strategy"]["matrix"]["python"])
    light = set(jobs(ROOT / ".github/workflows/light.yml")["light"]["strategy"]["matrix"]["python"])
    assert light == classified()
    assert whole == {name[len("python") :] for name in re.findall(r"python3\.\d+", text_of("Makefile"))}
    built = re.search(r'^build = "(cp.*)"$', PYPROJECT, re.MULTILINE)
    assert built
    assert {f"3.{minor}" for minor in re.findall(r"cp3(\d+)-\*", built[1])} == light


def test_only_the_job_that_publishes_may_prove_who_it_is() -> None:
    found = jobs(ROOT / ".github/workflows/release.yml")
    assert [name for name, job in found.items() if "id-token" in job.get("permissions", {})] == ["publish"]
    assert set(found["publish"]["needs"]) == set(found) - {"publish"}


def test_the_hooks_are_those_of_make_lint() -> None:
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    ruff = next(r for r in hooks if r["repo"].endswith("/ruff-pre-commit"))
    pinned = re.search(r"^ruff==(.+)$", text_of("constraints.txt"), re.MULTILINE)
    assert pinned
    assert ruff["rev"] == f"v{pinned[1]}"
    assert {h["id"] for h in ruff["hooks"]} == {"ruff-check", "ruff-format"}
    for hook in next(r for r in hooks if r["repo"] == "local")["hooks"]:
        command, *targets = hook["entry"].split()
        assert command == "make"
        assert set(targets) <= make_targets()


def test_every_target_that_is_no_file_is_declared_so() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", text_of("Makefile"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == make_targets()


def test_the_newest_release_in_the_changelog_is_the_version() -> None:
    titles = re.findall(r"^## (.+)$", text_of("CHANGELOG.md"), re.MULTILINE)
    assert titles[0] == "Unreleased"
    released = [re.fullmatch(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", title) for title in titles[1:]]
    assert all(released), "a release is '## 1.2.3 - YYYY-MM-DD'"
    newest = released[0]
    assert newest
    assert newest[1] == __version__
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert (citation["version"], str(citation["date-released"])) == newest.groups()


def test_changes_stand_under_the_headings_of_keep_a_changelog() -> None:
    allowed = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for chapter in re.split(r"^## ", text_of("CHANGELOG.md"), flags=re.MULTILINE)[1:]:
        headings = re.findall(r"^### (.+)$", chapter, re.MULTILINE)
        assert set(headings) <= allowed
        assert len(headings) == len(set(headings)), chapter.splitlines()[0]


def test_the_issue_form_is_one() -> None:
    form = yaml.safe_load(text_of(".github/ISSUE_TEMPLATE/bug.yml"))
    assert {"name", "description", "body"} <= set(form)
    ids = [field["id"] for field in form["body"]]
    assert len(ids) == len(set(ids))
    for field in form["body"]:
        assert field["type"] in {"textarea", "input", "dropdown"}
        assert field["attributes"]["label"]


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_and_options_on_pages_exist(page: Path) -> None:
    """Every `harness ...` in code: the command, its subcommand, its options."""
    program = typer.main.get_group(app)
    text = page.read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?: {4,}|\$ )+(.*)$", text, re.MULTILINE)
    for line in code:
        for call in re.findall(r"(?:^|&& |\$ |bin/)harness ([a-z][^#|&>]*)", line):
            check_call(program, call)


def check_call(program: click.Group, call: str) -> None:
    """Find the command of a call; a word in capitals, `...` or a path is an argument."""
    words = call.split()
    command: click.Command = program
    while isinstance(command, click.Group) and words and re.fullmatch(r"[a-z-]+", words[0]):
        assert words[0] in command.commands, f"there is no `harness {call}`"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    for word in words:
        option = re.match(r"\[?(--[a-z][a-z-]*)", word)
        if option:
            assert option[1] in known | {"--help"}, f"`harness {call}` has no {option[1]}"
