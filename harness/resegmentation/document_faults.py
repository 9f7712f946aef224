"""What a text can be in place of a translation of the segments: said in one sentence, and never scored."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import InputError
from harness.resegmentation.cut_places import CutPlaces
from harness.resegmentation.span_search import Spans

#: Stretches of so many words say by their words whether they were placed rightly.
_WORDS = 4
#: Of such stretches this share must have words of their segments, and each word must speak for its segment so much on
#: average. WMT22 zh-en, documents of 5 to 300 segments, with references, with the dictionary alone and with both:
#: translations .60 and .23 at least, translations of other segments .50 and .00 at most.
_SHARE, _A_WORD = 0.5, 0.02
#: A source this long that stands in the text is no accident.
_LONG_ENOUGH = 6
#: Of the sources, so many stand in a text that has them all but for a few.
_MANY = 0.5
#: Of a text without its sources, this share must be left for it to be a translation beside them.
_BESIDE = 0.3


def without_sources(
    text: str, sources: Sequence[str], references: Sequence[Sequence[str]]
) -> tuple[str, frozenset[int]]:
    """A text without the source segments that stand between its own, and the places of those.

    Raises:
        InputError: the text is the source and nothing else.
    """
    kept = {text.strip() for some in references for text in some}
    known = {k: source.strip() for k, source in enumerate(sources) if len(source.strip()) >= _LONG_ENOUGH}
    known = {k: source for k, source in known.items() if source not in kept}
    there = frozenset(k for k, source in known.items() if source in text)
    if not there or len(there) < _MANY * len(known):
        return text, frozenset()
    left = text
    for source in sorted({known[k] for k in there}, key=len, reverse=True):
        left = left.replace(source, "\n")
    if sum(map(len, left.split())) < _BESIDE * sum(map(len, text.split())):
        raise InputError(
            f"it is the source: {len(there)} of {len(known)} source segments stand in it as they are",
            remedy="name the file that holds the translation",
        )
    return left, there


def check_translation(places: CutPlaces, spans: Spans) -> None:
    """Refuse a text whose words are not those of the segments that it was cut for.

    Raises:
        InputError: it is a translation of something else, or in another language.
    """
    words = places.at[spans.last] - places.at[spans.first]
    telling = words >= _WORDS
    count, fitting = int(telling.sum()), int((telling & (spans.evidence > 0.0)).sum())
    a_word = float(spans.evidence.sum()) / max(1, int(words.sum()))
    if not int(words.sum()) or fitting < _SHARE * count or a_word < _A_WORD:
        raise InputError(
            f"it is no translation of these segments: of {count} longer ones that it was cut for, {fitting} have "
            "words in common with it",
            allowed="a translation of the whole source or of most of it, in its order, in the target language",
            remedy="check that the text belongs to this test set and is in its target language",
        )
