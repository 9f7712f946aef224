"""Policies of the gate are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.checks import FLAGS
from harness.config.gate_policy import load_policy
from harness.domain.policy import NEVER, RATE, CollapseLimit, CountRules, FlagLimit, MetricRule, TestSetRule
from harness.errors import ConfigError

SHIPPED = Path(__file__).parents[2] / "configs" / "gate.yaml"


def policy(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_policy_is_valid() -> None:
    found = load_policy(SHIPPED, {})
    assert (found.main, found.test, found.runs, found.anchor) == ("chrf", "jackknife", 30, True)
    assert found.metrics["chrf"] == MetricRule(1.0)
    assert found.role_of("bleu", found.metrics["bleu"]) == "watch"
    assert found.metrics["comet"].optional
    assert found.underpowered == "inconclusive"
    assert found.counts == CountRules(asked=frozenset({"numbers", "collapse"}))


def test_every_flag_is_sorted_once() -> None:
    assert sorted(NEVER + RATE) == sorted(FLAGS)


def test_one_metric_is_enough(tmp_path: Path) -> None:
    found = load_policy(policy(tmp_path, "metrics: {chrf: {margin: 1}}\n"), {})
    assert (found.main, found.test, found.pool, found.set_guard, found.runs) == ("chrf", "jackknife", "segments", 3, 30)
    assert (found.counts, found.flags, found.collapse) == (CountRules(), None, None)


def test_the_one_sided_bound_can_be_set(tmp_path: Path) -> None:
    text = """
metrics: {bleu: {margin: 1}, chrf: {margin: 1}, ter: {margin: 1, role: decide}}
primary: chrf
pool: {news: 3, law: 1}
set_guard: off
runs: 1
anchor: false
flags: {never: [empty], rate: {kinds: [loop], max_increase: 0.01}}
numbers: off
collapse: {metric: bleu, drop: 40}
"""
    found = load_policy(policy(tmp_path, text), {})
    assert [found.role_of(name, rule) for name, rule in found.metrics.items()] == ["watch", "decide", "decide"]
    assert (found.pool, found.set_guard, found.runs, found.anchor) == ({"news": 3.0, "law": 1.0}, None, 1, False)
    assert found.counts == CountRules(
        ("empty",), ("loop",), 0.01, None, CollapseLimit("bleu", 40.0), frozenset({"numbers", "collapse"} - {"numbers"})
    )
    assert load_policy(policy(tmp_path, "metrics: {bleu: {margin: 1}}\npool: off\nflags: off\n"), {}).pool == "off"


def test_a_policy_written_for_resampling_keeps_its_meaning(tmp_path: Path) -> None:
    found = load_policy(policy(tmp_path, "metrics: {bleu: {margin: 2}, chrf: {margin: 2}}\nresamples: 300\n"), {})
    assert (found.test, found.statistics.resamples, found.counts) == ("bootstrap", 300, None)
    old = load_policy(
        policy(tmp_path, "metrics: {bleu: {margin: 1}}\ntest: bootstrap\ncollapse: {metric: chrf, drop: 40}\n"), {}
    )
    assert (old.collapse, old.counts) == (CollapseLimit("chrf", 40.0, 0), None)
    limits = "metrics: {bleu: {margin: 1}}\nflags: {max_increase: 0.01}\ncollapse: {metric: chrf, drop: 40, most: 2}\n"
    kept = load_policy(policy(tmp_path, limits), {})
    assert (kept.flags, kept.collapse) == (FlagLimit(max_increase=0.01), CollapseLimit("chrf", 40.0, 2))
    assert kept.counts is not None
    assert kept.counts.collapse is None


def test_without_a_primary_metric_all_decide_and_the_first_passes(tmp_path: Path) -> None:
    text = "metrics: {comet: {margin: 1, optional: true}, bleu: {margin: 1}, chrf: {margin: 1, role: watch}}\n"
    found = load_policy(policy(tmp_path, text), {})
    assert found.main == "bleu"
    assert [found.role_of(name, rule) for name, rule in found.metrics.items()] == ["decide", "decide", "watch"]


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
        (
            "metrics: {bleu: {margin: 1}}\nprimary: chrf\n",
            "line 2: 'primary' is 'chrf', which is not among the metrics",
        ),
        ("primary: bleu\nmetrics:\n  bleu: {margin: 1, role: watch}\n", "line 3: 'bleu' cannot be the primary metric"),
        ("metrics:\n  bleu: {margin: 1, role: watch}\n", "line 1: no metric decides"),
        ("metrics: {bleu: {margin: 1}}\nruns: 3\nresamples: 300\n", "line 3: 'resamples' has no meaning here"),
        (
            "metrics: {bleu: {margin: 1}}\ntest: bootstrap\nruns: 3\n",
            "line 3: 'runs' has no meaning with `test: bootst",
        ),
        ("metrics: {bleu: {margin: 1}}\npool: {news: 0}\n", "line 2: 'pool.news' is not right (it is 0)"),
        ("metrics: {bleu: {margin: 1}}\npool: sets\n", "line 2: 'pool' is not right"),
        ("metrics: {bleu: {margin: 1}}\nset_guard: .inf\n", "line 2: 'set_guard' is not right"),
        ("metrics: {bleu: {margin: 1}}\nflags: {rate: {kind: [loop]}}\n", "'kind' here; did you mean 'kinds'?"),
        ("- bleu\n", "a policy is a mapping"),
        ("", "the config is empty"),
        ("metrics: [", "not YAML"),
    ],
)
def test_mistakes_name_their_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_policy(policy(tmp_path, text), {})
    assert sentence in caught.value.problem
