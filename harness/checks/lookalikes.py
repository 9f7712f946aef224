"""Text that looks like another and is not: what cannot be seen, what is not composed, letters of another script."""

from __future__ import annotations

import re
import unicodedata

from harness.language.characters.radicals import count_radicals
from harness.language.codes import macrolanguage

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    "\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200c\u200d]")
#: Languages that are written with joiners and directions; elsewhere only an emoji has a joiner.
_JOINS = "fa ar ur ps ckb ug sd hi mr ne bn gu pa ta te kn ml si my km mn"
_JOINED = frozenset(_JOINS.split())
_DIRECTED = frozenset({"ar", "fa", "he", "yi", "ur", "ps", "ug", "sd", "ckb", "dv"})
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_EMOJI_JOINER = re.compile(f"[{_PICTURE}]\u200d|\u200d[{_PICTURE}]")
_FULL_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
#: Cyrillic and Greek letters that look like Latin ones; units and symbols such as \u03bc and \u03a9 are not among them.
_CYRILLIC = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
)
_GREEK = "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
_MIXED = re.compile(f"[A-Za-z][{_CYRILLIC}{_GREEK}]|[{_CYRILLIC}{_GREEK}][A-Za-z]")
_SMALL_CYRILLIC = "[\u0430-\u044f\u0451]"
_LATIN_IN_CYRILLIC = re.compile(
    rf"{_SMALL_CYRILLIC}[aceopxyABCEHKMOPTX](?={_SMALL_CYRILLIC})|\b[ACEHKMOPTXB]{_SMALL_CYRILLIC}{{2}}"
)
_WIDE = frozenset({"zh", "ja", "ko"})

#: A composed text without any of these characters has no lookalike.
_SIGNS = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2e80-\u2fdf\u0370-\u052f\uf900-\ufaff\ufb00-\ufb06\ufeff"
    "\uff10-\uff5a\ufff9-\ufffb\u3099\u309a\u1100-\u11ff]"
)


def may_have_lookalikes(text: str) -> bool:
    """Whether a text is worth looking at: all but few are plain, or composed and without any of the signs."""
    return not text.isascii() and (_SIGNS.search(text) is not None or not unicodedata.is_normalized("NFC", text))


def lookalikes(source: str, text: str, pair: tuple[str, str]) -> set[str]:
    """The kinds of lookalikes in one text, judged against the source and the habits of the target language.

    >>> lookalikes("\u5496\u5561", "cafe\u0301", ("zh", "en")), lookalikes("\u5496\u5561", "caf\u00e9", ("zh", "en"))
    ({'unnormalised'}, set())
    """
    target = macrolanguage(pair[1])
    found = set()
    if any(c not in source for c in _unseen(text, target)):
        found.add("invisible")
    if _is_unnormalised(text, target):
        found.add("unnormalised")
    mixed = _LATIN_IN_CYRILLIC if target in ("ru", "uk", "be", "bg", "sr", "mk") else _MIXED
    if mixed.search(text) and not mixed.search(source):
        found.add("homoglyph")
    return found


def _unseen(text: str, target: str) -> list[str]:
    unseen = _INVISIBLE.findall(text)
    if target in _DIRECTED:
        unseen = [c for c in unseen if not _DIRECTIONS.match(c)]
    if target not in _JOINED:
        unseen += _JOINERS.findall(_EMOJI_JOINER.sub("", text))
    return unseen


def _is_unnormalised(text: str, target: str) -> bool:
    """Whether a text has a form that scores as another text: not composed, radicals, ligatures, Latin in full width."""
    # Every Hebrew and Arabic vowel mark has an order that NFC changes and nobody sees; there it is not looked at.
    if target not in ("he", "ar", "fa", "yi", "hi", "th", "lo") and unicodedata.normalize("NFC", text) != text:
        return True
    if count_radicals(text) or _LIGATURES.search(text):
        return True
    return target not in _WIDE and _FULL_WIDTH.search(text) is not None
