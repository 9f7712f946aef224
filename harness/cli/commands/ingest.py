"""`harness ingest`: a bilingual document as published becomes a test set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.corpus.bitext.translation_units import AlignedOptions
    from harness.corpus.ingest.build import IngestOptions
    from harness.corpus.ingest.ingested_folder import SourceFiles
    from harness.corpus.ingest.result import IngestResult
    from harness.domain import TestSet, TestSetInfo


def ingest(  # noqa: PLR0913, PLR0917 - one parameter an option
    paths: Annotated[
        list[Path] | None, typer.Argument(help="A bilingual document, one file per language, or a folder of them.")
    ] = None,
    name: Annotated[str, typer.Option("--name", "-n", help="The test set's name; its folder is called so.")] = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="The references folder.")] = Path("references"),
    pair: Annotated[str, typer.Option(help="Source and target language.")] = "zh-en",
    format: Annotated[
        str | None,
        typer.Option("--format", help="text, markdown, html, docx, pdf, tmx ...; found unless named."),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of text files, where detection is wrong: gb18030 ...")] = None,
    columns: Annotated[
        str | None, typer.Option(help="Of a table: which column holds what, as in 中文=zh,English=en.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook: the sheet to read.")] = None,
    state: Annotated[
        str | None,
        typer.Option(help="Of XLIFF: states whose translations are references, or any; approved ones unless named."),
    ] = None,
    sentences: Annotated[
        str, typer.Option(help="split, or given: each line, paragraph and cell is a segment already.")
    ] = "split",
    lines: Annotated[
        bool,
        typer.Option("--lines", help="Line i of each file is segment i: nothing is split, merged, aligned or dropped."),
    ] = False,
    layout: Annotated[
        str | None, typer.Option(help="halves, pages, paragraphs, columns or files; recognised unless named.")
    ] = None,
    aligner: Annotated[
        str | None,
        typer.Option(help="auto (unless named), dictionary, semantic, mt, labse or length.", show_default=False),
    ] = None,
    system: Annotated[str | None, typer.Option(help="For --aligner mt: a system of --config.")] = None,
    config: Annotated[Path, typer.Option(help="Where --system is looked up.")] = Path("configs/default.yaml"),
    model: Annotated[Path | None, typer.Option(help="For --aligner labse: the folder of an embedding model.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Pairs with less confidence are left out of scoring.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: say whether the stored segments follow from the document.")
    ] = False,
    keep_going: Annotated[
        bool,
        typer.Option("--keep-going", help="Write also what hardly translates, or can be paired by less than half."),
    ] = False,
    new_version: Annotated[
        str | None,
        typer.Option(help="Replace the test set of this name by another document, as this version (2, 2026-05 ...)."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Recorded in testset.yaml, as are the next four.")] = None,
    publisher: Annotated[str | None, typer.Option()] = None,
    date: Annotated[str | None, typer.Option(help="ISO 8601.")] = None,
    origin: Annotated[str | None, typer.Option(help="Where the document is from.")] = None,
    licence: Annotated[str | None, typer.Option()] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> int:
    """Make a test set of a published bilingual document: languages told apart, pages healed, sentences aligned."""
    from harness.cli.aligner_option import make_aligner, recorded
    from harness.corpus.alignment.calibration import THRESHOLD
    from harness.corpus.bitext.read import read_aligned
    from harness.corpus.ingest.aligned_files import write_aligned
    from harness.corpus.ingest.build import IngestOptions, sentences_named
    from harness.corpus.ingest.formats import ALIGNED
    from harness.corpus.ingest.ingested_folder import (
        check_folder,
        name_documents,
        read_corrections,
    )
    from harness.corpus.ingest.sniff import sniff
    from harness.corpus.segmentation.layout.layouts import layout_named
    from harness.corpus.testset.references_folder import check_name
    from harness.domain import LangPair
    from harness.errors import UserError

    if not name:
        raise UserError("The test set needs a name.", remedy="harness ingest DOCUMENT --name NAME")
    check_name(name)
    folder = output / name
    languages = LangPair.parse(pair)
    if check:
        recorded_aligner, recorded_detail = recorded(folder)
        chosen = make_aligner(aligner or recorded_aligner, system or recorded_detail, config, model, languages)
        count = check_folder(folder, chosen)
        typer.echo(
            f"{folder}: all {count} segments follow from the document and its corrections, and every character of "
            "it is in one segment or listed."
        )
        return 0
    chosen = make_aligner(aligner or "auto", system, config, model, languages)
    options = IngestOptions(
        pair=languages,
        layout=layout_named(layout),
        sentences=sentences_named(sentences),
        threshold=THRESHOLD if threshold is None else threshold,
        aligner=chosen,
        corrections=read_corrections(folder),
    )
    said = {"title": title, "publisher": publisher, "date": date, "origin": origin, "licence": licence}
    files = paths or []
    info = _info(folder, said, new_version)
    together = None if lines else _documents_in(files, options, encoding)
    if together is not None:
        return _finish(together, options, (folder, info), keep_going, as_json)
    kind = sniff(files, languages, _format_named(format, files, lines=lines))
    said_of_file = _aligned_options(columns, sheet, state, kind)
    if kind in ALIGNED:
        found = read_aligned(files, kind, pair=languages, name=name, encoding=encoding, options=said_of_file)
        notes = (*found.notes, *_blank_lines(found.test_set)) if kind == "moses" else found.notes
        _tell_aligned(write_aligned(found, kind, files, folder, info), notes, folder, as_json)
        return 0
    documents = name_documents(files, name, languages, format, encoding)
    code = _finish(documents, options, (folder, info), keep_going, as_json)
    _hint_of_lines(files, encoding)
    return code


def _documents_in(files: list[Path], options: IngestOptions, encoding: str | None) -> tuple[SourceFiles, ...] | None:
    """The documents of a folder, after what is none was told; None where no folder of documents was given."""
    from harness.corpus.ingest.document_folders import documents_in

    if len(files) != 1 or not files[0].is_dir() or (files[0] / "sources").is_dir():
        return None
    found = documents_in(files[0], options.pair, options.layout, encoding)
    for path, reason in found.others:
        typer.echo(f"left out: {path} {reason.rstrip('.')}.", err=True)
    return found.documents


def _finish(
    documents: tuple[SourceFiles, ...],
    options: IngestOptions,
    place: tuple[Path, TestSetInfo],
    keep_going: bool,
    as_json: bool,
) -> int:
    """Make the test set, refuse what is none, write it and say what was found."""
    from harness.corpus.ingest.doubts import looked_at, refuse_doubts
    from harness.corpus.ingest.ingested_folder import ingest_files, write_result
    from harness.corpus.ingest.review import render_review
    from harness.corpus.testset.taken_names import refuse_taken

    folder, info = place
    result, contents = ingest_files(documents, folder.name, options, info)
    refuse_taken(result.test_set, contents, folder, tuple(path for item in documents for path in item.files))
    doubts, unknown = looked_at(result, options.evidence.name)
    if not keep_going:
        refuse_doubts(doubts)
    for sentence in (*doubts, *unknown):
        typer.echo(f"warning: {sentence}", err=True)
    write_result(result, contents, folder, {"alignment.html": render_review(result).encode("utf-8")})
    _tell(result, folder, as_json)
    return 0


def _format_named(format: str | None, files: list[Path], *, lines: bool) -> str | None:
    """`--lines` is the format moses, whatever the files are called."""
    from harness.errors import UserError

    if not lines:
        return format
    if format not in {None, "text", "moses"}:
        raise UserError(f"--lines is for plain text, and --format says {format}.", allowed="text, moses")
    if not files:
        raise UserError("No file was given.", remedy="harness ingest SOURCE REFERENCE --lines --name NAME")
    return "moses"


def _hint_of_lines(files: list[Path], encoding: str | None) -> None:
    """Two files with the same number of lines may have been aligned by somebody already."""
    from harness.errors import HarnessError
    from harness.files import read_text, split_lines

    if len(files) != 2 or any(f.suffix.lower() in {".pdf", ".docx", ".odt", ".epub", ".html", ".htm"} for f in files):
        return
    try:
        counts = {len(split_lines(read_text(f, what="document", encoding=encoding).text)) for f in files}
    except HarnessError:
        return
    if len(counts) == 1 and (count := counts.pop()) > 1:
        typer.echo(
            f"note: both files have {count} lines; if line i of one translates line i of the other, ingest them with "
            "--lines, which keeps each line as it is",
            err=True,
        )


def _aligned_options(columns: str | None, sheet: str | None, state: str | None, kind: str) -> AlignedOptions:
    """What the options say of a file that is aligned already."""
    from harness.corpus.bitext.translation_units import AlignedOptions
    from harness.corpus.ingest.formats import TABLES
    from harness.errors import UserError

    if (columns is not None or sheet is not None) and kind not in TABLES:
        option = "--columns" if columns is not None else "--sheet"
        raise UserError(f"{option} is for tables, and this is {kind}.", allowed=", ".join(TABLES))
    found: dict[str, str] = {}
    for part in columns.split(",") if columns else []:
        column, equals, role = part.rpartition("=")
        if not equals or not column.strip() or not role.strip():
            raise UserError(
                f"--columns has '{part}', which does not say what a column holds.",
                allowed="COLUMN=LANGUAGE, separated by commas, as in 中文=zh,English=en",
            )
        found[column.strip()] = role.strip()
    if state is not None and kind != "xliff":
        raise UserError(f"--state is for XLIFF, and this is {kind}.", allowed="xliff")
    return AlignedOptions(found, sheet, None if state is None else frozenset(word.strip() for word in state.split(",")))


def _info(folder: Path, given: dict[str, str | None], version: str | None) -> TestSetInfo:
    """What the options say, and what an earlier ingestion of the same test set said where they say nothing."""
    from dataclasses import replace

    from harness.corpus.testset.taken_names import info_before

    before = info_before(folder, version)
    said = {key: getattr(before, key) if value is None else value for key, value in given.items()}
    return replace(
        before,
        title=said["title"],
        publisher=said["publisher"],
        date=said["date"],
        origin=said["origin"],
        licence=said["licence"],
    )


def _blank_lines(test_set: TestSet) -> list[str]:
    """A sentence for each side about lines without text: they stay segments, so that the lines go on matching."""
    sides = {"the source": [s.source for s in test_set.segments], **test_set.references}
    found = []
    for side, texts in sides.items():
        blank = [str(number) for number, text in enumerate(texts, start=1) if not text.strip()]
        if blank:
            listed = ", ".join(blank[:10]) + (f" and {len(blank) - 10} more" if len(blank) > 10 else "")
            found.append(f"{side} has {len(blank)} blank line{'s' if len(blank) > 1 else ''}, kept in place: {listed}")
    return found


def _tell_aligned(test_set: TestSet, notes: tuple[str, ...], folder: Path, as_json: bool) -> None:
    import json

    total, scored = len(test_set.segments), len(test_set.scored)
    if as_json:
        record = {"folder": str(folder), "segments": total, "scored": scored, "notes": list(notes)}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
        return
    for note in notes:
        typer.echo(note)
    typer.echo(f"{folder}: {total} segments as they were aligned, {scored} of them scored.")


def _tell(result: IngestResult, folder: Path, as_json: bool) -> None:
    import json

    from harness.corpus.ingest.summary import as_record, render_summary

    if as_json:
        typer.echo(json.dumps(as_record(result, str(folder)), ensure_ascii=False, indent=2))
    else:
        typer.echo(render_summary(result, str(folder)))
