"""What a sentence has that its translation must have too: words by the dictionary, numbers, names in Latin letters.

Each side becomes tokens with keys; two tokens render one another where they share a key. A Chinese word's keys are the
stems of its senses in CC-CEDICT, an English word's key is its stem, a number's key is its value in either script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.language import cedict, numerals
from harness.language.codes import primary
from harness.language.script import HAN

#: How often a token's translation is found in the other side's sentence: measured on WMT22 news, rounded.
WORD, NUMBER, NAME, CHARACTER = 0, 1, 2, 3

_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.'’&][A-Za-z0-9]+)*|\d+[A-Za-z]+[A-Za-z0-9]*")
_ENGLISH = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’´][a-z]+)?|\d+[A-Za-z]+")
_NOTES = re.compile(r"\([^)]*\)|\[[^\]]*\]|CL:.*|\b(?:abbr|variant|old variant|see|also|used in|surname) .*")
_LONGEST_WORD = 8
_STOP_WORDS = """
    a an the of and or to in on at for with by from as that which its it is are was were be been being has have had
    do does did will would shall should can could may might must this these those their his her my your our they he
    she we you i not no so if than then into onto about out up down off over under sth sb one's oneself etc etc. e.g
    i.e esp fig lit also such any some all each other very more most who whom what when where how there here s t
    only own same just because until while per via used
"""
_STOP = frozenset(_STOP_WORDS.split())
_IRREGULAR = {
    "held": "hold", "made": "make", "built": "build", "found": "find", "led": "lead", "brought": "bring",
    "bought": "buy", "taught": "teach", "thought": "think", "sought": "seek", "given": "give", "gave": "give",
    "taken": "take", "took": "take", "went": "go", "gone": "go", "came": "come", "said": "say", "told": "tell",
    "seen": "see", "saw": "see", "known": "know", "knew": "know", "written": "write", "wrote": "write",
    "spoken": "speak", "spoke": "speak", "chosen": "choose", "chose": "choose", "grown": "grow", "grew": "grow",
    "risen": "rise", "rose": "rise", "fallen": "fall", "fell": "fall", "began": "begin", "begun": "begin",
    "became": "become", "left": "leave", "lost": "lose", "won": "win", "met": "meet", "sent": "send", "spent": "spend",
    "kept": "keep", "felt": "feel", "paid": "pay", "sold": "sell", "stood": "stand", "understood": "understand",
    "children": "child", "people": "person", "women": "woman", "men": "man", "countries": "country", "lives": "life",
    "ate": "eat", "eaten": "eat", "drove": "drive", "driven": "drive", "ran": "run", "got": "get", "heard": "hear",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One thing to look for on the other side: what it may be there, and of which sort it is."""

    keys: tuple[str, ...]
    sort: int


Tokens = tuple[Token, ...]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word cut so that its family meets: develop, development, developing; economy, economic.

    An ending is cut only where at least three letters are left, so that "need" and "bus" stay what they are. "used"
    stays too, and does not meet "use".

    >>> [stem(w) for w in ("developing", "cooperation", "cities", "used", "need")]
    ['develo', 'cooper', 'city', 'used', 'need']
    """
    lowered = re.sub(r"['’´]s?$", "", word.lower())
    lowered = _IRREGULAR.get(lowered, lowered)
    for ending, put in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("ly", "")):
        if lowered.endswith(ending) and len(lowered) - len(ending) >= 3 and not lowered.endswith("ss"):
            lowered = lowered[: -len(ending)] + put
            break
    if len(lowered) > 3 and lowered[-1] == lowered[-2] and lowered[-1] not in "sel":
        lowered = lowered[:-1]
    lowered = lowered[:-1] if len(lowered) > 3 and lowered.endswith("e") else lowered
    return lowered[:6]


def tokens(sentences: Sequence[str], language: str) -> list[Tokens]:
    """The tokens of every sentence of one side."""
    read = _chinese if primary(language) == "zh" else _western
    return [read(text) + _numbers(text, language) for text in sentences]


def _numbers(text: str, language: str) -> Tokens:
    if not any(c.isdigit() for c in text) and not numerals.knows_words(language):
        return ()
    found = []
    for numeral in numerals.find(text, language):
        if numeral.hard:
            values = sorted({numeral.value, *numeral.also})
            found.append(Token(tuple(f"#{value}" for value in values), NUMBER))
    return tuple(found)


def _western(text: str) -> Tokens:
    found = []
    for match in _ENGLISH.finditer(text):
        word = match.group()
        lowered = word.lower()
        if lowered not in _STOP and len(word) > 1:
            found.append(Token((stem(word), f"={lowered}"), WORD))
    return tuple(found)


def _chinese(text: str) -> Tokens:
    found = [Token((f"={m.group().lower()}",), NAME) for m in _LATIN.finditer(text)]
    for run in _HAN_RUN.finditer(text):
        found.extend(token for token in _words(run.group()) if token is not None)
    return tuple(found)


def _words(run: str) -> list[Token | None]:
    """Longest match over the dictionary, left to right."""
    words = cedict.load()
    found: list[Token | None] = []
    at = 0
    while at < len(run):
        for length in range(min(_LONGEST_WORD, len(run) - at), 0, -1):
            piece = run[at : at + length]
            if length == 1 or piece in words:
                found.append(_token(piece))
                at += length
                break
    return found


@lru_cache(maxsize=65536)
def _token(word: str) -> Token | None:
    """A dictionary word's token, or None for one that no content word renders."""
    keys = _stems(cedict.load().get(word, ()))
    return Token(keys, CHARACTER if len(word) == 1 else WORD) if keys else None


def _stems(senses: Sequence[str]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for sense in senses:
        for word in _ENGLISH.findall(_NOTES.sub(" ", sense)):
            if word.lower() not in _STOP and len(word) > 1:
                keys[stem(word)] = None
    return tuple(keys)[:24]
