"""Convert a transformers model that is on this machine for CTranslate2 (`harness prefetch ctranslate2`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.backends.local.model_folder import WEIGHTS, ModelFolder, find_weights
from harness.backends.local.seq2seq import quiet
from harness.errors import ConfigError, UserError
from harness.extras import need
from harness.hub.fetch import Hub
from harness.hub.fetched_files import FOLDER_MANIFEST, FetchManifest, record, write

QUANTIZATIONS = ("int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32")


class ConvertedModel:
    """A model as CTranslate2 reads it, with the tokenizer and config it was made from in `tokenizer/`.

    Args:
        output: the folder to make; by default `models/<model>-ct2-<quantization>`.
        quantization: how weights are stored.

    Raises:
        ConfigError: no such quantization.
        MissingExtraError: ctranslate2 is not installed.
    """

    def __init__(self, *, output: Path | None = None, quantization: str = "int8") -> None:
        need("ctranslate2", what="Converting models", extra="ctranslate2")
        if quantization not in QUANTIZATIONS:
            raise ConfigError(f"There is no quantization '{quantization}'.", allowed=", ".join(QUANTIZATIONS))
        self._output = output
        self._quantization = quantization

    def fetch(self, hub: Hub, model: str, revision: str | None) -> Sequence[FetchManifest]:
        """Convert; the folder appears whole or not at all.

        Raises:
            MissingModelError: the model is not here; `harness prefetch transformers` fetches it.
            UserError: the folder exists, or CTranslate2 has no conversion for this kind of model.
        """
        source = find_weights(model, revision=revision, cache=str(hub.cache) if hub.cache else None)
        if source.chats:
            raise UserError(
                f"The model {model} is a language model; the backend ctranslate2 takes translation models.",
                remedy="use the backend transformers for it",
            )
        label = Path(model).name if Path(model).is_dir() else model.replace("/", "--")
        target = self._output or Path("models") / f"{label}-ct2-{self._quantization}"
        if target.exists():
            raise UserError(f"{target} exists already.", remedy="name another folder with --output, or remove it")
        if hub.say is not None:
            hub.say(f"{model}: converting to {self._quantization} in {target}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
            made = Path(scratch) / target.name
            made_by = self._convert(source, made)
            names = sorted(p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file())
            records = tuple(record(made, name) for name in names)
            write(FetchManifest(model, source.revision, made_by, made, records, made / FOLDER_MANIFEST))
            made.rename(target)
        return (FetchManifest(model, source.revision, made_by, target, records, target / FOLDER_MANIFEST),)

    def _convert(self, source: ModelFolder, made: Path) -> str:
        import ctranslate2
        from ctranslate2.converters import TransformersConverter

        with quiet():
            try:
                TransformersConverter(str(source.folder)).convert(str(made), quantization=self._quantization)
            # What its converter raises for a model it does not know, or knows in part.
            except (ValueError, KeyError, NotImplementedError) as error:
                raise UserError(
                    f"CTranslate2 cannot convert {source.name}: {' '.join(str(error).split())[:300]}",
                    remedy="use the backend transformers for it",
                ) from None
        (made / "tokenizer").mkdir()
        for path in source.folder.iterdir():
            weights = any(path.match(p) for p in (*WEIGHTS.split("|"), "*.index.json", "*.h5", "*.msgpack", "*.ot"))
            if path.is_file() and not weights and not path.name.startswith("."):
                shutil.copyfile(path, made / "tokenizer" / path.name)
        return f"converted by ctranslate2 {ctranslate2.__version__}, {self._quantization}"
