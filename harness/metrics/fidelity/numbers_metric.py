"""Numbers: whether the figures, dates, ordinals and quantities of the source are in the hypothesis, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from harness.domain import Array, Json, ScoringUnit, Signature
from harness.language.numerals import Matching, Numeral, find, knows_words, match
from harness.metrics.fidelity.carried_over import CarriedOver, check_sources, in_target_language, share
from harness.metrics.parameters import language_pair

#: Raised whenever a score may change with the same data.
VERSION = "2"


class Numbers(CarriedOver):
    """Fidelity of numbers, 0 to 100: the F1 of the source's numerals in the hypothesis. No reference is needed.

    Every certain numeral of the source (figures, dates, ordinals, percentages, scales, number words) must be in the
    hypothesis in some form with the same value; every certain numeral of the hypothesis must be in the source. F1 and
    not recall, since a wrong number is both a loss and an invention, and recall alone would reward a system that lists
    numbers.

    The statistics of a segment are [kept, wanted, extra]: numerals of the source that are in the hypothesis, numerals
    of the source, numerals of the hypothesis that are not in the source. Precision is kept / (kept + extra), recall
    kept / wanted, and the score 2 kept / (wanted + kept + extra); 100 where there is nothing to keep and nothing extra.
    A hypothesis left in the source's language keeps nothing, since its figures were not translated.

    Args:
        name: the column.
        pair: the languages. The signature names those whose number words are read; what another language may say in
            words is not judged.
    """

    def __init__(self, *, name: str = "numbers", pair: str = "zh-en") -> None:
        self.name = name
        self._pair = language_pair(name, pair)

    def signature(self, n_refs: int) -> Signature:
        """For example `numbers|score:f1|pair:zh-en|words:zh+en|version:2`; references play no role."""
        words = "+".join(code for code in self._pair if knows_words(code)) or "none"
        source, target = self._pair
        return Signature(
            "numbers", (("score", "f1"), ("pair", f"{source}-{target}"), ("words", words), ("version", VERSION))
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """(n, 3): kept, wanted, extra."""
        check_sources(self.name, units, self._pair)
        stats = np.zeros((len(units), 3))
        for row, unit in zip(stats, units, strict=True):
            found = self._compare(unit)
            row[:] = found.kept, found.kept + len(found.missing), len(found.extra)
        return stats

    def aggregate(self, totals: Array) -> Array:
        """F1 in percent: (..., 3) to (...)."""
        kept, wanted, extra = totals[..., 0], totals[..., 1], totals[..., 2]
        return share(2 * kept, wanted + kept + extra)

    @staticmethod
    def mismatched(stats: Array) -> npt.NDArray[np.bool_]:
        """Which segments get the flag number-mismatch, from their statistics: (n, 3) to (n,)."""
        return np.asarray((stats[:, 0] < stats[:, 1]) | (stats[:, 2] > 0))

    def explain(self, units: Sequence[ScoringUnit]) -> Sequence[Mapping[str, Json]]:
        """What is missing and what is extra, in words and with spans and values; the segment's precision and recall."""
        return [self._note(unit) for unit in units]

    def _compare(self, unit: ScoringUnit) -> Matching:
        source = find(unit.source, self._pair[0])
        target = find(unit.hypothesis, self._pair[1]) if in_target_language(unit, self._pair) else ()
        return match(source, target, (knows_words(self._pair[0]), knows_words(self._pair[1])))

    def _note(self, unit: ScoringUnit) -> Mapping[str, Json]:
        found = self._compare(unit)
        wanted = found.kept + len(found.missing)
        if not wanted and not found.extra:
            return {}
        note: dict[str, Json] = {
            "recall": found.kept / wanted if wanted else None,
            "precision": found.kept / (found.kept + len(found.extra)) if found.kept or found.extra else None,
        }
        if found.missing:
            note["missing"] = [_describe(n) for n in found.missing]
        if found.extra:
            note["extra"] = [_describe(n) for n in found.extra]
        if found.missing or found.extra:
            note["note"] = _sentence(found)
            note["flags"] = ["number-mismatch"]
        return note


def _sentence(found: Matching) -> str:
    """What is wrong, in the words of the two texts."""
    lost = ", ".join(f"“{n.text}”" for n in found.missing)
    new = ", ".join(f"“{n.text}”" for n in found.extra)
    parts = [
        f"the source's {lost} is not in the hypothesis" if lost else "",
        f"{new} is not in the source" if new else "",
    ]
    return "; ".join(p for p in parts if p)


def _describe(n: Numeral) -> Mapping[str, Json]:
    return {"text": n.text, "kind": n.kind, "value": str(n.value), "start": n.start, "end": n.end}
