"""HTML pages, through lxml."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.corpus.readers.common import collapse, document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.corpus.readers.flowing_notes import FlowingNotes, told
from harness.errors import InputError, MissingExtraError
from harness.files import decode, read_bytes

#: Never text of the document: code, style, and what leads elsewhere.
_DROPPED = re.compile(
    "script|style|noscript|template|svg|annotation|annotation-xml|nav|head|button|select|textarea|input|iframe|object|audio|video|canvas"
)
_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|math|semantics|mrow|mi|mn|mo|mtext|mspace|ms|msup|msub|msubsup|mfrac|msqrt|mroot|mfenced|mover|munder|munderover|mstyle|mpadded|q|rp|rt|ruby|s|samp|small|"
    "span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
#: What DPUB-ARIA and EPUB call notes.
_NOTE_ROLES = re.compile(r"(?:doc-)?(?:foot|end|rear)notes?(?:\s|$)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
# What pages call GB 2312 is in truth its superset.
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252"}


class HtmlReader:
    """Headings, paragraphs, list items and table cells; scripts, styles and navigation are left out and listed."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no text in a known encoding, or no HTML.
            MissingExtraError: lxml is not installed.
        """
        data = read_bytes(path, what="document")
        text = decode(data, name=f"document {path}", encoding=encoding or _declared(data)).text
        blocks, note = html_blocks(text, path.name, f"The document {path}")
        return document_of(path, data, blocks, note)


def html_blocks(text: str, file: str, what: str) -> tuple[list[Block], str]:
    """The blocks of one page, and a sentence about what was left out, or "".

    Args:
        text: the page.
        file: the name of its file, for the blocks.
        what: what it is, for messages ("The document a.html").

    Raises:
        InputError: it is no HTML, or nested too deeply.
        MissingExtraError: lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtraError("Reading HTML", "formats", cause=str(error)) from error
    # A page may say that it is in another encoding than the one it was just decoded from.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    # Before <!DOCTYPE or <html> an XML declaration is legal, and lxml takes it for text.
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).encode("utf-8"), parser) if text.strip() else None
    except etree.LxmlError as error:
        raise InputError(f"{what} is not HTML that can be read: {error}.") from None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise InputError(f"{what} is nested too deeply.", allowed="256 elements inside one another")
    if root is None:
        return [], ""
    walk = _Walk(file, sum(1 for _ in root.iter("h1")) <= 2)
    walk.element(root)
    walk.flush()
    blocks = walk.notes.set_aside(walk.found)
    return blocks, walk.note(blocks)


def _declared(data: bytes) -> str | None:
    found = _CHARSET.search(data[:4096])
    if found is None or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return None
    name = found[1].decode("ascii").lower()
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return None if name.startswith("utf") else _ALIASES.get(name, name)


