"""BLEU, with sacreBLEU's numbers and signature.

Papineni et al. 2002, "BLEU: a Method for Automatic Evaluation of Machine Translation", https://aclanthology.org/P02-1040/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.domain import Array, Level, ScoringUnit, Signature
from harness.errors import MissingExtraError
from harness.language.characters.normal_form import RECIPE
from harness.metrics.lexical.kernel import sacrebleu_version, select
from harness.metrics.lexical.sacrebleu_statistics import sacrebleu_statistics
from harness.metrics.lexical.tokenizers import MODELS, caution, check_model, tokenizer_for
from harness.metrics.parameters import choice, flag, language_pair, number, whole
from harness.metrics.references import group_by_references, normalised_units
from harness.portable import exp, log

TOKENIZERS = (
    "13a",
    "none",
    "zh",
    "char",
    "intl",
    "ja-mecab",
    "ko-mecab",
    "flores101",
    "flores200",
    "spBLEU-1K",
)
#: Smoothing methods and their default values (Chen and Cherry 2014, https://aclanthology.org/W14-3346/).
SMOOTHING: dict[str, float | None] = {"exp": None, "floor": 0.1, "add-k": 1, "none": None}

_COMPILED = frozenset({"13a", "none", "zh", "char"})

# sacreBLEU's logarithm of zero: its exponential is zero, and no infinity enters the sum.
_LOG_ZERO = -9999999999.0


class Bleu:
    """BLEU, 0 to 100.

    The statistics of a segment are [hypothesis length, reference length, correct 1..N, total 1..N] in tokens; with
    several references the reference length is the closest one (the shorter of two equally close), and the count of an
    n-gram is clipped at its highest count in one reference.

    Args:
        name: the column.
        tokenizer: sacreBLEU's name of it; None takes its own choice for the target language (zh, ja-mecab, ko-mecab,
            else 13a).
        lowercase: whether case is ignored.
        smoothing: what happens to orders without a match: "exp", "floor", "add-k" or "none".
        smoothing_value: for "floor" and "add-k"; None takes sacreBLEU's default.
        max_order: the longest n-grams.
        effective_order: for corpus scores too, leave out orders that the hypotheses are too short for. Scores of single
            segments always do (as `sacrebleu --sentence-level` does).
        normalise: clean hypotheses and references by a named recipe first (docs/metrics.md).
        engine: "compiled" or "sacrebleu" counts the n-grams, with the same result; "auto" takes the faster one that
            knows the tokenizer.
        pair: source and target language; a run says it.
    """

    needs_reference = True
    higher_is_better = True
    bounds = (0.0, 100.0)
    levels = frozenset({Level.CORPUS, Level.SEGMENT})

    def __init__(  # noqa: PLR0913
        self,
        *,
        name: str = "bleu",
        tokenizer: str | None = None,
        lowercase: bool = False,
        smoothing: str = "exp",
        smoothing_value: float | None = None,
        max_order: int = 4,
        effective_order: bool = False,
        normalise: bool = False,
        engine: str = "auto",
        pair: str | None = None,
    ) -> None:
        self.name = name
        target = language_pair(name, pair)[1] if pair is not None else "en"
        chosen = tokenizer_for(target) if tokenizer is None else "flores101" if tokenizer == "spm" else tokenizer
        self._tokenizer = choice(name, "tokenizer", chosen, TOKENIZERS)
        self.caution = caution(name, self._tokenizer, target)
        self._lowercase = flag(name, "lowercase", lowercase)
        self._smoothing = choice(name, "smoothing", smoothing, SMOOTHING)
        default = SMOOTHING[self._smoothing]
        self._value = default if smoothing_value is None else number(name, "smoothing_value", smoothing_value, above=0)
        self._order = whole(name, "max_order", max_order, least=1, most=64)
        self._effective_order = flag(name, "effective_order", effective_order)
        self._normalise = flag(name, "normalise", normalise)
        self._compiled = select(name, engine, covered=self._tokenizer in _COMPILED)
        self._sacrebleu: Any = None
        self._tokenizer_signature = self._tokenizer
        if self._tokenizer not in _COMPILED | {"intl"}:
            # These stand on packages or files that may be missing: better known before anything is translated.
            self._tokenizer_signature = self._scorer().tokenizer.signature()

    def signature(self, n_refs: int) -> Signature:
        """sacreBLEU's, character for character; what it leaves out follows it where it is not the default."""
        smooth = self._smoothing
        extra: list[tuple[str, str]] = []
        if SMOOTHING[self._smoothing] is not None and self._value is not None:
            smooth += f"[{self._value:.2f}]"
            if float(f"{self._value:.2f}") != self._value:
                extra.append(("smooth_value", repr(self._value)))
        if self._order != 4:
            extra.append(("order", str(self._order)))
        return Signature(
            "BLEU",
            (
                ("nrefs", str(n_refs)),
                ("case", "lc" if self._lowercase else "mixed"),
                ("eff", "yes" if self._effective_order else "no"),
                ("tok", self._tokenizer_signature),
                ("smooth", smooth),
                ("version", sacrebleu_version()),
                *extra,
                *((("norm", RECIPE),) if self._normalise else ()),
            ),
        )

    def segment_stats(self, units: Sequence[ScoringUnit]) -> Array:
        """Lengths, correct and total n-gram counts, shape (n, 2 + 2 * max_order)."""
        groups = group_by_references(self.name, units)
        if self._normalise:
            units = normalised_units(units)
            groups = group_by_references(self.name, units)
        if self._compiled is None:
            return sacrebleu_statistics(self._scorer(), units, groups, 2 + 2 * self._order)
        stats = np.empty((len(units), 2 + 2 * self._order), dtype=np.float64)
        self._compiled.bleu(units, groups, self._tokenizer, self._lowercase, self._order, stats)
        return stats

    def aggregate(self, totals: Array) -> Array:
        """BLEU from summed statistics, shape (...,)."""
        return self._score(totals, self._effective_order)

    def segment_scores(self, stats: Array) -> Array:
        """BLEU of single segments, with the effective order."""
        return self._score(stats, effective_order=True)

    def _score(self, totals: Array, effective_order: bool) -> Array:
        """The closing formula, for all rows at once; step by step as `BLEU.compute_bleu` of sacreBLEU 2.6.0."""
        totals = np.asarray(totals, dtype=np.float64)
        sys_len, ref_len = totals[..., 0], totals[..., 1]
        correct, total = totals[..., 2 : 2 + self._order], totals[..., 2 + self._order :]
        value = 0.0 if self._value is None else self._value
        log_sum = np.zeros(sys_len.shape)
        used = np.full(sys_len.shape, 0 if effective_order else self._order)
        halvings = np.ones(sys_len.shape)
        alive = np.ones(sys_len.shape, dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            for n in range(self._order):
                added = value if self._smoothing == "add-k" and n > 0 else 0.0
                hits, all_ = correct[..., n] + added, total[..., n] + added
                alive = alive & (all_ != 0)
                missed = alive & (hits == 0)
                precision = 100.0 * hits / all_
                if self._smoothing == "exp":
                    halvings = np.where(missed, halvings * 2, halvings)
                    precision = np.where(missed, 100.0 / (halvings * all_), precision)
                elif self._smoothing == "floor":
                    precision = np.where(missed, 100.0 * value / all_, precision)
                logarithm = _logarithm(precision, alive & (precision != 0))
                if effective_order:
                    used = used + alive
                    logarithm = np.where(alive, logarithm, 0.0)
                log_sum = log_sum + logarithm
            short = (sys_len > 0) & (sys_len < ref_len)
            brevity = np.where(sys_len < ref_len, 0.0, 1.0)
            brevity[short] = exp(np.asarray(1 - ref_len[short] / sys_len[short], dtype=np.float64))
            score = brevity * exp(log_sum / np.maximum(used, 1))
        score = np.where((correct != 0).any(axis=-1), score, 0.0)
        return np.where(np.isnan(totals).any(axis=-1), np.nan, score)

    def _scorer(self) -> Any:
        if self._sacrebleu is None:
            self._sacrebleu = _sacrebleu_bleu(self._tokenizer, self._lowercase, self._order)
        return self._sacrebleu


def _logarithm(values: Array, known: Array) -> Array:
    """The logarithm where it is `known`, sacreBLEU's logarithm of zero elsewhere."""
    found = np.full(values.shape, _LOG_ZERO)
    found[known] = log(values[known])
    return found


def _sacrebleu_bleu(tokenizer: str, lowercase: bool, order: int) -> Any:
    from sacrebleu.metrics.bleu import BLEU  # 0.1 s that the kernel saves

    if tokenizer in MODELS:
        check_model(tokenizer)
    try:
        # `force` silences a warning about tokenised text; it changes no number.
        return BLEU(tokenize=tokenizer, lowercase=lowercase, max_ngram_order=order, force=True)
    except (ImportError, RuntimeError) as error:
        cause = str(error).strip().split("\n")[0]
        raise MissingExtraError(f"BLEU's tokenizer '{tokenizer}'", tokenizer[:2], cause=cause) from error


class SpBleu(Bleu):
    """spBLEU, 0 to 100: BLEU over SentencePiece units, which needs no word boundaries and compares languages.

    Goyal et al. 2022, "The Flores-101 Evaluation Benchmark", https://aclanthology.org/2022.tacl-1.30/.

    Args:
        name: the column.
        tokenizer: the SentencePiece model, which `harness prefetch spbleu` brings: "flores200", "flores101" or
            "spBLEU-1K".
        lowercase: whether case is ignored.
        smoothing, smoothing_value, max_order, effective_order, normalise: as in `bleu`.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        name: str = "spbleu",
        tokenizer: str = "flores200",
        lowercase: bool = False,
        smoothing: str = "exp",
        smoothing_value: float | None = None,
        max_order: int = 4,
        effective_order: bool = False,
        normalise: bool = False,
    ) -> None:
        super().__init__(
            name=name,
            tokenizer=choice(name, "tokenizer", tokenizer, MODELS),
            lowercase=lowercase,
            smoothing=smoothing,
            smoothing_value=smoothing_value,
            max_order=max_order,
            effective_order=effective_order,
            normalise=normalise,
        )
