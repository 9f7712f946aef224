"""docs/design.md says what is there: its rooms, floor modules and commands are the tree's and the program's."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from harness.cli.app import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
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
