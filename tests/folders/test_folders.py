"""A folder is replaced whole or not at all, also where the process dies; test sets, runs and baselines rely on it."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from harness.corpus.testset.references_folder import load_test_set, write_test_set
from harness.domain import Kind, LangPair, Segment, TestSet
from harness.domain.verdict import gate_input_of
from harness.errors import UserError
from harness.files import umask
from harness.folders import refuse_cut_short, whole_folder
from harness.store.baselines import Acceptance, is_baseline, read_baseline, write_baseline
from harness.store.runs import list_runs, read_run, write_run
from tests.samples import sample_run

ROOT = Path(__file__).parents[2]
FIRST = Acceptance("first", "2026-01-02T03:04:05+00:00", "", "")
SECOND = dataclasses.replace(FIRST, run="second")
DIES = """
import os, pathlib
rename, seen = pathlib.Path.rename, []
def dying(self, target):
    seen.append(self)
    if len(seen) == {nth}:
        os._exit(9)
    return rename(self, target)
pathlib.Path.rename = dying
"""


def dies_at_rename(nth: int, code: str, *arguments: object) -> None:
    """Run code in a process that is gone, without any clean-up, when it comes to its nth rename."""
    done = subprocess.run(
        [sys.executable, "-c", DIES.format(nth=nth) + code, *map(str, arguments)], cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 9


def accept(folder: Path, *history: Acceptance) -> None:
    run = sample_run()
    write_baseline(
        gate_input_of(run), folder, history, {t.name: tuple(s.id for s in t.segments) for t in run.test_sets}
    )


def put(folder: Path, text: str, error: Exception | None = None) -> None:
    with whole_folder(folder, dropped=lambda _: {"old"}) as temporary:
        (temporary / "new").write_text(text, encoding="utf-8")
        if error is not None:
            raise error


def put_late(folder: Path) -> None:
    """Write a folder that must not be there yet, while another writer makes it."""
    with whole_folder(folder) as temporary:
        (temporary / "new").write_text("second", encoding="utf-8")
        put(folder, "first")


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()}


def test_what_is_not_written_anew_and_not_dropped_is_carried_over(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    (folder / "deep" / "er").mkdir(parents=True)
    for name in ("old", "new", "mine", "deep/er/mine"):
        (folder / name).write_text("before", encoding="utf-8")
    (folder / "link").symlink_to("nowhere")
    put(folder, "after")
    assert files(folder) == {"new": "after", "mine": "before", "deep/er/mine": "before"}
    assert (folder / "link").readlink() == Path("nowhere")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_an_error_inside_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path / "x", "before")
    with pytest.raises(ZeroDivisionError):
        put(tmp_path / "x", "half", ZeroDivisionError())
    with pytest.raises(UserError, match="x cannot be written: No space left"):
        put(tmp_path / "x", "half", OSError(28, "No space left on device"))
    assert files(tmp_path) == {"x/new": "before"}


def test_what_must_stay_is_never_overwritten_even_where_it_appears_meanwhile(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="exists already"):
        put_late(tmp_path / "x")
    assert files(tmp_path) == {"x/new": "first"}
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="is a file"):
        put(tmp_path / "file", "")


def test_a_new_folder_is_no_more_open_than_its_parent(tmp_path: Path) -> None:
    for mode in (0o700, 0o755, 0o777):
        parent = tmp_path / oct(mode)
        parent.mkdir()
        parent.chmod(mode)
        put(parent / "x", "")
        assert (parent / "x").stat().st_mode & 0o777 == mode & ~umask()


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real", "before")
    (tmp_path / "link").symlink_to("real")
    put(tmp_path / "link", "after")
    assert (tmp_path / "link").is_symlink()
    assert files(tmp_path / "real") == {"new": "after"}


WRITE = """
import sys
from tests.folders.test_folders import put
from pathlib import Path
put(Path(sys.argv[1]), "after")
"""


def test_death_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    put(folder, "before")
    (folder / "mine").write_text("kept", encoding="utf-8")
    dies_at_rename(2, WRITE, folder)
    assert not folder.exists()
    with pytest.raises(UserError, match="was cut short") as caught:
        refuse_cut_short(folder)
    command = str(caught.value.remedy)
    put(folder, "again")
    assert files(folder) == {"new": "again", "mine": "kept"}
    assert not list(tmp_path.glob("*.old"))
    refuse_cut_short(folder)

    dies_at_rename(2, WRITE, folder)
    with pytest.raises(UserError) as caught:
        refuse_cut_short(folder)
    assert caught.value.remedy != command
    subprocess.run(str(caught.value.remedy), shell=True, check=True)  # what the message says does put it back
    assert files(folder) == {"new": "again", "mine": "kept"}


def test_death_before_the_renames_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path / "x", "before")
    dies_at_rename(1, WRITE, tmp_path / "x")
    assert files(tmp_path / "x") == {"new": "before"}


def test_a_neighbour_whose_name_begins_alike_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "a.b", "before")
    dies_at_rename(2, WRITE, tmp_path / "a.b")
    refuse_cut_short(tmp_path / "a")
    put(tmp_path / "a", "other")
    put(tmp_path / "a", "other")
    put(tmp_path / "a.b", "after")
    assert (files(tmp_path / "a"), files(tmp_path / "a.b")) == ({"new": "other"}, {"new": "after"})


def test_a_test_set_survives_death_between_the_renames(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    segments = (Segment("a", "d", 1, Kind.SENTENCE, "句"),)
    test_set = TestSet("tiny", LangPair("zh", "en"), segments, {"refA": ("S",)})
    write_test_set(test_set, folder, documents={"document.zh.txt": b"x"})
    code = """
import sys
from pathlib import Path
from harness.corpus.testset.references_folder import load_test_set, write_test_set
write_test_set(load_test_set(Path(sys.argv[1])), Path(sys.argv[1]))
"""
    dies_at_rename(2, code, folder)
    with pytest.raises(UserError, match="was cut short"):
        load_test_set(folder)
    write_test_set(test_set, folder, documents={"document.txt": b"y"})
    assert sorted(p.name for p in folder.iterdir()) == ["document.txt", "segments.tsv", "testset.yaml"]
    assert load_test_set(folder).segments == segments


def test_a_baseline_is_replaced_whole_and_survives_death(tmp_path: Path) -> None:
    folder = tmp_path / "default"
    accept(folder, FIRST)
    (folder / "README").write_text("ours", encoding="utf-8")
    before = files(folder)
    code = """
import sys
from pathlib import Path
from tests.folders.test_folders import FIRST, SECOND, accept
accept(Path(sys.argv[1]), FIRST, SECOND)
"""
    dies_at_rename(1, code, folder)
    assert files(folder) == before
    dies_at_rename(2, code, folder)
    with pytest.raises(UserError, match="was cut short"):
        is_baseline(folder)
    accept(folder, FIRST, SECOND)
    assert read_baseline(folder)[1] == (FIRST, SECOND)
    assert files(folder).keys() == before.keys()


def test_a_run_that_dies_before_its_rename_is_not_there(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from harness.store.runs import write_run
from tests.samples import sample_run
write_run(sample_run(), Path(sys.argv[1]))
"""
    dies_at_rename(1, code, tmp_path)
    assert list_runs(tmp_path) == ()
    assert read_run(write_run(sample_run(), tmp_path)) == sample_run()
