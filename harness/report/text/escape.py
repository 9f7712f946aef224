"""Characters from outside that would act on a reader's screen are shown instead of obeyed."""

from __future__ import annotations

import re

# C0 and C1 controls (ANSI escapes begin with one), bidirectional controls and marks, line and paragraph separators,
# zero-width and invisible operators, the byte order mark, tag characters, lone surrogates.
_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""`text` on one line, with every acting character spelt out.

    >>> visible("a\x1b[31mb\u202ec")
    'a<U+001B>[31mb<U+202E>c'
    """
    return _ACTING.sub(lambda m: f"<U+{ord(m.group()):04X}>", text)


# Also the colon and the dot that would make a link of a bare address.
_MARKDOWN = re.compile(r"[\\`*_\[\]#|~@]|:(?=//)|(?<=www)\.")


def markdown_escaped(text: str) -> str:
    r"""`text` as words: no markup, no HTML, no mention, no link, no end of a table cell.

    >>> markdown_escaped("a|b <b>@all</b>")
    'a\\|b &lt;b&gt;\\@all&lt;/b&gt;'
    """
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(lambda m: "\\" + m.group(), shown)
