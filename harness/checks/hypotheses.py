"""All checks of a system's hypotheses, run in one pass over a test set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.checks.column import Alphabet, CharacterClass, CharacterColumn, read_column
from harness.checks.content import content_flags, may_refuse
from harness.checks.leftovers import SIGNS as LEFTOVER_SIGNS
from harness.checks.leftovers import leftovers, may_be_error, spaced_marks
from harness.checks.length_ratio import out_of_range
from harness.checks.lookalikes import lookalikes, may_have_lookalikes
from harness.checks.loops import is_loop
from harness.checks.meaning_lines import MeaningLines
from harness.checks.reference_lines import ReferenceLines
from harness.checks.shift import Sources, TextSide, shifted
from harness.checks.third_language import is_third_language
from harness.domain import Hypothesis, LangPair, Segment
from harness.errors import InputError
from harness.language.codes import UNSPACED, macrolanguage
from harness.language.writing import foreign_letters

#: A file of which more texts than this share have a mark apart is tokenised throughout.
TOKENISED_FILE = 0.2
_CLEAN: frozenset[str] = frozenset()

#: Every flag that `check_hypotheses` may give. `docs/checks.md` has thresholds and measured false-alarm rates.
FLAGS = (
    "empty",
    "copied-source",
    "untranslated",
    "html-entities",
    "control-characters",
    "refusal",
    "loop",
    "length-ratio",
    "line-shift",
    "invented",
    "wrong-language",
    "subword-pieces",
    "special-tokens",
    "language-tags",
    "n-best-line",
    "tokenised",
    "mojibake",
    "html-tags",
    "error-text",
    "punctuation-run",
    "invisible",
    "unnormalised",
    "homoglyph",
)


class Checker:
    """Checks hypotheses of one test set: its sources are read once, whatever the number of systems.

    Args:
        segments: of the test set, in order.
        pair: its languages.
        references: those of each segment, where there are any: they tell lines that stand in another's place.
    """

    def __init__(self, segments: Sequence[Segment], pair: LangPair, references: Sequence[Sequence[str]] = ()) -> None:
        self._segments = segments
        self._ids = [s.id for s in segments]
        self._blank = [s.blank for s in segments]
        self._pair = (pair.source, pair.target)
        self._alphabet = Alphabet(pair.target, foreign_letters(*self._pair))
        texts = ["" if blank else s.source for s, blank in zip(segments, self._blank, strict=True)]
        self._column = read_column(texts, Alphabet(pair.source, None), loops=False)
        # Five characters of a script without blanks are a sentence: nothing was measured there.
        told = any(references) and macrolanguage(pair.target) not in UNSPACED
        self._references = ReferenceLines(references) if told else None
        self._meaning = MeaningLines(texts, self._pair)
        self._sources = Sources(TextSide.of(texts, self._column, pair.source), self._column)

    def flags(self, hypotheses: Sequence[Hypothesis]) -> tuple[frozenset[str], ...]:
        """Flags of one system's hypotheses, one set per segment, in order; an empty set is a clean bill.

        A hypothesis that is an error has no flags: its error is counted elsewhere. A blank segment has one possible
        flag, "invented": a text where there was nothing to translate.

        Raises:
            InputError: the hypotheses are not those of the segments, one each, in order.
        """
        self._check_order(hypotheses)
        found: dict[int, set[str]] = {}
        texts: list[str] = []
        for i, (hypothesis, blank) in enumerate(zip(hypotheses, self._blank, strict=True)):
            text = hypothesis.text
            if text is None or blank or not text.strip():
                if text is not None and blank == bool(text.strip()):
                    found[i] = {"invented" if blank else "empty"}
                text = ""
            texts.append(text)
        column = read_column(texts, self._alphabet)
        for i in self._suspects(texts, column):
            found.setdefault(i, set()).update(content_flags(self._segments[i].source, texts[i], self._pair))
        spaced = [i for i, text in enumerate(texts) if text and self._look_at(i, text, found)]
        if len(spaced) > TOKENISED_FILE * sum(map(bool, texts)):
            for i in spaced:
                found.setdefault(i, set()).add("tokenised")
        for i in column.may_loop:
            if is_loop(self._segments[i].source, texts[i]):
                found.setdefault(i, set()).add("loop")
        sizes = [
            (own, other) if text else None
            for own, other, text in zip(self._column.sizes, column.sizes, texts, strict=True)
        ]
        for i in out_of_range(sizes, self._pair):
            found.setdefault(i, set()).add("length-ratio")
        present = np.array([bool(text) for text in texts])
        for i in shifted(self._sources, TextSide.of(texts, column, self._pair[1]), present):
            found.setdefault(i, set()).add("line-shift")
        for i in self._elsewhere(texts):
            found.setdefault(i, set()).add("line-shift")
        return tuple(frozenset(found[i]) if i in found else _CLEAN for i in range(len(texts)))

    def _elsewhere(self, texts: Sequence[str]) -> list[int]:
        """Positions of texts in another's place: by the references, and by meaning where these do not say."""
        if self._references is None:
            return self._meaning.misplaced(texts, [i for i, text in enumerate(texts) if text])
        elsewhere, unknown = self._references.looked_at(texts)
        return [*elsewhere, *self._meaning.misplaced(texts, unknown)]

    def _look_at(self, i: int, text: str, found: dict[int, set[str]]) -> bool:
        """What one text has that no translator wrote; each rule is asked only where its signs are.

        Returns:
            Whether a mark of the text stands apart from its word, which says something where most texts are so.
        """
        source = self._segments[i].source
        kinds: set[str] = set()
        spaced = False
        if LEFTOVER_SIGNS.search(text) or may_be_error(text):
            kinds |= leftovers(source, text, self._pair)
            spaced = spaced_marks(source, text, self._pair) > 0
        if may_have_lookalikes(text):
            kinds |= lookalikes(source, text, self._pair)
        if is_third_language(source, text, self._pair):
            kinds.add("wrong-language")
        if kinds:
            found.setdefault(i, set()).update(kinds)
        return spaced

    def _suspects(self, texts: Sequence[str], column: CharacterColumn) -> list[int]:
        """Positions of the texts that must be looked at one by one."""
        telling = int(CharacterClass.FOREIGN | CharacterClass.CONTROL | CharacterClass.AMPERSAND)
        same_script = foreign_letters(*self._pair) is None
        return [
            i
            for i, (text, kinds) in enumerate(zip(texts, column.kinds, strict=True))
            if text and (kinds & telling or same_script or may_refuse(text))
        ]

    def _check_order(self, hypotheses: Sequence[Hypothesis]) -> None:
        if len(self._ids) != len(hypotheses):
            raise InputError(f"There are {len(hypotheses)} hypotheses for {len(self._ids)} segments.")
        for expected, hypothesis in zip(self._ids, hypotheses, strict=True):
            if expected != hypothesis.id:
                raise InputError(f"The hypothesis of segment '{hypothesis.id}' stands where '{expected}' should be.")


def check_hypotheses(
    segments: Sequence[Segment], hypotheses: Sequence[Hypothesis], pair: LangPair
) -> tuple[frozenset[str], ...]:
    """`Checker.flags` for one system alone.

    Raises:
        InputError: the hypotheses are not those of the segments, one each, in order.
    """
    return Checker(segments, pair).flags(hypotheses)
