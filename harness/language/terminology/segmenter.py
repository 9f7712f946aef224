"""jieba's segmenter of Chinese, and where words end; it writes nothing and loads nothing that others could write."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def segmenter() -> Any:
    """The segmenter with its own dictionary.

    It is built without its cache file in the shared temporary folder (another user of the machine can write to that
    folder, and what jieba finds there it loads) and without its log on stderr.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its pkg_resources and its regular expressions, at every start
        import jieba

        found = jieba.Tokenizer()
        found.FREQ, found.total = found.gen_pfdict(found.get_dict_file())
    found.initialized = True
    return found


class WordEnds:
    """Where the words of a language written without spaces end.

    Chinese is segmented by jieba: 祖母亲手 is 祖母 and 亲手, and has no 母亲. Elsewhere nothing is known, and every
    place may be an end.

    Args:
        terms: those that jieba's dictionary does not have are taken as they stand.
        chinese: whether the language is Chinese.
    """

    def __init__(self, terms: Iterable[str], *, chinese: bool) -> None:
        self._segmenter: Any = None
        if chinese:
            self._segmenter = segmenter()
            self._new = {term for term in terms if term not in self._segmenter.FREQ}

    def of(self, text: str) -> frozenset[int] | None:
        """The places between words, the beginning and the end included; None where they are not known."""
        if self._segmenter is None:
            return None
        ends = {0}
        at = 0
        for word in self._segmenter.cut(text, HMM=False):
            at += len(word)
            ends.add(at)
        return frozenset(ends)

    def is_whole(self, text: str, start: int, end: int, ends: frozenset[int] | None) -> bool:
        """Whether a stretch begins and ends where words do. A term that no dictionary has is taken as it stands."""
        if ends is None or text[start:end] in self._new:
            return True
        return start in ends and end in ends
