"""A test set's name belongs to its document: another one does not take it unless that is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness.corpus.testset.manifest import MANIFEST
from harness.corpus.testset.references_folder import DOCUMENT, load_manifest, load_test_set
from harness.domain.corpus import TestSet, TestSetInfo
from harness.errors import UserError


def info_before(folder: Path, version: str | None) -> TestSetInfo:
    """What an earlier ingestion said of the test set in a folder; nothing of it holds for a new version.

    Raises:
        UserError: the new version is the one that there is.
    """
    if not (folder / MANIFEST).is_file():
        return TestSetInfo() if version is None else TestSetInfo(version=version)
    before = load_manifest(folder).info
    if version is None:
        return before
    if version == before.version:
        raise UserError(
            f"The test set '{folder.name}' is version '{version}' already.",
            allowed="a version that is not there yet",
            remedy=f"--new-version {version}.1" if not version.isdigit() else f"--new-version {int(version) + 1}",
        )
    return TestSetInfo(version=version)


def refuse_taken(test_set: TestSet, contents: Mapping[str, bytes], folder: Path, paths: tuple[Path, ...]) -> None:
    """Refuse to replace a test set that is made of another document, in the same version.

    The same document is one whose files have the bytes of those that are kept, or which is read from the folder itself;
    where a test set keeps no document, one with the same sources.

    Args:
        test_set: what would be written.
        contents: the files that would be kept beside it.
        folder: where it would be written.
        paths: the files that were read.

    Raises:
        UserError: the name is taken.
    """
    if not (folder / MANIFEST).is_file():
        return
    before = load_manifest(folder).info
    if before.version != test_set.info.version or (paths and all(_inside(path, folder) for path in paths)):
        return
    kept = {digest for name, digest in before.files.items() if name.startswith(DOCUMENT)}
    found = {hashlib.sha256(data).hexdigest() for name, data in contents.items() if name.startswith(DOCUMENT)}
    stored = load_test_set(folder, verify=False)
    if (kept and kept == found) or stored.content_hash == replace(test_set, info=before).content_hash:
        return
    about = ", ".join(
        word for word in (f"'{before.title}'" if before.title else "", before.publisher, before.date) if word
    )
    raise UserError(
        f"The name '{folder.name}' is taken by a test set of another document ({about + '; ' if about else ''}"
        f"{len(stored.segments)} segments, version {before.version}); this one would have {len(test_set.segments)}.",
        allowed="the document that it was made of, another name, or a new version by name",
        remedy="--name ANOTHER, or --new-version VERSION to replace it; nothing said of the old one holds for the new",
    )


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().parent == folder.resolve()
