"""What a model folder says of itself before anything heavy is imported: its kind, and what names its exact content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.domain import sha256_of
from harness.errors import ConfigError, InputError
from harness.hub import find_model
from harness.hub.fetched_files import FOLDER_MANIFEST, record

WEIGHTS = "*.safetensors|pytorch_model*.bin"
TOKENIZER = "tokenizer.json|*.model|*.spm|vocab.json|vocab.txt|*.tiktoken|tokenizer/tokenizer_config.json"
_TRANSLATORS = ("ForConditionalGeneration", "MTModel", "Seq2SeqLM")
_SPEAKERS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
#: Files beside a model that no output depends on.
_IDLE = (
    "*.md",
    "LICENSE*",
    "*.txt.gz",
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*.onnx",
    "*.gguf",
    "training_args.bin",
    "*.pt",
    FOLDER_MANIFEST,
)


@dataclass(frozen=True)
class ModelFolder:
    """A model on this machine.

    Attributes:
        name: as it was asked for.
        folder: where its files are.
        revision: the commit of a hub model, or a checksum over the files of a folder.
        config: its `config.json`.
        generation: its `generation_config.json`; empty where there is none.
    """

    name: str
    folder: Path
    revision: str
    config: Mapping[str, Any]
    generation: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The `model_type` of the config: "marian", "m2m_100", "t5", "qwen2" ..."""
        return str(self.config.get("model_type", ""))

    @property
    def chats(self) -> bool:
        """Whether it is a causal language model rather than an encoder with a decoder."""
        return not self.config.get("is_encoder_decoder", self.kind in {"t5", "mt5", "umt5", "marian", "m2m_100"})

    @property
    def default_beams(self) -> int:
        """The beam size that the model's publisher set; 1 where none is set."""
        return int(self.generation.get("num_beams") or self.config.get("num_beams") or 1)

    @property
    def positions(self) -> int | None:
        """The most tokens that the model has positions for, as far as its config says."""
        inner = self.config.get("text_config")
        places: list[Mapping[str, Any]] = [self.config, inner if isinstance(inner, Mapping) else {}]
        found = [p[key] for p in places for key in ("max_position_embeddings", "n_positions") if p.get(key)]
        return min(map(int, found)) if found else None


def find_weights(model: str, *, revision: str | None, cache: str | None) -> ModelFolder:
    """A transformers model that is on this machine, strictly offline and without importing torch.

    Raises:
        MissingModelError: it is not here, or not whole.
        ConfigError: it is no model that writes text.
    """
    needs = ("config.json", WEIGHTS, TOKENIZER)
    found = find_model(
        model, revision=revision, needs=needs, kind="transformers", cache=Path(cache).expanduser() if cache else None
    )
    config = read_json(found.folder / "config.json")
    weights = ModelFolder(
        name=model,
        folder=found.folder,
        revision=found.revision or checksum(found.folder),
        config=config,
        generation=read_json(found.folder / "generation_config.json", optional=True),
    )
    endings = _SPEAKERS if weights.chats else _TRANSLATORS
    architectures = [str(a) for a in config.get("architectures") or ()]
    if architectures and not any(a.endswith(endings) for a in architectures):
        raise ConfigError(
            f"The model {model} ({', '.join(architectures)}) writes no text.",
            allowed="sequence-to-sequence translation models and causal language models",
        )
    return weights


def read_json(path: Path, *, optional: bool = False) -> Mapping[str, Any]:
    """A JSON object; empty for an optional file that is not there.

    Raises:
        InputError: it is no JSON object.
    """
    if optional and not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", remedy="copy the model folder again") from None
    if not isinstance(content, dict):
        raise InputError(f"{path} is no JSON object.", remedy="copy the model folder again")
    return content


def checksum(folder: Path) -> str:
    """SHA-256 over the files of a model folder, by their names and contents."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not _idle(p, folder)]
    if any(p.suffix == ".safetensors" for p in files):
        files = [p for p in files if not p.match("pytorch_model*.bin")]
    found = {p.relative_to(folder).as_posix(): _sha256(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files}
    return "sha256:" + sha256_of(found)


def _idle(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return hidden or any(path.match(pattern) for pattern in _IDLE)


@lru_cache(maxsize=256)
def _sha256(path: str, size: int, modified: int) -> str:
    """Read once a process, however many systems share the weights; size and time are there to notice a change."""
    file = Path(path)
    return record(file.parent, file.name).sha256
