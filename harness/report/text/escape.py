"""Text from outside as words of a format: no markup of Markdown, HTML or TeX, no acting character."""

from __future__ import annotations

import re

from harness.pages import visible

__all__ = ["latex_escaped", "markdown_code", "markdown_escaped", "visible"]

# Also the colon and the dot that would make a link of a bare address.
_MARKDOWN = re.compile(r"[\\`*_\[\]#|~@]|:(?=//)|(?<=www)\.")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "[": "{[}",
    "]": "{]}",
}


def markdown_escaped(text: str) -> str:
    r"""`text` as words: no markup, no HTML, no mention, no link, no end of a table cell.

    >>> markdown_escaped("a|b <b>@all</b>")
    'a\\|b &lt;b&gt;\\@all&lt;/b&gt;'
    """
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(lambda m: "\\" + m.group(), shown)


def markdown_code(text: str) -> str:
    """`text` as a code span, between more backticks than it has in a row (CommonMark 0.31, 6.1).

    Not for a cell of a table: there a "|" ends the cell in a code span too.

    >>> markdown_code("a `b` c")
    '`` a `b` c ``'
    """
    shown = visible(text)
    longest = max((len(m.group()) for m in re.finditer("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def latex_escaped(text: str) -> str:
    r"""`text` as words that TeX prints.

    >>> latex_escaped("50% of a_b")
    '50\\% of a\\_b'
    """
    return "".join(_TEX.get(c, c) for c in visible(text))
