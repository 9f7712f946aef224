"""What was fetched, file by file, so that it can be checked later without a network.

A manifest lies beside the model in the Hugging Face cache: `models--org--name/manifest/<commit>.json`; the manifest of
a model that was made here, not fetched, lies in the model's own folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.files import write_atomic

FOLDER_MANIFEST = "harness-manifest.json"


@dataclass(frozen=True)
class FileRecord:
    """One file of a model: its path in the model's folder, size in bytes and SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class FetchManifest:
    """The files of one revision of one model.

    Attributes:
        model: hub id.
        revision: commit.
        endpoint: the hub or mirror that they came from, or how they were made here.
        folder: where they are.
        files: sorted by path.
        file: where the manifest is, unless that is the cache's place for it.
    """

    model: str
    revision: str
    endpoint: str
    folder: Path
    files: tuple[FileRecord, ...]
    file: Path | None = None

    @property
    def path(self) -> Path:
        """The manifest's own file."""
        return self.file or self.folder.parents[1] / "manifest" / f"{self.revision}.json"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(f.size for f in self.files)


def record(folder: Path, name: str) -> FileRecord:
    """Size and SHA-256 of a file, read from the disk."""
    path = folder / name
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 22):
            digest.update(block)
    return FileRecord(name, path.stat().st_size, digest.hexdigest())


def write(manifest: FetchManifest) -> None:
    """Write the manifest; files that an earlier one lists and this one does not stay listed."""
    listed = {f.path: f for f in read(manifest.path).files} if manifest.path.is_file() else {}
    listed |= {f.path: f for f in manifest.files}
    content = {
        "model": manifest.model,
        "revision": manifest.revision,
        "endpoint": manifest.endpoint,
        "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for _, f in sorted(listed.items())],
    }
    write_atomic(manifest.path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read(path: Path) -> FetchManifest:
    """The manifest in `path`.

    Raises:
        InputError: it is damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        own = path.name == FOLDER_MANIFEST
        return FetchManifest(
            model=str(content["model"]),
            revision=str(content["revision"]),
            endpoint=str(content["endpoint"]),
            folder=path.parent if own else path.parents[1] / "snapshots" / str(content["revision"]),
            files=tuple(FileRecord(str(f["path"]), int(f["size"]), str(f["sha256"])) for f in content["files"]),
            file=path if own else None,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The manifest {path} is damaged ({type(error).__name__}: {error}).", remedy="fetch the model again"
        ) from None


def manifests(cache: Path) -> tuple[FetchManifest, ...]:
    """Every manifest in a cache, by model and revision."""
    return tuple(read(path) for path in sorted(cache.glob("models--*/manifest/*.json")))


def problems(manifest: FetchManifest) -> Sequence[str]:
    """What differs from the manifest, one sentence per file; empty if all is well. Reads every byte; no network."""
    found = []
    for wanted in manifest.files:
        path = manifest.folder / wanted.path
        if not path.is_file():
            found.append(f"{path} is missing.")
        elif path.stat().st_size != wanted.size:
            found.append(f"{path} has {path.stat().st_size} bytes, the manifest says {wanted.size}.")
        elif record(manifest.folder, wanted.path).sha256 != wanted.sha256:
            found.append(f"{path} has another SHA-256 than the manifest says.")
    return found
