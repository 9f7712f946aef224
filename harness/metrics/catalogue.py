"""Every metric there is, by name; nothing is imported until it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.metrics.base import Metric
from harness.registry import Registry, Row

_OURS = "this project, docs/fidelity.md"
_COMET_FLAGS = (
    "comet-blank",
    "comet-blank-reference",
    "comet-invalid-copy",
    "comet-invalid-language",
    "comet-invalid-system",
    "comet-truncated-hypothesis",
    "comet-truncated-reference",
    "comet-truncated-source",
)

metrics: Registry[Metric] = Registry(
    "metric",
    {
        "bleu": Row(
            "harness.metrics.lexical.bleu:Bleu",
            "BLEU (Papineni et al. 2002), as sacreBLEU computes it",
            citation="Papineni et al. 2002, https://aclanthology.org/P02-1040/",
            digits=1,
        ),
        "spbleu": Row(
            "harness.metrics.lexical.bleu:SpBleu",
            "BLEU over SentencePiece units (Goyal et al. 2022), for any target language",
            extra="spbleu",
            citation="Goyal et al. 2022, https://aclanthology.org/2022.tacl-1.30/",
            digits=1,
        ),
        "chrf": Row(
            "harness.metrics.lexical.chrf:ChrF",
            "chrF2 (Popović 2015), as sacreBLEU computes it",
            citation="Popović 2015, https://aclanthology.org/W15-3049/",
            digits=1,
        ),
        "chrf++": Row(
            "harness.metrics.lexical.chrf:ChrFPlusPlus",
            "chrF2++ (Popović 2017): chrF with word bigrams",
            citation="Popović 2017, https://aclanthology.org/W17-4770/",
            digits=1,
        ),
        "ter": Row(
            "harness.metrics.lexical.ter:Ter",
            "translation edit rate (Snover et al. 2006); lower is better",
            citation="Snover et al. 2006, https://aclanthology.org/2006.amta-papers.25/",
            digits=1,
        ),
        "numbers": Row(
            "harness.metrics.fidelity.numbers_metric:Numbers",
            "figures, dates, ordinals, quantities carried over (F1)",
            citation=_OURS,
            flags=("number-mismatch",),
            digits=1,
        ),
        "names": Row(
            "harness.metrics.fidelity.names_metric:Names",
            "Latin tokens, acronyms and 《titles》 carried over (recall)",
            citation=_OURS,
            flags=("name-missing",),
            digits=1,
        ),
        "terms": Row(
            "harness.metrics.fidelity.terms_metric:Terms",
            "official terms in an accepted rendering, by glossary",
            citation=_OURS,
            flags=("term-missing", "term-inconsistent"),
            digits=1,
        ),
        "markup": Row(
            "harness.metrics.fidelity.markup_metric:Markup",
            "placeholders, tags, links, line breaks and list numbers carried over (F1)",
            citation=_OURS,
            flags=("markup-changed",),
            digits=1,
        ),
        "contamination": Row(
            "harness.metrics.lexical.contamination:Contamination",
            "segments that reproduce the reference; lower is better",
            citation=_OURS,
            flags=("contaminated",),
            digits=1,
        ),
        "comet": Row(
            "harness.metrics.comet:Comet",
            "COMET (Rei et al. 2020, 2022), a learned metric",
            extra="comet",
            citation="Rei et al. 2020, https://aclanthology.org/2020.emnlp-main.213/",
            flags=_COMET_FLAGS,
            digits=4,
        ),
        "gemba-mqm": Row(
            "harness.metrics.gemba:GembaMqm",
            "an LLM marks errors (Kocmi & Federmann 2023)",
            extra="openai",
            citation="Kocmi and Federmann 2023, https://aclanthology.org/2023.wmt-1.64/",
            flags=("gemba-blank", "gemba-error"),
            digits=2,
        ),
        "gemba-esa": Row(
            "harness.metrics.gemba:GembaEsa",
            "an LLM marks errors, then scores 0-100 (ESA)",
            extra="openai",
            citation="Kocmi et al. 2024, https://aclanthology.org/2024.wmt-1.131/",
            flags=("gemba-blank", "gemba-error"),
            digits=1,
        ),
        # What these two show depends on where the scores come from, so the column says its digits itself.
        "scores": Row("harness.metrics.external.precomputed:Scores", "scores computed elsewhere, from a file"),
        "external": Row(
            "harness.metrics.external.subprocess_metric:External",
            "a metric in an environment of its own (MetricX, BLEURT, ...)",
        ),
    },
    group="harness.metrics",
)


def create_for(metric: str, pair: str, name: str, parameters: Mapping[str, Any]) -> Metric:
    """A metric for a language pair; its entry's own `pair`, where it has one, goes before.

    Raises:
        UserError: no such metric or parameter.
        InfrastructureError: it is not available here.
    """
    own = {"pair": pair, **parameters} if takes_pair(metric) else parameters
    return metrics.create(metric, name=name, **own)


def takes_pair(metric: str) -> bool:
    """Whether a metric differs between language pairs."""
    return "pair" in metrics.parameters(metric)
