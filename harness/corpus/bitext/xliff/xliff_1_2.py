"""XLIFF 1.2 (OASIS, 2008), to text and back.

A <trans-unit> holds one segment of the test set. What XLIFF 1.2 has no element for stands in a <context-group>; further
references stand in <alt-trans>.
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
from harness.corpus.bitext.xliff.xliff_states import NOT_TRANSLATED, may_be_translated, state_of, unless_copied
from harness.corpus.testset.segments_table import segment_cells
from harness.domain.corpus import LangPair, TestSet
from harness.tabular.xml_text import attributes, flat, lang, local, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_PURPOSE = "x-harness"
_PREFIX = "x-harness-"
_CODES = frozenset({"bpt", "ept", "it", "ph"})


def render_xliff1(test_set: TestSet) -> str:
    """The test set as one XLIFF 1.2 file; a <file> a document (a run of segments of it), a <trans-unit> a segment.

    Raises:
        InputError: a character that XML cannot carry.
    """
    where = f"The test set '{test_set.name}'"
    source, target = bcp47(test_set.pair.source), bcp47(test_set.pair.target)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<xliff{attributes({'version': '1.2', 'xmlns': _NAMESPACE}, where)}>",
    ]
    notes = [
        f"        <note{attributes({'from': _PREFIX + key}, where)}>{text(value, where)}</note>"
        for key, value in info_cells(test_set).items()
    ]
    for document, members in groupby(enumerate(test_set.segments), key=lambda item: item[1].document):
        head = {"original": document, "source-language": source, "target-language": target, "datatype": "plaintext"}
        lines += [f"  <file{attributes(head, where)}>", "    <header>", *notes, "    </header>", "    <body>"]
        for index, _ in members:
            lines += _unit(test_set, index)
        lines += ["    </body>", "  </file>"]
    return "\n".join([*lines, "</xliff>", ""])


def _unit(test_set: TestSet, index: int) -> list[str]:
    segment = test_set.segments[index]
    where = f"Segment '{segment.id}'"
    head = {"id": segment.id, "approved": "yes" if segment.scored else "no", "xml:space": "preserve"}
    lines = [
        f"      <trans-unit{attributes(head, where)}>",
        f"        <source>{text(segment.source, where)}</source>",
    ]
    targets = {name: f"<target>{text(texts[index], where)}</target>" for name, texts in test_set.references.items()}
    first, *others = targets or [""]
    if first:
        lines.append(f"        {targets[first]}")
    lines.append(f"        <context-group{attributes({'purpose': _PURPOSE}, where)}>")
    for key, value in segment_cells(segment).items():
        if key not in ("id", "document", "source") and value:
            context = attributes({"context-type": _PREFIX + key}, where)
            lines.append(f"          <context{context}>{text(value, where)}</context>")
    lines.append("        </context-group>")
    for name in others:
        alternative = attributes({"origin": name, "alttranstype": "reference"}, where)
        lines.append(f"        <alt-trans{alternative}>{targets[name]}</alt-trans>")
    return [*lines, "      </trans-unit>"]


def parse_xliff1(
    root: Element, *, file: str, pair: LangPair | None, name: str | None, states: States = AS_APPROVED
) -> Aligned:
    """Read XLIFF 1.x from its root element; inline codes are dropped, text inside <g> and <mrk> is kept.

    A unit that is segmented (<seg-source>) gives a segment for each <mrk mtype="seg"> of source and target.
    """
    entries: list[TranslationUnit] = []
    info: dict[str, str] = {}
    for part in root:
        if local(part) != "file":
            continue
        ours = _notes(part)
        info = {**ours, **info}
        for unit, wanted in _units(part, True):
            entries += _entries(unit, part, ours.get("reference"), file, wanted)
    stem = re.sub(r"\.[^.]*$", "", re.split(r"[/\\]", file)[-1]) or "xliff"
    return assemble(entries, pair=pair, name=name or info.get("name") or stem, file=file, info=info, states=states)


def _units(parent: Element, wanted: bool) -> Iterator[tuple[Element, bool]]:
    """The units inside an element, and whether they are for translation."""
    for part in parent:
        inside = may_be_translated(part, wanted)
        if local(part) == "trans-unit":
            yield part, inside
        elif local(part):
            yield from _units(part, inside)


def _entries(
    unit: Element, file_element: Element, reference: str | None, file: str, wanted: bool
) -> Iterator[TranslationUnit]:
    parts = {local(part): part for part in reversed(unit)}  # the first of each kind stays
    source_lang, target_lang = file_element.get("source-language", ""), file_element.get("target-language", "")
    cells = _cells(parts["context-group"]) if "context-group" in parts else {}
    cells = {**cells, "id": unit.get("id", "")}
    if "original" in file_element.attrib:
        cells["document"] = file_element.get("original", "")
    where = f"{file}, unit {unit.get('id')}"
    if "source" not in parts:
        return
    targets = [("target", reference)] if "target" in parts else []
    pieces = _marked(parts["seg-source"]) if "seg-source" in parts else {}
    if pieces and targets:
        translated = _marked(parts["target"])
        for mid, piece in pieces.items():
            sides = [Variant(source_lang, piece)]
            if mid in translated:
                sides.append(Variant(target_lang, translated[mid], reference))
            state = state_of(unit, parts["target"], mid=mid) if wanted else NOT_TRANSLATED
            yield TranslationUnit(where, sides, {**cells, "id": f"{unit.get('id')}-{mid}"}, unless_copied(state, sides))
        return
    sides = [Variant(lang(parts["source"]) or source_lang, flat(parts["source"], _CODES))]
    if targets:
        sides.append(Variant(lang(parts["target"]) or target_lang, flat(parts["target"], _CODES), reference))
    if reference is not None:  # other tools put memory matches here, which are no references
        for other in (a for a in unit if local(a) == "alt-trans"):
            sides += [Variant(target_lang, flat(t, _CODES), other.get("origin")) for t in other if local(t) == "target"]
    # What this project exported keeps its flags; they say more than `approved`.
    ours = "kind" in cells
    state = NONE if ours else state_of(unit, parts.get("target")) if wanted else NOT_TRANSLATED
    yield TranslationUnit(where, sides, cells, state if ours else unless_copied(state, sides))


def _marked(element: Element) -> dict[str, str]:
    """The segments of a segmented source or target, by their `mid`."""
    marks = (m for m in element.iter() if local(m) == "mrk" and m.get("mtype") == "seg")
    return {mark.get("mid", ""): flat(mark, _CODES) for mark in marks}


def _cells(group: Element) -> Mapping[str, str]:
    if group.get("purpose") != _PURPOSE:
        return {}
    return {c.get("context-type", "").removeprefix(_PREFIX): c.text or "" for c in group if local(c) == "context"}


def _notes(element: Element) -> dict[str, str]:
    headers = (part for part in element if local(part) == "header")
    notes = (n for header in headers for n in header if local(n) == "note" and n.get("from", "").startswith(_PREFIX))
    return {n.get("from", "").removeprefix(_PREFIX): n.text or "" for n in notes}
