"""All texts of one side of a test set at once, as arrays of characters.

The rules of this room are regular expressions and Python's own idea of letters, and they stay so: each is asked once
about every different character, of which a file has some hundreds, and numpy looks the answers up for all the others.
What is read off here is exact (sizes, which kinds of characters a text has) or errs on one side only (texts that may
loop); whoever acts on the latter asks the rule itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.checks.content import CONTROL
from harness.checks.loops import LONGEST, RULES, SINGLE
from harness.language.length import IDEOGRAPH, SYLLABIC, weighed
from harness.language.numerals import possible
from harness.language.numerals.by_language.english import candidates
from harness.language.numerals.by_language.english_words import TELLING

Numbers = npt.NDArray[Any]

_MOST = 1 << 19  # characters in one step: some megabytes of arrays
_CODES = 0x110000
# Odd numbers without a pattern: a hash of a token is the sum of its characters' numbers times powers of the first.
_BASE, _MIX, _PAIR, _TEXT = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93
_INVERSE = pow(_BASE, -1, 1 << 64)
_BLOOM = 16  # bits of a hash that choose a place in the table of number words


class CharacterClass(IntFlag):
    """What a character is to the checks."""

    WORD = 1  # part of a word, case folded
    SINGLE = 2  # a word by itself
    LETTER = 4  # A to Z
    DIGIT = 8  # 0 to 9
    OTHER = 16  # part of a word, beyond ASCII
    IDEOGRAPH = 32
    SYLLABIC = 64
    SPACE = 128
    CONTROL = 256
    FOREIGN = 512  # a letter that the source language has and the target language has not
    NUMERAL = 1024  # a text without one has no numeral
    FOLDS = 2048  # becomes several characters when case is folded
    AMPERSAND = 4096


class Alphabet:
    """What is known of characters, for texts of one language.

    Args:
        language: a BCP 47 tag.
        foreign: matches a letter that has no place in these texts, or None.
    """

    def __init__(self, language: str, foreign: re.Pattern[str] | None) -> None:
        self.kinds = np.zeros(_CODES, dtype=np.uint16)
        self.numbers = np.zeros(_CODES, dtype=np.uint64)
        self._known = np.zeros(_CODES, dtype=bool)
        self._patterns = [
            (CharacterClass.IDEOGRAPH, IDEOGRAPH),
            (CharacterClass.SYLLABIC, SYLLABIC),
            (CharacterClass.SPACE, re.compile(r"\s")),
            (CharacterClass.CONTROL, CONTROL),
            (CharacterClass.LETTER, re.compile("[A-Za-z]")),
            (CharacterClass.DIGIT, re.compile("[0-9]")),
            (CharacterClass.AMPERSAND, re.compile("&")),
            (CharacterClass.NUMERAL, possible(language)),
        ]
        if foreign is not None:
            self._patterns.append((CharacterClass.FOREIGN, foreign))
        self.english = language.lower().replace("_", "-").split("-")[0] == "en"
        self.telling = np.zeros(1 << _BLOOM, dtype=bool)
        if self.english:
            tokens = _Tokens.of("".join(f"{word} " for word in TELLING), self)
            self.telling[tokens.hashes >> np.uint64(64 - _BLOOM)] = True

    def learn(self, codes: Numbers) -> None:
        """Ask the patterns about the characters not met before."""
        fresh = codes[~self._known[codes]]
        if not fresh.size:
            return
        new = np.unique(fresh)
        chars = [chr(code) for code in new.tolist()]
        joined = "".join(chars)
        for kind, pattern in self._patterns:
            self.kinds[[ord(c) for c in pattern.findall(joined)]] |= np.uint16(kind)
        folded = [c.casefold() for c in chars]
        for char, fold in zip(chars, folded, strict=True):
            code = ord(char)
            if len(fold) > 1:
                self.kinds[code] |= np.uint16(CharacterClass.FOLDS | CharacterClass.WORD | CharacterClass.OTHER)
            elif SINGLE.match(fold):
                self.kinds[code] |= np.uint16(CharacterClass.SINGLE)
            elif fold.isalnum():
                self.kinds[code] |= np.uint16(
                    CharacterClass.WORD if code < 128 else CharacterClass.WORD | CharacterClass.OTHER
                )
        values = np.array([ord(f[0]) + 1 for f in folded], dtype=np.uint64) * np.uint64(_MIX)
        self.numbers[new] = (values ^ (values >> np.uint64(29))) * np.uint64(_PAIR)
        self._known[new] = True


@dataclass
class CharacterColumn:
    """What was read off the texts of one side.

    Attributes:
        sizes: of each text, as `language.length.size` measures.
        kinds: of each text, the kinds of characters it has.
        may_loop: positions of texts that a loop is possible in.
        spans: by position, the `candidates` for numerals of an English text, where it has any.
    """

    sizes: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    may_loop: set[int] = field(default_factory=set)
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def having(self, kind: CharacterClass) -> list[int]:
        """Positions of the texts with a character of this kind."""
        mask = int(kind)  # a flag's own `&` takes ten times as long
        return [i for i, kinds in enumerate(self.kinds) if kinds & mask]


def read_column(texts: Sequence[str], alphabet: Alphabet, *, loops: bool = True) -> CharacterColumn:
    """Read what the checks need off the texts of one side; `loops` costs about as much as the rest."""
    column = CharacterColumn()
    for first, part in _parts(texts):
        _read(first, part, alphabet, column, loops)
    return column


def _parts(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    first, part, length = 0, list[str](), 0
    for position, text in enumerate(texts):
        if part and length + len(text) > _MOST:
            yield first, part
            first, part, length = position, [], 0
        part.append(text)
        length += len(text)
    if part:
        yield first, part


def _read(first: int, texts: list[str], alphabet: Alphabet, column: CharacterColumn, loops: bool) -> None:
    # A text ends with a character that is of no kind, so that none is empty and no word goes on in the next text.
    joined = "\x01".join(texts) + "\x01"
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    alphabet.learn(codes)
    kinds = alphabet.kinds[codes]
    kinds[starts + lengths] = 0
    seen = np.bitwise_or.reduceat(kinds, starts)
    column.kinds.extend(seen.tolist())
    column.sizes.extend(_sizes(kinds, starts, lengths, seen))
    if not loops and not alphabet.english:
        return
    tokens = _Tokens(codes, kinds, starts, alphabet)
    if loops:
        odd = np.flatnonzero(seen & CharacterClass.FOLDS).tolist()
        column.may_loop.update(first + i for i in (*odd, *tokens.repeating()))
    if alphabet.english:
        for i, span in tokens.numerals(joined, alphabet.telling):
            start = int(starts[i])
            column.spans.setdefault(first + i, []).append((span[0] - start, span[1] - start))


def _sizes(kinds: Numbers, starts: Numbers, lengths: Numbers, seen: Numbers) -> list[float]:
    if not (np.bitwise_or.reduce(seen) & (CharacterClass.IDEOGRAPH | CharacterClass.SYLLABIC)):
        sizes: list[float] = lengths.astype(np.float64).tolist()
        return sizes
    han, syllables, spaces = (
        np.add.reduceat((kinds & kind) != 0, starts, dtype=np.int64)
        for kind in (CharacterClass.IDEOGRAPH, CharacterClass.SYLLABIC, CharacterClass.SPACE)
    )
    return [weighed(*row) for row in zip(*(a.tolist() for a in (lengths, han, syllables, spaces)), strict=True)]


class _Tokens:
    """The words of some texts, as hashes: equal words have equal ones, and chance makes others equal once in 2^64."""

    def __init__(self, codes: Numbers, kinds: Numbers, starts: Numbers, alphabet: Alphabet) -> None:
        word = (kinds & CharacterClass.WORD) != 0
        single = (kinds & CharacterClass.SINGLE) != 0
        begins, ends = single | word, single | word
        begins[1:] &= ~(word[:-1] & word[1:])
        ends[:-1] &= ~(word[:-1] & word[1:])
        self.starts = np.flatnonzero(begins)
        self.ends = np.flatnonzero(ends) + 1
        self.firsts = np.searchsorted(self.starts, starts)
        self.counts = np.diff(self.firsts, append=len(self.starts))
        self.kinds = np.bitwise_or.reduceat(kinds, self.starts) if len(self.starts) else kinds[:0]
        powers, inverses = _powers(len(codes))
        sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum(alphabet.numbers[codes] * powers, out=sums[1:])
        hashes = (sums[self.ends] - sums[self.starts]) * inverses[self.starts]
        self.hashes = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(_MIX)

    @classmethod
    def of(cls, text: str, alphabet: Alphabet) -> _Tokens:
        """The words of one text."""
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        alphabet.learn(codes)
        return cls(codes, alphabet.kinds[codes], np.zeros(1, dtype=np.int64), alphabet)

    def texts(self) -> Numbers:
        """The text each token is of."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def repeating(self) -> set[int]:
        """Texts with a run of equal tokens.

        The shortest run that a rule asks for has as many tokens in a row that are each equal to the one n before. So of
        every few pairs of neighbours one pair must come again n tokens later.
        """
        step = min(n * (times - 1) for n, times in RULES) - 1
        texts = self.texts()
        if len(texts) <= step:
            return set(np.flatnonzero(self.counts).tolist())
        pairs = self.hashes[:-1] * np.uint64(_PAIR) + self.hashes[1:]
        pairs += texts[:-1].astype(np.uint64) * np.uint64(_TEXT)
        phases = [np.ascontiguousarray(pairs[k::step]) for k in range(step)]
        here, gaps = [], []
        for n in range(1, min(LONGEST, int(self.counts.max()) // 2) + 1):
            later = phases[n % step][n // step :]
            hits = np.flatnonzero(phases[0][: len(later)] == later)
            here.append(hits * step)
            gaps.append(np.full(len(hits), n))
        # Chance repeats one pair; a run repeats all pairs of a step, this one among them.
        first, gap = np.concatenate(here or [texts[:0]]), np.concatenate(gaps or [texts[:0]])
        around = first[:, None] + np.arange(1 - step, step)
        inside = (around >= 0) & (around + gap[:, None] < len(pairs))
        around = np.where(inside, around, 0)
        same = inside & (pairs[around] == pairs[np.where(inside, around + gap[:, None], 0)])
        runs = np.logical_and.reduce([same[:, k : k + step] for k in range(step)]) if step > 1 else same
        likely = runs.any(axis=1)
        rows = zip(texts[first[likely]].tolist(), first[likely].tolist(), gap[likely].tolist(), strict=True)
        return {text for text, token, n in rows if self._runs(text, token, n)}

    def _runs(self, text: int, token: int, n: int) -> bool:
        """Whether as many tokens around this one as a rule asks for are equal to the one n later."""
        needed = n * (min(times for length, times in RULES if n >= length) - 1)
        low = max(int(self.firsts[text]), token - needed + 1)
        high = min(int(self.firsts[text] + self.counts[text]) - n, token + needed)
        length = 0
        for same in (self.hashes[low:high] == self.hashes[low + n : high + n]).tolist():
            length = length + 1 if same else 0
            if length >= needed:
                return True
        return False

    def numerals(self, joined: str, telling: npt.NDArray[np.bool_]) -> Iterator[tuple[int, tuple[int, int]]]:
        """(text, span) of what a numeral can begin with."""
        kinds = self.kinds & (CharacterClass.LETTER | CharacterClass.DIGIT | CharacterClass.OTHER)
        words = (kinds == CharacterClass.LETTER) & telling[self.hashes >> np.uint64(64 - _BLOOM)]
        wanted = np.flatnonzero(
            words
            | ((kinds & CharacterClass.DIGIT) != 0)
            | (kinds == CharacterClass.OTHER)
            | (kinds == (CharacterClass.LETTER | CharacterClass.OTHER))
        )
        columns = (self.texts()[wanted], self.starts[wanted], self.ends[wanted], kinds[wanted])
        for text, start, end, kind in zip(*(c.tolist() for c in columns), strict=True):
            if kind == CharacterClass.DIGIT:
                yield text, (start, end)
            elif kind == CharacterClass.LETTER:
                if joined[start:end].lower() in TELLING:
                    yield text, (start, end)
            else:
                for span in candidates(joined, start, end):
                    yield text, span


_POWERS: list[tuple[Numbers, Numbers]] = []


def _powers(count: int) -> tuple[Numbers, Numbers]:
    """The first powers of the base, and their inverses, modulo 2^64; kept, as every part needs them."""
    if not _POWERS or len(_POWERS[0][0]) < count:
        both = []
        for base in (_BASE, _INVERSE):
            row = np.full(count, base, dtype=np.uint64)
            row[0] = 1
            both.append(np.cumprod(row))
        _POWERS[:] = [(both[0], both[1])]
    powers, inverses = _POWERS[0]
    return powers[:count], inverses[:count]
