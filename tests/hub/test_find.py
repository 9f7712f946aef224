"""Models are found offline, in the layout of the Hugging Face cache, or the error says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import MissingModelError, UserError
from harness.hub import find_model

COMMIT = "a" * 40


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with one model, as huggingface_hub lays it out: blobs, and links to them."""
    storage = tmp_path / "models--Org--name"
    (storage / "blobs").mkdir(parents=True)
    (storage / "refs").mkdir()
    (storage / "refs" / "main").write_text(COMMIT)
    snapshot = storage / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (storage / "blobs" / "1234").write_text("{}")
    (snapshot / "config.json").symlink_to("../../blobs/1234")
    (snapshot / "gone.bin").symlink_to("../../blobs/never-arrived")
    return tmp_path


def test_a_cached_model_is_found_with_its_commit(cache: Path) -> None:
    found = find_model("Org/name", needs=["config.json"], cache=cache)
    assert found.revision == COMMIT
    assert (found.folder / "config.json").read_text() == "{}"
    assert find_model("Org/name", revision=COMMIT, cache=cache) == found


def test_huggingface_hub_writes_and_reads_the_same_layout(cache: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    assert hub.snapshot_download("Org/name", cache_dir=cache, local_files_only=True) == str(
        find_model("Org/name", cache=cache).folder
    )


def test_a_model_that_is_not_here_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError) as caught:
        find_model("Unbabel/wmt22-comet-da", kind="comet", cache=tmp_path)
    assert "is not on this machine" in caught.value.problem
    assert caught.value.remedy is not None
    assert caught.value.remedy.startswith("harness prefetch comet --model Unbabel/wmt22-comet-da ")


def test_another_revision_is_not_this_model(cache: Path) -> None:
    with pytest.raises(MissingModelError, match="not its revision 'v2'") as caught:
        find_model("Org/name", revision="v2", kind="comet", cache=cache)
    assert caught.value.remedy == "harness prefetch comet --model Org/name --revision v2"
    assert caught.value.allowed == COMMIT


@pytest.mark.parametrize("needed", ["gone.bin", "absent.txt"])
def test_a_file_that_never_arrived_is_missing(cache: Path, needed: str) -> None:
    with pytest.raises(MissingModelError, match=f"only partly on this machine: {needed} is missing"):
        find_model("Org/name", needs=["config.json", needed], cache=cache)


def test_alternatives_satisfy_a_need(cache: Path) -> None:
    assert find_model("Org/name", needs=["tokenizer.json|config.json"], cache=cache).revision == COMMIT


def test_a_folder_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "hparams.yaml").write_text("a: 1")
    found = find_model(str(tmp_path), needs=["hparams.yaml"])
    assert (found.folder, found.revision) == (tmp_path, None)
    with pytest.raises(MissingModelError, match=r"lacks hparams\.yml"):
        find_model(str(tmp_path), needs=["hparams.yml"])
    with pytest.raises(UserError, match="a folder has no revision"):
        find_model(str(tmp_path), revision="main")


@pytest.mark.parametrize("model", ["./nowhere", "/nowhere/at/all", "a/b/c", "what is this"])
def test_a_path_that_is_not_there_is_not_mistaken_for_a_hub_id(model: str, tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="does not exist"):
        find_model(model, cache=tmp_path)


def test_finding_imports_nothing_heavy() -> None:
    code = "import sys, harness.hub; harness.hub.cache_folder(); print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "transformers", "requests", "httpx", "socket"} & set(loaded)