class _Walk:
    """One pass over the tree in reading order."""

    def __init__(self, file: str, titles: bool) -> None:
        self.file = file
        self.titles = titles
        self.found: list[Block] = []
        self.notes = FlowingNotes()
        self.dropped: Counter[str] = Counter()
        self.dropped_text: list[str] = []
        self.style: Style = "paragraph"
        self.row = 0
        self.cell: tuple[int, int] | None = None
        self.cells: dict[Any, tuple[int, int] | None] = {}
        self.numbers: dict[Any, int] = {}
        self.label = ""
        self.text = ""
        self.first = self.last = 1
        self.preformatted = 0

    def note(self, blocks: Sequence[Block]) -> str:
        """What was left out, one sentence."""
        kinds = ", ".join([*told(blocks), *(f"{count} <{tag}>" for tag, count in sorted(self.dropped.items()))])
        if not kinds:
            return ""
        text = " | ".join(self.dropped_text)
        seen = f", with the text: {text[:200]}{'...' if len(text) > 200 else ''}" if text else ""
        return f"Left out of {self.file}: {kinds}{seen}."

    def element(self, element: Any) -> None:  # lxml has no types
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or _DROPPED.fullmatch(tag):
            self._drop(element, tag)
            return
        aside = _aside(element, tag)
        if aside is not None:
            self._set_aside(element, aside)
            return
        if tag == "sup" and self.notes.is_mark(
            self.text, _shown_text(element), len(self.found), linked=_leads_inside(element)
        ):
            self._set_aside(element, "note")
            return
        if tag == "br":
            self.flush(style="line" if self.style == "paragraph" and self.cell is None else None)
            return
        inline = _INLINE.fullmatch(tag) is not None
        if not inline:
            self.flush()
        saved = (self.style, self.cell)
        self._enter(element, tag)
        self.preformatted += tag == "pre"
        self._add(element.text, element)
        for child in element:
            self.element(child)
            self._add(child.tail, child)
        if not inline:
            self.flush()
        self.preformatted -= tag == "pre"
        self.style, self.cell = saved

    def flush(self, style: Style | None = None) -> None:
        """End the block that is being read."""
        text = collapse(self.text)
        self.text = ""
        if not text:
            return
        text, self.label = self.label + text, ""
        row, column = self.cell if self.cell is not None else (None, None)
        kind = style or ("cell" if self.cell is not None and self.style == "paragraph" else self.style)
        self.found.append(Block(text, self.file, (self.first, max(self.first, self.last)), None, kind, column, row))

    def _enter(self, element: Any, tag: str) -> None:
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.style = "title" if tag == "h1" and self.titles else "heading"
        elif tag == "tr":
            self.row += 1
            cells = list(element.iterchildren("td", "th"))
            column = 0
            for cell in cells:
                # A row of one cell is layout, not data side by side.
                self.cells[cell] = None if len(cells) == 1 else (self.row, column)
                column += _span(cell)
        elif tag in ("td", "th"):
            self.cell = self.cells.pop(element, None)
        elif tag == "ol":
            start = element.get("start", "1")
            first = int(start) if start.isascii() and start.isdecimal() and len(start) < 9 else 1
            self.numbers.update((item, first + i) for i, item in enumerate(element.iterchildren("li")))
        elif tag == "li" and element in self.numbers:
            # The number is text that readers see, though the file does not spell it.
            self.label = f"{self.numbers.pop(element)}. "

    def _add(self, text: str | None, element: Any) -> None:
        if not text:
            return
        line = element.sourceline or self.last
        if not self.text.strip():
            self.first = line + (text[: len(text) - len(text.lstrip())].count("\n"))
        self.last = line + text.rstrip().count("\n")
        if self.preformatted:
            *lines, text = re.split(r"\r\n|\r|\n", text)
            for part in lines:
                self.text += part
                self.flush("line")
        self.text += text

    def _set_aside(self, element: Any, style: Style) -> None:
        text = _shown_text(element)
        line = element.sourceline or self.last
        if text and element.tag != "rp":
            self.found.append(Block(text, self.file, (line, line), None, style))

    def _drop(self, element: Any, tag: str) -> None:
        if not tag:
            return
        self.dropped[tag] += 1
        if tag in ("nav", "head", "noscript", "button") or not _DROPPED.fullmatch(tag):
            text = _shown_text(element)
            if text:
                self.dropped_text.append(text)


def _shown_text(element: Any) -> str:
    """All text inside an element, scripts and styles aside."""
    shown = (e for e in element.iter() if e.tag not in ("script", "style"))
    return collapse(" ".join(f"{e.text or ''} {(e.tail or '') if e is not element else ''}" for e in shown))


def _aside(element: Any, tag: str) -> Style | None:
    """Why a reader of the page does not take an element for its text; None where it is text. What is struck through
    is seen, and only `<del>` says that it is no longer said."""
    if element.get("hidden") is not None or _UNSEEN.search(element.get("style", "")):
        return "hidden"
    if tag in ("rt", "rp", "rtc"):
        return "reading"
    if tag == "del":
        return "deleted"
    roles = f"{element.get('role', '')} {element.get('epub:type', '')}".split()
    return "note" if any(_NOTE_ROLES.fullmatch(role) for role in roles) else None


def _leads_inside(element: Any) -> bool:
    """Whether a raised text is a link to a place of the same page."""
    near = [*element.iter("a"), *(a for a in (element.getparent(),) if a is not None and a.tag == "a")]
    return any(a.get("href", "").startswith("#") for a in near)


def _span(cell: Any) -> int:
    span = cell.get("colspan", "1")
    return int(span) if span.isascii() and span.isdecimal() and 0 < int(span[:4]) < 1000 else 1
