"""A test set as files for other tools: pure functions from values to texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.corpus.bitext.mt_metrics_eval import SystemResult, one_line, render_mt_metrics_eval
from harness.corpus.bitext.tmx import render_tmx
from harness.corpus.bitext.translation_units import bcp47
from harness.corpus.bitext.xliff.xliff_1_2 import render_xliff1
from harness.corpus.bitext.xliff.xliff_2 import render_xliff2
from harness.corpus.testset.segments_table import COLUMNS, render_segments, segment_cells
from harness.domain.corpus import TestSet
from harness.errors import UnknownNameError, UserError
from harness.tabular.tsv import render_tsv

#: Name to what it is, for help and lists.
FORMATS: Mapping[str, str] = {
    "tmx": "TMX 1.4b, one file",
    "xliff": "XLIFF 2.0, one file",
    "xliff1": "XLIFF 1.2, one file",
    "tsv": "the table of segments.tsv, one file",
    "jsonl": "one JSON object per segment, one file",
    "moses": "OUTPUT.zh, OUTPUT.en [, OUTPUT.en1 ...] and OUTPUT.segments.tsv",
    "mt-metrics-eval": "a folder in the layout of mt-metrics-eval",
}


@dataclass(frozen=True)
class Export:
    """Texts to write: "" is the output path itself, ".zh" adds to its name, anything else stands inside it."""

    files: Mapping[str, str]


def export(test_set: TestSet, format: str, *, systems: Mapping[str, SystemResult] | None = None) -> Export:
    """A test set in one of `FORMATS`.

    Args:
        test_set: nothing of it is left out; see `scored_only`.
        format: a key of `FORMATS`.
        systems: what systems said and how they were scored; only mt-metrics-eval's layout has a place for it.

    Raises:
        UnknownNameError: no such format.
        UserError: systems with a format that has no place for them.
        InputError: a text that the format cannot hold, with the segment's id.
    """
    if format not in FORMATS:
        raise UnknownNameError("export format", format, FORMATS)
    if systems is not None and format != "mt-metrics-eval":
        raise UserError(f"{format} has no place for what systems said.", allowed="--run with --format mt-metrics-eval")
    if format == "mt-metrics-eval":
        return Export(render_mt_metrics_eval(test_set, systems))
    if format == "moses":
        return Export(_moses(test_set))
    render = {
        "tmx": render_tmx,
        "xliff": render_xliff2,
        "xliff1": render_xliff1,
        "tsv": render_segments,
        "jsonl": render_jsonl,
    }[format]
    return Export({"": render(test_set)})


def scored_only(test_set: TestSet) -> TestSet:
    """The test set without the segments that scores leave out."""
    kept = test_set.scored
    return replace(
        test_set,
        segments=tuple(test_set.segments[i] for i in kept),
        references={name: tuple(texts[i] for i in kept) for name, texts in test_set.references.items()},
    )


def render_jsonl(test_set: TestSet) -> str:
    """One JSON object per line: id, document, paragraph, kind, flags, confidence, source, refA ..."""
    lines = []
    for index, s in enumerate(test_set.segments):
        value = {
            "id": s.id,
            "document": s.document,
            "paragraph": s.paragraph,
            "kind": s.kind.value,
            "flags": sorted(s.flags),
            "confidence": s.confidence,
            "source": s.source,
            **{name: texts[index] for name, texts in test_set.references.items()},
        }
        lines.append(json.dumps(value, ensure_ascii=False) + "\n")
    return "".join(lines)


def _moses(test_set: TestSet) -> dict[str, str]:
    """One text per language, one segment per line; references after the first get a digit, as in Moses."""
    source, target = bcp47(test_set.pair.source), bcp47(test_set.pair.target)
    files = {f".{source}": _lines(test_set, [s.source for s in test_set.segments])}
    suffixes = {name: f"{target}{index or ''}" for index, name in enumerate(test_set.references)}
    for name, texts in test_set.references.items():
        files[f".{suffixes[name]}"] = _lines(test_set, texts)
    # The cell under a reference's name says which file holds it.
    columns = [*(c for c in COLUMNS if c != "source"), *test_set.references]
    rows = [[{**segment_cells(s), **suffixes}[c] for c in columns] for s in test_set.segments]
    return {**files, ".segments.tsv": render_tsv(columns, rows)}


def _lines(test_set: TestSet, texts: tuple[str, ...] | list[str]) -> str:
    return "".join(one_line(text, s.id) + "\n" for text, s in zip(texts, test_set.segments, strict=True))
