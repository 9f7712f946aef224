"""Rules that the import checker cannot express."""

from __future__ import annotations

import ast
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
