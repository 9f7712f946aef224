"""Fetching a model: all that offline use needs, checked, with a manifest; failures by their true cause."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import HarnessError, InputError, MissingModelError, UserError
from harness.hub import find_model
from harness.hub.fetch import EncoderOnly, Hub, WholeModel
from harness.hub.fetched_files import manifests, problems
from tests.hub.hub_server import COMMIT, FakeHub, serving

pytest.importorskip("huggingface_hub", reason="needs the extra transformers")
pytestmark = [pytest.mark.loopback, pytest.mark.allow_hosts(["127.0.0.1"])]

FILES = {
    "config.json": b"{}",
    "tokenizer.json": b'{"model": 1}',
    "model.safetensors": b"weights" * 100,
    "pytorch_model.bin": b"the same weights again",
    "tf_model.h5": b"and again",
}


@pytest.fixture
def server() -> Iterator[FakeHub]:
    with serving(FakeHub({"Org/model": FILES, "plain": {"config.json": b"{}"}})) as hub:
        yield hub


def hub_of(server: FakeHub, tmp_path: Path) -> Hub:
    return Hub(cache=tmp_path / "cache", endpoint=server.url)


def test_what_is_fetched_is_found_offline_and_listed(server: FakeHub, tmp_path: Path) -> None:
    hub = hub_of(server, tmp_path)
    (manifest,) = WholeModel().fetch(hub, "Org/model", None)
    assert [f.path for f in manifest.files] == ["config.json", "tokenizer.json", "model.safetensors"]
    assert manifest.files[2].sha256 == hashlib.sha256(FILES["model.safetensors"]).hexdigest()
    assert find_model("Org/model", needs=["model.safetensors"], cache=hub.cache).revision == COMMIT
    written = json.loads(manifest.path.read_text(encoding="utf-8"))
    assert written["revision"] == COMMIT
    assert written["endpoint"] == server.url
    assert hub.cache is not None
    (read,) = manifests(hub.cache)
    assert {f.path for f in read.files} == {f.path for f in manifest.files}
    assert problems(read) == []


def test_an_encoder_comes_without_its_weights(server: FakeHub, tmp_path: Path) -> None:
    (manifest,) = EncoderOnly().fetch(hub_of(server, tmp_path), "Org/model", "main")
    assert [f.path for f in manifest.files] == ["config.json", "tokenizer.json"]
    assert not any("safetensors" in line for line in server.asked)


def test_a_second_fetch_moves_no_bytes_and_adds_to_the_manifest(server: FakeHub, tmp_path: Path) -> None:
    hub = hub_of(server, tmp_path)
    hub.fetch("Org/model", files=["config.json"])
    server.asked.clear()
    manifest = hub.fetch("Org/model", files=["config.json", "tokenizer.json"])
    assert not [line for line in server.asked if line.startswith("GET") and line.endswith("/config.json")]
    assert len(json.loads(manifest.path.read_text(encoding="utf-8"))["files"]) == 2


def test_verification_sees_every_kind_of_damage(server: FakeHub, tmp_path: Path) -> None:
    (manifest,) = WholeModel().fetch(hub_of(server, tmp_path), "Org/model", None)
    (manifest.folder / "config.json").resolve().write_bytes(b"[]")
    (manifest.folder / "tokenizer.json").resolve().write_bytes(b"cut")
    (manifest.folder / "model.safetensors").resolve().unlink()
    found = problems(manifest)
    assert [line.partition(str(manifest.folder))[2] for line in found] == [
        "/config.json has another SHA-256 than the manifest says.",
        "/tokenizer.json has 3 bytes, the manifest says 12.",
        "/model.safetensors is missing.",
    ]
    manifest.path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest .* is damaged"):
        manifests(tmp_path / "cache")


@pytest.mark.parametrize(
    ("model", "status", "headers", "kind", "problem", "remedy"),
    [
        (
            "Org/none",
            404,
            {"X-Error-Code": "RepoNotFound"},
            UserError,
            "There is no model 'Org/none'",
            "check the name",
        ),
        ("Org/gated", 403, {"X-Error-Code": "GatedRepo"}, MissingModelError, "is gated", "accept the terms"),
        ("Org/closed", 401, {}, UserError, "or it is private", "HF_TOKEN"),
        ("Org/refused", 403, {}, MissingModelError, "refuses access to Org/refused (403)", "HF_TOKEN"),
        ("Org/busy", 429, {"Retry-After": "17"}, MissingModelError, "too many requests (429)", "in 17 seconds"),
        ("Org/down", 500, {}, MissingModelError, "fails with status 500", "later"),
    ],
)
def test_failures_are_told_by_their_true_cause(  # noqa: PLR0917
    server: FakeHub,
    tmp_path: Path,
    model: str,
    status: int,
    headers: dict[str, str],
    kind: type[HarnessError],
    problem: str,
    remedy: str,
) -> None:
    server.faults[model] = (status, headers)
    with pytest.raises(kind) as caught:
        hub_of(server, tmp_path).fetch(model)
    assert problem in caught.value.problem
    assert remedy in str(caught.value.remedy)


def test_no_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match=r"no connection to http://127\.0\.0\.1:9"):
        Hub(cache=tmp_path, endpoint="http://127.0.0.1:9").fetch("Org/model")


def test_wrong_revisions_and_files_and_names_are_the_users(server: FakeHub, tmp_path: Path) -> None:
    hub = hub_of(server, tmp_path)
    with pytest.raises(UserError, match="no revision 'v9'"):
        hub.fetch("Org/model", revision="v9")
    with pytest.raises(UserError, match=r"no file that matches hparams\.yaml"):
        hub.fetch("Org/model", files=["hparams.yaml"])
    with pytest.raises(UserError, match="is no model id"):
        hub.fetch("not a model id")


def test_a_damaged_file_is_deleted_and_told(server: FakeHub, tmp_path: Path) -> None:
    server.damaged.add("model.safetensors")
    with pytest.raises(MissingModelError, match=r"model\.safetensors arrived damaged"):
        hub_of(server, tmp_path).fetch("Org/model")
    assert not list((tmp_path / "cache").rglob("model.safetensors"))
    assert not list((tmp_path / "cache").rglob("manifest/*.json"))


def test_a_full_disk_is_told_before_anything_comes(
    server: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(MissingModelError, match="disk has no room for the model Org/model"):
        hub_of(server, tmp_path).fetch("Org/model")
    assert not (tmp_path / "cache").exists()


def test_a_disk_that_fills_up_underway_is_told(
    server: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("could not write") from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", full)
    with pytest.raises(MissingModelError, match="disk has no room"):
        hub_of(server, tmp_path).fetch("Org/model")
