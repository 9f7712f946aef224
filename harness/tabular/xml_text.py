"""XML as text: what it can carry, how it is escaped, and how a stranger's file is parsed without harm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.errors import InputError, MissingExtraError
from harness.files import decode

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: XML 1.0, production 2: everything but these can stand in a document.
NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DEEPEST = 200
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# A parser makes "\n" of a bare "\r", and blanks of line ends and tabs in attributes: those are written as references.
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE = {**_IN_TEXT, '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
_TEXT = re.compile(r"[&<>\r]")
_ATTRIBUTE = re.compile(r'[&<>\r"\t\n]')
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: A document type that only names a definition elsewhere, which is never read; not one with definitions of its own.
_QUOTED = r"""(?:"[^"<>]*"|'[^'<>]*')"""
_DOCTYPE = re.compile(rf"<!DOCTYPE\s+[\w:.-]+(?:\s+SYSTEM\s*{_QUOTED}|\s+PUBLIC\s*{_QUOTED}(?:\s*{_QUOTED})?)?\s*>")
_ROOT = re.compile(r"<[A-Za-z_]")


def text(value: str, where: str) -> str:
    """Element content.

    Raises:
        InputError: a character that XML cannot carry; `where` names the segment.
    """
    return _TEXT.sub(lambda m: _IN_TEXT[m[0]], _carried(value, where))


def attributes(values: Mapping[str, str], where: str) -> str:
    """Attributes with a blank before each, in the given order."""
    return "".join(
        f' {name}="{_ATTRIBUTE.sub(lambda m: _IN_ATTRIBUTE[m[0]], _carried(value, where))}"'
        for name, value in values.items()
    )


def _carried(value: str, where: str) -> str:
    bad = NOT_XML.search(value)
    if bad is not None:
        raise InputError(
            f"{where} has the character U+{ord(bad[0]):04X} at position {bad.start()}, which XML cannot carry.",
            remedy="export it as tsv or jsonl, or remove the character",
        )
    return value


def parse_xml(data: bytes, *, file: str) -> Element:
    """The root element of a stranger's XML file; entities, and document types that define something, are refused.

    Raises:
        InputError: it is no XML, or has a DTD or entities; with line where the parser knows it.
        MissingExtraError: defusedxml is not installed.
    """
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError as error:
        raise MissingExtraError("Reading XML", "formats", cause=str(error)) from error
    if not data.strip():
        raise InputError(f"{file} is empty.", remedy="check that it is the right file")
    content: bytes | str = data
    declared = _DECLARED.match(data)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if wide or (declared is not None and not declared[1].lower().startswith((b"utf", b"us-ascii", b"iso-8859-1"))):
        # The parser knows none of the Chinese encodings.
        encoding = None if wide or declared is None else declared[1].decode("ascii")
        content = _DECLARATION.sub("", decode(data, name=file, encoding=encoding).text)
    content = _without_doctype(content)
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise InputError(
            f"{file} has a document type declaration (DTD) with definitions of its own, which can hide attacks.",
            allowed='none, or one that only names a definition: <!DOCTYPE tmx SYSTEM "tmx14.dtd">',
            remedy="remove the <!DOCTYPE ...> from its beginning; TMX and XLIFF do not need it",
        ) from None
    except ParseError as error:
        raise InputError(f"{file}, line {error.position[0]}: this is not XML: {str(error).split(':')[0]}.") from None
    except (ValueError, LookupError, RecursionError) as error:
        raise InputError(f"{file} is not XML that can be read: {error}.") from None
    level, depth = [root], 0
    while level:
        level, depth = [child for element in level for child in element], depth + 1
        if depth > _DEEPEST:
            raise InputError(f"{file} is nested too deeply.", allowed=f"{_DEEPEST} elements inside one another")
    return root


def _without_doctype(content: bytes | str) -> bytes | str:
    """The file without a document type that only names a definition; its lines keep their numbers."""
    # Latin-1 keeps every byte, and the mark is ASCII in all encodings that come here as bytes.
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    root = _ROOT.search(text)
    found = _DOCTYPE.search(text, 0, root.start() if root is not None else len(text))
    if found is None:
        return content
    text = text[: found.start()] + "\n" * found[0].count("\n") + text[found.end() :]
    return text.encode("latin-1") if isinstance(content, bytes) else text


def local(element: Element) -> str:
    """An element's name without its namespace; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def lang(element: Element) -> str | None:
    """The value of xml:lang (or of TMX 1.1's plain `lang`)."""
    return element.get(_XML_LANG, element.get("lang"))


def flat(element: Element, dropped: frozenset[str]) -> str:
    """The text inside an element: inline elements keep their content, except those named in `dropped`."""
    parts = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "cp":  # XLIFF 2: a character that XML cannot carry
            parts.append(_code_point(child.get("hex", "")))
        # Trados marks what a tracked change has taken out.
        elif name and name not in dropped and child.get("mtype") != "x-sdl-deleted":
            parts.append(flat(child, dropped))
        parts.append(child.tail or "")
    return "".join(parts)


def _code_point(hexadecimal: str) -> str:
    if not re.fullmatch(r"[0-9A-Fa-f]{4,6}", hexadecimal) or int(hexadecimal, 16) > 0x10FFFF:
        raise InputError(f"'{hexadecimal}' is no code point.", allowed="4 to 6 hex digits, at most 10FFFF")
    return chr(int(hexadecimal, 16))
