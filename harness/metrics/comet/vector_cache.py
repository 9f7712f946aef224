"""Sentence vectors kept on disk between runs, so that a new system costs one encoding of its own outputs.

A folder per model (checkpoint, encoder, precision), in it one `.npy` file per run that added something: rows of a
text's SHA-256 and its vector. No pickle, no index to go stale; files appear whole and are never changed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from harness.domain import Json, canonical_json, sha256_of
from harness.errors import InputError
from harness.files import write_atomic

_SUFFIX = ".npy"


class EmbeddingStore:
    """The vectors of one model.

    Args:
        root: folder of all models.
        identity: everything that a vector depends on besides the text; its hash names the model's folder.
    """

    def __init__(self, root: Path, identity: Mapping[str, Json]) -> None:
        self.folder = root / sha256_of(identity)[:32]
        self._identity = identity

    def read(self, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """The vectors of those texts that are kept.

        Raises:
            InputError: a file of the store is damaged; it is named, and deleting it is safe.
        """
        wanted = {_digest(text): text for text in texts}
        found: dict[str, npt.NDArray[np.float32]] = {}
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            rows = self._rows(path)
            for i, digest in enumerate(rows["text"]):
                text = wanted.get(digest.tobytes())
                if text is not None and text not in found:
                    found[text] = np.array(rows["vector"][i], dtype=np.float32)
        return found

    def write(self, texts: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Add vectors, (n, width), one per text."""
        rows = np.zeros(len(texts), dtype=[("text", "u1", (32,)), ("vector", "<f4", (vectors.shape[1],))])
        rows["text"] = [np.frombuffer(_digest(t), dtype=np.uint8) for t in texts]
        rows["vector"] = vectors
        self.folder.mkdir(parents=True, exist_ok=True)
        about = self.folder / "model.json"
        if not about.exists():
            write_atomic(about, canonical_json(self._identity) + "\n")
        name = hashlib.sha256(rows["text"].tobytes()).hexdigest()[:32] + _SUFFIX
        handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as out:
                np.save(out, rows, allow_pickle=False)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(self.folder / name)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _rows(self, path: Path) -> npt.NDArray[np.void]:
        try:
            rows: npt.NDArray[np.void] = np.load(path, mmap_mode="r", allow_pickle=False)
            if rows.dtype.names != ("text", "vector"):
                raise ValueError("other fields than text and vector")
        except (ValueError, OSError, EOFError) as error:
            raise InputError(
                f"The file {path} of kept COMET embeddings is damaged: {error}.", remedy=f"delete {path}"
            ) from None
        return rows


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
