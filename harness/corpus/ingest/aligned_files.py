"""Files that are aligned already, as references folders: nothing is split, healed or aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.testset.references_folder import write_test_set
from harness.corpus.testset.taken_names import refuse_taken
from harness.domain.corpus import TestSet, TestSetInfo
from harness.files import read_bytes


def write_aligned(found: Aligned, format: str, paths: Sequence[Path], folder: Path, info: TestSetInfo) -> TestSet:
    """Write the folder; what the user said of the test set (`info`) goes before what the file says of itself.

    The files are kept beside the segments as `document.tmx`, `document.zh` ...; folders and sets by name are not.

    Raises:
        UserError: the name is taken by a test set of another document.
    """
    itself = found.test_set.info
    merged = replace(
        info,
        title=info.title or itself.title or found.test_set.name,
        publisher=info.publisher or itself.publisher,
        date=info.date or itself.date,
        origin=info.origin or itself.origin,
        licence=info.licence or itself.licence,
        ingest={"format": format},
    )
    documents: dict[str, bytes] = {}
    for path in (p for p in paths if p.is_file()):
        name, suffix = "document", path.suffix.lower()
        while f"{name}{suffix}" in documents:  # two .txt files are two documents
            name = f"document-{len(documents) + 1}"
        documents[f"{name}{suffix}"] = read_bytes(path, what="document")
    test_set = replace(found.test_set, info=merged)
    refuse_taken(test_set, documents, folder, tuple(paths))
    return write_test_set(test_set, folder, documents=documents)
