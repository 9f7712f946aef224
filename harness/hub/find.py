"""Find a model on this machine: a local folder, or a hub id in the Hugging Face cache. Strictly offline.

The cache is read as files, in the layout that huggingface_hub documents (`models--org--name/refs/<branch>` names a
commit, `snapshots/<commit>/` holds the files): no library that could open a socket takes part, and nothing heavy is
imported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import MissingModelError, UserError

_HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class LocalModel:
    """A model whose files are on this machine.

    Attributes:
        name: the hub id, or the folder as it was named.
        folder: where its files are.
        revision: the commit of a hub model; None for a folder, whose content only a checksum can name.
    """

    name: str
    folder: Path
    revision: str | None


def cache_folder() -> Path:
    """The Hugging Face cache, as HF_HUB_CACHE, HF_HOME or the default say; huggingface_hub itself reads them."""
    try:
        from huggingface_hub import constants
    except ImportError:
        return Path.home() / ".cache" / "huggingface" / "hub"
    return Path(constants.HF_HUB_CACHE)


def find_model(
    model: str,
    *,
    revision: str | None = None,
    needs: Sequence[str] = (),
    kind: str = "model",
    cache: Path | None = None,
) -> LocalModel:
    """The folder of a model that is already here.

    Args:
        model: a folder, or a hub id ("Unbabel/wmt22-comet-da"). A folder that exists wins.
        revision: branch, tag or full commit of a hub model; None is the branch `main`.
        needs: files it must have, relative to its folder; "a|b" is satisfied by either. Glob patterns are allowed.
        kind: the word `harness prefetch` takes ("comet", "transformers", "model").
        cache: the Hugging Face cache; None is `cache_folder()`.

    Raises:
        MissingModelError: it is not here, or not whole; says what was looked for and which command fetches it.
        UserError: `model` is neither a folder nor the form of a hub id.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return _local_folder(model, path, revision, needs)
    if model.startswith((".", "/", "~")) or model.count("/") > 1 or not _HUB_ID.fullmatch(model):
        raise MissingModelError(
            f"The model folder {model} does not exist.",
            allowed="a folder with the model's files, or a hub id such as Unbabel/wmt22-comet-da",
            remedy="check the path",
        )
    return _cached(model, revision, needs, f"harness prefetch {kind} --model {model}", cache or cache_folder())


def _local_folder(model: str, path: Path, revision: str | None, needs: Sequence[str]) -> LocalModel:
    if revision is not None:
        raise UserError(
            f"The model {model} is a folder on this machine, and a folder has no revision '{revision}'.",
            remedy="leave the revision out, or name the model by its hub id",
        )
    lacking = _lacking(path, needs)
    if lacking:
        raise MissingModelError(
            f"The model folder {model} lacks {_join(lacking)}.", remedy="copy the whole model folder there"
        )
    return LocalModel(model, path, None)


def _cached(model: str, revision: str | None, needs: Sequence[str], command: str, cache: Path) -> LocalModel:
    if revision is not None:
        command += f" --revision {revision}"
    storage = cache / ("models--" + model.replace("/", "--"))
    if not storage.is_dir():
        raise MissingModelError(
            f"The model {model} is not on this machine (looked in {cache}).",
            remedy=f"{command} (on a machine with network), or name a folder that holds it",
        )
    commit = _commit(storage, revision or "main")
    folder = storage / "snapshots" / commit if commit is not None else None
    if commit is None or folder is None or not folder.is_dir():
        have = sorted(p.name for p in (storage / "snapshots").glob("*") if p.is_dir())
        raise MissingModelError(
            f"The model {model} is on this machine, but not its revision '{revision or 'main'}'.",
            allowed=", ".join(have) or None,
            remedy=command,
        )
    lacking = _lacking(folder, needs)
    if lacking:
        raise MissingModelError(
            f"The model {model} is only partly on this machine: {_join(lacking)} is missing from {folder}.",
            remedy=command,
        )
    return LocalModel(model, folder, commit)


def _commit(storage: Path, revision: str) -> str | None:
    if _COMMIT.fullmatch(revision):
        return revision
    try:
        return (storage / "refs" / revision).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _lacking(folder: Path, needs: Sequence[str]) -> list[str]:
    """The needs that no file satisfies; a dangling link in the cache is a missing file."""
    return [
        " or ".join(need.split("|"))
        for need in needs
        if not any(path.is_file() for name in need.split("|") for path in folder.glob(name))
    ]


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
