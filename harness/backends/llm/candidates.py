"""Whether a text can be the translation of a source, by its script and its length."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from harness.domain import LangPair
from harness.language.length import log_ratio
from harness.language.script import letter_count
from harness.language.writing import foreign_letters

#: A translation is at most so many times (as natural logarithm) longer or shorter than the source leads to expect.
#: WMT22's twelve systems stay within 1.0 but for texts of a few characters, which ten added characters even out.
LONGEST = 1.3
SHORTEST = -0.8
_FOLD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Question:
    """What was asked: a source and the pair; what the source has, its translation may have."""

    source: str
    pair: LangPair
    lines: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", len([line for line in self.source.split("\n") if line.strip()]))

    def fits(self, text: str, *, longest: float = LONGEST) -> bool:
        """Whether a text can be the translation."""
        if not text.strip() or not SHORTEST <= log_ratio(self.source, text) <= longest:
            return False
        return not self.in_source_script(text) or self._may_stay(text)

    def in_source_script(self, text: str) -> bool:
        """Whether most letters of a text are in the source's script, where that is not the target's."""
        foreign = self._foreign
        if foreign is None:
            return False
        letters = letter_count(text)
        return letters > 0 and len(foreign.findall(text)) > 0.5 * letters

    def shares_letters(self, text: str) -> bool:
        """Whether most letters of a text in the source's script are the source's: it was left as it was."""
        foreign = self._foreign
        letters = foreign.findall(text) if foreign is not None else []
        return sum(letter in self.source for letter in letters) >= 0.6 * len(letters)

    def is_echo(self, text: str) -> bool:
        """Whether a text is the source again, but for white space, punctuation and case."""
        folded = fold(text)
        return bool(folded) and folded == self._folded

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether the source has what a pattern finds."""
        return pattern.search(self.source) is not None

    @cached_property
    def _folded(self) -> str:
        return fold(self.source)

    @cached_property
    def _foreign(self) -> re.Pattern[str] | None:
        return foreign_letters(self.pair.source, self.pair.target)

    def _may_stay(self, text: str) -> bool:
        """A text in the source's script may be an untranslated copy; saying so is for the checks."""
        return self.is_echo(text)


def fold(text: str) -> str:
    """Letters and digits alone, case folded."""
    return _FOLD.sub("", text).casefold()
