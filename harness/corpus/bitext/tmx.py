"""TMX 1.4b, the exchange format of translation memories (LISA OSCAR, 2005), to text and back.

What TMX has no element for (document, paragraph, kind, flags, confidence, a reference's name) stands in <prop> elements
whose types begin with "x-harness-"; other tools keep or ignore them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from harness.corpus.bitext.translation_units import Aligned, TranslationUnit, Variant, assemble, bcp47, info_cells
from harness.corpus.testset.segments_table import segment_cells
from harness.domain.corpus import LangPair, TestSet
from harness.errors import InputError
from harness.tabular.xml_text import attributes, flat, lang, local, parse_xml, text
from harness.version import __version__

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PREFIX = "x-harness-"
#: Inline elements whose content is another system's codes, not text (TMX 1.4b, "Content Markup").
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})


def render_tmx(test_set: TestSet) -> str:
    """The test set as one TMX file; a <tu> a segment, in order, and a <tuv> each for the source and every reference.

    Raises:
        InputError: a character that XML cannot carry.
    """
    header = {
        "creationtool": "translation-harness",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "translation-harness",
        "adminlang": "en",
        "srclang": bcp47(test_set.pair.source),
        "datatype": "plaintext",
    }
    where = f"The test set '{test_set.name}'"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<tmx version="1.4">', f"  <header{attributes(header, where)}>"]
    lines += [f"    {_prop(key, value, where)}" for key, value in info_cells(test_set).items()]
    lines += ["  </header>", "  <body>"]
    for index, segment in enumerate(test_set.segments):
        where = f"Segment '{segment.id}'"
        cells = segment_cells(segment)
        lines.append(f"    <tu{attributes({'tuid': segment.id}, where)}>")
        lines += [
            f"      {_prop(k, v, where)}"
            for k, v in cells.items()
            if k not in ("id", "source") and (v or k == "document")
        ]
        lines.append(f"      {_tuv(test_set.pair.source, segment.source, None, where)}")
        for name, texts in test_set.references.items():
            lines.append(f"      {_tuv(test_set.pair.target, texts[index], name, where)}")
        lines.append("    </tu>")
    return "\n".join([*lines, "  </body>", "</tmx>", ""])


def _prop(key: str, value: str, where: str) -> str:
    return f"<prop{attributes({'type': _PREFIX + key}, where)}>{text(value, where)}</prop>"


def _tuv(language: str, value: str, name: str | None, where: str) -> str:
    prop = "" if name is None else _prop("reference", name, where)
    return f"<tuv{attributes({'xml:lang': bcp47(language)}, where)}>{prop}<seg>{text(value, where)}</seg></tuv>"


def parse_tmx(data: bytes, *, file: str, pair: LangPair | None = None, name: str | None = None) -> Aligned:
    """Read TMX of any version; inline codes are dropped, text inside <hi> is kept.

    Args:
        data: the file's bytes.
        file: for messages.
        pair: which languages to take; "zh" also takes zh-CN. None where the file has exactly two.
        name: of the test set; by default what the file says, or else `file`'s stem.

    Raises:
        InputError: no TMX, a DTD, or nothing in both languages.
    """
    root = parse_xml(data, file=file)
    if local(root) != "tmx":
        raise InputError(f"{file} is not TMX: its root element is <{local(root)}>.", allowed="<tmx>")
    header: dict[str, str] = {}
    entries: list[TranslationUnit] = []
    source = ""
    for part in root:
        if local(part) == "header":
            header, source = _props(part), part.get("srclang", "")
        elif local(part) == "body":
            units = [unit for unit in part if local(unit) == "tu"]
            entries = [_entry(unit, number, file) for number, unit in enumerate(units, start=1)]
    if pair is None and source:
        entries = [_source_first(entry, source) for entry in entries]
    label = name or header.get("name") or _stem(file)
    return assemble(entries, pair=pair, name=label, file=file, info=header)


def _entry(unit: Element, number: int, file: str) -> TranslationUnit:
    sides = []
    for variant in unit:
        if local(variant) != "tuv":
            continue
        language = lang(variant)
        segment = next((part for part in variant if local(part) == "seg"), None)
        if language is None or segment is None:
            raise InputError(f"{file}, unit {number}: a <tuv> lacks its {'xml:lang' if language is None else '<seg>'}.")
        sides.append(Variant(language, flat(segment, _CODES), _props(variant).get("reference")))
    cells = _props(unit)
    if unit.get("tuid"):
        cells["id"] = unit.get("tuid", "")
    return TranslationUnit(f"{file}, unit {unit.get('tuid') or number}", sides, cells)


def _source_first(entry: TranslationUnit, source: str) -> TranslationUnit:
    """Sides in the header's source language stand first, so that it is the source of the pair."""
    first = [s for s in entry.sides if s.lang.lower() == source.lower()]
    rest = [s for s in entry.sides if s.lang.lower() != source.lower()]
    return TranslationUnit(entry.where, [*first, *rest], entry.cells)


def _props(element: Element) -> dict[str, str]:
    return {
        part.get("type", "").removeprefix(_PREFIX): part.text or ""
        for part in element
        if local(part) == "prop" and part.get("type", "").startswith(_PREFIX)
    }


def _stem(file: str) -> str:
    return re.sub(r"\.[^.]*$", "", re.split(r"[/\\]", file)[-1]) or "tmx"
