"""Measure machine translation of official bilingual documents.

This module is the public face; nothing inside the package imports it. Names are loaded when they are first used, so
that `import harness` costs nothing:

    import harness

    test_set = harness.load_test_set("references/gdi-digital-forum-2024")
    board = harness.evaluate(test_set, {"mine": ["The forum ...", ...]}, metrics=["bleu", "chrf"])
    for score in board.scores:
        print(score.system, score.metric, score.score, score.ci_low, score.ci_high, score.signature)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from harness.version import __version__

if TYPE_CHECKING:
    from harness.corpus.parallel import read_parallel
    from harness.corpus.testsets import load_test_set, write_test_set
    from harness.domain import Hypothesis, LangPair, Run, Segment, TestSet
    from harness.pipeline.given import evaluate
    from harness.store.runs import read_run, write_run

__all__ = [
    "Hypothesis",
    "LangPair",
    "Run",
    "Segment",
    "TestSet",
    "__version__",
    "evaluate",
    "load_test_set",
    "read_parallel",
    "read_run",
    "write_run",
    "write_test_set",
]

_HOMES = {
    "harness.corpus.parallel": ("read_parallel",),
    "harness.corpus.testsets": ("load_test_set", "write_test_set"),
    "harness.domain": ("Hypothesis", "LangPair", "Run", "Segment", "TestSet"),
    "harness.pipeline.given": ("evaluate",),
    "harness.store.runs": ("read_run", "write_run"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'harness' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
