"""How long a text is, in a currency that holds across languages."""

from __future__ import annotations

import math
import re

from harness.language.script import HAN

_SPACE = re.compile(r"\s+")
# English characters that one ideograph becomes: least squares over the 1,875 segments of WMT22 zh-en and references
# A and B gives 4.53 and 4.45 an ideograph, 0.93 and 1.14 any other character (benchmarks/fidelity.py prints them).
_HAN_WEIGHT, _OTHER_WEIGHT = 4.5, 1.0
_SYLLABLE_WEIGHT = 2.2  # kana and Hangul: between a letter and an ideograph
#: Characters that weigh more than a letter.
IDEOGRAPH = re.compile(f"[{HAN}]")
SYLLABIC = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
#: Added to both sizes, so that ratios of short texts say little.
SMOOTHING = 10.0


def size(text: str) -> float:
    """The length of a text in English characters, roughly: what its translation into English would have.

    >>> size("数字合作")
    18.0
    """
    han, syllables = len(IDEOGRAPH.findall(text)), len(SYLLABIC.findall(text))
    spaces = len(text) - len(_SPACE.sub("", text)) if han or syllables else 0
    return weighed(len(text), han, syllables, spaces)


def weighed(length: int, han: int, syllables: int, spaces: int) -> float:
    """`size` from counts of characters: all, ideographs, kana and Hangul, white space.

    White space counts in texts of letters only, whose translations have as much of it.
    """
    if not han and not syllables:
        return float(length)
    rest = length - spaces - han - syllables
    return han * _HAN_WEIGHT + syllables * _SYLLABLE_WEIGHT + rest * _OTHER_WEIGHT


def log_ratio(source: str, target: str) -> float:
    """How much longer the target is than a translation should be: 0 is as expected, 0.69 twice, -0.69 half."""
    return math.log((size(target) + SMOOTHING) / (size(source) + SMOOTHING))
