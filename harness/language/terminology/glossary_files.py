"""Glossaries as people keep them (TSV, CSV, TBX), read in one way for metrics and for prompts.

A glossary of another language pair is refused: by its languages where it names them, else by its scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import InputError, MissingExtraError
from harness.files import read_bytes, read_text
from harness.language.codes import language_name, macrolanguage
from harness.language.language_headers import named_side
from harness.language.script import letter_count
from harness.language.writing import script_of
from harness.tabular.csv_text import parse_csv
from harness.tabular.table import Table
from harness.tabular.tsv import TableStyle, parse_tsv, tsv_rows

_TERM, _ACCEPTED = "term", "accepted"
_OPTIONAL = ("category", "note")
_COLUMNS = "term, accepted (renderings separated by |), category, note; or a column for each language; or two columns"
_STYLE = TableStyle(comments=True, ragged=True, blank_lines=False)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DASH = re.compile("[—–－‐‑−]")
_ENOUGH, _OWN_SHARE = 4, 0.3


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term of the source language with its accepted renderings, the preferred one first."""

    term: str
    accepted: tuple[str, ...]
    category: str
    where: str
    line: int


def read_glossary(path: Path, pair: tuple[str, str] | None) -> tuple[GlossaryEntry, ...]:
    """Read a glossary.

    A table has the columns term, accepted, category and note; or columns that name the pair's languages ("中文",
    "English", "source", "target"); or two columns without a header. Lines of a TSV that begin with # are comments. TBX
    of any version is read by its languages.

    Args:
        path: the file; `.csv`, `.tbx` and `.xml` are told by the name, everything else is TSV.
        pair: source and target language; None where they are not known yet.

    Raises:
        UserError: the file is missing or unreadable.
        InputError: no terms, an empty or doubled cell, unknown columns (with the line), or another language pair.
        MissingExtraError: TBX without the package that reads XML.
    """
    suffix = path.suffix.lower()
    if suffix in (".tbx", ".xml"):
        entries = list(_tbx(path, pair))
    else:
        name = f"The glossary {path}"
        text = read_text(path, what="glossary").text
        if suffix == ".csv":
            table = parse_csv(text, name=name)
        elif _has_no_header(text, name, pair):
            table = parse_tsv(text, name=name, style=_STYLE, columns=(_TERM, _ACCEPTED))
        else:
            table = parse_tsv(text, name=name, style=_STYLE)
        entries = list(_rows(table, pair))
    if not entries:
        raise InputError(f"The glossary {path} has no terms.", allowed="at least one row below the header")
    if pair is not None:
        check_pair(entries, pair, path)
    return tuple(entries)


def check_pair(entries: Sequence[GlossaryEntry], pair: tuple[str, str], path: Path | str) -> None:
    """Refuse a glossary whose terms or renderings are in scripts that the pair's languages are not written in.

    Raises:
        InputError: says which side is in which script.
    """
    accepted = [text for entry in entries for text in entry.accepted]
    for what, texts, language in (("terms", [e.term for e in entries], pair[0]), ("renderings", accepted, pair[1])):
        joined = "".join(texts)
        letters = letter_count(joined)
        # Acronyms in Latin letters stand in glossaries of every language, and are seldom most of it.
        if letters >= _ENOUGH and len(re.findall(f"[{script_of(language)}]", joined)) < _OWN_SHARE * letters:
            raise InputError(
                f"The {what} of the glossary {path} are not in the letters of {language_name(language)}, and the pair "
                f"is {pair[0]}-{pair[1]}.",
                remedy="name a glossary of this pair, or set the pair",
            )


def _has_no_header(text: str, name: str, pair: tuple[str, str] | None) -> bool:
    """Two columns of which neither cell of the first row says what it holds."""
    rows = tsv_rows(text, name=name, style=_STYLE)
    if not rows or len(rows[0][1]) != 2 or any(len(cells) > 2 for _, cells in rows):
        return False
    first = [cell.strip() for cell in rows[0][1]]
    known = {_TERM, _ACCEPTED, *_OPTIONAL}
    return not any(cell.lower() in known or _role(cell, pair) is not None for cell in first) and all(first)


def _role(header: str, pair: tuple[str, str] | None) -> str | None:
    return named_side(header, *(pair or ("zh", "en")))


