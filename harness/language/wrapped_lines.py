"""Lines that a width wrapped: how wide they are, and what goes between two of them."""

from __future__ import annotations

from harness.language.script import is_han

#: Quotation marks and the ellipsis are the same characters in Chinese and in English: their width is their neighbours'.
_EITHER = "“”‘’…"
_WIDE_MARKS = frozenset("，。、；：？！（）《》〈〉【】「」『』")


def display_width(text: str) -> int:
    """The width of a line in columns of a typewriter: ideographs and their punctuation take two.

    >>> display_width("5G网络。")
    8
    """
    return sum(2 if _is_wide(c) or c in _EITHER else 1 for c in text.strip())


def line_glue(before: str, after: str) -> str:
    """What goes between two lines of one text: a blank, or nothing beside Chinese.

    >>> line_glue("发展AI", "技术"), line_glue("the countries’", "development"), line_glue("他说：“", "AI")
    ('', ' ', '')
    """
    left, right = before.rstrip(_EITHER)[-1:], after.lstrip(_EITHER)[:1]
    return "" if _is_wide(left) or _is_wide(right) else " "


def _is_wide(char: str) -> bool:
    return bool(char) and (char in _WIDE_MARKS or is_han(char))
