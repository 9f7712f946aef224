"""chrF and chrF++, with sacreBLEU's numbers and signature.

Popović 2015, "chrF: character n-gram F-score for automatic MT evaluation", https://aclanthology.org/W15-3049/, and
Popović 2017, "chrF++: words helping character n-grams", https://aclanthology.org/W17-4770/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.domain import Array, Level, ScoringUnit, Signature
from harness.language.characters.normal_form import RECIPE
from harness.metrics.lexical.kernel import sacrebleu_version, select
from harness.metrics.lexical.sacrebleu_statistics import sacrebleu_statistics
from harness.metrics.parameters import flag, number, whole
from harness.metrics.references import group_by_references, normalised_units

_EPSILON = 1e-16


class ChrF:
    """chrF, 0 to 100: the F-score over character n-grams, recall weighing `beta` times as much as precision.

    The statistics of a segment are [hypothesis, reference, matching n-grams] for every order, characters before words.
    With several references they are those of the one reference with the highest score, the first of equals.

    Args:
        name: the column.
        char_order: the longest character n-grams.
        word_order: the longest word n-grams; 0 is chrF, 2 is chrF++.
        beta: the weight of recall.
        lowercase: whether case is ignored.
        whitespace: whether spaces are characters.
        eps_smoothing: smooth as the original chrF++.py, NLTK and Moses do; by default orders without n-grams are left
            out.
        normalise: clean hypotheses and references by a named recipe first (docs/metrics.md).
        engine: "compiled" or "sacrebleu" counts the n-grams, with the same result; "auto" takes the faster one.
    """

    needs_reference = True
    higher_is_better = True
    bounds = (0.0, 100.0)
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(  # noqa: PLR0913
        self,
        *,
        name: str = "chrf",
        char_order: int = 6,
        word_order: int = 0,
        beta: float = 2,
        lowercase: bool = False,
        whitespace: bool = False,
        eps_smoothing: bool = False,
        normalise: bool = False,
        engine: str = "auto",
    ) -> None:
        self.name = name
        self._char_order = whole(name, "char_order", char_order, least=1, most=64)
        self._word_order = whole(name, "word_order", word_order, least=0, most=64)
        self._beta = number(name, "beta", beta, above=0)
        self._lowercase = flag(name, "lowercase", lowercase)
        self._whitespace = flag(name, "whitespace", whitespace)
        self._eps_smoothing = flag(name, "eps_smoothing", eps_smoothing)
        self._normalise = flag(name, "normalise", normalise)
        self._order = self._char_order + self._word_order
        self._compiled = select(name, engine)
        self._sacrebleu: Any = None

    def signature(self, n_refs: int) -> Signature:
        """sacreBLEU's, character for character; `beta` and `word_order` are in the name (chrF2, chrF2++)."""
        return Signature(
            f"chrF{self._beta}" + "+" * self._word_order,
            (
                ("nrefs", str(n_refs)),
                ("case", "lc" if self._lowercase else "mixed"),
                ("eff", "no" if self._eps_smoothing else "yes"),
                ("nc", str(self._char_order)),
                ("nw", str(self._word_order)),
                ("space", "yes" if self._whitespace else "no"),
                ("version", sacrebleu_version()),
                *((("norm", RECIPE),) if self._normalise else ()),
            ),
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """N-gram counts, shape (n, 3 * (char_order + word_order))."""
        groups = group_by_references(self.name, units)
        if self._normalise:
            units = normalised_units(units)
            groups = group_by_references(self.name, units)
        if self._compiled is None:
            return sacrebleu_statistics(self._scorer(), units, groups, 3 * self._order)
        stats = np.empty((len(units), 3 * self._order), dtype=np.float64)
        options = (self._lowercase, self._whitespace, self._eps_smoothing)
        self._compiled.chrf(units, groups, self._char_order, self._word_order, self._beta**2, options, stats)
        return stats

    def aggregate(self, totals: Array) -> Array:
        """chrF from summed statistics, shape (...,); step by step as `CHRF._compute_f_score` of sacreBLEU 2.6.0."""
        totals = np.asarray(totals, dtype=np.float64)
        hyp, ref, match = (totals[..., i::3] for i in range(3))
        factor = self._beta**2
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.where(hyp > 0, match / hyp, _EPSILON)
            recall = np.where(ref > 0, match / ref, _EPSILON)
            if self._eps_smoothing:
                denominator = factor * precision + recall
                f_scores = np.where(denominator > 0, (1 + factor) * precision * recall / denominator, _EPSILON)
                score = 100 * _sum(f_scores) / self._order
            else:
                counted = (hyp > 0) & (ref > 0)
                orders = np.maximum(counted.sum(axis=-1), 1)
                mean_precision = _sum(np.where(counted, precision, 0.0)) / orders
                mean_recall = _sum(np.where(counted, recall, 0.0)) / orders
                f_score = (1 + factor) * mean_precision * mean_recall / (factor * mean_precision + mean_recall)
                score = np.where(mean_precision + mean_recall > 0, 100 * f_score, 0.0)
        return np.where(np.isnan(totals).any(axis=-1), np.nan, score)

    def segment_scores(self, stats: Array) -> Array:
        """chrF of single segments: the same formula."""
        return self.aggregate(stats)

    def _scorer(self) -> Any:
        if self._sacrebleu is None:
            from sacrebleu.metrics.chrf import CHRF  # 0.1 s that the kernel saves

            self._sacrebleu = CHRF(
                char_order=self._char_order,
                word_order=self._word_order,
                beta=self._beta,
                lowercase=self._lowercase,
                whitespace=self._whitespace,
                eps_smoothing=self._eps_smoothing,
            )
        return self._sacrebleu


class ChrFPlusPlus(ChrF):
    """chrF++: chrF with word unigrams and bigrams. Parameters as for chrF."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        name: str = "chrf++",
        char_order: int = 6,
        word_order: int = 2,
        beta: float = 2,
        lowercase: bool = False,
        whitespace: bool = False,
        eps_smoothing: bool = False,
        normalise: bool = False,
        engine: str = "auto",
    ) -> None:
        super().__init__(
            name=name,
            char_order=char_order,
            word_order=word_order,
            beta=beta,
            lowercase=lowercase,
            whitespace=whitespace,
            eps_smoothing=eps_smoothing,
            normalise=normalise,
            engine=engine,
        )


def _sum(values: Array) -> Array:
    """The sum over the last axis from left to right: numpy's own adds pairwise, which rounds differently."""
    total = np.zeros(values.shape[:-1])
    for i in range(values.shape[-1]):
        total = total + values[..., i]
    return total
