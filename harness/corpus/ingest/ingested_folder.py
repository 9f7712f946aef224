"""A references folder made by ingestion: written, and checked against its document later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from harness.corpus.alignment.aligners import Aligner
from harness.corpus.alignment.calibration import THRESHOLD
from harness.corpus.ingest.audit import check_balance
from harness.corpus.ingest.build import IngestOptions, ingest, sentences_named
from harness.corpus.ingest.corrections import FILE as CORRECTIONS
from harness.corpus.ingest.corrections import NO_CORRECTIONS, Corrections, parse_corrections
from harness.corpus.ingest.provenance import render_provenance
from harness.corpus.ingest.result import IngestResult
from harness.corpus.ingest.sniff import read_document
from harness.corpus.readers.document import Document
from harness.corpus.segmentation.layout.layouts import LAYOUTS
from harness.corpus.segmentation.line_language import Side, side_of_file, tells_sides_apart
from harness.corpus.testset.references_folder import PROVENANCE, SEGMENTS, check_name, load_manifest, write_test_set
from harness.corpus.testset.segments_table import render_segments
from harness.domain.corpus import LangPair, TestSet, TestSetInfo
from harness.errors import InputError, UserError
from harness.files import read_bytes, read_text


@dataclass(frozen=True)
class SourceFiles:
    """One document of a test set.

    Attributes:
        name: of the document.
        files: one, or one per language.
        kept_as: how the files are called in the references folder.
        format, encoding: what the user said they are, or None.
    """

    name: str
    files: tuple[Path, ...]
    kept_as: tuple[str, ...]
    format: str | None = None
    encoding: str | None = None


def name_documents(
    paths: Sequence[Path], name: str, pair: LangPair, format: str | None = None, encoding: str | None = None
) -> tuple[SourceFiles, ...]:
    """Group files into documents and give each the name under which it is kept.

    One file is one bilingual document, kept as document.txt. Two files of one language each are the two halves of one,
    kept as document.zh.txt and document.en.txt. More files are as many documents, or pairs of halves where their names
    differ by the language alone (a.zh.txt a.en.txt b.zh.txt b.en.txt).
    """
    reader = partial(read_document, format=format, encoding=encoding)
    return tuple(replace(found, format=format, encoding=encoding) for found in _named(paths, name, pair, reader))


def _named(
    paths: Sequence[Path], name: str, pair: LangPair, read: Callable[[Path], Document]
) -> tuple[SourceFiles, ...]:
    if len(paths) == 1:
        return (SourceFiles(name, (paths[0],), (f"document{paths[0].suffix.lower()}",)),)
    stems: dict[str, dict[Side, Path]] = {}
    for path in paths:
        stem, side = side_in_name(path, pair)
        if side is None or side in stems.setdefault(stem, {}):
            stems = {}
            break
        stems[stem][side] = path
    if stems and all(len(halves) == 2 for halves in stems.values()):
        return tuple(_halves(stem, halves, name, pair, len(stems) > 1) for stem, halves in stems.items())
    sides = [side_of_file((b.text for b in read(path).blocks), pair) for path in paths] if len(paths) == 2 else []
    if sides and _monolingual(sides, pair):
        first, second = paths
        if sides == ["target", "source"]:
            first, second = second, first
        return (_halves("", {"source": first, "target": second}, name, pair, False),)
    names = [path.stem for path in paths]
    if len(set(names)) < len(names):
        raise UserError("Two of the documents have the same name.", remedy="rename one of them")
    return tuple(SourceFiles(p.stem, (p,), (f"document.{p.stem}{p.suffix.lower()}",)) for p in paths)


def _halves(stem: str, halves: Mapping[Side, Path], name: str, pair: LangPair, several: bool) -> SourceFiles:
    middle = f".{stem}" if several else ""
    sides: tuple[tuple[Side, str], ...] = (("source", pair.source), ("target", pair.target))
    kept = tuple(f"document{middle}.{language}{halves[side].suffix.lower()}" for side, language in sides)
    return SourceFiles(stem if several else name, (halves["source"], halves["target"]), kept)


def side_in_name(path: Path, pair: LangPair) -> tuple[str, Side | None]:
    """A file's name without its language, and the side that the language is."""
    sides: tuple[tuple[Side, str], ...] = (("source", pair.source), ("target", pair.target))
    for side, language in sides:
        for sign in ".-_":
            if path.stem.lower().endswith(f"{sign}{language.lower()}"):
                return path.stem[: -len(language) - 1], side
    return path.stem, None


def _monolingual(sides: Sequence[Side | None], pair: LangPair) -> bool:
    return not tells_sides_apart(pair) or all(side is not None for side in sides)


