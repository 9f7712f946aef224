"""The characters of a document as a reader sees them: radicals that stand for ideographs, what cannot be read."""

from __future__ import annotations

import re
from dataclasses import replace

from harness.corpus.readers.document import Document
from harness.errors import InputError
from harness.language.characters.damaged_text import damaged_count, readable_count
from harness.language.characters.radicals import as_ideographs, count_radicals

#: A document of which more than this share cannot be read is refused: what can be read is no sample of it.
MOST_DAMAGED = 0.1
#: A soft hyphen inside a line is not shown; at its end it is, and healing takes it away.
_INSIDE = re.compile("\u00ad(?=.)")


def with_readable_characters(document: Document) -> Document:
    """The document with the ideographs that radicals stand for, without soft hyphens inside lines; both are told.

    Raises:
        InputError: more than a tenth of its characters cannot be read.
    """
    texts = [block.text for block in document.blocks]
    damaged = sum(damaged_count(text) for text in texts)
    readable = sum(readable_count(text) for text in texts)
    file = ", ".join(document.files)
    if damaged > MOST_DAMAGED * (damaged + readable):
        raise InputError(
            f"The document {file} has fonts that do not say which characters they draw, or lost them: "
            f"{damaged} of its {damaged + readable} characters cannot be read.",
            allowed=f"at most {MOST_DAMAGED:.0%}",
            remedy="recognise its text instead (ocrmypdf --force-ocr -l chi_sim+eng IN.pdf OUT.pdf), or save it anew",
        )
    notes = [document.note] if document.note else []
    if damaged:
        share = damaged / (damaged + readable)
        notes.append(
            f"{damaged} characters of {file} ({share:.1%}) cannot be read: their segments are damaged, and not scored."
        )
    radicals = sum(count_radicals(text) for text in texts)
    if radicals:
        notes.append(f"{radicals} radicals and compatibility characters of {file} are read as ideographs.")
    hyphens = sum(len(_INSIDE.findall(text)) for text in texts)
    if hyphens:
        notes.append(f"{hyphens} soft hyphens inside lines of {file} are left out.")
    if not (radicals or hyphens):
        return replace(document, note=" ".join(notes))
    blocks = tuple(
        replace(block, text=changed) if (changed := as_ideographs(_INSIDE.sub("", block.text))) != block.text else block
        for block in document.blocks
    )
    return replace(document, blocks=blocks, note=" ".join(notes))
