"""What COMET must not be asked about.

COMET gives an untranslated copy of a Chinese source about 66 of 100, and fluent text in a wrong language passes as
well (COMET issue 192; Zouhar et al. 2024, "Pitfalls and Outlooks in Using COMET"). Such hypotheses get no score, and a
system that copies at large gets none at all.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from harness.domain import ScoringUnit
from harness.language.script import han_count, script_counts

BLANK = "comet-blank"
COPY = "comet-invalid-copy"
LANGUAGE = "comet-invalid-language"
SYSTEM = "comet-invalid-system"

#: A system with this share of copies or wrong-language outputs is not a translation system.
SYSTEM_SHARE = 0.25
#: Letters below which a text is too short to tell its language.
ENOUGH_LETTERS = 4


def flags(unit: ScoringUnit) -> frozenset[str]:
    """Why this hypothesis must not be scored; empty if it may be."""
    if not unit.hypothesis.strip() or not unit.source.strip():
        return frozenset({BLANK})
    if _copied(unit):
        return frozenset({COPY})
    if _wrong_script(unit):
        return frozenset({LANGUAGE})
    return frozenset()


def copying_systems(units: Sequence[ScoringUnit], found: Sequence[frozenset[str]]) -> dict[tuple[str, str], str]:
    """(test set, system) to the reason, for each whose invalid hypotheses are a quarter or more, and at least two."""
    invalid: Counter[tuple[str, str]] = Counter()
    present: Counter[tuple[str, str]] = Counter()
    for unit, why in zip(units, found, strict=True):
        key = (unit.test_set, unit.system)
        present[key] += BLANK not in why
        invalid[key] += bool(why & {COPY, LANGUAGE})
    return {
        key: f"{count} of {present[key]} hypotheses copy the source or are in its language, and COMET would praise them"
        for key, count in invalid.items()
        if count >= 2 and count >= SYSTEM_SHARE * present[key]
    }


def _bare(text: str) -> str:
    """Letters and digits only, width and case folded: what must differ between a text and its translation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _copied(unit: ScoringUnit) -> bool:
    source, hypothesis = _bare(unit.source), _bare(unit.hypothesis)
    if not source or hypothesis != source:
        return False
    # A name, a number or a URL that the human translator kept is no copy, nor is a word of the target language that
    # stands in the source (WMT22 has "unacceptable" among its Chinese sentences).
    if any(_bare(reference) == source for reference in unit.references):
        return False
    return han_count(unit.source) > 0 or len(unit.source.split()) >= 4


def _wrong_script(unit: ScoringUnit) -> bool:
    """Whether most letters are in scripts that the translation should not be in.

    The references say which scripts are right. Without one, a hypothesis in the source's non-Latin script is wrong.
    """
    hypothesis = script_counts(unit.hypothesis)
    letters = sum(hypothesis.values())
    if letters < ENOUGH_LETTERS:
        return False
    if unit.references:
        right: Counter[str] = Counter()
        for reference in unit.references:
            right.update(script_counts(reference))
        total = sum(right.values())
        if total < ENOUGH_LETTERS:
            return False
        allowed = {script for script, count in right.items() if count >= 0.1 * total}
    else:
        source = script_counts(unit.source)
        main = max(source, key=lambda s: source[s], default="LATIN")
        if main == "LATIN":
            return False
        allowed = set(hypothesis) - {main}
    return sum(count for script, count in hypothesis.items() if script not in allowed) > letters / 2