def _rows(table: Table, pair: tuple[str, str] | None) -> Iterator[GlossaryEntry]:
    columns = {column: column for column in table.columns}
    if _TERM not in columns:
        roles = {column: _role(column, pair) for column in table.columns}
        named = {role: column for column, role in roles.items() if role is not None}
        if {"source", "target"} <= set(named):
            columns = {column: column for column in _OPTIONAL if column in table.columns}
            columns |= {_TERM: named["source"], _ACCEPTED: named["target"]}
    if _TERM not in columns or _ACCEPTED not in columns:
        table.need((_TERM, _ACCEPTED), allowed=_COLUMNS)
    known = (_TERM, _ACCEPTED, *_OPTIONAL) if _TERM in table.columns else tuple(columns.values())
    table.know(known, allowed=_COLUMNS)
    seen: dict[str, int] = {}
    for row in table.rows:
        where = table.where(row)
        cells = {key: row.cells.get(column, "").strip() for key, column in columns.items()}
        if not any(cells.values()):
            raise InputError(f"{where}: the row is empty.", remedy="remove the line")
        for key in (_TERM, _ACCEPTED):
            if not cells.get(key):
                raise InputError(f"{where}: there is no '{columns[key]}'.", remedy="fill the cell")
        yield _entry(cells, where, row.line, seen, table.name)


def _entry(cells: dict[str, str], where: str, line: int, seen: dict[str, int], name: str) -> GlossaryEntry:
    term = cells[_TERM]
    key = _DASH.sub("-", term).casefold()
    if key in seen:
        raise InputError(f"{where}: the term '{term}' stands already in line {seen[key]}.", allowed="every term once")
    seen[key] = line
    accepted = [text.strip() for text in cells[_ACCEPTED].split("|")]
    for i, text in enumerate(accepted):
        if not text:
            raise InputError(f"{where}: a rendering of '{term}' is empty.")
        if text in accepted[:i]:
            raise InputError(f"{where}: the rendering '{text}' of '{term}' stands twice.")
    return GlossaryEntry(term, tuple(accepted), cells.get("category", ""), where, line)


def _tbx(path: Path, pair: tuple[str, str] | None) -> Iterator[GlossaryEntry]:
    """Concepts of TBX (ISO 30042), of 2008 (termEntry, langSet) and of 2019 (conceptEntry, langSec)."""
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError as error:
        raise MissingExtraError("Reading TBX glossaries", "formats", cause=str(error)) from error
    try:
        root = fromstring(read_bytes(path, what="glossary"))
    except DefusedXmlException:
        raise InputError(
            f"The glossary {path} has entities, which can hide attacks.", remedy="export it anew"
        ) from None
    except (ParseError, ValueError) as error:
        raise InputError(
            f"The glossary {path} is not TBX: {error}.", remedy="check that it is the right file"
        ) from None
    if pair is None:
        raise InputError(f"The glossary {path} has many languages, and no pair is known.", remedy="use TSV or CSV")
    merged: dict[str, GlossaryEntry] = {}
    languages: set[str] = set()
    concepts = (e for e in root.iter() if _local(e.tag) in ("termEntry", "conceptEntry"))
    for number, concept in enumerate(concepts, start=1):
        texts: dict[str, list[str]] = {}
        for section in (e for e in concept if _local(e.tag) in ("langSet", "langSec")):
            language = macrolanguage(section.get(_XML_LANG, ""))
            languages.add(language)
            found = ["".join(e.itertext()).strip() for e in section.iter() if _local(e.tag) == "term"]
            texts.setdefault(language, []).extend(text for text in found if text)
        accepted = tuple(dict.fromkeys(texts.get(macrolanguage(pair[1]), ())))
        for term in dict.fromkeys(texts.get(macrolanguage(pair[0]), ())):
            if accepted:
                entry = GlossaryEntry(term, accepted, "", f"The glossary {path}, concept {number}", number)
                known = merged.get(term.casefold())
                both = accepted if known is None else tuple(dict.fromkeys((*known.accepted, *accepted)))
                merged[term.casefold()] = replace(entry, accepted=both)
    if not merged:
        listed = ", ".join(sorted(languages)) or "none"
        raise InputError(f"The glossary {path} has no term in both languages of {pair[0]}-{pair[1]}.", allowed=listed)
    yield from merged.values()


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
