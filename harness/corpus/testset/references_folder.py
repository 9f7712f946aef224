"""References folders: where test sets are kept, written whole or not at all, and verified when they are read.

references/<test-set>/testset.yaml     name, title, pair, publisher, date, origin, licence, sha256 of each file, options
references/<test-set>/document*.txt    the document as published, untouched
references/<test-set>/segments.tsv     id, document, paragraph, kind, flags, confidence, source, refA [, refB ...]
references/<test-set>/provenance.tsv   where each segment stands in the document (optional)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from harness.corpus.testset.manifest import MANIFEST, Manifest, parse_manifest, render_manifest
from harness.corpus.testset.segments_table import parse_segments, render_segments
from harness.domain.corpus import TestSet
from harness.errors import InputError, UserError
from harness.files import decode, read_bytes, read_text
from harness.folders import refuse_cut_short, whole_folder

SEGMENTS = "segments.tsv"
PROVENANCE = "provenance.tsv"
#: How the names of the files begin that are kept as published.
DOCUMENT = "document"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_NOTHING: Mapping[str, bytes] = MappingProxyType({})


def write_test_set(
    test_set: TestSet,
    folder: Path,
    *,
    documents: Mapping[str, bytes] = _NOTHING,
    provenance: str | None = None,
    extras: Mapping[str, bytes] = _NOTHING,
) -> TestSet:
    """Write a references folder whole or not at all; one that is there is replaced.

    What the old folder's testset.yaml lists is replaced or dropped; files that it does not list (corrections, notes)
    are the user's own and are kept, unless `extras` brings them anew.

    Args:
        test_set: its name must be the folder's name.
        folder: `references/<test-set>`.
        documents: file name ("document.txt", "document.zh.txt") to the bytes as published.
        provenance: text of provenance.tsv, or None.
        extras: further files beside the segments (alignment.html); not verified on loading.

    Returns:
        The test set with `info.files` as written: file name to hex SHA-256.

    Raises:
        UserError: an invalid name, or the folder cannot be written.
        InputError: the segments hold something that the table cannot.
    """
    check_name(test_set.name)
    if folder.name != test_set.name:
        raise UserError(
            f"The test set '{test_set.name}' cannot be kept in the folder '{folder.name}'.",
            remedy=f"write it to {folder.with_name(test_set.name)}",
        )
    # Read first: a table that cannot be read back must not replace one that can.
    table = render_segments(test_set)
    parse_segments(table, file=SEGMENTS)
    verified = {**documents, SEGMENTS: table.encode("utf-8")}
    if provenance is not None:
        verified[PROVENANCE] = provenance.encode("utf-8")
    files = {name: hashlib.sha256(data).hexdigest() for name, data in verified.items()}
    written = replace(test_set, info=replace(test_set.info, files=files))
    manifest = render_manifest(Manifest(written.name, written.pair, written.info))
    contents = {**extras, **verified, MANIFEST: manifest.encode("utf-8")}
    for name in contents:
        if not _FILE.fullmatch(name):
            raise UserError(f"'{name}' cannot be a file of a test set.", allowed="letters, digits, '.', '_' and '-'")
    with whole_folder(folder, dropped=_listed) as temporary:
        for name, data in contents.items():
            (temporary / name).write_bytes(data)
    return written


def load_test_set(folder: Path, *, verify: bool = True) -> TestSet:
    """Read a references folder.

    Args:
        folder: `references/<test-set>`.
        verify: compare every file with the SHA-256 that testset.yaml gives for it.

    Raises:
        UserError: there is no such folder.
        ConfigError: testset.yaml has an invalid value; with its line.
        InputError: a file is missing, has changed, or is damaged; with file and line.
    """
    manifest = load_manifest(folder)
    if verify:
        _verify(folder, manifest)
    path = folder / SEGMENTS
    text = read_text(path, what="segments file", encoding="utf-8-sig").text
    segments, references = parse_segments(text, file=str(path))
    return TestSet(manifest.name, manifest.pair, segments, references, manifest.info)


def load_manifest(folder: Path) -> Manifest:
    """Read testset.yaml alone: cheap, for lists."""
    path = folder / MANIFEST
    if not folder.is_dir():
        refuse_cut_short(folder)
        raise UserError(f"There is no test set in {folder}.", remedy="harness list test-sets")
    if not path.is_file():
        raise UserError(
            f"{folder} is no test set: it has no {MANIFEST}.", remedy="harness ingest DOCUMENT --name NAME makes one"
        )
    manifest = parse_manifest(decode(read_bytes(path), name=str(path)).text, file=str(path))
    if manifest.name != folder.resolve().name:
        raise UserError(
            f"{path} names the test set '{manifest.name}', but its folder is '{folder.resolve().name}'.",
            remedy="give the folder the test set's name",
        )
    return manifest


def find_test_sets(root: Path) -> Mapping[str, Path]:
    """Name to folder of every test set directly under `root`, by name; none where `root` does not exist."""
    if not root.is_dir():
        return {}
    folders = [f for f in root.iterdir() if not f.name.startswith(".") and (f / MANIFEST).is_file()]
    return {f.name: f for f in sorted(folders, key=lambda f: f.name)}


def check_name(name: str) -> None:
    """Refuse a test set's name that could not be a folder's name everywhere."""
    if not _NAME.fullmatch(name):
        raise UserError(
            f"'{name}' cannot be the name of a test set.",
            allowed="letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 100",
        )


def _verify(folder: Path, manifest: Manifest) -> None:
    for name, digest in manifest.info.files.items():
        path = folder / name
        if not path.is_file():
            raise InputError(
                f"The test set '{manifest.name}' lacks its file {name}, which {MANIFEST} lists.",
                remedy=f"restore {path}, or ingest the document again",
            )
        if hashlib.sha256(read_bytes(path)).hexdigest() != digest:
            raise InputError(
                f"{path} has changed since the test set '{manifest.name}' was written: "
                f"its SHA-256 is not the one in {MANIFEST}.",
                remedy="restore the file (git checkout), or make the change part of the test set: "
                f"harness ingest DOCUMENT --name {manifest.name}",
            )


def _listed(folder: Path) -> frozenset[str]:
    """The files that an existing folder's manifest lists: ours to drop. A damaged manifest lists nothing."""
    try:
        return frozenset(load_manifest(folder).info.files)
    except UserError:
        return frozenset()
