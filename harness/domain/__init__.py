"""The words of this project as frozen values: no I/O, no third-party imports except numpy's array type.

Read in this order: languages, segments and test sets; systems and hypotheses; metrics; comparisons; runs.
"""

from harness.domain.canonical_json import Json, canonical_json, sha256_of
from harness.domain.corpus import (
    EXCLUDING_FLAGS,
    TARGET_SIDE_FLAGS,
    Kind,
    LangPair,
    Segment,
    TestSet,
    TestSetInfo,
)
from harness.domain.metric import Array, Level, ScoringUnit, Signature, mean_of
from harness.domain.run import Comparison, MetricGap, MetricInfo, Outputs, Run, SystemScore
from harness.domain.run_summary import OutputCounts, RunSummary, TestSetSummary, summary_of
from harness.domain.spec import BackendPolicy, MetricSpec, RunSpec, StatisticsSpec, SystemSpec
from harness.domain.standings import NOT_COMPARABLE, Standing, comparable_part, metrics_of, primary_metric, standings
from harness.domain.system import Cut, Hypothesis, System, Usage

__all__ = [
    "EXCLUDING_FLAGS",
    "NOT_COMPARABLE",
    "TARGET_SIDE_FLAGS",
    "Array",
    "BackendPolicy",
    "Comparison",
    "Cut",
    "Hypothesis",
    "Json",
    "Kind",
    "LangPair",
    "Level",
    "MetricGap",
    "MetricInfo",
    "MetricSpec",
    "OutputCounts",
    "Outputs",
    "Run",
    "RunSpec",
    "RunSummary",
    "ScoringUnit",
    "Segment",
    "Signature",
    "Standing",
    "StatisticsSpec",
    "System",
    "SystemScore",
    "SystemSpec",
    "TestSet",
    "TestSetInfo",
    "TestSetSummary",
    "Usage",
    "canonical_json",
    "comparable_part",
    "mean_of",
    "metrics_of",
    "primary_metric",
    "sha256_of",
    "standings",
    "summary_of",
]
