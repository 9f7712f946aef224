"""Policies of the gate are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config.gate_policy import load_policy
from harness.domain.policy import CollapseLimit, FlagLimit, MetricRule, TestSetRule
from harness.errors import ConfigError

SHIPPED = Path(__file__).parents[2] / "configs" / "gate.yaml"


def policy(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_policy_is_valid() -> None:
    found = load_policy(SHIPPED, {})
    assert found.metrics["bleu"] == MetricRule(1.0)
    assert found.metrics["comet"].optional
    assert found.underpowered == "inconclusive"


def test_everything_can_be_said(tmp_path: Path) -> None:
    found = load_policy(
        policy(
            tmp_path,
            """
metrics: {bleu: {margin: 0.5, min: 20, optional: true}}
level: 0.99
test: randomization
resample: document
correction: bh
resamples: 500
seed: 0
underpowered: fail
max_error_share: 0.01
flags: {kinds: [empty], max_share: 0.02, max_increase: 0.01}
collapse: {metric: chrf, drop: 30, most: 2}
max_slowdown: 1.5
max_cost_ratio: 1.2
test_sets: {news: {metrics: {chrf: {margin: 1}}, groups: {speeches: ["s-*"]}}}
""",
        ),
        {},
    )
    assert found.metrics == {"bleu": MetricRule(0.5, 20.0, True)}
    spec = found.statistics
    assert (spec.level, spec.test, spec.resample, spec.correction, spec.resamples, spec.seed) == (
        0.99,
        "randomization",
        "document",
        "bh",
        500,
        0,
    )
    assert found.flags == FlagLimit(("empty",), 0.02, 0.01)
    assert found.collapse == CollapseLimit("chrf", 30.0, 2)
    assert (found.max_slowdown, found.max_cost_ratio, found.max_error_share) == (1.5, 1.2, 0.01)
    assert found.test_sets == {"news": TestSetRule({"chrf": MetricRule(1.0)}, {"speeches": ("s-*",)})}
    assert found.metrics_of("news") == {"bleu": MetricRule(0.5, 20.0, True), "chrf": MetricRule(1.0)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics:\n  bleu: {margn: 1}\n", "line 2: there is no key 'margn' here; did you mean 'margin'?"),
        ("metrics:\n  bleu: {margin: -1}\n", "line 2: 'metrics.bleu.margin' is not right (it is -1)"),
        ("metrics: {bleu: {margin: 1}}\nlevl: 0.9\n", "line 2: there is no key 'levl' here; did you mean 'level'?"),
        ("metrics: {bleu: {margin: 1}}\nunderpowered: maybe\n", "line 2: 'underpowered' is not right"),
        ("metrics: {bleu: {margin: 1}}\nflags: {max_shar: 1}\n", "'max_shar' here; did you mean 'max_share'?"),
        ("metrics: {}\n", "line 1: 'metrics' is not right"),
        ("- bleu\n", "a policy is a mapping"),
        ("", "the config is empty"),
        ("metrics: [", "not YAML"),
    ],
)
def test_mistakes_name_their_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_policy(policy(tmp_path, text), {})
    assert sentence in caught.value.problem
