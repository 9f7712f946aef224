r"""Rich Text Format (.rtf, version 1.9.1 of Microsoft's specification).

Read here and not through striprtf, the one small library there is, because that prints deleted and hidden text, puts
the addresses of links into the text, and gives tables as bars: what nobody wrote would be scored.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.corpus.readers.common import collapse, document_of
from harness.corpus.readers.document import Block, Document, Style
from harness.errors import InputError
from harness.files import read_bytes

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
#: Groups that hold no text of the document though they are not marked as ones that may be skipped.
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf "
    b"fldinst listtable listoverridetable revtbl rsidtbl generator xmlnstbl themedata colorschememapping latentstyles "
    b"datastore pntext listtext bkmkstart bkmkend xe tc filetbl template private ftnsep ftnsepc aftnsep "
    b"aftnsepc".split()
)
_NOTES = {b"footnote": "footnotes", b"annotation": "comments", b"atnid": "", b"atnauthor": ""}
_CHARACTERS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": "\u2003", b"enspace": "\u2002", b"qmspace": "\u2005", b"tab": "\t",
    b"zwj": "\u200d", b"zwnj": "\u200c",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"{": "{", b"}": "}", b"\\": "\\"}
#: \fcharset to the code page of its bytes.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 255: "cp850",
}  # fmt: skip
_PAGES = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac_roman"}
_DEEPEST = 2000


class RtfReader:
    """Paragraphs and table cells; hidden and deleted text, notes, headers and footers are left out and told."""

    def read(self, path: Path, *, encoding: str | None = None) -> Document:
        """Read one file.

        Raises:
            UserError: missing or unreadable.
            InputError: no RTF, or bytes that are no text in the code page that it names.
        """
        data = read_bytes(path, what="document")
        if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
            raise InputError(f"The document {path} is not RTF: it does not begin with {{\\rtf.")
        walk = _Walk(path, data)
        walk.run()
        return document_of(path, data, walk.found, walk.note())


@dataclass(frozen=True, slots=True)
class _State:
    """What a brace saves and brings back.

    Attributes:
        skipped: why text is left out: what is told of it, "" for what is never text, None where it is not.
        replaced: how many characters stand in for one that is written as a number.
    """

    skipped: str | None = None
    font: int = 0
    replaced: int = 1
    hidden: bool = False
    deleted: bool = False
    heading: bool = False

    @property
    def left_out(self) -> str | None:
        """Why text is not read here, as `skipped`."""
        if self.skipped is not None:
            return self.skipped
        return "hidden text" if self.hidden else "deleted text" if self.deleted else None


@dataclass
class _Walk:
    """One pass over the tokens."""

    path: Path
    data: bytes
    found: list[Block] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    page: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    default_font: int = 0
    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    at_start: bool = False  # right behind an opening brace
    skip: int = 0  # characters that stand in for the one before them
    told: str = ""  # what was counted as left out last, until something else comes
    text: str = ""
    pending: bytes = b""
    count: int = 0
    row: int = 0
    column: int = 0
    in_table: bool = False

    def note(self) -> str:
        """What was left out, one sentence."""
        told = ", ".join(f"{what} ({n})" for what, n in sorted(self.left_out.items()))
        return f"Left out of {self.path.name}: {told}." if told else ""

    def run(self) -> None:
        for word, number, byte, symbol, brace, plain in self._tokens():
            if brace == b"{":
                self.saved.append(self.state)
                self.at_start = True
                if len(self.saved) > _DEEPEST:
                    raise InputError(f"The document {self.path} is nested too deeply.", allowed=f"{_DEEPEST} groups")
                continue
            if brace == b"}":
                self._decode()
                if len(self.saved) <= 1:  # what stands behind the document's own group is no part of it
                    break
                self.state, self.skip, self.told = self.saved.pop(), 0, ""
            elif byte is not None or plain is not None:
                self._bytes(bytes.fromhex(byte.decode("ascii")) if byte is not None else plain or b"")
            elif symbol is not None:
                self._symbol(symbol)
            elif word is not None:
                self._word(word, int(number) if number else None)
            self.at_start = False
        self._end()

    def _bytes(self, content: bytes) -> None:
        rest = content[self.skip :]
        self.skip = max(0, self.skip - len(content))
        left_out = self.state.left_out
        if left_out is None:
            # A byte above ASCII belongs to a character of two bytes with what follows it.
            self.pending += rest
            self.told = ""
        elif left_out and rest.strip() and left_out != self.told:
            self.left_out[left_out] += 1
            self.told = left_out

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*" and self.at_start:
            self.state = replace(self.state, skipped=self.state.skipped or "")
        elif self.state.left_out is None:
            self._decode()
            if symbol in b"\r\n":
                self._end()
            else:
                self.text += _SYMBOLS.get(symbol, "")

    def _word(self, word: bytes, value: int | None) -> None:
        self._decode()
        if word == b"u" and value is not None:
            if self.state.left_out is None:
                self.text += chr(value % 0x10000)
            self.skip = self.state.replaced
        elif self.at_start and word in _NOTES:
            self.state, self.told = replace(self.state, skipped=self.state.skipped or _NOTES[word]), ""
        elif word in _SKIPPED:
            self.state = replace(self.state, skipped=self.state.skipped or "")
        elif not self._code_page(word, value) and not self._format(word, value) and self.state.left_out is None:
            self._control(word)

    def _code_page(self, word: bytes, value: int | None) -> bool:
        """Words that say how bytes are read."""
        if word == b"ansicpg" and value is not None:
            self.page = _page(value)
        elif word == b"deff":
            self.default_font = value or 0
            self.state = replace(self.state, font=self.default_font)
        elif word == b"f":  # in the font table, the font that is described
            self.state = replace(self.state, font=value or 0)
        elif word == b"fcharset":
            if value in _CHARSETS:
                self.fonts[self.state.font] = _CHARSETS[value]
        elif word == b"uc":
            self.state = replace(self.state, replaced=max(0, min(value or 0, 10)))
        else:
            return False
        return True

    def _format(self, word: bytes, value: int | None) -> bool:
        """Words that say how text is shown, as far as it matters."""
        if word == b"plain":
            self.state = replace(self.state, font=self.default_font, hidden=False, deleted=False)
        elif word == b"v":
            self.state = replace(self.state, hidden=value != 0)
        elif word == b"deleted":
            self.state = replace(self.state, deleted=value != 0)
        elif word == b"pard":
            self.in_table = False
            self.state = replace(self.state, heading=False)
        elif word == b"intbl":
            self.in_table = True
        elif word == b"outlinelevel":
            self.state = replace(self.state, heading=True)
        else:
            return False
        return True

    def _control(self, word: bytes) -> None:
        """Control words that are text or end it."""
        if word in _CHARACTERS:
            self.text += _CHARACTERS[word]
        elif word in (b"par", b"sect", b"page", b"line", b"column"):
            self._end("line" if word == b"line" else None)
        elif word in (b"cell", b"nestcell"):
            self.in_table = True
            self._end()
            self.column += 1
        elif word in (b"row", b"nestrow"):
            self.text = ""
            self.row += 1
            self.column = 0
            self.in_table = False

    def _tokens(self) -> Iterator[tuple[bytes | None, ...]]:
        """Tokens of the file; what \\bin announces is not looked at."""
        at = 0
        while at < len(self.data):
            match = _TOKEN.match(self.data, at)
            if match is None:  # a lone backslash at the end
                return
            at = match.end()
            if match[1] == b"bin" and match[2]:
                at += max(0, int(match[2]))
                continue
            yield match.groups()

    def _decode(self) -> None:
        """Bytes that were collected, as text of the font's code page."""
        if not self.pending:
            return
        page = self.fonts.get(self.state.font, self.page)
        try:
            self.text += self.pending.decode(page)
        except UnicodeDecodeError as error:
            raise InputError(
                f"The document {self.path} has bytes that are no text in its code page {page}: {error.reason} in "
                f"paragraph {self.count + 1}.",
                remedy="open it in a word processor and save it as .docx",
            ) from None
        self.pending = b""

    def _end(self, style: Style | None = None) -> None:
        """End of a paragraph, a line or a cell."""
        # Characters beyond the first plane come as two halves.
        text = self.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\u00ad", "")
        text, self.text = collapse(text), ""
        self.count += 1
        if not text:
            return
        cell = self.in_table
        kind: Style = "heading" if self.state.heading else "cell" if cell else style or "paragraph"
        place = (self.column, self.row + 1) if cell else (None, None)
        self.found.append(Block(text, self.path.name, (self.count, self.count), None, kind, *place))


def _page(number: int) -> str:
    name = _PAGES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
