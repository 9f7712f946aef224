"""Checkpoints are looked at without being run: what is not COMET, or would run code, is refused in one sentence.

Most of these need neither torch nor COMET: a checkpoint is a zip archive with a pickle in it.
"""

from __future__ import annotations

import collections
import pickle
import pickletools
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import InputError, MissingModelError
from harness.metrics.comet.checkpoint import find_checkpoint, refuse_code


class Hostile:
    """Unpickling this runs a shell."""

    def __reduce__(self) -> tuple[object, ...]:
        import os

        return (os.system, ("touch /tmp/pwned",))


def checkpoint(
    folder: Path, content: object, *, protocol: int = 2, hparams: str = "class_identifier: regression_metric"
) -> Path:
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "hparams.yaml").write_text(hparams, encoding="utf-8")
    (folder / "encoder").mkdir()
    for name in ("config.json", "tokenizer.json"):
        (folder / "encoder" / name).write_text("{}", encoding="utf-8")
    with zipfile.ZipFile(folder / "checkpoints" / "model.ckpt", "w") as archive:
        archive.writestr("model/data.pkl", pickle.dumps(content, protocol=protocol))
    return folder


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_pickle_with_code_in_it_is_refused_before_torch_is_imported(tmp_path: Path, protocol: int) -> None:
    folder = checkpoint(tmp_path / "model", {"state_dict": Hostile()}, protocol=protocol)
    with pytest.raises(
        InputError, match=r"is a pickle that would run code when it is loaded \(posix\.system\): refused"
    ):
        find_checkpoint(str(folder))
    assert not Path("/tmp/pwned").exists()


def test_plain_data_passes(tmp_path: Path) -> None:
    content = {"state_dict": collections.OrderedDict(a=1.0), "hyper_parameters": {"layer": "mix"}}
    folder = checkpoint(tmp_path / "model", content)
    assert find_checkpoint(str(folder)).architecture == "regression_metric"
    assert find_checkpoint(str(folder / "checkpoints" / "model.ckpt")).model.folder == folder


def test_files_that_are_no_checkpoint_are_refused(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path / "model", {})
    weights = folder / "checkpoints" / "model.ckpt"
    weights.write_bytes(b"not an archive")
    with pytest.raises(InputError, match="is not a COMET checkpoint: File is not a zip file"):
        refuse_code(weights)
    with zipfile.ZipFile(weights, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match=r"without torch's data\.pkl"):
        refuse_code(weights)
    with zipfile.ZipFile(weights, "w") as archive:
        archive.writestr("model/data.pkl", pickletools.optimize(pickle.dumps([1, 2]))[:-3])
    with pytest.raises(InputError, match="its pickle is damaged"):
        refuse_code(weights)


@pytest.mark.parametrize(
    ("hparams", "problem"),
    [
        ("layers: 3", "names no class_identifier"),
        ("- a\n- b", "names no class_identifier"),
        ("class_identifier: ranking_metric", "of the kind 'ranking_metric', which gives no score"),
        ("class_identifier: [", "is not a plain YAML file"),
        ("x: !!python/object/apply:os.system ['true']", "is not a plain YAML file"),
    ],
)
def test_hparams_that_are_not_comets_are_refused(tmp_path: Path, hparams: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        find_checkpoint(str(checkpoint(tmp_path / "model", {}, hparams=hparams)))


@pytest.mark.comet
def test_torch_itself_refuses_what_the_first_look_let_pass(
    tmp_path: Path, comet_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    import torch

    from harness.metrics.comet.loading import load_model

    folder = shutil.copytree(comet_model(), tmp_path / "hostile")
    torch.save({"state_dict": Hostile()}, folder / "checkpoints" / "model.ckpt")
    monkeypatch.setattr("harness.metrics.comet.checkpoint.refuse_code", lambda _: None)
    with pytest.raises(InputError, match="holds more than tensors, numbers and text"):
        load_model(find_checkpoint(str(folder)))
    assert not Path("/tmp/pwned").exists()


@pytest.mark.comet
def test_training_bookkeeping_in_old_checkpoints_is_passed_over(
    tmp_path: Path, comet_model: Callable[..., Path]
) -> None:
    import shutil

    import torch
    from pytorch_lightning.callbacks import ModelCheckpoint

    from harness.metrics.comet.loading import load_model

    folder = shutil.copytree(comet_model(), tmp_path / "old")
    weights = folder / "checkpoints" / "model.ckpt"
    saved = torch.load(weights, weights_only=True)
    saved["callbacks"] = {ModelCheckpoint: {"best": 1.0}}
    torch.save(saved, weights)
    load_model(find_checkpoint(str(folder)))


@pytest.mark.comet
def test_a_checkpoint_that_lacks_weights_is_refused_not_filled_with_noise(
    tmp_path: Path, comet_model: Callable[..., Path]
) -> None:
    import shutil

    import torch

    from harness.metrics.comet.loading import load_model

    folder = shutil.copytree(comet_model(), tmp_path / "partial")
    weights = folder / "checkpoints" / "model.ckpt"
    saved = torch.load(weights, weights_only=True)
    whole = dict(saved["state_dict"])
    del saved["state_dict"]["estimator.ff.0.weight"]
    torch.save(saved, weights)
    with pytest.raises(InputError, match=r"lacks 1 of the model's weights, estimator\.ff\.0\.weight"):
        load_model(find_checkpoint(str(folder)))
    torch.save({**saved, "state_dict": {**whole, "estimator.ff.0.weight": torch.zeros(3, 3)}}, weights)
    with pytest.raises(InputError, match="does not fit its encoder: size mismatch"):
        load_model(find_checkpoint(str(folder)))
    torch.save([1, 2], weights)
    with pytest.raises(InputError, match="holds a list, not a state"):
        load_model(find_checkpoint(str(folder)))
    torch.save({"weights": 1}, weights)
    with pytest.raises(InputError, match="has no state_dict"):
        load_model(find_checkpoint(str(folder)))


@pytest.mark.comet
def test_an_encoder_that_asks_for_a_tokenizer_of_another_name_is_told(
    comet_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from comet.encoders import XLMREncoder

    from harness.metrics.comet.loading import load_model

    checkpoint = find_checkpoint(str(comet_model()))  # before the patch: the model is built when it is first asked for

    def elsewhere(*_: object) -> object:
        raise OSError("xlm-roberta-base is not a local folder\nand more")

    monkeypatch.setattr(XLMREncoder, "from_pretrained", elsewhere)
    with pytest.raises(MissingModelError) as caught:
        load_model(checkpoint)
    assert caught.value.problem.endswith("needs more than its own folder: xlm-roberta-base is not a local folder")
    assert caught.value.remedy == "harness prefetch encoder --model xlm-roberta-base"
