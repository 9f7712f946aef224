"""How the two languages lie in a document, recognised from nothing but the order of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.corpus.readers.document import ASIDE, Document
from harness.corpus.segmentation.layout.file_per_language import lay_out_files
from harness.corpus.segmentation.layout.language_runs import lay_out_runs
from harness.corpus.segmentation.layout.layouts import LAYOUTS, LaidOutDocument, Layout
from harness.corpus.segmentation.layout.side_by_side import find_cells, is_side_by_side, lay_out_columns
from harness.corpus.segmentation.line_language import tells_sides_apart
from harness.corpus.segmentation.offsets import Removed, TracedText
from harness.domain.corpus import LangPair
from harness.errors import InputError, UserError


def lay_out(documents: Sequence[Document], pair: LangPair, layout: Layout | None = None) -> LaidOutDocument:
    """Tell the languages apart and say how they lie.

    Args:
        documents: one bilingual document, or two of one language each.
        pair: source and target.
        layout: the user's word; None recognises it.

    Raises:
        InputError: nothing in it, or one language only.
        UserError: there is no layout of that name.
    """
    # Notes and the like go behind everything else, so that the other blocks keep their numbers.
    aside = [block for document in documents for block in document.blocks if block.style in ASIDE]
    text = [replace(d, blocks=tuple(b for b in d.blocks if b.style not in ASIDE)) for d in documents]
    laid = _lay_out(text, pair, layout)
    first = len(laid.blocks)
    removed = [Removed(TracedText.of(i, b.text), b.style or "note") for i, b in enumerate(aside, start=first)]
    return replace(laid, blocks=(*laid.blocks, *aside), removed=(*laid.removed, *removed))


def _lay_out(documents: Sequence[Document], pair: LangPair, layout: Layout | None) -> LaidOutDocument:
    """See `lay_out`; nothing that was set aside is here."""
    names = ", ".join(f for d in documents for f in d.files)
    blocks = tuple(b for d in documents for b in d.blocks)
    if not blocks:
        raise InputError(f"There is no text in {names}.", remedy="a scanned document needs OCR first")
    if len(documents) > 1 or layout == "files":
        return lay_out_files(documents, blocks, pair)
    cells = find_cells(blocks) if layout in (None, "columns") else None
    if cells is not None and (layout == "columns" or is_side_by_side(cells, pair)):
        return lay_out_columns(cells, blocks, pair)
    if not tells_sides_apart(pair):
        raise InputError(
            f"The languages of {pair} cannot be told apart inside one document.",
            allowed="one document for pairs with Chinese; two files, or a table, for others",
            remedy="give the two languages as two files, source first",
        )
    if layout == "columns":
        raise UserError(
            f"{names} has no columns: no table, no tabs, no bars between the languages.",
            allowed=", ".join(name for name in LAYOUTS if name != "columns"),
        )
    return lay_out_runs(blocks, pair, layout, names)
