"""A backend that another package adds, driven through the commands as somebody who has only its docs would."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ["大家好，朋友们。", "狗在睡觉。", "今天下雨。"]
TARGETS = ["Hello there, friends.", "The dog sleeps.", "It rains today."]
CONFIG = """
name: added
references: references
test_sets: [t]
systems:
  - {name: turned, backend: reverse, loud: true}
  - {name: copy, backend: copy}
metrics: [bleu, chrf]
statistics: {resamples: 100}
"""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class and entry point that docs/backends.md shows, as pip would unpack them, and a test set."""
    folder = tmp_path_factory.mktemp("added")
    page = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8").partition("## A backend of your own")[2]
    (folder / "my_package.py").write_text(page.partition("```python\n")[2].partition("```")[0], encoding="utf-8")
    entry = page.partition("```toml\n")[2].partition("```")[0]
    group, _, point = entry.partition("\n")
    assert group == '[project.entry-points."harness.backends"]'
    info = folder / "my_package-1.4.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.4\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[harness.backends]\n{point.replace(chr(34), '')}", encoding="utf-8")
    (folder / "t.txt").write_text("\n".join(map("\t".join, zip(SOURCES, TARGETS, strict=True))), encoding="utf-8")
    (folder / "run.yaml").write_text(CONFIG, encoding="utf-8")
    done = command(folder, "ingest", "t.txt", "--name", "t")
    assert done.returncode == 0, done.stderr
    return folder


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_listed_with_its_parameters(theirs: Path) -> None:
    rows = {row["name"]: row for row in json.loads(command(theirs, "list", "backends", "--json").stdout)}
    assert rows["reverse"]["what it is"] == "from my-package"
    shown = command(theirs, "list", "backends", "reverse").stdout
    assert "loud (bool; default false)\n      shouts." in shown


def test_the_doctor_loads_it(theirs: Path) -> None:
    found = {f["area"]: f for f in json.loads(command(theirs, "doctor", "--json").stdout)}
    assert (found["backend reverse"]["status"], found["backend reverse"]["detail"]) == ("ok", "from my-package")


def test_the_doctor_says_of_one_that_cannot_be_loaded_who_is_to_mend_it(tmp_path: Path) -> None:
    info = tmp_path / "gone-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gone\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[harness.backends]\nlost = gone:Lost\n", encoding="utf-8")
    done = command(tmp_path, "doctor", "--json")
    (finding,) = (f for f in json.loads(done.stdout) if f["area"] == "backend lost")
    assert (done.returncode, finding["status"]) == (3, "broken")
    assert finding["remedy"] == "repair or remove the package gone"


def test_the_schema_completes_its_parameters(theirs: Path) -> None:
    schema = command(theirs, "schema").stdout
    ours = (ROOT / "configs" / "schema.json").read_text(encoding="utf-8")
    assert '"const": "reverse"' in schema
    assert '"const": "reverse"' not in ours
    assert '"loud"' in schema


def test_a_run_translates_with_it_and_records_its_package(theirs: Path) -> None:
    done = command(theirs, "run", "run.yaml", "--json", "--output", "results")
    assert done.returncode == 0, done.stderr
    (folder,) = (p.parent for p in (theirs / "results").glob("*/run.json"))
    with (folder / "segments" / "turned.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["hypothesis"] for row in csv.DictReader(file)] == [text[::-1] for text in SOURCES]
    stored = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert stored["provenance"]["packages"]["my-package"] == "1.4"
    systems = {s["name"]: s for s in stored["systems"]}
    assert systems["turned"]["backend"] == "reverse"
    assert systems["turned"]["parameters"] == {"loud": True}


def test_what_it_gave_is_scored_like_any_file(theirs: Path) -> None:
    for name, lines in (("s.txt", SOURCES), ("r.txt", TARGETS), ("h.txt", [text[::-1] for text in SOURCES])):
        (theirs / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    score = ("score", "--source", "s.txt", "--reference", "r.txt", "--hypothesis", "turned=h.txt", "--metric", "chrf")
    done = command(theirs, *score, "--json", "--output", "scored")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ("loud: true", "lout: true", "there is no key 'lout' here; did you mean 'loud'?"),
        ("loud: true", "loud: maybe", "'loud' is not right (it is 'maybe')"),
        ("backend: reverse", "backend: revers", "did you mean 'reverse'?"),
    ],
)
def test_its_parameters_are_checked_before_anything_runs(theirs: Path, was: str, wrong: str, said: str) -> None:
    (theirs / "wrong.yaml").write_text(CONFIG.replace(was, wrong), encoding="utf-8")
    done = command(theirs, "run", "wrong.yaml", "--output", "nothing")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (theirs / "nothing").exists()
