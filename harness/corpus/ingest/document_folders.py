"""A folder of documents: which files are one document together, and which are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from harness.corpus.ingest.formats import ALIGNED
from harness.corpus.ingest.ingested_folder import SourceFiles, side_in_name
from harness.corpus.ingest.sniff import read_document, sniff
from harness.corpus.segmentation.layout.bilingual_layout import lay_out
from harness.corpus.segmentation.layout.layouts import Layout
from harness.corpus.segmentation.line_language import Side
from harness.domain.corpus import LangPair
from harness.errors import HarnessError, MissingExtraError, UserError

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class FolderOfDocuments:
    """What is in a folder.

    Attributes:
        documents: in the order of their names.
        others: each file that is no document, with the reason, a sentence's end.
    """

    documents: tuple[SourceFiles, ...]
    others: tuple[tuple[Path, str], ...]


def documents_in(
    folder: Path, pair: LangPair, layout: Layout | None = None, encoding: str | None = None
) -> FolderOfDocuments:
    """Find the documents of a folder and of those in it.

    Two files are the halves of one document where their names differ by the language alone (`a.zh.txt` and
    `a.en.docx`), or those of the folders that they lie in (`zh/a.txt` and `en/a.txt`). Any other file is a bilingual
    document by itself.

    Raises:
        UserError: there is none.
        MissingExtraError: a file needs an extra to be read.
    """
    others: list[tuple[Path, str]] = []
    halves: dict[str, dict[Side | None, Path]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        inside = path.relative_to(folder)
        stem, side = _document_of(inside, pair)
        if any(part.startswith((".", "~$")) for part in inside.parts):
            others.append((path, "is hidden"))
        elif (reason := _unreadable(path, pair)) is not None:
            others.append((path, reason))
        elif side in halves.setdefault(stem, {}):
            others.append((path, f"has the name of {halves[stem][side].relative_to(folder)} beside it"))
        else:
            halves[stem][side] = path
    documents: list[SourceFiles] = []
    for stem, found in halves.items():
        for files in _together(found):
            reason = _no_document(files, pair, layout, encoding)
            if reason is None:
                name = stem if len(files) == 2 or len(found) == 1 else files[0].relative_to(folder).as_posix()
                documents.append(_kept(name, files, len(documents) + 1, pair, encoding))
            else:
                others.extend((path, reason) for path in files)
    if not documents:
        first = f" {others[0][0]} {others[0][1]}." if others else ""
        raise UserError(
            f"There is no document in the folder {folder} ({len(others)} files).{first}",
            allowed="bilingual documents, or pairs of files whose names differ by the language alone",
            remedy="check the folder and the --pair",
        )
    return FolderOfDocuments(tuple(documents), tuple(others))


def _document_of(inside: Path, pair: LangPair) -> tuple[str, Side | None]:
    """The name of the document that a file is of, and its side where the name or a folder says one."""
    stem, side = side_in_name(inside, pair)
    parts = list(inside.parent.parts)
    sides: tuple[tuple[Side, str], ...] = (("source", pair.source), ("target", pair.target))
    for one, language in sides:
        if side is None and language in parts:
            parts.remove(language)
            side = one
    return "/".join([*parts, stem]), side


def _together(found: dict[Side | None, Path]) -> Iterator[tuple[Path, ...]]:
    """The files of one name, as documents."""
    if "source" in found and "target" in found:
        yield found["source"], found["target"]
        if None in found:
            yield (found[None],)
    else:
        yield from ((path,) for path in found.values())


def _unreadable(path: Path, pair: LangPair) -> str | None:
    """Why a file cannot be a document; None where it may be one."""
    try:
        kind = sniff([path], pair)
    except UserError as error:
        return f"is not read: {error.problem}"
    return f"is aligned already ({kind}): ingest it alone" if kind in ALIGNED else None


def _no_document(files: tuple[Path, ...], pair: LangPair, layout: Layout | None, encoding: str | None) -> str | None:
    """Why files that can be read make no document; None where they make one."""
    try:
        lay_out([read_document(path, encoding=encoding) for path in files], pair, layout)
    except MissingExtraError:
        raise
    except HarnessError as error:
        return f"is no document: {error.problem}"
    return None


def _kept(name: str, files: tuple[Path, ...], number: int, pair: LangPair, encoding: str | None) -> SourceFiles:
    """A document with the names of its copies: a number, and what of its name every system can write."""
    plain = _NOT_IN_A_NAME.sub("-", name).strip("-")[:80]
    begin = f"document.{number:03d}" + f"-{plain}" * bool(plain)
    languages = (f".{pair.source}", f".{pair.target}") if len(files) == 2 else ("",)
    kept = tuple(f"{begin}{one}{p.suffix.lower()}" for one, p in zip(languages, files, strict=True))
    return replace(SourceFiles(name, files, kept), encoding=encoding)
