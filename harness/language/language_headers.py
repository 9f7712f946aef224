"""What a table's first row calls the two languages: "中文 | English", "Source | Target", "Deutsch | Französisch"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

from harness.language.codes import primary

_SOURCE = (
    "source, src, original, source text, source language, texte source, texto original, testo originale, originale, "
    "quelle, quelltext, ausgangstext, originaltext, оригинал, исходный текст, 原文, 源文, 原语, 源语言, 原語, 원문"
)
_TARGET = (
    "target, tgt, trg, translation, reference, ref, target text, target language, reference translation, texte cible, "
    "traduction, traducción, traduzione, zieltext, übersetzung, перевод, 译文, 翻译, "
    "参考译文, 目标语, 目标语言, 訳文, 翻訳, 번역, 번역문"
)
#: Names that locale data has not: the language of a Chinese column is called 汉语 and 华文 too.
_ALSO = {"zh": ("汉语", "华语", "汉文", "普通话", "国语", "mandarin", "putonghua", "cn", "chn", "zho"), "en": ("eng",)}
#: What a header adds to the name of a language: "English version", "中文版", "英文译文".
_VERSION = re.compile(
    r"(?:version|text|original|source|target|translation|版本?|文本|原文|译文|翻译|译本|原本|对照)$", re.IGNORECASE
)
_NOT_LETTERS = re.compile(r"[\s（）()【】\[\]:：*_|/,，·.-]+")


def names_of(language: str, others: frozenset[str] = frozenset()) -> frozenset[str]:
    """What a language is called: by its code, in itself, in English, in Chinese and in `others`; as `folded`.

    Args:
        language: a code such as "zh" or "zh_Hans".
        others: codes of languages in whose words it may be named too.

    >>> sorted(names_of("en") & {"english", "英语", "英文", "en"})
    ['en', 'english', '英文', '英语']
    """
    return _names(primary(language), frozenset(primary(o) for o in others) | {"en", "zh"})


@lru_cache(maxsize=256)
def _names(language: str, speakers: frozenset[str]) -> frozenset[str]:
    found = {language, *_ALSO.get(language, ())}
    for speaker in {language, *speakers}:
        try:
            known = Locale.parse(speaker).languages
        except (UnknownLocaleError, ValueError):
            continue
        found |= {name for code, name in known.items() if primary(code) == language}
    # Chinese and Japanese name a language by its speech (英语) or its writing (英文) alike.
    found |= {name[:-1] + "文" for name in found if name.endswith("语")}
    return frozenset(folded(name) for name in found)


def folded(text: str) -> str:
    """A header without case, brackets and blanks.

    >>> folded("Chinese (Simplified)"), folded("中文（简体）")
    ('chinesesimplified', '中文简体')
    """
    return _NOT_LETTERS.sub("", text).casefold()


def named_side(header: str, source: str, target: str) -> Literal["source", "target"] | None:
    """The side of a pair that a header names, by its role or its language; None where it names neither.

    >>> named_side("中文", "zh", "en"), named_side("English (US)", "zh", "en"), named_side("译文", "zh", "en")
    ('source', 'target', 'target')
    >>> named_side("中文版", "zh", "en"), named_side("English version", "zh", "en"), named_side("英文译文", "zh", "en")
    ('source', 'target', 'target')
    >>> named_side("Remarks", "zh", "en") is None
    True
    """
    text = folded(header)
    if not text or len(header) > 40:
        return None
    for side, language in (("source", source), ("target", target)):
        other = target if side == "source" else source
        names = names_of(language, frozenset({other}))
        if text in names or _with_region(header, language, names):
            return "source" if side == "source" else "target"
    if text in _words(_SOURCE):
        return "source"
    return "target" if text in _words(_TARGET) else None


@lru_cache(maxsize=2)
def _words(listed: str) -> frozenset[str]:
    return frozenset(folded(word) for word in listed.split(","))


def _with_region(header: str, language: str, names: frozenset[str]) -> bool:
    """A tag with a region (zh-CN, en_US), or a name with more in brackets: "English (US)", "中文（简体）"."""
    if re.fullmatch(
        rf"{re.escape(primary(language))}[-_][A-Za-z0-9]{{2,8}}([-_][A-Za-z0-9]{{2,8}})?", header.strip(), re.I
    ):
        return True
    name = folded(re.split(r"[(（\[【/:：]", header.strip(), maxsplit=1)[0])
    return name in names or _VERSION.sub("", name) in names
