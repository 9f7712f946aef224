"""Glossaries: official terms and the renderings that a publisher accepts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.files import read_text, split_lines
from harness.language.writing import LATIN, primary

_REQUIRED, _OPTIONAL = ("term", "accepted"), ("category", "note")
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
    lines = split_lines(read_text(path, what="glossary").text)
    header = lines[0].removeprefix("\ufeff").split("\t") if lines else []
    _check_header(path, header)
    terms: dict[str, Term] = {}
    first: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.startswith("#"):
            continue
        cells = _cells(path, number, line, header)
        key = _plain(cells["term"]).casefold()
        if key in terms:
            raise InputError(
                f"The glossary {path} has the term '{cells['term']}' in line {first[key]} and again in line {number}."
            )
        renderings = _renderings(path, number, cells, pair[1])
        terms[key] = Term(cells["term"], renderings, cells.get("category", ""))
        first[key] = number
    if not terms:
        raise InputError(f"The glossary {path} has no terms.", allowed="at least one row below the header")
    rows = [f"{t.text}\t{'|'.join(r.text for r in t.renderings)}" for t in terms.values()]
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return Glossary(terms, _source_pattern(list(terms), pair[0]), digest)


def _check_header(path: Path, header: Sequence[str]) -> None:
    known = (*_REQUIRED, *_OPTIONAL)
    problems = [f"the column '{c}' is missing" for c in _REQUIRED if c not in header]
    problems += [f"the column '{c}' is not known" for c in header if c not in known]
    problems += [f"the column '{c}' stands twice" for c in known if header.count(c) > 1]
    if problems:
        raise InputError(
            f"The glossary {path} has a wrong header in line 1: {problems[0]}.",
            allowed="term, accepted, category, note, separated by tabs (the last two may be left out)",
        )


def _cells(path: Path, number: int, line: str, header: Sequence[str]) -> dict[str, str]:
    if not line.strip():
        raise InputError(f"The glossary {path} has an empty row in line {number}.", remedy="remove the line")
    values = line.split("\t")
    if len(values) > len(header):
        raise InputError(f"The glossary {path} has {len(values)} cells in line {number}, for {len(header)} columns.")
    cells = {key: value.strip() for key, value in zip(header, values, strict=False)}
    for column in _REQUIRED:
        if not cells.get(column):
            raise InputError(f"The glossary {path} has no '{column}' in line {number}.", remedy="fill the cell")
    return cells


def _renderings(path: Path, number: int, cells: dict[str, str], language: str) -> tuple[Rendering, ...]:
    texts = [text.strip() for text in cells["accepted"].split("|")]
    for i, text in enumerate(texts):
        if not text:
            raise InputError(f"The glossary {path} has an empty rendering of '{cells['term']}' in line {number}.")
        if text in texts[:i]:
            raise InputError(
                f"The glossary {path} has the rendering '{text}' of '{cells['term']}' twice in line {number}."
            )
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
