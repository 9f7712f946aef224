"""Fetch a model from a hub or a mirror of one, when and only when that is asked for.

huggingface_hub does the transfer (resuming, HF_ENDPOINT, HF_TOKEN, proxies); what goes wrong is told by its true cause.
"""

from __future__ import annotations

import errno
import fnmatch
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import HarnessError, MissingExtraError, MissingModelError, UserError
from harness.hub.fetched_files import FetchManifest, FileRecord, record, write
from harness.hub.find import cache_folder

#: Weights of other frameworks and exports, which nothing here reads.
IGNORED = (
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*.onnx",
    "*.tflite",
    "onnx/*",
    "openvino/*",
    "coreml/*",
    "*.gguf",
    ".gitattributes",
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Hub:
    """Where models come from and where they go.

    Args:
        cache: Hugging Face cache folder; None is the usual one.
        endpoint: address of the hub or a mirror; None is what HF_ENDPOINT says, else huggingface.co.
        token: access token for gated models; None is what the user's environment or login says.
        say: called with one line before each file.
    """

    cache: Path | None = None
    endpoint: str | None = None
    token: str | None = None
    say: Say | None = None

    def fetch(
        self,
        model: str,
        *,
        revision: str | None = None,
        files: Sequence[str] = ("*",),
        ignored: Sequence[str] = IGNORED,
    ) -> FetchManifest:
        """Bring the files of a model that match `files` here, check them, and write the manifest.

        Weights saved twice come once: pytorch_model*.bin stays away where safetensors are.

        Raises:
            MissingExtraError: huggingface_hub is not installed.
            UserError: the hub knows no such model, revision or file.
            MissingModelError: it is not available: no network, gated, refused, too many requests, disk full, damaged.
        """
        try:
            from huggingface_hub import HfApi, constants
        except ImportError as error:
            raise MissingExtraError("Fetching models", "transformers", cause=str(error)) from error
        endpoint = (self.endpoint or constants.ENDPOINT).rstrip("/")
        cache = self.cache or cache_folder()
        try:
            info = HfApi(endpoint=endpoint, token=self.token).model_info(model, revision=revision, files_metadata=True)
            commit = str(info.sha)
            chosen = _chosen(info.siblings or [], files, ignored)
            if not chosen:
                raise UserError(f"The model {model} at {endpoint} has no file that matches {', '.join(files)}.")
            _room_for(sum(f.size or 0 for f in chosen), cache, model)
            folder = self._download(model, revision, commit, chosen, endpoint, cache)
        except HarnessError:
            raise
        except Exception as error:
            raise _true_cause(error, model, revision, endpoint) from error
        records = tuple(_checked(folder, f) for f in chosen)
        manifest = FetchManifest(model, commit, endpoint, folder, records)
        write(manifest)
        return manifest

    def _download(
        self, model: str, revision: str | None, commit: str, chosen: Sequence[Any], endpoint: str, cache: Path
    ) -> Path:
        from huggingface_hub import hf_hub_download

        storage = cache / ("models--" + model.replace("/", "--"))
        for file in chosen:
            if self.say is not None:
                self.say(f"{model}: {file.rfilename} ({_readable(file.size)})")
            hf_hub_download(
                model, file.rfilename, revision=commit, cache_dir=cache, endpoint=endpoint, token=self.token
            )
        # The name of a branch is what offline look-ups ask for; a fetch by commit alone must not move one.
        name = revision or "main"
        if name != commit:
            (storage / "refs" / name).parent.mkdir(parents=True, exist_ok=True)
            (storage / "refs" / name).write_text(commit, encoding="ascii")
        return storage / "snapshots" / commit


class WholeModel:
    """Everything of a model that a Python backend reads."""

    def fetch(self, hub: Hub, model: str, revision: str | None) -> Sequence[FetchManifest]:
        """One manifest."""
        return (hub.fetch(model, revision=revision),)


class EncoderOnly:
    """Tokenizer and config, without weights: what a COMET checkpoint needs of the encoder it is built on."""

    FILES = ("config.json", "tokenizer*.json", "sentencepiece.bpe.model", "special_tokens_map.json", "vocab.txt")

    def fetch(self, hub: Hub, model: str, revision: str | None) -> Sequence[FetchManifest]:
        """One manifest."""
        return (hub.fetch(model, revision=revision, files=self.FILES),)


def _chosen(siblings: Sequence[Any], files: Sequence[str], ignored: Sequence[str]) -> list[Any]:
    names = [s.rfilename for s in siblings]
    if any(name.endswith(".safetensors") for name in names):
        ignored = (*ignored, "pytorch_model*.bin*")
    return [
        s
        for s in siblings
        if any(fnmatch.fnmatch(s.rfilename, p) for p in files)
        and not any(fnmatch.fnmatch(s.rfilename, p) for p in ignored)
    ]


def _room_for(size: int, cache: Path, model: str) -> None:
    place = cache
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < size:
        raise _disk_full(model, f"{_readable(size)} are needed in {cache} and {_readable(free)} are free")


def _checked(folder: Path, file: Any) -> FileRecord:
    """The file as it lies on the disk; one that is not what the hub announced is removed."""
    found = record(folder, file.rfilename)
    wanted = file.lfs.sha256 if file.lfs is not None else None
    if (wanted is not None and found.sha256 != wanted) or (file.size is not None and found.size != file.size):
        path = folder / file.rfilename
        path.resolve().unlink()
        path.unlink(missing_ok=True)
        raise MissingModelError(
            f"{file.rfilename} arrived damaged (its checksum is not the one the hub names) and was deleted.",
            remedy="run the same command again; if it happens again, the mirror holds a damaged file",
        )
    return found


def _true_cause(error: Exception, model: str, revision: str | None, endpoint: str) -> HarnessError:
    """The one sentence that says what really happened; huggingface_hub wraps some causes in others."""
    chain: list[BaseException] = [error]
    while (inner := chain[-1].__cause__ or chain[-1].__context__) is not None and inner not in chain:
        chain.append(inner)
    for cause in chain:
        told = _of_disk(cause, model) or _of_hub(cause, model, revision, endpoint) or _of_status(cause, model, endpoint)
        if told is not None:
            return told
    return MissingModelError(
        f"The model {model} cannot be fetched: no connection to {endpoint} ({_short(chain[-1])}).",
        remedy="check the network and proxy; HF_ENDPOINT names a mirror",
    )


def _of_disk(cause: BaseException, model: str) -> HarnessError | None:
    code = cause.errno if isinstance(cause, OSError) else None
    if code in {errno.ENOSPC, errno.EDQUOT}:
        return _disk_full(model, str(cause))
    if code in {errno.EACCES, errno.EROFS}:
        return MissingModelError(f"The model {model} cannot be written: {cause}.", remedy="set HF_HOME elsewhere")
    return None


def _of_hub(cause: BaseException, model: str, revision: str | None, endpoint: str) -> HarnessError | None:
    from huggingface_hub import errors

    if isinstance(cause, errors.OfflineModeIsEnabled):
        return MissingModelError(
            f"The model {model} cannot be fetched: HF_HUB_OFFLINE forbids it.", remedy="unset HF_HUB_OFFLINE"
        )
    if isinstance(cause, errors.GatedRepoError):
        return MissingModelError(
            f"The model {model} is gated: its publisher asks for an agreement first.",
            remedy=f"accept the terms at {endpoint}/{model}, then log in (hf auth login) or set HF_TOKEN",
        )
    if isinstance(cause, errors.RevisionNotFoundError):
        return UserError(f"The model {model} has no revision '{revision}' at {endpoint}.")
    if isinstance(cause, errors.RepositoryNotFoundError):
        return _unknown(model, endpoint)
    if isinstance(cause, errors.HFValidationError):
        return UserError(f"'{model}' is no model id.", allowed="organisation/name")
    return None


def _of_status(cause: BaseException, model: str, endpoint: str) -> HarnessError | None:
    response = getattr(cause, "response", None)
    status = getattr(response, "status_code", None)
    if response is None or status is None:
        return None
    if status in {401, 404}:  # a hub does not tell strangers whether a private model exists
        return _unknown(model, endpoint)
    if status == 429:
        wait = response.headers.get("Retry-After")
        when = f" in {wait} seconds" if wait else " later"
        return MissingModelError(
            f"{endpoint} answers that there were too many requests (429).", remedy=f"try again{when}, or set HF_TOKEN"
        )
    if status == 403:
        return MissingModelError(
            f"{endpoint} refuses access to {model} (403).", remedy="check HF_TOKEN, and its access to this model"
        )
    return MissingModelError(f"{endpoint} fails with status {status} for {model}.", remedy="try again later")


def _unknown(model: str, endpoint: str) -> UserError:
    return UserError(
        f"There is no model '{model}' at {endpoint}, or it is private.",
        remedy="check the name; for a private model set HF_TOKEN",
    )


def _disk_full(model: str, detail: str) -> MissingModelError:
    return MissingModelError(
        f"The disk has no room for the model {model}: {detail}.", remedy="make room, or set HF_HOME to another disk"
    )


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _readable(size: int | None) -> str:
    if size is None:
        return "size unknown"
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
