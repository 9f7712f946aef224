"""What every page and every screen shares: text from outside stays text.

`fragment` and `page` put values into templates: there every value is escaped, by the engine and not by habit.
`visible`, which screens use too, shows characters that act or cannot be seen by their codes.

The rule of `visible`, by Unicode's own properties (UAX 44), the same for terminals, Markdown, LaTeX and both HTML
pages. Shown as `<U+XXXX>` is a character that acts on what shows it, or that has no ink although it is not a space:

- Cc, the controls C0 (with TAB and line ends: a text here is one line), DEL and C1: ANSI escapes begin with one.
- Cs, lone surrogates, which no UTF-8 file can hold; and noncharacters (U+FDD0 to U+FDEF, every U+xxFFFE and U+xxFFFF).
- Zl and Zp, which break a line where a program sees none.
- Default_Ignorable_Code_Point, "no visible glyph" by definition: bidirectional controls and marks, zero-width space,
  word joiner, byte order mark, soft hyphen, invisible operators, tag characters (with which a hidden text can be
  spelt), Hangul fillers that stand alone, what Unicode reserves for more of the kind.
- Interlinear annotation (U+FFF9 to U+FFFB), which hides a text behind another.

Of the ignorable ones those stay as they are that writing needs, because a code in their place would spoil good text:
ZWNJ and ZWJ (Persian, the scripts of India, emoji), variation selectors (emoji, variants of Chinese characters,
Mongolian) with Mongolian's vowel separator, the combining grapheme joiner (Hebrew), and the two fillers inside Hangul
syllables. Two or more joiners or variation selectors in a row write nothing in any script, so a run of them is shown.

Everything else stays. Private-use and unassigned characters have a box for ink; signs of category Cf that are not
ignorable are visible (Arabic number signs) or lay out what is (Egyptian hieroglyphs).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

#: First and last code points, in order. DerivedCoreProperties.txt of Unicode 16 for Default_Ignorable_Code_Point;
#: all ranges are written down, so that no version of Python changes what is shown.
ACTING_RANGES: tuple[tuple[int, int], ...] = (
    (0x00, 0x1F),  # C0
    (0x7F, 0x9F),  # DEL and C1
    (0xAD, 0xAD),  # soft hyphen
    (0x61C, 0x61C),  # Arabic letter mark
    (0x17B4, 0x17B5),  # Khmer inherent vowels, which Unicode advises against
    (0x200B, 0x200B),  # zero-width space
    (0x200E, 0x200F),  # left-to-right and right-to-left marks
    (0x2028, 0x202E),  # line and paragraph separators, bidirectional embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidirectional isolates, deprecated format characters
    (0x3164, 0x3164),  # Hangul filler
    (0xD800, 0xDFFF),  # surrogates
    (0xFDD0, 0xFDEF),  # noncharacters
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFFB),  # reserved ignorables, interlinear annotation
    (0xFFFE, 0xFFFF),  # noncharacters
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0x10000, 0xE0000, 0x10000)),
    (0xE0000, 0xE00FF),  # tag characters and reserved ignorables
    (0xE01F0, 0xE0FFF),  # reserved ignorables
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0xE0000, 0x110000, 0x10000)),
)
#: What writing needs once, and never twice in a row.
_JOINERS = ((0x200C, 0x200D),)
_SELECTORS = ((0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def _class(ranges: tuple[tuple[int, int], ...], escape: str) -> str:
    return "[" + "".join(f"{escape % low}-{escape % high}" for low, high in ranges) + "]"


def _pattern(escape: str) -> str:
    runs = "|".join(f"{_class(ranges, escape)}{{2,}}" for ranges in (_JOINERS, _SELECTORS))
    return f"{_class(ACTING_RANGES, escape)}|{runs}"


_ACTING = re.compile(_pattern(r"\U%08x"))
#: The same rule as the source of a JavaScript regular expression with the flags `gu`.
JAVASCRIPT_PATTERN = _pattern(r"\u{%x}")


def code(character: str) -> str:
    """How a character is named where it is not shown: U+202E."""
    return f"U+{ord(character):04X}"


def visible(text: str) -> str:
    r"""`text` on one line, with every acting or invisible character spelt out.

    >>> visible("a\x1b[31mb\u202ec")
    'a<U+001B>[31mb<U+202E>c'
    """
    return _ACTING.sub(lambda m: "".join(f"<{code(c)}>" for c in m.group()), text)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    r"""`text` cut into what is shown as it is, and codes (True) of what is not, in order.

    >>> list(pieces("a\u202eb"))
    [('a', False), ('U+202E', True), ('b', False)]
    """
    at = 0
    for match in _ACTING.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], False
        yield from ((code(c), True) for c in match.group())
        at = match.end()
    if at < len(text):
        yield text[at:], False


def fragment(package: str, template: str, **values: object) -> Markup:
    """A template of a package with values put in. Whatever is put in is inert: escaped, acting characters spelt out.

    Args:
        package: where the template lies: "harness.report.page".
        template: its file name; by custom it ends in ".html.j2".
        values: what the template asks for; a name that it asks for in vain is an error.
    """
    from markupsafe import Markup

    return Markup(_environment().get_template(f"{package}/{template}").render(values))  # noqa: S704 - escaped there


def page(title: str, body: Markup, *, style: str, script: str, connect: bool = False) -> str:
    """A whole page that asks nobody for anything.

    Its Content-Security-Policy lets `style` and `script` run, by their hashes, and nothing else: no network, no inline
    handler, no style attribute.

    Args:
        title: text.
        body: what `fragment` made.
        style: CSS of ours.
        script: JavaScript of ours.
        connect: whether the script may ask the server that the page is from.
    """
    from markupsafe import Markup

    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        f"base-uri 'none'; form-action 'none'" + ("; connect-src 'self'" if connect else "")
    )
    own = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - files of this package
    return fragment("harness", "frame.html.j2", title=title, body=body, policy=policy, **own) + "\n"


def source(package: str, name: str) -> str:
    """The text of a file that lies in a package."""
    return (files(package) / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        autoescape=True,
        finalize=_inert,
        loader=FunctionLoader(lambda name: source(*name.split("/"))),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inert(value: object) -> object:
    """Of what a template puts in: HTML that a template made as it is, everything else as text on one line."""
    return value if hasattr(value, "__html__") else visible(str(value))
