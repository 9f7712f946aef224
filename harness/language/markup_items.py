"""What a text holds that is no language: placeholders, tags, links, addresses, file names, and the numbers of lists.

Each is found in one pass, the longest kind first; what is inside one is not counted again.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Item(NamedTuple):
    """One piece of markup: its kind, what two texts must agree on, and where it stands."""

    kind: str
    key: str
    start: int
    end: int


_NO_LINK = r"\s<>\"'（）()\[\]{}，。；！？、”“\u3400-\u9fff"
_SUFFIXES = (
    "txt|md|pdf|docx?|xlsx?|pptx?|csv|tsv|json|ya?ml|xml|html?|py|js|ts|java|cpp|c|h|sh|exe|zip|gz|png|jpe?g|gif|svg|"
    "mp[34]|cfg|ini|log|toml"
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("link", rf"(?:https?|ftp)://[^{_NO_LINK}]+|www\.[^{_NO_LINK}]+\.[a-z]{{2,}}[^{_NO_LINK}]*"),
    ("address", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"),
    (
        "tag",
        r"</?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>]*)?/?>|\[/?(?:b|i|u|url|img|quote|code|size|color|list)(?:=[^\]]*)?\]",
    ),
    (
        "placeholder",
        r"\{\{\s*[\w.|-]+\s*\}\}|\$\{[\w.]+\}|\$t\([^()]*\)|\{[\w.]*(?:,\s*\w+(?:,[^{}]*)?)?\}|%\([\w.]+\)[sdif]"
        r"|%(?:\d+\$)?[-+0#]?\d*(?:\.\d+)?[sdifuxXceg@](?![A-Za-z])|%%|__[A-Z][A-Z0-9_]*__|%[A-Z][A-Z0-9_]+%"
        r"|#[A-Z][A-Z0-9_]+#|\$[A-Z_][A-Z0-9_]{2,}\b|&[a-z]{2,8};",
    ),
    ("code", r"`[^`\n]+`"),
    ("file", rf"(?<![A-Za-z0-9_.])(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+\.(?:{_SUFFIXES})(?![A-Za-z0-9_])"),
    ("hashtag", r"(?<![A-Za-z0-9_&/])#[A-Za-z][A-Za-z0-9_]*|(?<![A-Za-z0-9_.])@[A-Za-z][A-Za-z0-9_]+"),
    ("break", r"\\n|\\t|\\r"),
)
_ITEM = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))
_TAG_NAME = re.compile(r"[</\[]*([A-Za-z][A-Za-z0-9:-]*)")
_ID = re.compile(r"\b(?:id|rid|x|i)\s*=\s*[\"']?([\w.-]+)")
_LIST = re.compile(
    r"\s*(?:[(（]?(\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[)）]"
    r"|(\d{1,3}|[一二三四五六七八九十]{1,3})[.、．](?!\d))"
)
_HAN = {c: i for i, c in enumerate("〇一二三四五六七八九")}


def items_in(text: str) -> list[Item]:
    """Every piece of markup in a text, in order.

    >>> [item.key for item in items_in("Hi {name}, see <b>https://x.org/a</b> or mail a@b.org")]
    ['{name}', '<b>', 'https://x.org/a', '</b>', 'a@b.org']
    """
    return [Item(m.lastgroup or "", _key(m.lastgroup or "", m[0]), *m.span()) for m in _ITEM.finditer(text)]


def list_number(text: str) -> str | None:
    """The number that a text begins with as an item of a list does, in figures: "（一）" and "(1)" are both 1.

    >>> list_number("（十二）总则"), list_number("3. Rules"), list_number("3.5 percent"), list_number("A rule")
    ('12', '3', None, None)
    """
    found = _LIST.match(text)
    if found is None:
        return None
    number = (found[1] or found[2]).lower()
    return _figures(number) if number[0] in _HAN or number[0] == "十" else number


def breaks(text: str) -> int:
    """How many line breaks a text has, blank lines aside."""
    return max(0, len([line for line in text.split("\n") if line.strip()]) - 1)


def _key(kind: str, text: str) -> str:
    """What two texts must agree on: of a tag its name, end and id, of a link what stands before its last mark."""
    if kind == "link":
        return text.rstrip(".,;:!?")
    if kind == "placeholder":
        return re.sub(r"\s+", "", text)
    if kind != "tag":
        return text
    name, number = _TAG_NAME.match(text), _ID.search(text)
    ends = "/" if text[1:2] == "/" else ""
    alone = "/" if text.endswith("/>") else ""
    label = name[1].lower() if name is not None else ""
    opening, closing = ("[", "]") if text[0] == "[" else ("<", ">")
    return f"{opening}{ends}{label}{f' {number[1]}' if number is not None else ''}{alone}{closing}"


def _figures(number: str) -> str:
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return "".join(str(_HAN[c]) for c in number)
    return str(10 * (_HAN[tens] if tens else 1) + (_HAN[ones] if ones else 0))
