"""`harness prefetch` from a mirror on loopback, then COMET offline; and what the command says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from harness.errors import InputError
from harness.hub.fetch import Hub
from tests.hub.hub_server import COMMIT, FakeHub, serving

pytest.importorskip("huggingface_hub", reason="needs the extra transformers")
pytestmark = [pytest.mark.loopback, pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.comet]


@pytest.fixture
def mirror(comet_model: Callable[..., Path]) -> Iterator[FakeHub]:
    """A COMET model as it is published: its hparams name an encoder by hub id."""
    folder = comet_model("regression_metric")
    hparams = yaml.safe_load((folder / "hparams.yaml").read_text(encoding="utf-8"))
    hparams["pretrained_model"] = "Org/xlm-r"
    model = {
        "hparams.yaml": yaml.safe_dump(hparams).encode(),
        "checkpoints/model.ckpt": (folder / "checkpoints" / "model.ckpt").read_bytes(),
        "README.md": b"# A model",
    }
    encoder = {p.name: p.read_bytes() for p in (folder / "encoder").iterdir()}
    encoder["model.safetensors"] = b"weights that the checkpoint brings anyway"
    with serving(FakeHub({"Org/comet": model, "Org/xlm-r": encoder})) as hub:
        yield hub


def harness(*arguments: str, mirror: FakeHub, cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_ENDPOINT": mirror.url, "HF_HOME": str(cache), "HF_HUB_CACHE": str(cache / "hub")}
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments], capture_output=True, text=True, check=False, env=environment
    )


def test_what_prefetch_brings_is_enough_to_score_offline(
    mirror: FakeHub, tmp_path: Path, comet_model: Callable[..., Path]
) -> None:
    done = harness("prefetch", "comet", "--model", "Org/comet", mirror=mirror, cache=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(f"Org/comet at {COMMIT}: 3 files, ")
    assert "Org/comet: checkpoints/model.ckpt (" in done.stderr
    assert not any("model.safetensors" in line for line in mirror.asked)

    mirror.asked.clear()
    verified = harness("prefetch", "--verify", mirror=mirror, cache=tmp_path)
    assert verified.returncode == 0
    assert verified.stdout == f"Org/comet at {COMMIT}: whole\nOrg/xlm-r at {COMMIT}: whole\n"

    from harness.domain import ScoringUnit
    from harness.metrics.comet import Comet

    unit = ScoringUnit("s", "t", "0", "d", "第二十三次会议", "The 23rd meeting", ("The 23rd session",))
    metric = Comet(model="Org/comet", cache=str(tmp_path / "hub"), device="cpu")
    local = Comet(model=str(comet_model("regression_metric")), device="cpu")
    assert metric.segment_stats([unit]).tolist() == local.segment_stats([unit]).tolist()
    assert metric.signature(1).get("revision") == COMMIT
    assert mirror.asked == []  # neither verifying nor scoring spoke to the hub

    blob = tmp_path / "hub" / "models--Org--comet" / "snapshots" / COMMIT / "README.md"
    blob.resolve().write_text("# B model", encoding="utf-8")
    damaged = harness("prefetch", "--verify", mirror=mirror, cache=tmp_path)
    assert damaged.returncode == 3
    assert "README.md has another SHA-256" in damaged.stdout


def test_the_manifest_is_data_for_programs(mirror: FakeHub, tmp_path: Path) -> None:
    done = harness("prefetch", "encoder", "-m", "Org/xlm-r", "--json", mirror=mirror, cache=tmp_path)
    (manifest,) = json.loads(done.stdout)
    assert manifest["model"] == "Org/xlm-r"
    assert {"config.json", "tokenizer.json"} <= {f["path"] for f in manifest["files"]}


def test_mistakes_end_with_one_sentence_and_a_code(mirror: FakeHub, tmp_path: Path) -> None:
    typo = harness("prefetch", "commet", "--model", "Org/comet", mirror=mirror, cache=tmp_path)
    assert typo.returncode == 2
    assert "did you mean 'comet'?" in typo.stderr
    nothing = harness("prefetch", mirror=mirror, cache=tmp_path)
    assert nothing.returncode == 2
    unverified = harness("prefetch", "--verify", mirror=mirror, cache=tmp_path)
    assert unverified.returncode == 3
    assert "There is no manifest of any model" in unverified.stderr
    unknown = harness("prefetch", "comet", "--model", "Org/other", mirror=mirror, cache=tmp_path)
    assert unknown.returncode == 2
    assert "There is no model 'Org/other'" in unknown.stderr
    assert "Traceback" not in unknown.stderr


def test_what_is_no_comet_model_is_refused_before_its_weights_come(mirror: FakeHub, tmp_path: Path) -> None:
    from harness.metrics.comet.fetching import CometModel

    other = FakeHub({"Org/other": {"hparams.yaml": b"layers: 3", "checkpoints/model.ckpt": b"0" * 99}})
    with serving(other), pytest.raises(InputError, match="is not a COMET checkpoint"):
        CometModel().fetch(Hub(cache=tmp_path, endpoint=other.url), "Org/other", None)
    assert not any("model.ckpt" in line for line in other.asked)
