"""Measure machine translation of official bilingual documents.

This module is the public face; nothing inside the package imports it. Names are loaded when they are first used, so
that `import harness` costs nothing:

    import harness

    test_set = harness.load_test_set("references/gdi-digital-forum-2024")
    run = harness.evaluate(test_set, {"mine": ["The forum ...", ...]}, metrics=["bleu", "chrf"])
    for score in run.scores:
        print(score.system, score.metric, score.score, score.ci_low, score.ci_high, score.signature)

    run = harness.run("configs/default.yaml")                       # `harness run`: done, and stored under results/
    verdict = harness.check(run, baseline="default")                # `harness check`: pass, regression, inconclusive
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from harness.version import __version__

if TYPE_CHECKING:
    from harness.corpus.bitext.parallel import read_parallel
    from harness.corpus.testset.references_folder import load_test_set, write_test_set
    from harness.domain import Hypothesis, LangPair, MetricSpec, Run, Segment, StatisticsSpec, TestSet
    from harness.domain.verdict import Verdict
    from harness.gate.check import check
    from harness.pipeline.evaluate import evaluate
    from harness.pipeline.run_config import run_config as run
    from harness.store.runs import read_run, write_run

__all__ = [
    "Hypothesis",
    "LangPair",
    "MetricSpec",
    "Run",
    "Segment",
    "StatisticsSpec",
    "TestSet",
    "Verdict",
    "__version__",
    "check",
    "evaluate",
    "load_test_set",
    "read_parallel",
    "read_run",
    "run",
    "write_run",
    "write_test_set",
]

#: Public name to the module that defines it and its name there.
_HOMES = {
    "Hypothesis": ("harness.domain", "Hypothesis"),
    "LangPair": ("harness.domain", "LangPair"),
    "MetricSpec": ("harness.domain", "MetricSpec"),
    "Run": ("harness.domain", "Run"),
    "Segment": ("harness.domain", "Segment"),
    "StatisticsSpec": ("harness.domain", "StatisticsSpec"),
    "TestSet": ("harness.domain", "TestSet"),
    "Verdict": ("harness.domain.verdict", "Verdict"),
    "check": ("harness.gate.check", "check"),
    "evaluate": ("harness.pipeline.evaluate", "evaluate"),
    "load_test_set": ("harness.corpus.testset.references_folder", "load_test_set"),
    "read_parallel": ("harness.corpus.bitext.parallel", "read_parallel"),
    "read_run": ("harness.store.runs", "read_run"),
    "run": ("harness.pipeline.run_config", "run_config"),
    "write_run": ("harness.store.runs", "write_run"),
    "write_test_set": ("harness.corpus.testset.references_folder", "write_test_set"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'harness' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
