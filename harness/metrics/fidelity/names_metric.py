"""Names: whether Latin tokens, acronyms and 《titles》 of the source are in the hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.domain import Array, Json, Level, ScoringUnit, Signature
from harness.language.name_forms import Name, carried_title, carried_token, names_in, title_spans
from harness.metrics.fidelity.carried_over import check_sources, in_target_language, share
from harness.metrics.parameters import language_pair

#: Raised whenever a score may change with the same data.
VERSION = "1"


@dataclass(frozen=True, slots=True)
class _Found:
    """A name of the source and its span in the hypothesis, None where it is missing."""

    name: Name
    span: tuple[int, int] | None


class Names:
    """Fidelity of names, 0 to 100: the share of the source's names that the hypothesis carries over.

    A name is a Latin token (5G, APEC, COVID-19, a link) or a 《title》. A token must stand in the hypothesis, an
    acronym may be spelled out; a title needs a stretch in quotation marks or capitals, with the word for what it is
    where the Chinese title says so (《青岛宣言》 a Declaration). It is recall alone: nobody can tell which capitals of
    an English hypothesis are inventions. No reference is needed; a hypothesis left in the source's language keeps
    nothing.

    The statistics of a segment are [kept, wanted]; the score is 100 where there is nothing to keep.

    Args:
        name: the column.
        pair: the languages. Titles are looked for in translations from Chinese; sources in Latin script have only
            tokens that no word can be (COVID-19, 5G, links).
    """

    needs_reference = False
    higher_is_better = True
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(self, *, name: str = "names", pair: str = "zh-en") -> None:
        self.name = name
        self._pair = language_pair(name, pair)

    def signature(self, n_refs: int) -> Signature:
        """For example `names|score:recall|pair:zh-en|version:1`; references play no role."""
        source, target = self._pair
        return Signature("names", (("score", "recall"), ("pair", f"{source}-{target}"), ("version", VERSION)))

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(n, 2): kept, wanted."""
        check_sources(self.name, units, self._pair)
        stats = np.zeros((len(units), 2))
        for row, unit in zip(stats, units, strict=True):
            found = self._find(unit)
            row[:] = sum(f.span is not None for f in found), len(found)
        return stats

    def aggregate(self, totals: Array) -> Array:
        """Recall in percent: (..., 2) to (...)."""
        return share(totals[..., 0], totals[..., 1])

    def segment_scores(self, stats: Array) -> Array:
        """Recall of single segments."""
        return self.aggregate(stats)

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """Every name of each source with its span there and in the hypothesis."""
        notes: list[Mapping[str, Json]] = []
        for unit in units:
            found = self._find(unit)
            note: dict[str, Json] = {}
            if found:
                note["names"] = [_describe(f) for f in found]
                if any(f.span is None for f in found):
                    note["flags"] = ["name-missing"]
            notes.append(note)
        return notes

    def _find(self, unit: ScoringUnit) -> list[_Found]:
        names = names_in(unit.source, self._pair[0])
        if not names:
            return []
        if not in_target_language(unit, self._pair):
            return [_Found(n, None) for n in names]
        spans = title_spans(unit.hypothesis) if any(n.kind == "title" for n in names) else ()
        taken: set[tuple[int, int]] = set()
        return [
            _Found(
                n,
                carried_title(n.text, spans, taken) if n.kind == "title" else carried_token(n.text, unit.hypothesis),
            )
            for n in names
        ]


def _describe(found: _Found) -> Mapping[str, Json]:
    name = found.name
    note: dict[str, Json] = {"text": name.text, "kind": name.kind, "start": name.start, "end": name.end}
    note["hypothesis"] = None if found.span is None else list(found.span)
    return note