def ingest_files(
    kept: Sequence[SourceFiles], name: str, options: IngestOptions, info: TestSetInfo
) -> tuple[IngestResult, Mapping[str, bytes]]:
    """Read files, make the test set, and give back the bytes to keep beside it.

    Raises:
        InputError: a character of a document would be lost or doubled; nothing is made then.
    """
    check_name(name)
    contents: dict[str, bytes] = {}
    documents: list[list[Document]] = []
    for item in kept:
        halves = []
        for path, kept_as in zip(item.files, item.kept_as, strict=True):
            contents[kept_as] = read_bytes(path, what="document")
            halves.append(_renamed(read_document(path, format=item.format, encoding=item.encoding), item.name, kept_as))
        documents.append(halves)
    recorded: dict[str, Any] = {
        "layout": options.layout or "recognised",
        **({} if options.sentences == "split" else {"sentences": options.sentences}),
        "aligner": options.evidence.name,
        "threshold": options.threshold,
        "documents": [_record(item, name if len(kept) == 1 else item.name) for item in kept],
    }
    result = ingest(name, documents, options, replace(info, ingest=recorded))
    check_balance(result)
    return result, contents


def _record(item: SourceFiles, name: str) -> dict[str, Any]:
    said = {"format": item.format, "encoding": item.encoding}
    return {
        "name": name,
        "files": list(item.kept_as),
        **{key: value for key, value in said.items() if value is not None},
    }


def _renamed(document: Document, name: str, file: str) -> Document:
    digest = next(iter(document.files.values()))
    return replace(
        document, name=name, files={file: digest}, blocks=tuple(replace(b, file=file) for b in document.blocks)
    )


def write_result(
    result: IngestResult, contents: Mapping[str, bytes], folder: Path, extras: Mapping[str, bytes]
) -> TestSet:
    """Write the references folder, whole or not at all."""
    return write_test_set(
        result.test_set, folder, documents=contents, provenance=render_provenance(result), extras=extras
    )


def read_corrections(folder: Path) -> Corrections:
    """The corrections beside a document, or none."""
    path = folder / CORRECTIONS
    if not path.is_file():
        return NO_CORRECTIONS
    return parse_corrections(read_text(path, what="corrections file").text, file=str(path))


def ingest_again(folder: Path, aligner: Aligner) -> tuple[IngestResult, Mapping[str, bytes]]:
    """Make a folder's test set again, from its document, its corrections and the options that it records.

    Raises:
        UserError: the folder is no test set, or one that was not made by ingestion.
    """
    manifest = load_manifest(folder)
    recorded = manifest.info.ingest
    documents = recorded.get("documents")
    if not isinstance(documents, list) or not documents:
        raise UserError(
            f"The test set '{manifest.name}' does not record a document that it was made from.",
            allowed="a test set that harness ingest made",
        )
    kept = [
        SourceFiles(
            str(d["name"]),
            tuple(folder / str(f) for f in d["files"]),
            tuple(str(f) for f in d["files"]),
            d.get("format"),
            d.get("encoding"),
        )
        for d in cast("list[dict[str, Any]]", documents)
    ]
    layout = recorded.get("layout")
    options = IngestOptions(
        pair=manifest.pair,
        layout=next((known for known in LAYOUTS if known == layout), None),
        sentences=sentences_named(str(recorded.get("sentences", "split"))),
        threshold=float(cast("float", recorded.get("threshold", THRESHOLD))),
        aligner=aligner,
        corrections=read_corrections(folder),
    )
    return ingest_files(kept, manifest.name, options, manifest.info)


def check_folder(folder: Path, aligner: Aligner) -> int:
    """Compare what is stored with what the document and its corrections give now; how many segments were compared.

    Raises:
        InputError: they differ; the message names the first segments that do.
    """
    result, contents = ingest_again(folder, aligner)
    differing: list[str] = []
    for file, fresh in ((SEGMENTS, render_segments(result.test_set)), (PROVENANCE, render_provenance(result))):
        stored = read_text(folder / file, what="file").text
        if stored != fresh:
            differing.append(f"{file} ({_first_difference(stored, fresh)})")
    manifest = load_manifest(folder)
    for name, digest in manifest.info.files.items():
        if name in contents and result_digest(result, name) != digest:
            differing.append(f"{name} (its SHA-256 is not the one in testset.yaml)")
    if differing:
        raise InputError(
            f"The test set '{result.test_set.name}' does not follow from its document and corrections: "
            f"{'; '.join(differing)}.",
            remedy=f"harness ingest {folder / next(iter(contents))} --name {result.test_set.name}, and review the diff",
        )
    return len(result.test_set.segments)


def result_digest(result: IngestResult, file: str) -> str:
    """The SHA-256 of a document's file as it was read."""
    return next((d.files[file] for d in result.documents if file in d.files), "")


def _first_difference(stored: str, fresh: str) -> str:
    old, new = stored.split("\n"), fresh.split("\n")
    for number, (a, b) in enumerate(zip(old, new, strict=False), start=1):
        if a != b:
            return f"line {number} is {_clip(a)}, the document gives {_clip(b)}"
    return f"{len(old) - 1} lines, the document gives {len(new) - 1}"


def _clip(line: str) -> str:
    return f"'{line[:60]}...'" if len(line) > 60 else f"'{line}'"
