"""Find a COMET checkpoint and its encoder on this machine, and look at it without running any of it.

A checkpoint is a folder in the published layout: `hparams.yaml` and `checkpoints/model.ckpt`. Its hparams name the
pretrained encoder, whose tokenizer and config must be here as well (the weights are in the checkpoint). Nothing here
imports torch, so that a model that is missing costs a run nothing.
"""

from __future__ import annotations

import hashlib
import pickletools
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from harness.errors import InputError, MissingModelError
from harness.hub import LocalModel, find_model

WEIGHTS = "checkpoints/model.ckpt"
HPARAMS = "hparams.yaml"
#: What an encoder needs besides the weights that the checkpoint brings.
ENCODER_FILES = ("config.json", "tokenizer.json|sentencepiece.bpe.model|vocab.txt")
#: `class_identifier` of the models that score one translation at a time. Ranking models only order pairs.
ARCHITECTURES = ("regression_metric", "referenceless_regression_metric", "unified_metric", "xcomet_metric")

# Globals that a checkpoint of plain tensors and numbers is made of. torch.load(weights_only=True) is the guard that
# counts; this list lets a hostile file be refused before anything heavy is imported.
_PLAIN_MODULES = ("torch", "torch._utils", "torch._tensor", "torch.storage", "torch.serialization", "collections")
#: Left-overs of training that only carry bookkeeping; the loader replaces them by inert stand-ins.
BOOKKEEPING = ("pytorch_lightning.", "lightning.", "lightning_fabric.", "lightning_utilities.")


@dataclass(frozen=True)
class Checkpoint:
    """A COMET model on this machine.

    Attributes:
        model: the checkpoint's folder, name and revision.
        weights: the file with the weights.
        hparams: what hparams.yaml says.
        encoder: the folder with the encoder's tokenizer and config.
        encoder_name: the encoder as the checkpoint names it.
    """

    model: LocalModel
    weights: Path
    hparams: Mapping[str, Any]
    encoder: LocalModel
    encoder_name: str

    @property
    def architecture(self) -> str:
        """COMET's `class_identifier`."""
        return str(self.hparams["class_identifier"])

    @cached_property
    def sha256(self) -> str:
        """Of the weights file; computed once, because a path or a branch does not say what is in it."""
        with self.weights.open("rb") as handle:
            digest = hashlib.sha256()
            while block := handle.read(1 << 22):
                digest.update(block)
        return digest.hexdigest()


def find_checkpoint(
    model: str, *, revision: str | None = None, encoder: str | None = None, cache: Path | None = None
) -> Checkpoint:
    """Find a model and everything that loading it offline needs.

    Args:
        model: hub id, checkpoint folder, or the `model.ckpt` inside one.
        revision: of a hub model.
        encoder: folder or hub id of the encoder's tokenizer and config, where it is not the one that hparams name.
        cache: the Hugging Face cache.

    Raises:
        MissingModelError: the model or its encoder is not here.
        InputError: what is here is not a COMET checkpoint, or its weights are a pickle that would run code.
    """
    path = Path(model).expanduser()
    if path.is_file() and path.parent.name == "checkpoints":
        model = str(path.parents[1])
    found = find_model(model, revision=revision, needs=(HPARAMS, WEIGHTS), kind="comet", cache=cache)
    hparams = read_hparams(found.folder / HPARAMS)
    weights = found.folder / WEIGHTS
    refuse_code(weights)
    name = str(hparams.get("pretrained_model") or "xlm-roberta-large")
    return Checkpoint(found, weights, hparams, _find_encoder(found, encoder or name, cache), name)


def read_hparams(path: Path) -> Mapping[str, Any]:
    """The hparams of a COMET model; InputError for any other YAML, and for tags that would build Python objects."""
    try:
        hparams = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not a plain YAML file: {' '.join(str(error).split())}.") from None
    identifier = hparams.get("class_identifier") if isinstance(hparams, dict) else None
    if not isinstance(hparams, dict) or identifier is None:
        raise InputError(
            f"{path.parent} is not a COMET checkpoint: {path.name} names no class_identifier.",
            allowed=", ".join(ARCHITECTURES),
        )
    if identifier not in ARCHITECTURES:
        raise InputError(
            f"{path.parent} holds a COMET model of the kind '{identifier}', which gives no score to a translation.",
            allowed=", ".join(ARCHITECTURES),
        )
    return hparams


def _find_encoder(model: LocalModel, name: str, cache: Path | None) -> LocalModel:
    """The encoder that travels with the checkpoint, else the one that hparams name.

    hparams of a folder that was moved name a path that no longer exists; an `encoder/` folder beside hparams.yaml wins.
    """
    beside = model.folder / "encoder"
    if beside.is_dir():
        return find_model(str(beside), needs=ENCODER_FILES)
    relative = model.folder / name
    if not Path(name).is_absolute() and relative.is_dir():
        return find_model(str(relative), needs=ENCODER_FILES)
    try:
        return find_model(name, needs=ENCODER_FILES, kind="encoder", cache=cache)
    except MissingModelError as error:
        if model.revision is not None:
            remedy = f"harness prefetch comet --model {model.name}"
        elif Path(name).is_absolute():
            remedy = f"copy the encoder's tokenizer and config to {beside}"
        else:
            remedy = f"harness prefetch encoder --model {name}"
        raise MissingModelError(
            f"The tokenizer and config of the encoder that {model.name} is built on are not available: {error.problem}",
            remedy=remedy,
        ) from None


def refuse_code(weights: Path) -> None:
    """Raise InputError for a file that is no torch checkpoint, or whose pickle names anything but data."""
    found = [name for name in _pickled_globals(weights) if not _harmless(name)]
    if found:
        raise InputError(
            f"The checkpoint {weights} is a pickle that would run code when it is loaded ({found[0]}): refused.",
            allowed="a checkpoint of tensors, numbers and text, as COMET publishes them",
            remedy="fetch the model again from its publisher",
        )


def _harmless(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    if module in _PLAIN_MODULES:
        return not attribute.startswith("load")
    return name.startswith(BOOKKEEPING)


def _pickled_globals(weights: Path) -> Iterator[str]:
    """Every `module.name` that the pickle of a torch checkpoint asks for. Opcodes are read, nothing is executed."""
    try:
        with zipfile.ZipFile(weights) as archive:
            pickles = [n for n in archive.namelist() if n.endswith("/data.pkl") or n == "data.pkl"]
            if not pickles:
                raise InputError(f"{weights} is not a COMET checkpoint: it is an archive without torch's data.pkl.")
            data = [archive.read(name) for name in pickles]
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(
            f"{weights} is not a COMET checkpoint: {error}.", allowed="a file that torch 1.6 or later saved"
        ) from None
    for block in data:
        strings: list[str] = []
        try:
            for opcode, argument, _ in pickletools.genops(block):
                if opcode.name == "GLOBAL":
                    yield str(argument).replace(" ", ".")
                elif opcode.name == "STACK_GLOBAL":
                    # Module and name are the two strings before it, unless they come from the memo: then say so.
                    yield ".".join(strings[-2:]) if len(strings) >= 2 else "a memoised global"
                elif isinstance(argument, str):
                    strings.append(argument)
        except ValueError as error:
            raise InputError(f"{weights} is not a COMET checkpoint: its pickle is damaged ({error}).") from None
