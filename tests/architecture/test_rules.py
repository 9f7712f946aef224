"""Rules that the import checker cannot express."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "harness"
MODULES = sorted(PACKAGE.rglob("*.py"))


def _names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.update({node.module} if node.module != "harness" else {f"harness:{a.name}" for a in node.names})
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_inside_imports_the_face(path: Path) -> None:
    faces = {n for n in _names(path) if n == "harness" or n.startswith("harness:")}
    assert not faces, f"import from the module that defines it, not from the package's face: {faces}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "cli" not in p.relative_to(PACKAGE).parts], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_only_the_command_line_knows_typer(path: Path) -> None:
    assert not {n for n in _names(path) if n.split(".")[0] in {"typer", "click"}}


#: Modules that exist once in each of two parallel rooms, by design: the seam that plug-ins implement, and its list.
PARALLEL = {"base", "catalogue"}
#: Folders with one module per thing of a list that users know: they may be longer than a room.
LISTS = {"cli/commands"}


def test_no_two_modules_share_a_name() -> None:
    """A command's module is named like the command, and may share its name with what it commands."""
    modules = [p for p in MODULES if p.parent != PACKAGE / "cli" / "commands" and p.name != "__init__.py"]
    counted = Counter(p.stem for p in modules)
    assert {name for name, count in counted.items() if count > 1} <= PARALLEL


def test_no_two_public_classes_share_a_name() -> None:
    """A reader who meets a type in one room must not think of another room's."""
    counted = Counter(
        node.name
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name for name, count in counted.items() if count > 1} == set()


def test_no_module_is_named_like_the_standard_library_or_a_package_it_wraps() -> None:
    wrapped = {
        "azure",
        "comet",
        "ctranslate2",
        "deepl",
        "docx",
        "google",
        "httpx",
        "openai",
        "ray",
        "sacrebleu",
        "torch",
    }
    taken = (sys.stdlib_module_names | wrapped) - {"test"}
    assert not {p.stem for p in MODULES if p.stem in taken and not p.stem.startswith("__")}


@pytest.mark.parametrize("folder", sorted({p.parent for p in MODULES}), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rooms_stay_small(folder: Path) -> None:
    modules = [p for p in folder.glob("*.py") if p.name not in {"__init__.py", "__main__.py"}]
    assert len(modules) <= 14 or str(folder.relative_to(PACKAGE)) in LISTS, "divide the room"


@pytest.mark.parametrize("folder", sorted({p.parent for p in MODULES}), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_room_says_what_belongs_there(folder: Path) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
