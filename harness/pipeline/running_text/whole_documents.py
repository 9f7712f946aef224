"""Translations of more than a segment at once: documents in files, and what a system says to a document or a block.

They are cut here, and not by the backend, because references help to cut, and no backend may see one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.backends.base import RunningText
from harness.domain import Cut, Hypothesis, Kind, Segment, TestSet
from harness.errors import InputError, did_you_mean
from harness.language.codes import UNSPACED, macrolanguage

if TYPE_CHECKING:
    from harness.resegmentation import CutText, Resegmenter

#: Below it a segment's text is less likely right than wrong.
_UNSURE = 0.5


class WholeDocuments:
    """One test set as units of several segments, and its running translations as hypotheses of segments.

    Args:
        test_set: whose references help to cut.
    """

    def __init__(self, test_set: TestSet) -> None:
        self._test_set = test_set
        self._cutters: dict[tuple[int, ...], Resegmenter] = {}
        self._documents: dict[str, list[int]] = {}
        for i, segment in enumerate(test_set.segments):
            self._documents.setdefault(segment.document, []).append(i)

    def units(self, unit: str) -> list[list[int]]:
        """The segments of each unit, by place; `unit` is as in `SystemSpec`, and never goes over a document's end."""
        kind, _, count = unit.partition(":")
        found: list[list[int]] = []
        for places in self._documents.values():
            if kind == "block":
                block = int(count)
                found += [places[a : a + block] for a in range(0, len(places), block)]
            elif unit == "document":
                found.append(places)
            else:
                by_paragraph: dict[int, list[int]] = {}
                for i in places:
                    by_paragraph.setdefault(self._test_set.segments[i].paragraph, []).append(i)
                found += by_paragraph.values()
        return found

    def ready(self, unit: str) -> None:
        """Make what cuts the answers to units, so that nothing is asked for which cannot be cut.

        Raises:
            InputError: nothing is known by which an answer could be cut.
        """
        for places in self.units(unit):
            if len(places) > 1:
                self._cutter(places)

    def as_segment(self, unit: str, places: Sequence[int]) -> Segment:
        """A unit as one segment that an engine can be asked to translate: its paragraphs, a line each."""
        segments = [self._test_set.segments[i] for i in places]
        joint = "" if macrolanguage(self._test_set.pair.source) in UNSPACED else " "
        lines: dict[int, list[str]] = {}
        for segment in segments:
            lines.setdefault(segment.paragraph, []).append(segment.source.strip())
        text = "\n".join(joint.join(line) for line in lines.values())
        first = segments[0]
        return Segment(f"{unit}:{first.id}", first.document, first.paragraph, Kind.SENTENCE, text)

    def of_unit(self, places: Sequence[int], answer: Hypothesis) -> list[Hypothesis]:
        """What an engine said to a unit, by segment; an error, or an answer that cannot be cut, is an error of each."""
        ids = [self._test_set.segments[i].id for i in places]
        if answer.text is None:
            found = [Hypothesis(id_, error=answer.error) for id_ in ids]
        elif len(ids) == 1:
            found = [Hypothesis(ids[0], answer.text)]
        else:
            try:
                found = self._hypotheses(places, self._cutter(places).cut(answer.text))
            except InputError as error:
                found = [Hypothesis(id_, error=f"the answer cannot be cut: {error.problem}") for id_ in ids]
        last = max((k for k, h in enumerate(found) if h.text), default=0)
        # A truncated answer is a fault of the segments at its end; the rest is said of the unit, once.
        at_end = answer.flags & {"truncated-output"}
        found = [replace(h, flags=h.flags | at_end) if k >= last else h for k, h in enumerate(found)]
        found[0] = replace(found[0], flags=found[0].flags | (answer.flags - at_end), raw=answer.raw, usage=answer.usage)
        return found

    def of_files(self, texts: Sequence[RunningText]) -> list[Hypothesis]:
        """Running texts from files, by segment.

        Raises:
            InputError: a file is no translation of what it should be, or its document has no file.
        """
        hypotheses: dict[int, Hypothesis] = {}
        for text, places in self._matched(texts):
            cutter, said = self._cutter(places), _read(text)
            try:
                cut = cutter.cut(said)
            except InputError as error:
                raise InputError(
                    f"The hypothesis file {text.path} cannot be cut into segments: {error.problem}",
                    allowed=error.allowed,
                    remedy=error.remedy,
                ) from None
            for i, hypothesis in zip(places, self._hypotheses(places, cut), strict=True):
                hypotheses[i] = hypothesis
        return [hypotheses[i] for i in range(len(self._test_set.segments))]

    def _matched(self, texts: Sequence[RunningText]) -> list[tuple[RunningText, list[int]]]:
        """Texts and the segments they translate: all, or those of the document that a file is named like."""
        if not texts[0].of_one_document:
            return [(texts[0], list(range(len(self._test_set.segments))))]
        by_name = {_document_of(t.path, self._documents): t for t in texts}
        folder = texts[0].path.parent
        for name in self._documents:
            if name not in by_name:
                raise InputError(
                    f"The folder {folder} has no file for the document '{name}'{did_you_mean(name, by_name)}",
                    allowed="one file for each document, named like it: " + ", ".join(self._documents),
                )
        for name, text in by_name.items():
            if name not in self._documents:
                raise InputError(
                    f"The test set '{self._test_set.name}' has no document '{name}', which {text.path} is named like.",
                    allowed=", ".join(self._documents),
                    remedy="move it out of the folder",
                )
        return [(by_name[name], places) for name, places in self._documents.items()]

    def _cutter(self, places: Sequence[int]) -> Resegmenter:
        """Made once for all systems."""
        from harness.resegmentation import Resegmenter

        key = tuple(places)
        if key not in self._cutters:
            sources = [self._test_set.segments[i].source for i in places]
            references = [self._test_set.references_of(i) for i in places]
            self._cutters[key] = Resegmenter(sources, references, self._test_set.pair)
        return self._cutters[key]

    def _hypotheses(self, places: Sequence[int], cut: CutText) -> list[Hypothesis]:
        found = []
        for k, i in enumerate(places):
            segment = self._test_set.segments[i]
            if segment.blank:
                found.append(Hypothesis(segment.id, text=""))
                continue
            kinds = {
                "omitted": k in cut.omitted,
                "moved": k in cut.moved,
                "unsure": k not in cut.omitted and cut.certainty[k] < _UNSURE,
                "source-beside": k in cut.beside,
                "added-text": k in cut.added or (k == 0 and -1 in cut.added),
            }
            how = Cut(cut.certainty[k], cut.added.get(k, ""), cut.added.get(-1, "") if k == 0 else "")
            flags = frozenset(kind for kind, there in kinds.items() if there)
            found.append(Hypothesis(segment.id, cut.texts[k], flags=flags, cut=how))
        return found


def _read(text: RunningText) -> str:
    """What a file says; a document by the reader of its format, without what that sets aside."""
    if text.text is not None:
        return text.text
    from harness.corpus.ingest.sniff import read_document
    from harness.corpus.readers.document import ASIDE

    document = read_document(text.path, encoding=text.encoding)
    return "\n".join(block.text for block in document.blocks if block.style not in ASIDE)


def _document_of(path: Path, known: dict[str, list[int]]) -> str:
    """The document that a file is named like: by its whole name, or less one ending after another."""
    name = path.name
    while name not in known and "." in name:
        name = name.rpartition(".")[0]
    return name if name in known else path.stem
