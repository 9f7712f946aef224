"""Glossaries: official terms and the renderings that a publisher accepts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.files import read_text
from harness.language.codes import primary
from harness.language.writing import LATIN
from harness.tabular.table import Seen, TableRow
from harness.tabular.tsv import TableStyle, parse_tsv

_REQUIRED, _OPTIONAL = ("term", "accepted"), ("category", "note")
_COLUMNS = "term, accepted, category, note, separated by tabs (the last two may be left out)"
_STYLE = TableStyle(comments=True, ragged=True)
_UNSPACED = frozenset({"zh", "ja", "th", "yue", "lo", "km", "my"})
_DASH = re.compile("[—–－‐‑−]")


@dataclass(frozen=True)
class Rendering:
    """One accepted rendering and the pattern that finds it.

    Attributes:
        abbreviation: whether it is one word in capitals (GDI, UNESCO): consistent with any full form.
    """

    text: str
    pattern: re.Pattern[str]
    abbreviation: bool


@dataclass(frozen=True)
class Term:
    """A term of the source language with its accepted renderings, in the glossary's order."""

    text: str
    renderings: tuple[Rendering, ...]
    category: str = ""


@dataclass(frozen=True)
class Glossary:
    """Terms by their text, the pattern that finds the longest of them, and the hash of what they say."""

    terms: dict[str, Term]
    pattern: re.Pattern[str]
    sha256: str

    def terms_in(self, source: str) -> list[tuple[Term, int, int]]:
        """Every term in a source with its span; the longest term wins, and what is inside it is not counted again."""
        return [(self.terms[m.group().casefold()], *m.span()) for m in self.pattern.finditer(_plain(source))]


def load_glossary(path: Path, pair: tuple[str, str]) -> Glossary:
    """Read a TSV file with the columns term, accepted (renderings separated by |) and optionally category and note.

    Lines that begin with # are comments.

    Raises:
        UserError: the file is missing or unreadable.
        InputError: wrong columns, an empty row or cell, a term or a rendering that stands twice; it names the line.
    """
    name = f"The glossary {path}"
    table = parse_tsv(read_text(path, what="glossary").text, name=name, style=_STYLE)
    table.need(_REQUIRED, allowed=_COLUMNS)
    table.know((*_REQUIRED, *_OPTIONAL), allowed=_COLUMNS)
    terms: dict[str, Term] = {}
    seen = Seen(name, "term")
    for row in table.rows:
        cells = _cells(row, table.where(row))
        key = _plain(cells["term"]).casefold()
        seen.add(key, row.line, cells["term"])
        terms[key] = Term(cells["term"], _renderings(cells, table.where(row), pair[1]), cells.get("category", ""))
    if not terms:
        raise InputError(f"The glossary {path} has no terms.", allowed="at least one row below the header")
    rows = [f"{t.text}\t{'|'.join(r.text for r in t.renderings)}" for t in terms.values()]
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return Glossary(terms, _source_pattern(list(terms), pair[0]), digest)


def _cells(row: TableRow, where: str) -> dict[str, str]:
    cells = {column: text.strip() for column, text in row.cells.items()}
    if not any(cells.values()):
        raise InputError(f"{where}: the row is empty.", remedy="remove the line")
    for column in _REQUIRED:
        if not cells.get(column):
            raise InputError(f"{where}: there is no '{column}'.", remedy="fill the cell")
    return cells


def _renderings(cells: dict[str, str], where: str, language: str) -> tuple[Rendering, ...]:
    texts = [text.strip() for text in cells["accepted"].split("|")]
    for i, text in enumerate(texts):
        if not text:
            raise InputError(f"{where}: a rendering of '{cells['term']}' is empty.")
        if text in texts[:i]:
            raise InputError(f"{where}: the rendering '{text}' of '{cells['term']}' stands twice.")
    return tuple(Rendering(t, _target_pattern(t, language), _abbreviated(t)) for t in texts)


def _abbreviated(text: str) -> bool:
    return re.fullmatch(r"[A-Z][A-Z0-9-]{1,9}", text) is not None


def _plain(text: str) -> str:
    """One kind of dash; every character stays one character, so that spans hold."""
    return _DASH.sub("-", text)


def _source_pattern(terms: list[str], language: str) -> re.Pattern[str]:
    longest_first = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
    if primary(language) in _UNSPACED:
        return re.compile(f"(?:{longest_first})", re.IGNORECASE)
    return re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)


def _target_pattern(text: str, language: str) -> re.Pattern[str]:
    """Where a rendering stands in a hypothesis.

    Capitals of the rendering must be capitals, small letters may be (headings). Spaces and hyphens, kinds of
    apostrophe, "and" and "&", -ize and -ise, center and centre are the same; the last word may be singular or plural.
    """
    if primary(language) in _UNSPACED:
        return re.compile(re.escape(text))
    words = re.split(r"[\s-]+", text)
    parts = [_word(w, last=i == len(words) - 1) for i, w in enumerate(words)]
    inside = f"[{LATIN}0-9_]"  # an ideograph beside a word does not make it longer
    return re.compile(rf"(?<!{inside})" + r"(?:\s*[-‐‑–]\s*|\s+)".join(parts) + rf"(?!{inside})")


def _word(word: str, *, last: bool) -> str:
    if word in ("and", "&"):
        return "(?:[aA][nN][dD]|&)"
    ending = ""
    if last and word.islower():
        if re.search(r"[^aeiou]y$", word):
            word, ending = word[:-1], "(?:[yY]|[iI][eE][sS])"
        elif re.search(r"[a-z]{2}[^s]s$", word):
            word, ending = word[:-1], "[sS]?"
        elif re.search(r"(?:s|x|ch|sh)$", word):
            ending = "(?:[eE][sS])?"
        else:
            ending = "[sS]?"
    elif last and re.fullmatch(r"[A-Z][a-z]+", word):
        ending = "(?:['’´]?[sS])?"
    pattern = "".join(_letter(c) for c in word)
    pattern = pattern.replace("[iI][zZ][aA]", "[iI][zZsS][aA]").replace("[iI][zZ][eE]", "[iI][zZsS][eE]")
    for head in ("C", "[cC]"):
        pattern = pattern.replace(f"{head}[eE][nN][tT][eE][rR]", f"{head}[eE][nN][tT](?:[eE][rR]|[rR][eE])")
    return pattern + ending


def _letter(c: str) -> str:
    if c in "'’´":
        return "['’´]"
    if c.islower() and c.isascii():
        return f"[{c}{c.upper()}]"
    return re.escape(c)
