"""Inflected words by their lemmas: цифровой экономики is цифровая экономика, Häuser are a Haus."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from harness.language.codes import primary

# What simplemma calls a language otherwise than we do.
_NAMES = {"hr": "hbs", "sr": "hbs", "bs": "hbs", "sh": "hbs", "no": "nb"}
_WORD = re.compile(r"[^\W_]+(?:['’´][^\W_]+)*|&")
_POSSESSIVE = re.compile(r"['’´]s?$")
_AND = {"&": "and"}


@dataclass(frozen=True, slots=True)
class WordForm:
    """A word of a text: its span, its lemma in small letters, and whether it begins with a capital."""

    start: int
    end: int
    lemma: str
    capital: bool


#: A text to its words, in order.
Lemmatiser = Callable[[str], tuple[WordForm, ...]]


@lru_cache(maxsize=8)
def lemmatiser(language: str) -> Lemmatiser | None:
    """A function from a text to its words with their lemmas; None for a language without a dictionary of forms.

    The forms are those of simplemma, a list of word forms for each language and rules for what is in none.
    """
    from simplemma import lemmatize
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    code = _NAMES.get(primary(language), primary(language))
    if code not in SUPPORTED_LANGUAGES:
        return None

    @lru_cache(maxsize=65536)
    def lemma(word: str) -> str:
        return lemmatize(word, code).casefold()

    @lru_cache(maxsize=4096)
    def words(text: str) -> tuple[WordForm, ...]:
        found = []
        for m in _WORD.finditer(text):
            plain = _AND.get(m.group(), _POSSESSIVE.sub("", m.group()))
            found.append(WordForm(*m.span(), lemma(plain), plain[:1].isupper()))
        return tuple(found)

    return words


def find_inflected(wanted: Sequence[WordForm], text: str, words: Sequence[WordForm]) -> list[tuple[int, int]]:
    """Where a run of words of a text has the lemmas of `wanted`, with nothing but blanks and hyphens between them.

    A word that has a capital in `wanted` must have one in the text; another one may.

    Args:
        wanted: the words to find, as the lemmatiser gives them.
        text: where they may be.
        words: the text's, as the same lemmatiser gives them.
    """
    size = len(wanted)
    spans = []
    for i in range(len(words) - size + 1):
        run = words[i : i + size]
        if all(w.lemma == r.lemma and (r.capital or not w.capital) for w, r in zip(wanted, run, strict=True)) and all(
            not text[a.end : b.start].strip(" \u00a0-‐‑–") for a, b in pairwise(run)
        ):
            spans.append((run[0].start, run[-1].end))
    return spans
