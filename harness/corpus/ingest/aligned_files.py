"""Files that are aligned already, as references folders: nothing is split, healed or aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.corpus.bitext.translation_units import Aligned
from harness.corpus.ingest.formats import aligned_format, read_document
from harness.corpus.testset.references_folder import write_test_set
from harness.domain.corpus import LangPair, TestSet, TestSetInfo
from harness.files import read_bytes


def read_given(paths: Sequence[Path], pair: LangPair, name: str) -> Aligned | None:
    """The test set that an aligned file holds, or None where the files are documents.

    Raises:
        UserError, InputError: a file that cannot be read as what it is.
    """
    if not paths or aligned_format(paths, pair) is None:
        return None
    found = read_document(paths, pair=pair, name=name)
    return found if isinstance(found, Aligned) else None


def write_given(found: Aligned, paths: Sequence[Path], folder: Path, info: TestSetInfo) -> TestSet:
    """Write the folder; what the user said of the test set (`info`) goes before what the file says of itself.

    The files are kept beside the segments as `document.tmx`, `document.zh` ...; folders and sets by name are not.
    """
    itself = found.test_set.info
    merged = replace(
        info,
        title=info.title or itself.title or found.test_set.name,
        publisher=info.publisher or itself.publisher,
        date=info.date or itself.date,
        origin=info.origin or itself.origin,
        licence=info.licence or itself.licence,
        ingest={"format": aligned_format(paths, found.test_set.pair)},
    )
    documents = {f"document{p.suffix.lower()}": read_bytes(p, what="document") for p in paths if p.is_file()}
    return write_test_set(replace(found.test_set, info=merged), folder, documents=documents)
