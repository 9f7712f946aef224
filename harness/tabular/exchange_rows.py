"""XLIFF and TMX as rows of id, source and target: what a system's translations in such a file are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from harness.errors import InputError
from harness.tabular.xml_text import flat, lang, local, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})


class ExchangeRow(NamedTuple):
    """One unit of a file: its id ("" where it has none), its source, and its target, None where there is none."""

    id: str
    source: str
    target: str | None


def exchange_format(data: bytes) -> str | None:
    """Whether bytes are "xliff" or "tmx", by the root element that they begin with; None for anything else."""
    # ASCII letters alone, so that UTF-16 is told as well.
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not start.startswith(b"<"):
        return None
    return "xliff" if b"<xliff" in start else "tmx" if b"<tmx" in start else None


def exchange_rows(data: bytes, *, name: str, target: str) -> list[ExchangeRow]:
    """The units of an XLIFF or TMX file, in order.

    Args:
        data: the file's bytes.
        name: of the file, for messages.
        target: the language of the translations; of TMX the variant to take ("en" takes en-GB).

    Raises:
        InputError: it is neither, or no unit has a target.
        MissingExtraError: the package that reads XML is not installed.
    """
    root = parse_xml(data, file=name)
    rows = list(_tmx(root, target) if local(root) == "tmx" else _xliff(root))
    if not any(row.target for row in rows):
        raise InputError(f"{name} has no translation in it.", remedy="check that it is the translated file")
    return rows


def _xliff(root: Element) -> Iterator[ExchangeRow]:
    for unit in root.iter():
        if local(unit) == "trans-unit":
            parts = {local(part): part for part in reversed(unit)}
            if "source" in parts:
                found = parts.get("target")
                text = None if found is None else flat(found, _CODES)
                yield ExchangeRow(unit.get("resname") or unit.get("id") or "", flat(parts["source"], _CODES), text)
        elif local(unit) == "unit":
            for segment in (part for part in unit if local(part) == "segment"):
                parts = {local(part): part for part in segment}
                if "source" in parts:
                    found = parts.get("target")
                    text = None if found is None else flat(found, frozenset())
                    yield ExchangeRow(
                        unit.get("name") or unit.get("id") or "", flat(parts["source"], frozenset()), text
                    )


def _tmx(root: Element, target: str) -> Iterator[ExchangeRow]:
    wanted = target.replace("_", "-").split("-")[0].lower()
    for unit in (e for e in root.iter() if local(e) == "tu"):
        texts: list[str | None] = [None, None]
        for variant in (e for e in unit if local(e) == "tuv"):
            found = next((e for e in variant if local(e) == "seg"), None)
            side = int((lang(variant) or "").split("-")[0].lower() == wanted)
            if found is not None and texts[side] is None:
                texts[side] = flat(found, _CODES)
        yield ExchangeRow(unit.get("tuid", ""), texts[0] or "", texts[1])
