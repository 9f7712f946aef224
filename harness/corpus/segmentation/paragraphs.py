"""What healing makes of lines: paragraphs, each of one kind, with the places where it was put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from harness.corpus.segmentation.line_language import Side
from harness.corpus.segmentation.offsets import TracedText
from harness.domain.corpus import Kind
from harness.language.script import han_count

_TERMINAL = "。！？；：…!?;:."
_CLOSING = "”’\"'）)」』》】〕]› "
_INSIDE = re.compile(r"[。！？](?=.)|[a-z)\d”\"][.!?][”\"')]?\s+(?=[A-Z“\"])", re.DOTALL)
_LONGEST_HEADING = {"han": 45, "words": 26}


JointKind = Literal["page break", "line break", "word cut"]


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where two lines were made one.

    Attributes:
        at: offset in the paragraph's text where the second line begins.
        how: what cut them; "word cut" where a word was cut in two.
    """

    at: int
    how: JointKind


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one language.

    Attributes:
        number: what its numbering says; a hint for alignment.
        group: paragraphs of different groups are no translations of one another; None where the layout says nothing.
        cut: it ends without an end, and nothing follows that could be the rest of it.
    """

    side: Side
    stretch: TracedText
    kind: Kind
    group: int | None = None
    number: int | None = None
    joints: tuple[Joint, ...] = ()
    cut: bool = False

    @property
    def text(self) -> str:
        """The text, healed."""
        return self.stretch.text


def ends(text: str) -> bool:
    """Whether a text ends as a sentence or a list item does."""
    return text.rstrip(_CLOSING)[-1:] in tuple(_TERMINAL) and bool(text.strip(_CLOSING))


def is_prose(text: str) -> bool:
    """Running text rather than a heading: an end of a sentence inside, or too long for a heading."""
    return _INSIDE.search(text.strip()) is not None or is_long(text)


def is_long(text: str) -> bool:
    """Longer than headings are."""
    han = han_count(text)
    words = len(text.split())
    return han > _LONGEST_HEADING["han"] or (han <= words and words > _LONGEST_HEADING["words"])
