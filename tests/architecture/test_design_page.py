"""docs/design.md and CONTRIBUTING.md say what is there: rooms, modules, commands, tests and make targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from harness.cli.app import app

ROOT = Path(__file__).parents[2]
RECIPES = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
PAGES = {"docs/design.md": PAGE, "CONTRIBUTING.md": RECIPES}
#: `path/to/this` or `this.py`.
_QUOTED = re.compile(r"`([\w./<>-]+(?:/|/[\w.<>-]+|\.(?:py|md|ya?ml|toml|json|txt|cff|csv)))`")
_NO_FILES = {"deepl.py", "report.html", "leaderboard.csv"}  # what not to write, and what runs write
#: An entry of the tree: indented by 4 for the page's code block and by 2 for each level; its name; what it is.
_ENTRY = re.compile(r"^ {4}(?P<indent>(?:  )*)(?P<name>[\w.]+/?) +(?P<what>\S.*)$")


def section(title: str) -> list[str]:
    """The lines of one chapter."""
    _, _, after = PAGE.partition(f"\n## {title}")
    assert after, f"docs/design.md has no chapter '{title}'"
    return after.partition("\n## ")[0].splitlines()


def listed_in_harness() -> set[str]:
    """Paths under harness/ in the drawn tree; folders end with a slash."""
    lines = section("The rooms")
    start = lines.index("    harness/")
    found: list[str] = []
    above: list[str] = []
    for line in lines[start + 1 :]:
        entry = _ENTRY.match(line)
        if entry is None or not entry["indent"]:
            break
        depth = len(entry["indent"]) // 2 - 1
        above = [*above[:depth], entry["name"]]
        found.append("".join(above))
    assert len(found) == len(set(found)), "an entry is listed twice"
    return set(found)


def test_the_rooms_on_the_page_are_the_packages_in_the_tree() -> None:
    package = ROOT / "harness"
    folders = {p.parent.relative_to(package).as_posix() + "/" for p in package.rglob("__init__.py")} - {"./"}
    assert {name for name in listed_in_harness() if name.endswith("/")} == folders


def test_the_floor_on_the_page_is_the_modules_beside_the_rooms() -> None:
    modules = {p.name for p in (ROOT / "harness").glob("*.py") if not p.name.startswith("__")}
    assert {name for name in listed_in_harness() if not name.endswith("/")} == modules


def test_the_commands_on_the_page_are_the_program_s() -> None:
    rows = [re.match(r"\| `harness ([a-z-]+)` \|", line) for line in section("The contracts")]
    listed = [row[1] for row in rows if row]
    assert sorted(listed) == sorted(typer.main.get_group(app).commands)


def test_every_command_has_the_module_of_its_name() -> None:
    modules = {p.stem for p in (ROOT / "harness" / "cli" / "commands").glob("*.py") if p.stem != "__init__"}
    # `list` would hide the built-in in its own module.
    assert modules == {"list_names" if name == "list" else name for name in typer.main.get_group(app).commands}


def test_the_protocol_on_the_page_is_the_metrics_own() -> None:
    from harness.metrics.base import Metric

    text = "\n".join(section("The rooms")).partition("class Metric(Protocol):")[2].partition("\n\n")[0]
    named = set(re.findall(r"^ {8}(?:def )?(\w+)[:(]", text, re.MULTILINE))
    public = {n for n in vars(Metric) if not n.startswith("_")} | set(Metric.__annotations__)
    assert named == public


def test_the_number_of_parameters_on_the_page_is_what_ruff_allows() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "max-args = 6\n" in settings
    assert "more than six parameters is a missing type" in PAGE


def _named(text: str) -> list[str]:
    return sorted(set(_QUOTED.findall(text)) - _NO_FILES)


@pytest.mark.parametrize(("page", "path"), [(p, path) for p, t in PAGES.items() for path in _named(t)])
def test_every_path_on_a_page_exists(page: str, path: str) -> None:
    """From the root, from harness/ or from one of its rooms; <name> stands for any name."""
    pattern = re.sub(r"<\w+>", "*", path)
    roots = [ROOT, ROOT / "harness", *(p for p in (ROOT / "harness").iterdir() if (p / "__init__.py").is_file())]
    assert any(list(root.glob(pattern)) for root in roots), f"{page} names {path}"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("NETWORKED", "tests/backends/services.py"),
        ("LOCAL", "tests/contracts/test_backends.py"),
        ("MAKERS", "tests/contracts/test_backends.py"),
        ("CASES", "tests/contracts/test_metrics.py"),
    ],
)
def test_every_list_that_a_recipe_names_stands_in_its_file(name: str, path: str) -> None:
    assert f"`{name}`" in RECIPES
    assert re.search(rf"^{name}\b.*=", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_list_that_the_recipes_name_is_looked_for() -> None:
    assert set(re.findall(r"`([A-Z]{3,})`", RECIPES)) == {"NETWORKED", "LOCAL", "MAKERS", "CASES"}


def test_every_make_target_that_the_recipes_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z-]+)", " ".join(re.findall(r"`[^`]+`|^ {4}.*$", RECIPES, re.MULTILINE))))
    assert named
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_workflow_that_the_recipes_name_exists() -> None:
    named = set(re.findall(r"[Ww]orkflow `([a-z]+)`", RECIPES))
    assert {"test", "light", "release"} == named
    assert named == {p.stem for p in (ROOT / ".github" / "workflows").glob("*.yml")}
