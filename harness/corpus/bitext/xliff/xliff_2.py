"""XLIFF 2.0 and its successors (OASIS), to text and back.

A unit holds one segment of the test set. What the core has no place for stands in the metadata module; further
references stand in the translation candidates module, which has one candidate each. Characters that XML cannot carry
are written as <cp>, which XLIFF 2 has for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from harness.corpus.bitext.translation_units import (
    AS_APPROVED,
    NONE,
    Aligned,
    States,
    TranslationUnit,
    Variant,
    assemble,
    bcp47,
    info_cells,
)
from harness.corpus.bitext.xliff.xliff_states import NOT_TRANSLATED, may_be_translated, state_of_segment, unless_copied
from harness.corpus.testset.segments_table import segment_cells
from harness.domain.corpus import LangPair, TestSet
from harness.tabular.xml_text import NOT_XML, attributes, flat, lang, local, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CORE = "urn:oasis:names:tc:xliff:document:2.0"
_CANDIDATES = "urn:oasis:names:tc:xliff:matches:2.0"
_METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
_OURS = "translation-harness"
_KEPT_APART = frozenset({"id", "document", "source"})


def render_xliff2(test_set: TestSet) -> str:
    """The test set as one XLIFF 2.0 file; a <file> a document (a run of segments of it), a <unit> a segment.

    Raises:
        InputError: half of a surrogate pair in a text, or a character in a name that XML cannot carry.
    """
    where = f"The test set '{test_set.name}'"
    root = {
        "xmlns": _CORE,
        "xmlns:mda": _METADATA,
        "xmlns:mtc": _CANDIDATES,
        "version": "2.0",
        "srcLang": bcp47(test_set.pair.source),
        "trgLang": bcp47(test_set.pair.target),
    }
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<xliff{attributes(root, where)}>"]
    info = info_cells(test_set)
    runs = groupby(enumerate(test_set.segments), key=lambda item: item[1].document)
    for number, (document, members) in enumerate(runs, start=1):
        head = {"id": f"f{number}", "original": document, "canResegment": "no", "xml:space": "preserve"}
        lines.append(f"  <file{attributes(head, where)}>")
        lines += _metadata(info, where, "    ")
        for index, _ in members:
            lines += _unit(test_set, index)
        lines.append("  </file>")
    return "\n".join([*lines, "</xliff>", ""])


def _unit(test_set: TestSet, index: int) -> list[str]:
    segment = test_set.segments[index]
    where = f"Segment '{segment.id}'"
    cells = {k: v for k, v in segment_cells(segment).items() if k not in _KEPT_APART and v}
    lines = [f"    <unit{attributes({'id': f'u{index + 1}', 'name': segment.id}, where)}>"]
    source = f"<source>{_inline(segment.source, where)}</source>"
    targets = {name: f"<target>{_inline(texts[index], where)}</target>" for name, texts in test_set.references.items()}
    first, *others = targets or [""]
    if others:
        lines.append("      <mtc:matches>")
        for name in others:
            match = attributes({"ref": "#s1", "origin": name}, where)
            lines.append(f"        <mtc:match{match}>{source}{targets[name]}</mtc:match>")
        lines.append("      </mtc:matches>")
    lines += _metadata(cells, where, "      ")
    state = ' state="final"' if targets and segment.scored else ""
    lines.append(f'      <segment id="s1"{state}>{source}{targets.get(first, "")}</segment>')
    return [*lines, "    </unit>"]


def _metadata(cells: Mapping[str, str], where: str, indent: str) -> list[str]:
    if not cells:
        return []
    group = attributes({"category": _OURS}, where)
    lines = [f"{indent}<mda:metadata>", f"{indent}  <mda:metaGroup{group}>"]
    for key, value in cells.items():
        lines.append(f"{indent}    <mda:meta{attributes({'type': key}, where)}>{text(value, where)}</mda:meta>")
    return [*lines, f"{indent}  </mda:metaGroup>", f"{indent}</mda:metadata>"]


def _inline(value: str, where: str) -> str:
    """Text with <cp> for what XML cannot carry."""
    parts: list[str] = []
    end = 0
    for match in NOT_XML.finditer(value):
        if "\ud800" <= match[0] <= "\udfff":
            break  # no character at all: `text` refuses it below
        parts += [text(value[end : match.start()], where), f'<cp hex="{ord(match[0]):04X}"/>']
        end = match.end()
    return "".join([*parts, text(value[end:], where)])


def parse_xliff2(
    root: Element, *, file: str, pair: LangPair | None, name: str | None, states: States = AS_APPROVED
) -> Aligned:
    """Read XLIFF 2.x from its root element; inline codes are dropped, text inside <pc> and <mrk> is kept."""
    entries: list[TranslationUnit] = []
    info: dict[str, str] = {}
    for part in root:
        if local(part) == "file":
            info = {**_ours(part), **info}
            original = part.get("original")
            entries += _units(part, root, {} if original is None else {"document": original}, file, True)
    stem = re.sub(r"\.[^.]*$", "", re.split(r"[/\\]", file)[-1]) or "xliff"
    return assemble(entries, pair=pair, name=name or info.get("name") or stem, file=file, info=info, states=states)


def _units(
    parent: Element, root: Element, context: Mapping[str, str], file: str, wanted: bool
) -> Iterator[TranslationUnit]:
    ours = _ours(parent)
    inside = {**context, "reference": ours["reference"]} if "reference" in ours else context
    for part in parent:
        translate = may_be_translated(part, wanted)
        if local(part) == "group":
            yield from _units(part, root, inside, file, translate)
        elif local(part) == "unit":
            yield from _segments(part, root, inside, file, translate)


def _segments(
    unit: Element, root: Element, context: Mapping[str, str], file: str, wanted: bool
) -> Iterator[TranslationUnit]:
    ours = _ours(unit)
    segments = [part for part in unit if local(part) == "segment"]
    for number, segment in enumerate(segments, start=1):
        where = f"{file}, unit {unit.get('id')}"
        sides = list(_sides(segment, root, context.get("reference"), where))
        base = unit.get("name", "") if "reference" in context or ours else unit.get("id", "")
        cells = {**{k: v for k, v in context.items() if k != "reference"}, **ours}
        cells["id"] = base if len(segments) == 1 else f"{base}-{segment.get('id') or number}"
        if ours:  # other tools put memory matches here, which are no references
            for match in (m for box in unit if local(box) == "matches" for m in box if local(m) == "match"):
                sides += [s for s in _sides(match, root, match.get("origin"), where) if s.name is not None]
        state = NONE if ours else state_of_segment(segment) if wanted else NOT_TRANSLATED
        yield TranslationUnit(where, sides, cells, state if ours else unless_copied(state, sides))


def _sides(element: Element, root: Element, reference: str | None, where: str) -> Iterator[Variant]:
    """Source (nameless) and target; the source's own language is the root's."""
    for part in element:
        kind = local(part)
        if kind not in ("source", "target"):
            continue
        language = lang(part) or root.get("srcLang" if kind == "source" else "trgLang") or ""
        yield Variant(language, flat(part, frozenset()), reference if kind == "target" else None)


def _ours(element: Element) -> dict[str, str]:
    """Our metadata directly inside an element."""
    groups = (g for box in element if local(box) == "metadata" for g in box if g.get("category") == _OURS)
    return {meta.get("type", ""): meta.text or "" for group in groups for meta in group if local(meta) == "meta"}
