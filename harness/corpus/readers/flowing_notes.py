"""Notes of formats without pages (Word, HTML): the raised marks in a text, and the paragraphs that answer them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from harness.corpus.readers.document import ASIDE, Block
from harness.language.characters.note_marks import NOTES_HEADING, calls_note, numbers_of

_NUMBER = re.compile(r"\s*[\[(（]?(\d{1,3})[\])）]?\s*[.、．]?\s*\S")
_TOLD = {
    "note": "notes and their marks",
    "reading": "readings of characters",
    "hidden": "hidden text",
    "deleted": "deleted text",
    "repeated": "repeated rows",
}


@dataclass
class FlowingNotes:
    """What is met on the way through a document.

    Attributes:
        called: what the marks in the text call.
        opened: index of a block to what the raised mark at its beginning says.
    """

    called: set[str] = field(default_factory=set)
    opened: dict[int, frozenset[str]] = field(default_factory=dict)

    def is_mark(self, before: str, raised: str, index: int, *, linked: bool = False) -> bool:
        """Whether a raised text calls a note, by the rule that PDF files have, and is no part of the text.

        Args:
            before: the text of its block that it stands behind.
            raised: the raised text.
            index: of the block that is being read.
            linked: whether it leads to a place in the same document.
        """
        if not before.strip():
            self.opened[index] = numbers_of(raised)
            return False
        if not calls_note(before, raised, known=linked):
            return False
        self.called |= numbers_of(raised)
        return True

    def set_aside(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks, those that answer a mark as notes: they begin with a raised mark, or follow a heading "Notes"."""
        found = list(blocks)
        behind = False
        for index, block in enumerate(found):
            if block.style in ASIDE:
                continue
            number = _NUMBER.match(block.text)
            if NOTES_HEADING.fullmatch(block.text.strip()) and self._answers(found, index + 1):
                behind = True
            elif behind and (number is None or number[1] not in self.called):
                behind = False
            if behind or self.opened.get(index, frozenset()) & self.called:
                found[index] = replace(block, style="note", row=None)
        return found

    def _answers(self, blocks: Sequence[Block], index: int) -> bool:
        text = next((b.text for b in blocks[index:] if b.style not in ASIDE), "")
        number = _NUMBER.match(text)
        return number is not None and number[1] in self.called


def told(blocks: Sequence[Block]) -> list[str]:
    """What was set aside, kind by kind: ["notes and their marks (2)", ...]."""
    counts = Counter(block.style for block in blocks)
    return [f"{_TOLD[style]} ({counts[style]})" for style in ASIDE if counts[style]]
