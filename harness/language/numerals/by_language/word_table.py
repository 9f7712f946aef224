"""Number words of a language, from `words_<language>.tsv`: what each form is worth and what it may stand beside.

A row is a role, a value and forms. In a form `_` is a space or a hyphen, `~name` stands for every ending of the row
`endings name`, and `?` at the end marks a form that is another word as well: it may be matched and is never required.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

# Longer ones are what a decoder writes that does not stop.
_LONGEST_WORD = 120


class NumberWord(NamedTuple):
    """What one number word is.

    Attributes:
        role: unit (0 to 19), tens, hundreds (200, as one word), scale (multiplies what is before it), part (a third),
            half, soft (says a number without being one), month, joint (and), percent, hour, decade, prefix, suffix.
        value: what it is worth.
        hard: whether it can mean nothing else.
        ordinal: whether it is an ordinal.
    """

    role: str
    value: Fraction
    hard: bool = True
    ordinal: bool = False


@dataclass
class WordTable:
    """The words of one language.

    Attributes:
        words: by form, case folded; the words of a phrase have one space between them.
        phrases: by the first word of a phrase, the longest phrase in words.
        prefixes: beginnings of words that say a number (three-year-old), with what they say.
        month_stems: beginnings of adjectives that are a month (декабрьские).
        ranks_before: beginnings of words that are a rank (zweitgrößte).
        glued: whether number words are written together (zweihundertdrei).
        ranks: whether ordinals name fractions (две пятых).
        complete: whether a number that the text says in words is found; where not, words may match and are never asked
            for.
    """

    words: dict[str, NumberWord] = field(default_factory=dict)
    phrases: dict[str, int] = field(default_factory=dict)
    prefixes: dict[str, Fraction] = field(default_factory=dict)
    month_stems: dict[str, Fraction] = field(default_factory=dict)
    ranks_before: dict[str, Fraction] = field(default_factory=dict)
    glued: bool = False
    ranks: bool = False
    complete: bool = True

    def compound(self, word: str) -> tuple[NumberWord, ...] | None:
        """The parts of a number that is written as one word, or None where it is none."""
        return _compound(self.atoms, word) if self.glued and len(word) <= _LONGEST_WORD else None

    @property
    def atoms(self) -> Atoms:
        """What compounds are made of."""
        if self._atoms is None:
            kept = ("unit", "tens", "hundreds", "scale", "part", "half", "joint")
            self._atoms = Atoms({f: w for f, w in self.words.items() if w.role in kept and " " not in f})
        return self._atoms

    _atoms: Atoms | None = None


class Atoms:
    """Forms by length, for cutting compounds; hashed by identity, since a table is loaded once."""

    def __init__(self, words: dict[str, NumberWord]) -> None:
        self.words = words
        self.longest = max(map(len, words), default=0)


@lru_cache(maxsize=32)
def word_table(language: str) -> WordTable | None:
    """The table of a language, or None where its words are not known.

    Args:
        language: a primary subtag ("de").
    """
    # The name is built from a language tag that a user gave: letters only.
    if not re.fullmatch("[a-z]{2,3}", language):
        return None
    file = resources.files("harness.language.numerals.by_language") / f"words_{language}.tsv"
    if not file.is_file():
        return None
    table, endings = WordTable(), dict[str, list[str]]()
    for line in file.read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        role, value, forms = line.split("\t")
        if role == "endings":
            endings[value] = ["" if e == "-" else e for e in forms.split()]
        elif role == "option":
            options = forms.split()
            table.glued, table.ranks, table.complete = "glued" in options, "ranks" in options, "partial" not in options
        else:
            _add(table, role, Fraction(value or 0), [f for form in forms.split() for f in _expand(form, endings)])
    return table


def _expand(form: str, endings: dict[str, list[str]]) -> Iterator[str]:
    stem, has_endings, rest = form.partition("~")
    if not has_endings:
        yield form
        return
    name, mark = rest.rstrip("?"), rest[len(rest.rstrip("?")) :]
    for ending in endings[name]:
        yield stem + ending + mark


def _add(table: WordTable, role: str, value: Fraction, forms: list[str]) -> None:
    for form in forms:
        hard = not form.endswith("?")
        text = form.rstrip("?").replace("_", " ").casefold()
        stems = {"prefix": table.prefixes, "monthstem": table.month_stems, "rank": table.ranks_before}
        if role in stems:
            stems[role][text] = value
            continue
        ordinal = role.endswith("-ordinal")
        table.words.setdefault(text, NumberWord(role.removesuffix("-ordinal"), value, hard, ordinal))
        if " " in text:
            first, count = text.split(" ")[0], text.count(" ") + 1
            table.phrases[first] = max(count, table.phrases.get(first, 0))


@lru_cache(maxsize=65536)
def _compound(atoms: Atoms, word: str) -> tuple[NumberWord, ...] | None:
    for size in range(min(len(word), atoms.longest), 0, -1):
        atom = atoms.words.get(word[:size])
        if atom is None:
            continue
        if size == len(word):
            return None if atom.role == "joint" else (atom,)
        rest = _compound(atoms, word[size:])
        if rest is not None and not (atom.ordinal or atom.role == "part"):
            return (atom, *rest)
    return None
