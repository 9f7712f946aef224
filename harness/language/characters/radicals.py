"""Characters that look like ideographs and are none: radicals and compatibility ideographs, as fonts of PDFs have."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: CJK Radicals Supplement, U+2E80 to U+2EF3, as the ideographs they stand for; Unicode 15.1,
#: EquivalentUnifiedIdeograph.txt. "?" where it names none.
_SUPPLEMENT = (
    "?厂乛乚乙亻冂\U00020628刀刂卜㔾小小兀尣尢\U00021bc2巳幺彑彐忄㣺扌攵?旡日月歺母民氵氺灬爫爫丬牛犭王\U00024d14目示礻"
    "\U00025ad7糹纟罓罒㓁冗\U0002626b羊\U0002634c\U0002634b耂肀聿肉\U00026951艹艹艹虎衤覀西见角\U000278b2讠贝\U00027fb7车辶辶"
    "辶邑钅長镸长门\U00028e0f阝雨青韦页风飞食\U0002967f飠饣\U00029810马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    table = {0x2E80 + i: c for i, c in enumerate(_SUPPLEMENT) if c != "?"}
    for first, last in ((0x2F00, 0x2FD5), (0xF900, 0xFAD9), (0x2F800, 0x2FA1D)):
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if plain != chr(code):
                table[code] = plain
    return table


def as_ideographs(text: str) -> str:
    """The text with the ideographs that its radicals and compatibility ideographs stand for; its length stays.

    >>> as_ideographs("⾼⼭⼩城，⻓⻋")
    '高山小城，长车'
    """
    return text.translate(_table())


def count_radicals(text: str) -> int:
    """How many characters `as_ideographs` would change."""
    table = _table()
    return sum(ord(char) in table for char in text)
