"""The whole way from running text to segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.domain import LangPair
from harness.domain.corpus import is_blank
from harness.errors import InputError
from harness.language.length import size
from harness.resegmentation.cut_places import CutPlaces, cut_places
from harness.resegmentation.document_faults import check_translation, without_sources
from harness.resegmentation.moved_spans import moved, order_in_text, tried_elsewhere
from harness.resegmentation.search_band import SearchBand, search_band
from harness.resegmentation.span_search import Spans, SpanSearch
from harness.resegmentation.word_evidence import SegmentWords, WordEvidence


@dataclass(frozen=True)
class CutText:
    """What each segment has of a running text.

    Attributes:
        texts: one per segment; "" where it has none.
        certainty: per segment, how likely it is that just this text is its translation, or that it has none.
        omitted: places of the segments without text, blank ones left out.
        moved: places of the segments whose text stands in another order than theirs.
        added: text that belongs to no segment, by the place of the segment after whose text it stands (-1: before all).
        beside: places of the segments whose source stood between the translations, and was left out.
    """

    texts: tuple[str, ...]
    certainty: tuple[float, ...]
    omitted: frozenset[int]
    moved: frozenset[int]
    added: Mapping[int, str] = field(default_factory=dict)
    beside: frozenset[int] = frozenset()


class Resegmenter:
    """Cuts translations of one list of segments, those of a test set or of a document.

    Args:
        sources: of the segments, in order; blank ones have no translation.
        references: of each segment; none where it has none.
        pair: languages.

    Raises:
        InputError: nothing is known by which a text could be cut.
    """

    def __init__(self, sources: Sequence[str], references: Sequence[Sequence[str]], pair: LangPair) -> None:
        self._count = len(sources)
        self._kept = [i for i, source in enumerate(sources) if not is_blank(source)]
        self._sources = [sources[i] for i in self._kept]
        self._references = [tuple(t for t in references[i] if not is_blank(t)) for i in self._kept]
        self._pair = pair
        self._words = SegmentWords(self._sources, self._references, pair)
        if not self._words.known:
            raise InputError(
                f"Nothing is known by which a text in '{pair.target}' could be cut into segments: there is no "
                f"reference, and no dictionary for {pair}.",
                allowed="a test set with a reference, or the pair zh-en",
                remedy="score translations that stand line by line",
            )

    def cut(self, text: str) -> CutText:
        """Cut a translated text into the translations of the segments.

        Args:
            text: the translation; line ends count as ends of paragraphs where a sentence ends there.

        Raises:
            InputError: it is no translation of these segments; the sentence begins with "it".
        """
        if is_blank(text):
            raise InputError("it is empty", remedy="name the file that holds the translation")
        text, beside = without_sources(text, self._sources, self._references)
        places = cut_places(text, self._pair.target)
        order, spans = self._searched(places, text)
        check_translation(places, spans)
        return self._cut(places, order, spans, frozenset(self._kept[k] for k in beside))

    def _searched(self, places: CutPlaces, text: str) -> tuple[list[int], Spans]:
        """The segments in the order of the text, and the stretch of each."""
        evidence = WordEvidence(self._words, places.words)
        search = SpanSearch(places, evidence.totals, _expected(self._sources, self._references, text))
        anchors = evidence.anchors()
        order = list(range(len(self._kept)))

        def band(order: Sequence[int]) -> SearchBand:
            rank = {segment: k for k, segment in enumerate(order)}
            return search_band([(rank[i], spot) for i, spot in anchors], len(order), places.at)

        spans = search.search(order, band(order))
        for look in (order_in_text, tried_elsewhere):
            other = look(search, order, spans)
            if other != order:
                found = search.search(other, band(other))
                if found.score > spans.score:
                    order, spans = other, found
        return order, spans

    def _cut(self, places: CutPlaces, order: Sequence[int], spans: Spans, beside: frozenset[int]) -> CutText:
        texts, certainty = [""] * self._count, [1.0] * self._count
        omitted: set[int] = set()
        added: dict[int, str] = {}
        end, latest = 0, -1
        for k, segment in enumerate(order):
            i = self._kept[segment]
            first, last = int(spans.first[k]), int(spans.last[k])
            certainty[i] = float(spans.certainty[k])
            if first > end:
                added[latest] = places.piece(end, first)
            if last > first:
                texts[i] = places.piece(first, last)
                latest = i
            else:
                omitted.add(i)
            end = last
        if end < len(places.at) - 1:
            added[latest] = places.piece(end, len(places.at) - 1)
        elsewhere = moved([self._kept[s] for s in order if self._kept[s] not in omitted])
        return CutText(tuple(texts), tuple(certainty), frozenset(omitted), elsewhere, added, beside)


def _expected(sources: Sequence[str], references: Sequence[Sequence[str]], text: str) -> list[float]:
    """How long each segment's translation should be, in characters, if the text is one of all segments."""
    guess = [size(source) for source in sources]
    written = [sum(map(len, some)) / len(some) if some else 0.0 for some in references]
    both = [(w, g) for w, g in zip(written, guess, strict=True) if w]
    # Sources without a reference are measured by how long those with one are.
    factor = sum(w for w, _ in both) / sum(g for _, g in both) if both else 1.0
    plain = [w or g * factor for w, g in zip(written, guess, strict=True)]
    ratio = min(2.0, max(0.5, len(text) / max(1.0, sum(plain))))
    return [length * ratio for length in plain]
