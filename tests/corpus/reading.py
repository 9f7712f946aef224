"""Read a file as `harness ingest` does, whatever it holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.corpus.bitext.read import read_aligned
from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.ingest import formats, sniff
from harness.corpus.readers.document import Document
from harness.domain import LangPair


def read_document(
    paths: Sequence[Path],
    *,
    format: str | None = None,
    pair: LangPair | None = None,
    name: str | None = None,
    encoding: str | None = None,
) -> tuple[Document, ...] | Aligned:
    """The documents, or the test set of a file that is aligned already."""
    kind = sniff.sniff(paths, pair, format)
    if kind in formats.ALIGNED:
        return read_aligned(paths, kind, pair=pair, name=name, encoding=encoding)
    return tuple(sniff.read_document(path, format=format, encoding=encoding) for path in paths)
