"""Text that lost its characters on the way: what a font did not name, what an encoding could not say."""

from __future__ import annotations

import re

#: pdfminer's word for a character that its font does not name; the replacement character; private use, where fonts keep
#: what has no number of its own.
DAMAGE = re.compile("\\(cid:\\d{1,6}\\)|\ufffd|[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
#: Bullets of symbol fonts stand here; at the beginning of a line they are marks, not damage.
SYMBOL_BULLET = "\uf020-\uf0ff"
_BULLET = re.compile(rf"^\s*[{SYMBOL_BULLET}]")


def is_damaged(text: str) -> bool:
    """Whether a text has a character that cannot be read.

    >>> is_damaged("会(cid:4)在北京举行"), is_damaged("\\uf0b7 An item of a list")
    (True, False)
    """
    return DAMAGE.search(_BULLET.sub("", text)) is not None


def damaged_count(text: str) -> int:
    """How many characters of a text cannot be read."""
    return len(DAMAGE.findall(_BULLET.sub("", text)))


def readable_count(text: str) -> int:
    """How many characters of a text can be read, white space aside."""
    return sum(not char.isspace() for char in DAMAGE.sub("", text))
