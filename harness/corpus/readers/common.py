"""What readers share: white space as it is seen, names, and the refusal of empty files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from harness.corpus.readers.document import Block, Document
from harness.errors import InputError
from harness.language.script import CJK_PUNCTUATION, HAN

# White space that layout may change: not the no-break space, nor the ideographic one, which authors put on purpose.
_COLLAPSIBLE = re.compile(r"[ \t\r\n\f]+")
_WIDE = re.compile(f"[{HAN}{CJK_PUNCTUATION}]")


def collapse(text: str) -> str:
    r"""Text as a page shows it: runs of blanks and line ends are one blank, and none between Chinese characters.

    >>> collapse("网络\n空间  of \n all")
    '网络空间 of all'
    """
    parts = _COLLAPSIBLE.split(text.strip(" \t\r\n\f"))
    gaps = _COLLAPSIBLE.findall(text.strip(" \t\r\n\f"))
    joined = parts[0]
    for gap, part in zip(gaps, parts[1:], strict=True):
        wrapped = ("\n" in gap or "\r" in gap) and _WIDE.match(joined[-1:]) and _WIDE.match(part[:1])
        joined += part if wrapped else f" {part}"
    return joined


def document_of(path: Path, data: bytes, blocks: Sequence[Block], note: str = "", *, given: bool = False) -> Document:
    """The document of one file; `given` where its blocks are segments already.

    Raises:
        InputError: there are no blocks.
    """
    if not blocks:
        raise InputError(f"The document {path} has no text.", remedy="check that it is the right file")
    return Document(path.stem, {path.name: hashlib.sha256(data).hexdigest()}, tuple(blocks), note, given)
