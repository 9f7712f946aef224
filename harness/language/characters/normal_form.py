"""The named recipe that `normalise: true` of a metric applies to hypotheses and references alike.

What looks the same becomes the same; nothing that a reader sees changes. The recipe has a name and a version, which is
in the signature: a change of what it does is another version.
"""

from __future__ import annotations

import re
import unicodedata

from harness.language.characters.radicals import as_ideographs

#: In a signature: `norm:harness-1`.
RECIPE = "harness-1"

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_EMOJI = re.compile("([\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_NARROW = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_TO_LATIN = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
    "\u0406\u0408\u0405\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "aeopcyxijsdABEKMHOPCTXIJSABEZHIKMNOPTYXo",
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")
_LOOKALIKE = re.compile("[\u0391-\u03bf\u0405-\u0458\u0501]")


def normalised(text: str) -> str:
    """The text by recipe `harness-1`, in this order:

    1. characters without a width (soft hyphen, zero-width, direction marks, byte-order mark) go, but for the joiners
       inside an emoji; 2. every kind of space becomes a space; 3. radicals and compatibility ideographs become the
       ideographs they show; 4. ligatures become letters, Latin letters and digits of full width narrow ones; 5. in
       words that have Latin letters, Cyrillic and Greek letters that look like Latin ones become them; 6. Unicode's
       form NFC.

    >>> normalised("Pe\u00adace\u200b\u00a0and \ufb01re, \uff21\uff22, cafe\u0301, Th\u0435")
    'Peace and fire, AB, caf\u00e9, The'
    """
    if text.isascii():
        return text
    text = _UNSEEN.sub("", _EMOJI.sub("\\1\ue000", text)).replace("\ue000", "\u200d")
    text = as_ideographs(_SPACES.sub(" ", text)).translate(_LIGATURES).translate(_NARROW)
    if _LOOKALIKE.search(text):
        text = _WORD.sub(lambda m: m[0].translate(_TO_LATIN) if _LATIN.search(m[0]) else m[0], text)
    return unicodedata.normalize("NFC", text)
