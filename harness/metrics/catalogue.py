"""Every metric there is, by name; nothing is imported until it is used."""

from __future__ import annotations

from harness.metrics.base import Metric
from harness.registry import Registry, Row

metrics: Registry[Metric] = Registry(
    "metric",
    {
        "bleu": Row("harness.metrics.lexical.bleu:Bleu", "BLEU (Papineni et al. 2002), as sacreBLEU computes it"),
        "chrf": Row("harness.metrics.lexical.chrf:ChrF", "chrF2 (Popović 2015), as sacreBLEU computes it"),
        "chrf++": Row("harness.metrics.lexical.chrf:ChrFPlusPlus", "chrF2++ (Popović 2017): chrF with word bigrams"),
        "ter": Row("harness.metrics.lexical.ter:Ter", "translation edit rate (Snover et al. 2006); lower is better"),
        "numbers": Row(
            "harness.metrics.fidelity.numbers_metric:Numbers",
            "figures, dates, ordinals, quantities carried over (F1)",
        ),
        "names": Row(
            "harness.metrics.fidelity.names_metric:Names", "Latin tokens, acronyms and 《titles》 carried over (recall)"
        ),
        "terms": Row(
            "harness.metrics.fidelity.terms_metric:Terms", "official terms in an accepted rendering, by glossary"
        ),
        "contamination": Row(
            "harness.metrics.lexical.contamination:Contamination",
            "segments that reproduce the reference; lower is better",
        ),
        "comet": Row("harness.metrics.comet:Comet", "COMET (Rei et al. 2020, 2022), a learned metric", extra="comet"),
        "gemba-mqm": Row(
            "harness.metrics.gemba:GembaMqm", "an LLM marks errors (Kocmi & Federmann 2023)", extra="openai"
        ),
        "gemba-esa": Row(
            "harness.metrics.gemba:GembaEsa", "an LLM marks errors, then scores 0-100 (ESA)", extra="openai"
        ),
        "scores": Row("harness.metrics.external.precomputed:Scores", "scores computed elsewhere, from a file"),
        "external": Row(
            "harness.metrics.external.subprocess_metric:External",
            "a metric in an environment of its own (MetricX, BLEURT, ...)",
        ),
    },
    group="harness.metrics",
)
