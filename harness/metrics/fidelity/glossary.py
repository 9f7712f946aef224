"""Glossaries: official terms and the renderings that a publisher accepts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from harness.language.codes import macrolanguage, primary
from harness.language.terminology.glossary_files import read_glossary
from harness.language.terminology.inflection import Lemmatiser, find_inflected, lemmatiser
from harness.language.terminology.segmenter import WordEnds
from harness.language.writing import LATIN

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

    def spans_in(self, hypothesis: str, lemmatised: Lemmatiser | None) -> list[tuple[int, int]]:
        """Where the rendering stands: as it is written, else inflected; an abbreviation has one form.

        Lemmas are asked for only where nothing stands as it is written: their dictionary takes a while to load.
        """
        exact = [m.span() for m in self.pattern.finditer(hypothesis)]
        if exact or lemmatised is None or self.abbreviation:
            return exact
        return find_inflected(lemmatised(self.text), hypothesis, lemmatised(hypothesis))


@dataclass(frozen=True)
class Term:
    """A term of the source language with its accepted renderings, in the glossary's order."""

    text: str
    renderings: tuple[Rendering, ...]
    category: str = ""


@dataclass(frozen=True)
class Glossary:
    """Terms by their text, the pattern that finds the longest of them, and the hash of what they say.

    Attributes:
        lemmatised: the words of a text with their lemmas; None where the target language has no lemmas.
    """

    terms: dict[str, Term]
    pattern: re.Pattern[str]
    sha256: str
    ends: WordEnds
    lemmatised: Lemmatiser | None

    def terms_in(self, source: str) -> list[tuple[Term, int, int]]:
        """Every term in a source with its span; the longest term wins, and what is inside it is not counted again.

        A term begins and ends where words do: 祖母亲手 has no 母亲, and 数据库 no 数据.
        """
        plain = _plain(source)
        found = list(self.pattern.finditer(plain))
        ends = self.ends.of(plain) if found else None
        return [
            (self.terms[m.group().casefold()], *m.span()) for m in found if self.ends.is_whole(plain, *m.span(), ends)
        ]


def load_glossary(path: Path, pair: tuple[str, str]) -> Glossary:
    """Read a glossary (see `read_glossary`) for a pair of languages.

    Raises:
        UserError: the file is missing or unreadable.
        InputError: wrong columns, an empty row or cell, a term or a rendering that stands twice, another language pair.
    """
    entries = read_glossary(path, pair)
    terms: dict[str, Term] = {}
    lemmatised = None if primary(pair[1]) in _UNSPACED else lemmatiser(pair[1])
    for entry in entries:
        key = _plain(entry.term).casefold()
        renderings = tuple(Rendering(t, _target_pattern(t, pair[1]), _abbreviated(t)) for t in entry.accepted)
        terms[key] = Term(entry.term, renderings, entry.category)
    rows = [f"{t.text}\t{'|'.join(r.text for r in t.renderings)}" for t in terms.values()]
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    ends = WordEnds(terms, chinese=macrolanguage(pair[0]) == "zh")
    return Glossary(terms, _source_pattern(list(terms), pair[0]), digest, ends, lemmatised)


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
