"""The folder layout of mt-metrics-eval (https://github.com/google-research/mt-metrics-eval, README), both ways.

documents/zh-en.docs               DOMAIN DOCNAME a line
sources/zh-en.txt                  one segment per line
references/zh-en.refA.txt
system-outputs/zh-en/SYSTEM.txt
metric-scores/zh-en/METRIC-REFS.seg.score, .sys.score      SYSTEM SCORE a line
harness/zh-en.segments.tsv         what the layout has no place for: ids, paragraphs, kinds, flags (ours)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from harness.corpus.bitext.translation_units import Aligned, TranslationUnit, Variant, assemble
from harness.corpus.testset.segments_table import COLUMNS, segment_cells
from harness.domain.corpus import LangPair, TestSet
from harness.errors import InputError, UserError
from harness.files import read_text, split_lines
from harness.tabular.line_counts import check_line_counts
from harness.tabular.read_table import read_table
from harness.tabular.tsv import render_tsv

_DOMAIN = "official"
_NAME = re.compile(r"[^\s/\\]+")
_DETAILS = tuple(c for c in COLUMNS if c != "source")


@dataclass(frozen=True)
class SystemResult:
    """What one system said, and how it was scored.

    Attributes:
        outputs: one text per segment.
        segment_scores: metric to one score per segment; only metrics that scored every segment.
        scores: metric to the score of the whole.
    """

    outputs: Sequence[str]
    segment_scores: Mapping[str, Sequence[float]] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


def render_mt_metrics_eval(
    test_set: TestSet, systems: Mapping[str, SystemResult] | None = None, *, referenceless: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Relative path to text of every file of the layout.

    Args:
        test_set: to export.
        systems: outputs and scores by system, where there are any.
        referenceless: metrics that saw no reference; the others saw all.

    Raises:
        InputError: what the layout cannot hold: a line break inside a text, white space in a name, a document that is
            interrupted by another, a reference's name with a dot or a hyphen.
    """
    pair = str(test_set.pair)
    _check(test_set)
    files = {
        f"documents/{pair}.docs": [f"{_DOMAIN} {s.document}" for s in test_set.segments],
        f"sources/{pair}.txt": [one_line(s.source, s.id) for s in test_set.segments],
    }
    for name, texts in test_set.references.items():
        files[f"references/{pair}.{name}.txt"] = _lines(test_set, texts)
    scores: dict[str, list[str]] = {}
    for system, result in (systems or {}).items():
        if not _NAME.fullmatch(system):
            raise InputError(
                f"The system '{system}' cannot be a file in mt-metrics-eval's layout.", allowed="no blanks, no slashes"
            )
        files[f"system-outputs/{pair}/{system}.txt"] = _lines(test_set, result.outputs)
        seen = "all" if len(test_set.references) > 1 else next(iter(test_set.references), "src")
        for metric, values in result.segment_scores.items():
            path = f"metric-scores/{pair}/{metric}-{'src' if metric in referenceless else seen}.seg.score"
            scores.setdefault(path, []).extend(f"{system}\t{value!r}" for value in values)
        for metric, value in result.scores.items():
            path = f"metric-scores/{pair}/{metric}-{'src' if metric in referenceless else seen}.sys.score"
            scores.setdefault(path, []).append(f"{system}\t{value!r}")
    rendered = {path: "".join(f"{line}\n" for line in lines) for path, lines in {**files, **scores}.items()}
    rows = [[segment_cells(s)[c] for c in _DETAILS] for s in test_set.segments]
    return {**rendered, f"harness/{pair}.segments.tsv": render_tsv(_DETAILS, rows)}


def _lines(test_set: TestSet, texts: Sequence[str]) -> list[str]:
    return [one_line(text, s.id) for text, s in zip(texts, test_set.segments, strict=True)]


def one_line(text: str, segment: str) -> str:
    """A text that stands in a line of its own.

    Raises:
        InputError: it has a line break, which a format of lines cannot hold.
    """
    if "\n" in text or "\r" in text or "\0" in text:
        raise InputError(
            f"Segment '{segment}' has a line break inside, which a format with one segment per line cannot hold.",
            remedy="export it as tmx, xliff, tsv or jsonl",
        )
    return text


def _check(test_set: TestSet) -> None:
    for name in test_set.references:
        if re.search(r"[.\-\s/]", name) or name in ("all", "src"):
            raise InputError(
                f"The reference '{name}' cannot be named so in mt-metrics-eval's layout.", allowed="refA, refB"
            )
    seen: set[str] = set()
    for document, _ in groupby(s.document for s in test_set.segments):
        if not _NAME.fullmatch(document):
            raise InputError(
                f"The document '{document}' has a blank or slash, which mt-metrics-eval's layout cannot hold."
            )
        if document in seen:
            raise InputError(
                f"The document '{document}' is interrupted by another, which mt-metrics-eval's layout cannot hold."
            )
        seen.add(document)


def read_mt_metrics_eval(folder: Path, pair: LangPair | None, *, name: str | None = None) -> Aligned:
    """Read source, references and documents of one language pair.

    Raises:
        UserError: no such folder, or the pair must be said.
        InputError: files that differ in length.
    """
    found = sorted(p.stem for p in (folder / "sources").glob("*.txt"))
    if pair is None and len(found) == 1:
        pair = LangPair.parse(found[0])
    if pair is None or str(pair) not in found:
        raise UserError(
            f"{folder} has the language pairs {', '.join(found) or '(none)'}.", remedy="--pair names one of them"
        )
    source_path = folder / "sources" / f"{pair}.txt"
    sources = split_lines(read_text(source_path, what="source").text)
    columns: dict[str, list[str]] = {}
    for path in sorted((folder / "references").glob(f"{pair}.*.txt")):
        lines = split_lines(read_text(path, what="reference").text)
        check_line_counts(source_path, sources, path, lines)
        columns[path.name[len(f"{pair}.") : -len(".txt")]] = lines
    documents_path = folder / "documents" / f"{pair}.docs"
    documents: list[str] = []
    if documents_path.is_file():
        lines = split_lines(read_text(documents_path, what="document list").text)
        check_line_counts(source_path, sources, documents_path, lines)
        documents = [line.split()[-1] if line.split() else "" for line in lines]
    details = _details(folder / "harness" / f"{pair}.segments.tsv")
    entries = []
    for index, line in enumerate(sources):
        sides = [Variant(pair.source, line), *(Variant(pair.target, texts[index], n) for n, texts in columns.items())]
        cells = {"id": str(index + 1), **({"document": documents[index]} if documents else {})}
        entries.append(TranslationUnit(f"line {index + 1}", sides, {**cells, **(details[index] if details else {})}))
    return assemble(entries, pair=pair, name=name or folder.name, file=str(folder), info={})


def _details(path: Path) -> tuple[Mapping[str, str], ...]:
    return tuple(row.cells for row in read_table(path).rows) if path.is_file() else ()
