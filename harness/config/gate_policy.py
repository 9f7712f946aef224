"""configs/gate.yaml to a Policy: strict, with the line of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from harness.config.schema import Strict
from harness.config.yaml_reader import YamlReader
from harness.domain import StatisticsSpec
from harness.domain.policy import CollapseLimit, FlagLimit, MetricRule, Policy, TestSetRule


class MetricKeys(Strict):
    """What is asked of one metric."""

    margin: float = Field(ge=0, description="a loss up to this is accepted")
    minimum: float | None = Field(None, alias="min", description="the least score that passes (most, for error rates)")
    optional: bool = Field(False, description="whether runs without this metric pass")


class FlagKeys(Strict):
    """Limits on flagged segments."""

    kinds: list[str] = Field(["empty", "copied-source", "untranslated"], min_length=1)
    max_share: float | None = Field(None, ge=0, le=1)
    max_increase: float | None = Field(None, ge=0, le=1)


class CollapseKeys(Strict):
    """A limit on single segments that fell hard."""

    metric: str
    drop: float = Field(gt=0)
    most: int = Field(0, ge=0)


class TestSetKeys(Strict):
    """What is special about one test set."""

    __test__ = False

    metrics: dict[str, MetricKeys] = Field({})
    groups: dict[str, list[str]] = Field({}, description="name to patterns of document names")


class PolicyKeys(Strict):
    """A policy of the gate."""

    metrics: dict[str, MetricKeys] = Field(min_length=1)
    level: float = Field(0.95, gt=0.5, lt=1.0)
    test: Literal["bootstrap", "randomization"] = "bootstrap"
    resample: Literal["auto", "segment", "document"] = "auto"
    correction: Literal["holm", "bh", "none"] = "holm"
    resamples: int = Field(2000, ge=100, le=1_000_000)
    seed: int = Field(12345, ge=0)
    underpowered: Literal["inconclusive", "pass", "fail"] = "inconclusive"
    max_error_share: float = Field(0.0, ge=0, lt=1)
    flags: FlagKeys | None = None
    collapse: CollapseKeys | None = None
    max_slowdown: float | None = Field(None, gt=0)
    max_cost_ratio: float | None = Field(None, gt=0)
    test_sets: dict[str, TestSetKeys] = Field({})


def load_policy(path: Path, environment: Mapping[str, str]) -> Policy:
    """Read and check a policy.

    Raises:
        ConfigError: anything invalid, with file, line and what is allowed.
        UserError: the file is missing or is not text.
    """
    reader = YamlReader(path, environment)
    tree = reader.mapping("policy", PolicyKeys.model_fields)
    keys: PolicyKeys = reader.validate(PolicyKeys, tree, ())
    return Policy(
        metrics=_rules(keys.metrics),
        statistics=StatisticsSpec(
            resamples=keys.resamples,
            seed=keys.seed,
            level=keys.level,
            test=keys.test,
            correction=keys.correction,
            resample=keys.resample,
        ),
        underpowered=keys.underpowered,
        max_error_share=keys.max_error_share,
        flags=None
        if keys.flags is None
        else FlagLimit(tuple(keys.flags.kinds), keys.flags.max_share, keys.flags.max_increase),
        collapse=None
        if keys.collapse is None
        else CollapseLimit(keys.collapse.metric, keys.collapse.drop, keys.collapse.most),
        max_slowdown=keys.max_slowdown,
        max_cost_ratio=keys.max_cost_ratio,
        test_sets={
            name: TestSetRule(_rules(t.metrics), {g: tuple(patterns) for g, patterns in t.groups.items()})
            for name, t in keys.test_sets.items()
        },
    )


def _rules(metrics: Mapping[str, MetricKeys]) -> dict[str, MetricRule]:
    return {name: MetricRule(m.margin, m.minimum, m.optional) for name, m in metrics.items()}
