"""Translation edit rate, with sacreBLEU's numbers and signature.

Snover et al. 2006, "A Study of Translation Edit Rate with Targeted Human Annotation",
https://aclanthology.org/2006.amta-papers.25/.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from harness.domain import Array, Level, ScoringUnit, Signature
from harness.errors import ConfigError
from harness.language.characters.normal_form import RECIPE
from harness.language.codes import UNSPACED, language_name, macrolanguage
from harness.metrics.lexical.kernel import EDITS, sacrebleu_version, select
from harness.metrics.lexical.sacrebleu_statistics import sacrebleu_statistics
from harness.metrics.parameters import flag, language_pair
from harness.metrics.references import group_by_references, normalised_units


class Ter:
    """TER in per cent: edits (insertions, deletions, substitutions, shifts) per reference word. Lower is better.

    The statistics of a segment are [fewest edits to any reference, mean reference length].

    Args:
        name: the column.
        normalized: normalise punctuation, entities and line ends first.
        no_punct: leave punctuation out.
        asian_support: with `normalized` or `no_punct`, treat Chinese characters and full-width punctuation too.
        case_sensitive: whether case counts; by default it does not.
        normalise: clean hypotheses and references by a named recipe first (docs/metrics.md).
        engine: "compiled" or "sacrebleu" finds the edits, with the same result; "auto" takes the faster one.
        pair: source and target language; a run says it.
    """

    needs_reference = True
    higher_is_better = False
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(  # noqa: PLR0913
        self,
        *,
        name: str = "ter",
        normalized: bool = False,
        no_punct: bool = False,
        asian_support: bool = False,
        case_sensitive: bool = False,
        normalise: bool = False,
        engine: str = "auto",
        pair: str | None = None,
    ) -> None:
        self.name = name
        self._normalized = flag(name, "normalized", normalized)
        self._no_punct = flag(name, "no_punct", no_punct)
        self._asian_support = flag(name, "asian_support", asian_support)
        self._case_sensitive = flag(name, "case_sensitive", case_sensitive)
        self._normalise = flag(name, "normalise", normalise)
        if self._asian_support and not (self._normalized or self._no_punct):
            raise ConfigError(
                f"{name}: 'asian_support' does nothing without 'normalized'.",
                remedy="normalized: true, asian_support: true",
            )
        self.caution = self._caution("en" if pair is None else language_pair(name, pair)[1])
        self._compiled = select(name, engine, module=EDITS)
        self._ready: Any = None
        self.progress: Callable[[int, int], None] | None = None

    def _caution(self, target: str) -> str:
        """What a reader of the column must know, one sentence, or ""."""
        language = macrolanguage(target)
        if language not in UNSPACED or (language in ("zh", "ja") and self._asian_support and self._normalized):
            return ""
        remedy = "normalized: true with asian_support: true, or chrf" if language in ("zh", "ja") else "chrf"
        return (
            f"{self.name}: {language_name(language)} is written without spaces, so TER sees a few long words in a "
            f"segment; better is {remedy}."
        )

    def signature(self, n_refs: int) -> Signature:
        """sacreBLEU's, character for character."""
        return Signature(
            "TER",
            (
                ("nrefs", str(n_refs)),
                ("case", "mixed" if self._case_sensitive else "lc"),
                ("tok", "tercom"),
                ("norm", "yes" if self._normalized else "no"),
                ("punct", "no" if self._no_punct else "yes"),
                ("asian", "yes" if self._asian_support else "no"),
                ("version", sacrebleu_version()),
                *((("norm", RECIPE),) if self._normalise else ()),
            ),
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """Edits and reference length in words, shape (n, 2)."""
        groups = group_by_references(self.name, units)
        if self._normalise:
            units = normalised_units(units)
            groups = group_by_references(self.name, units)
        return sacrebleu_statistics(self._scorer(), units, groups, 2, self.progress)

    def aggregate(self, totals: Array) -> Array:
        """TER from summed statistics, shape (...,). Words against an empty reference are 100, nothing at all is 0."""
        totals = np.asarray(totals, dtype=np.float64)
        edits, length = totals[..., 0], totals[..., 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(length > 0, edits / length, np.where(edits > 0, 1.0, 0.0))
        return np.where(np.isnan(totals).any(axis=-1), np.nan, 100 * rate)

    def segment_scores(self, stats: Array) -> Array:
        """TER of single segments: the same formula."""
        return self.aggregate(stats)

    def _scorer(self) -> Any:
        if self._ready is None:
            from sacrebleu.metrics.ter import TER  # 0.1 s that other metrics need not pay

            peer = TER(
                normalized=self._normalized,
                no_punct=self._no_punct,
                asian_support=self._asian_support,
                case_sensitive=self._case_sensitive,
            )
            self._ready = peer if self._compiled is None else _CompiledTer(peer, self._compiled)
        return self._ready


class _CompiledTer:
    """sacreBLEU's TER as far as `sacrebleu_statistics` calls it: its own words, and edits by the compiled module."""

    def __init__(self, peer: Any, compiled: ModuleType) -> None:
        self._preprocess_segment = peer._preprocess_segment
        self._compiled = compiled

    def _extract_reference_info(self, references: Sequence[str]) -> Any:
        return self._compiled.References([self._preprocess_segment(text).split() for text in references])

    @staticmethod
    def _compute_segment_statistics(hypothesis: str, references: Any) -> tuple[int, float]:
        edits, length = references.statistics(hypothesis.split())
        return edits, length
