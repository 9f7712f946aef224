"""configs/gate.yaml to a Policy: strict, with the line of what is wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from harness.config.schema import Strict
from harness.config.yaml_reader import YamlReader
from harness.domain import StatisticsSpec
from harness.domain.policy import (
    NEVER,
    RATE,
    CollapseLimit,
    CountRules,
    FlagLimit,
    MetricRule,
    Policy,
    Role,
    TestSetRule,
)


class MetricKeys(Strict):
    """What is asked of one metric."""

    margin: float = Field(ge=0, allow_inf_nan=False, description="a loss up to this is accepted")
    minimum: float | None = Field(
        None, alias="min", allow_inf_nan=False, description="the least score that passes (most, for error rates)"
    )
    optional: bool = Field(False, description="whether runs without this metric pass")
    role: Role | None = Field(None, description="decide: may make the gate red; watch: is shown, and warns")


class RateKeys(Strict):
    """Flags that good systems have now and then."""

    kinds: list[str] = Field(list(RATE), min_length=1)
    max_increase: float = Field(0.002, ge=0, le=1)


class FlagKeys(Strict):
    """Flagged segments: what may never appear, what may not become more, and absolute limits."""

    never: list[str] = Field(list(NEVER))
    rate: RateKeys = RateKeys()
    kinds: list[str] = Field(["empty", "copied-source", "untranslated"], min_length=1)
    max_share: float | None = Field(None, ge=0, le=1)
    max_increase: float | None = Field(None, ge=0, le=1)


class NumbersKeys(Strict):
    """Segments whose numbers are not those of the source."""

    max_increase: float = Field(0.005, ge=0, le=1)


class CollapseKeys(Strict):
    """Single segments that fell hard."""

    metric: str
    drop: float = Field(30.0, gt=0, allow_inf_nan=False)
    most: int | None = Field(None, ge=0)


class TestSetKeys(Strict):
    """What is special about one test set."""

    __test__ = False

    metrics: dict[str, MetricKeys] = Field({})
    groups: dict[str, list[str]] = Field({}, description="name to patterns of document names")


class PolicyKeys(Strict):
    """A policy of the gate."""

    metrics: dict[str, MetricKeys] = Field(min_length=1)
    primary: str | None = None
    level: float = Field(0.95, gt=0.5, lt=1.0)
    test: Literal["jackknife", "bootstrap", "randomization"] | None = None
    resample: Literal["auto", "segment", "document"] = "auto"
    correction: Literal["holm", "bh", "none"] = "holm"
    resamples: int = Field(2000, ge=100, le=1_000_000)
    seed: int = Field(12345, ge=0)
    pool: Literal["segments", "equal", "off"] = "segments"
    set_guard: float | None = Field(3.0, ge=1, allow_inf_nan=False)
    runs: int = Field(30, ge=1, le=100_000)
    anchor: bool = True
    underpowered: Literal["inconclusive", "pass", "fail"] = "inconclusive"
    max_error_share: float = Field(0.0, ge=0, lt=1)
    flags: FlagKeys | None = None
    numbers: NumbersKeys | None = None
    collapse: CollapseKeys | None = None
    max_slowdown: float | None = Field(None, gt=0, allow_inf_nan=False)
    max_cost_ratio: float | None = Field(None, gt=0, allow_inf_nan=False)
    test_sets: dict[str, TestSetKeys] = Field({})


#: Keys of the resampling tests; a policy that has one and none of `_BOUND`, and no `test`, was written for them.
_RESAMPLING = ("resamples", "seed", "correction")
#: Keys of the one-sided bound.
_BOUND = ("primary", "pool", "set_guard", "runs", "anchor")
#: What can be switched off, which YAML reads as `false`.
_SWITCHES = (("pool",), ("set_guard",), ("flags",), ("numbers",), ("collapse",), ("flags", "never"), ("flags", "rate"))


def load_policy(path: Path, environment: Mapping[str, str]) -> Policy:
    """Read and check a policy.

    Raises:
        ConfigError: anything invalid, with file, line and what is allowed.
        UserError: the file is missing or is not text.
    """
    reader = YamlReader(path, environment)
    tree = reader.mapping("policy", PolicyKeys.model_fields)
    off = _switched_off(tree)
    shares = _shares(reader, tree)
    keys: PolicyKeys = reader.validate(PolicyKeys, tree, ())
    test = _test(reader, tree, keys)
    _primary(reader, keys)
    return Policy(
        metrics=_rules(keys.metrics),
        primary=keys.primary or "",
        test=test,
        statistics=StatisticsSpec(
            resamples=keys.resamples,
            seed=keys.seed,
            level=keys.level,
            test="randomization" if test == "randomization" else "bootstrap",
            correction=keys.correction,
            resample=keys.resample,
        ),
        pool="off" if ("pool",) in off else shares or keys.pool,
        set_guard=None if ("set_guard",) in off else keys.set_guard,
        runs=keys.runs,
        anchor=keys.anchor,
        underpowered=keys.underpowered,
        counts=_counts(keys, tree, test, off),
        max_error_share=keys.max_error_share,
        flags=_flag_limit(keys),
        collapse=_collapse_limit(keys, test),
        max_slowdown=keys.max_slowdown,
        max_cost_ratio=keys.max_cost_ratio,
        test_sets={
            name: TestSetRule(_rules(t.metrics), {g: tuple(patterns) for g, patterns in t.groups.items()})
            for name, t in keys.test_sets.items()
        },
        file=str(path),
        lines=dict(reader.lines),
    )


def _switched_off(tree: dict[str, Any]) -> set[tuple[str, ...]]:
    """What the policy has `off`; it is taken out, since the models do not know it."""
    found: set[tuple[str, ...]] = set()
    for where in _SWITCHES:
        inside = tree
        for part in where[:-1]:
            held = inside.get(part)
            inside = held if isinstance(held, dict) else {}
        if inside.get(where[-1]) is False:
            del inside[where[-1]]
            found.add(where)
    return found


def _shares(reader: YamlReader, tree: dict[str, Any]) -> dict[str, float] | None:
    """`pool: {NAME: share}`; taken out, since the model knows the words alone."""
    given = tree.get("pool")
    if not isinstance(given, dict):
        return None
    for name, share in given.items():
        right = isinstance(share, (int, float)) and not isinstance(share, bool) and math.isfinite(share) and share > 0
        if not right:
            raise reader.error(
                f"'pool.{name}' is not right (it is {share!r}).", ("pool", name), allowed="a number above 0: a share"
            )
    if not given:
        raise reader.error("'pool' gives no share.", ("pool",), allowed="segments, equal, off, or {TEST SET: share}")
    del tree["pool"]
    return {name: float(share) for name, share in given.items()}


def _test(
    reader: YamlReader, tree: Mapping[str, Any], keys: PolicyKeys
) -> Literal["jackknife", "bootstrap", "randomization"]:
    """The test the policy asks for; one written before there was a choice keeps the test it was written for."""
    roles = any(rule.role is not None for rule in keys.metrics.values())
    bound = [key for key in _BOUND if key in tree] + (["role"] if roles else [])
    resampling = [key for key in _RESAMPLING if key in tree]
    if keys.test in {"bootstrap", "randomization"}:
        if bound:
            raise reader.error(
                f"'{bound[0]}' has no meaning with `test: {keys.test}`, where every metric decides on every test set.",
                (bound[0],),
                remedy=f"remove `test: {keys.test}`, or remove `{bound[0]}`",
            )
        return keys.test
    if resampling and (bound or keys.test == "jackknife"):
        raise reader.error(
            f"'{resampling[0]}' has no meaning here: the gate's own test draws no resamples and tests one metric.",
            (resampling[0],),
            remedy=f"remove `{resampling[0]}`; or write `test: bootstrap`, without "
            f"{', '.join(bound) or '`test: jackknife`'}, for a resampling test of every metric",
        )
    return "bootstrap" if resampling else "jackknife"


def _primary(reader: YamlReader, keys: PolicyKeys) -> None:
    if keys.primary is None:
        if all(rule.role == "watch" for rule in keys.metrics.values()):
            raise reader.error("no metric decides.", ("metrics",), remedy="`primary: NAME`, or `role: decide` for one")
        return
    if keys.primary not in keys.metrics:
        raise reader.error(
            f"'primary' is '{keys.primary}', which is not among the metrics.",
            ("primary",),
            allowed=", ".join(keys.metrics),
        )
    if keys.metrics[keys.primary].role == "watch":
        raise reader.error(
            f"'{keys.primary}' cannot be the primary metric and only watch.", ("metrics", keys.primary, "role")
        )


def _counts(keys: PolicyKeys, tree: Mapping[str, Any], test: str, off: set[tuple[str, ...]]) -> CountRules | None:
    """On by default; a policy with a resampling test was written without them, and keeps its meaning."""
    flags = tree.get("flags") or {}
    if test != "jackknife" and not ({"never", "rate"} & set(flags)) and keys.numbers is None:
        return None
    default = test == "jackknife"
    flagged = FlagKeys() if keys.flags is None else keys.flags
    use = default and ("flags",) not in off
    return CountRules(
        never=tuple(flagged.never) if (use or "never" in flags) and ("flags", "never") not in off else (),
        rate=tuple(flagged.rate.kinds) if (use or "rate" in flags) and ("flags", "rate") not in off else (),
        rate_increase=flagged.rate.max_increase,
        numbers_increase=_numbers_increase(keys, default=default and ("numbers",) not in off),
        collapse=_collapse_test(keys, default=default and ("collapse",) not in off),
        asked=frozenset({"numbers", "collapse"} & set(tree)),
    )


def _numbers_increase(keys: PolicyKeys, *, default: bool) -> float | None:
    if keys.numbers is not None:
        return keys.numbers.max_increase
    return NumbersKeys().max_increase if default else None


def _collapse_test(keys: PolicyKeys, *, default: bool) -> CollapseLimit | None:
    """What fell against what rose; where `most` is given, an absolute limit is asked for instead."""
    if keys.collapse is not None:
        asked = default and keys.collapse.most is None
        return CollapseLimit(keys.collapse.metric, keys.collapse.drop) if asked else None
    return CountRules().collapse if default else None


def _flag_limit(keys: PolicyKeys) -> FlagLimit | None:
    f = keys.flags
    if f is None or (f.max_share is None and f.max_increase is None):
        return None
    return FlagLimit(tuple(f.kinds), f.max_share, f.max_increase)


def _collapse_limit(keys: PolicyKeys, test: str) -> CollapseLimit | None:
    c = keys.collapse
    if c is None or (c.most is None and test == "jackknife"):
        return None
    return CollapseLimit(c.metric, c.drop, c.most or 0)


def _rules(metrics: Mapping[str, MetricKeys]) -> dict[str, MetricRule]:
    return {name: MetricRule(m.margin, m.minimum, m.optional, m.role) for name, m in metrics.items()}
