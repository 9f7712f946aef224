"""English words the harness knows: those of the dictionary's senses, and those of the document at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from harness.language import cedict

_WORD = re.compile(r"[a-z]+")
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "r", "er")


@lru_cache(maxsize=1)
def dictionary_words() -> frozenset[str]:
    """Every lower-cased English word of CC-CEDICT's senses, about 50,000."""
    words: set[str] = set()
    for senses in cedict.load().values():
        for sense in senses:
            words.update(_WORD.findall(sense.lower()))
    return frozenset(words)


def word_list(text: str) -> frozenset[str]:
    """The words of a text that lists words."""
    return frozenset(text.split())


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The lower-cased words of texts, with hyphenated ones whole and in parts."""
    words: set[str] = set()
    for text in texts:
        words.update(re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower()))
    return frozenset(words)


def is_word(word: str, known: frozenset[str]) -> bool:
    """Whether a word, or what it is inflected from, stands in the document or in the dictionary."""
    lowered = word.lower()
    if lowered in known or lowered in dictionary_words():
        return True
    stems = [lowered[: -len(e)] for e in _ENDINGS if lowered.endswith(e) and len(lowered) > len(e) + 2]
    return any(stem in known or stem in dictionary_words() or stem + "e" in dictionary_words() for stem in stems)
