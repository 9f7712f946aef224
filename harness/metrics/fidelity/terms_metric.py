"""Terms: whether official terms stand in an accepted rendering, and in one and the same throughout a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.domain import Array, Json, ScoringUnit, Signature
from harness.errors import ConfigError
from harness.language.codes import macrolanguage
from harness.language.terminology.inflection import Lemmatiser
from harness.metrics.fidelity.carried_over import CarriedOver, check_sources, in_target_language
from harness.metrics.fidelity.glossary import Rendering, Term, load_glossary
from harness.metrics.parameters import choice, language_pair

#: Raised whenever a score may change with the same data.
VERSION = "3"
#: The fixed renderings of the two official documents.
_OWN = Path(__file__).parent / "glossary.zh-en.tsv"
SCORES = ("accuracy", "consistency")


@dataclass(frozen=True, slots=True)
class _Found:
    """A term of a source, and the rendering and span that were found for it in the hypothesis."""

    term: Term
    rendering: Rendering | None
    span: tuple[int, int] | None


class Terms(CarriedOver):
    """Fidelity of official terms, 0 to 100; no reference is needed, a glossary is.

    Accuracy: of the glossary's terms in the source, the share that the hypothesis has in an accepted rendering. In the
    source the longest term wins and what is inside it is not counted again; a term that a segment says twice counts
    once, since English refers back with a pronoun. In the hypothesis, longer terms choose first, and one stretch of
    text serves one term.

    Consistency: of the renderings of terms that a system renders at least twice in a document, the share that is the
    rendering it uses most there. An abbreviation (GDI) agrees with any full form and is not counted.

    The statistics of a segment are [kept, wanted], and [agreeing, counted] for consistency; 100 where there are none.

    Args:
        name: the column.
        glossary: a TSV, CSV or TBX file (docs/fidelity.md); None is the one that comes with this package, which has the
            fixed renderings of Chinese official documents in English.
        score: "accuracy" or "consistency".
        pair: the languages of term and rendering.

    Raises:
        InputError: the glossary has an invalid row; the message has the line.
    """

    def __init__(
        self,
        *,
        name: str = "terms",
        glossary: str | None = None,
        score: str = "accuracy",
        pair: str = "zh-en",
    ) -> None:
        self.name = name
        self._pair = language_pair(name, pair)
        self._score = choice(name, "score", score, SCORES)
        if not isinstance(glossary, (str, type(None))):
            raise ConfigError(f"{name}: 'glossary' is {glossary!r}.", allowed="the path of a TSV, CSV or TBX file")
        if glossary is None and (macrolanguage(self._pair[0]), macrolanguage(self._pair[1])) != ("zh", "en"):
            raise ConfigError(
                f"{name}: there is a glossary for zh-en only, and the pair is {pair}.", remedy="glossary: FILE"
            )
        self._glossary = load_glossary(_OWN if glossary is None else Path(glossary), self._pair)

    def signature(self, n_refs: int) -> Signature:
        """For example `terms|score:accuracy|pair:zh-en|terms:118|glossary:1a2b3c4d5e6f|version:3`."""
        source, target = self._pair
        return Signature(
            "terms",
            (
                ("score", self._score),
                ("pair", f"{source}-{target}"),
                ("terms", str(len(self._glossary.terms))),
                ("glossary", self._glossary.sha256[:12]),
                ("version", VERSION),
            ),
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(n, 2): kept and wanted, or agreeing and counted."""
        check_sources(self.name, units, self._pair)
        found = [self._find(unit) for unit in units]
        stats = np.zeros((len(units), 2))
        usual = _usual(units, found) if self._score == "consistency" else {}
        for row, unit, terms in zip(stats, units, found, strict=True):
            if self._score == "accuracy":
                row[:] = sum(f.rendering is not None for f in terms), len(terms)
            else:
                pairs = list(_full_renderings(unit, terms, usual))
                row[:] = sum(own == best for _, own, best in pairs), len(pairs)
        return stats

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """Every term with its rendering and span, and renderings that differ from the document's usual one."""
        found = [self._find(unit) for unit in units]
        usual = _usual(units, found)
        notes: list[Mapping[str, Json]] = []
        for unit, terms in zip(units, found, strict=True):
            note: dict[str, Json] = {}
            flags: list[str] = []
            if terms:
                note["terms"] = [_describe(f) for f in terms]
            if any(f.rendering is None for f in terms):
                flags.append("term-missing")
            odd = [
                {"term": term, "rendering": own, "usual": best}
                for term, own, best in _full_renderings(unit, terms, usual)
                if own != best
            ]
            if odd:
                note["inconsistent"] = odd
                flags.append("term-inconsistent")
            if flags:
                note["flags"] = flags
            notes.append(note)
        return notes

    def _find(self, unit: ScoringUnit) -> list[_Found]:
        terms = list(dict.fromkeys(term.text for term, _, _ in self._glossary.terms_in(unit.source)))
        # A copied source holds Latin acronyms of its own; nothing in it was rendered.
        hypothesis = unit.hypothesis if in_target_language(unit, self._pair) else ""
        taken: list[tuple[int, int]] = []
        results: dict[str, _Found] = {}
        by_text = {t.text: t for t in self._glossary.terms.values()}
        for text in sorted(terms, key=len, reverse=True):
            found = _first_free(by_text[text], hypothesis, self._glossary.lemmatised, taken)
            if found.span is not None:
                taken.append(found.span)
            results[text] = found
        return [results[text] for text in terms]


def _first_free(term: Term, hypothesis: str, lemmatised: Lemmatiser | None, taken: Sequence[tuple[int, int]]) -> _Found:
    """The longest accepted rendering on a stretch of text that serves no other term yet."""
    for rendering in sorted(term.renderings, key=lambda r: -len(r.text)):
        for begin, stop in rendering.spans_in(hypothesis, lemmatised):
            if all(stop <= start or end <= begin for start, end in taken):
                return _Found(term, rendering, (begin, stop))
    return _Found(term, None, None)


def _place(unit: ScoringUnit) -> tuple[str, str, str]:
    return unit.system, unit.test_set, unit.document


def _usual(units: Sequence[ScoringUnit], found: Sequence[Sequence[_Found]]) -> dict[tuple[str, str, str, str], str]:
    """The most used full rendering of each term that a system renders at least twice in a document."""
    counts: dict[tuple[str, str, str, str], Counter[str]] = {}
    order: dict[str, int] = {}
    for unit, terms in zip(units, found, strict=True):
        for f in terms:
            if f.rendering is not None and not f.rendering.abbreviation:
                counts.setdefault((*_place(unit), f.term.text), Counter())[f.rendering.text] += 1
                order[f.rendering.text] = f.term.renderings.index(f.rendering)
    # Equally used renderings: the glossary's first one, so that the order of segments plays no role.
    return {
        key: min(uses, key=lambda text: (-uses[text], order[text]))
        for key, uses in counts.items()
        if sum(uses.values()) > 1
    }


def _full_renderings(
    unit: ScoringUnit, terms: Sequence[_Found], usual: Mapping[tuple[str, str, str, str], str]
) -> Iterator[tuple[str, str, str]]:
    """(term, its rendering here, its usual rendering) where both are known and neither is an abbreviation."""
    for f in terms:
        best = usual.get((*_place(unit), f.term.text))
        if best is not None and f.rendering is not None and not f.rendering.abbreviation:
            yield f.term.text, f.rendering.text, best


def _describe(found: _Found) -> Mapping[str, Json]:
    return {
        "term": found.term.text,
        "rendering": None if found.rendering is None else found.rendering.text,
        "hypothesis": None if found.span is None else list(found.span),
    }
