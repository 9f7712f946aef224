"""Bring a checkpoint into memory: COMET's own classes, none of its downloads, and no code from the file."""

from __future__ import annotations

import inspect
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import InputError, MissingExtraError, MissingModelError
from harness.metrics.comet.checkpoint import BOOKKEEPING, Checkpoint


def load_model(checkpoint: Checkpoint) -> Any:
    """The COMET model (a torch module in evaluation mode, fp32, on the CPU) with every weight from the checkpoint.

    `comet.load_from_checkpoint` would unpickle without a guard, load the weights twice, look for the encoder under the
    path that the publisher had, and keep random numbers where the file lacks a weight. The classes are COMET's; the
    reading is done here.

    Raises:
        MissingExtraError: torch or unbabel-comet is not installed.
        InputError: not a COMET checkpoint, or one that wants to run code.
    """
    with warnings.catch_warnings():
        # torchmetrics 0.10 imports pkg_resources, which warns; its users can do nothing about it.
        warnings.simplefilter("ignore")
        try:
            from comet.models import str2model
            from transformers.modeling_utils import no_init_weights
        except ImportError as error:
            raise MissingExtraError("COMET", "comet", cause=str(error)) from error
    saved = _read(checkpoint.weights)
    state, hparams = saved.get("state_dict"), saved.get("hyper_parameters") or dict(checkpoint.hparams)
    if not isinstance(state, dict) or not isinstance(hparams, dict):
        raise InputError(f"{checkpoint.weights} is not a COMET checkpoint: it has no state_dict.")
    cls = str2model[checkpoint.architecture]
    known = inspect.signature(cls.__init__).parameters
    arguments = {name: value for name, value in hparams.items() if name in known}
    arguments |= {
        "pretrained_model": str(checkpoint.encoder.folder),
        "load_pretrained_weights": False,
        "nr_frozen_epochs": 0,  # freezing is for training, and is logged to the screen
        "local_files_only": True,
        "train_data": [],
        "validation_data": [],
    }
    try:
        with no_init_weights():
            model = cls(**arguments)
    except OSError as error:  # an encoder whose COMET class asks for a tokenizer of another name (MiniLM)
        raise MissingModelError(
            f"The encoder of {checkpoint.model.name} needs more than its own folder: {str(error).splitlines()[0]}",
            remedy="harness prefetch encoder --model xlm-roberta-base",
        ) from None
    _fill(model, state, checkpoint.weights)
    return model.float().eval().requires_grad_(False)


def _fill(model: Any, state: dict[str, Any], path: Path) -> None:
    lacking = [name for name, _ in model.named_parameters() if name not in state]
    if lacking:
        raise InputError(
            f"The checkpoint {path} lacks {len(lacking)} of the model's weights, {lacking[0]} among them: "
            "it does not fit its hparams.yaml, or its encoder's config."
        )
    try:
        model.load_state_dict(state, strict=False, assign=True)
    except RuntimeError as error:
        detail = str(error).splitlines()[-1].strip()
        raise InputError(f"The checkpoint {path} does not fit its encoder: {detail}") from None


def _read(path: Path) -> dict[str, Any]:
    import torch

    try:
        with _inert_bookkeeping(path):
            saved = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as error:
        raise InputError(
            f"The checkpoint {path} holds more than tensors, numbers and text, and loading the rest would run code: "
            f"refused ({str(error).splitlines()[0]})"
        ) from None
    except (RuntimeError, EOFError, OSError) as error:
        raise InputError(f"{path} is not a COMET checkpoint: {str(error).splitlines()[0]}") from None
    if not isinstance(saved, dict):
        raise InputError(f"{path} is not a COMET checkpoint: it holds a {type(saved).__name__}, not a state.")
    return saved


class _Inert:
    """Stands in for a training callback that was pickled along; it has no behaviour."""

    def __init__(self, *_: object) -> None: ...

    def __setstate__(self, _: object) -> None: ...


@contextmanager
def _inert_bookkeeping(path: Path) -> Iterator[None]:
    """Let weights_only loading pass over training callbacks, which older checkpoints carry, without importing them."""
    import torch

    asked = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    stand_ins = [(_Inert, name) for name in asked if name.startswith(BOOKKEEPING)]
    with torch.serialization.safe_globals(stand_ins):
        yield
