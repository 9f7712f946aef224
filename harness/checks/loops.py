"""Loops: a decoder that says the same again and again."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from harness.language.script import HAN

_SINGLE = f"{HAN}\u3040-\u30ff\u0e00-\u0e7f"
#: A character that is a token by itself: its language puts no spaces between words.
SINGLE = re.compile(f"[{_SINGLE}]")
#: (length of the repeated n-gram in words or ideographs at least, times it stands in a row at least).
RULES = ((1, 6), (2, 4), (4, 3), (8, 2))
#: The longest n-gram that is looked for.
LONGEST = 40


@lru_cache(maxsize=1)
def _token() -> re.Pattern[str]:
    """Compiled when a text is first looked at, which most files need for none: it takes as long as a file does."""
    return re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+")


def is_loop(source: str, text: str) -> bool:
    """Whether an n-gram of the hypothesis stands several times in a row and the source has no such run.

    One word six times, two words four times, four words three times, eight words twice.
    """
    return has_run(text) and not has_run(source, RULES_SOURCE)


#: A source that repeats half as much explains a loop (哈哈哈哈).
RULES_SOURCE = ((1, 3), (2, 2))


def has_run(text: str, rules: tuple[tuple[int, int], ...] = RULES) -> bool:
    """Whether any n-gram of a text stands as often in a row as one of the rules says."""
    tokens = _token().findall(text.casefold())
    count = len(tokens)
    # A run of an n-gram leaves n different pairs of neighbours, so most texts are told from loops by counting pairs.
    pairs = len(set(pairwise(tokens)))
    if count - 1 - pairs < min(n * (times - 1) - 1 for n, times in rules):
        return False
    for n in range(1, min(LONGEST, count // 2) + 1):
        times = min(t for length, t in rules if n >= length)
        needed = n * (times - 1)
        run = 0
        for i in range(count - n):
            run = run + 1 if tokens[i] == tokens[i + n] else 0
            if run >= needed:
                return True
    return False
