"""sacreBLEU's paired tests, number for number."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from harness.domain import StatisticsSpec
from harness.stats import analyse
from harness.stats.sacrebleu_compat import paired_test
from tests.stats.samples import mean, noisy
from tests.stats.wmt22 import lines, needs_wmt22, own_metric, own_stats, peer_aggregate, peer_stats

SYSTEMS = ("AISP-SJTU", "HuaweiTSC", "Online-G")

# sacreBLEU 2.6.0, numpy 1.26.4, in the folder of the data:
#   sacrebleu ../refA.en -i AISP-SJTU.en HuaweiTSC.en Online-B.en Online-G.en -m bleu chrf --paired-bs -f json
# system: (score, p)
BOOTSTRAP = {
    "bleu": {
        "AISP-SJTU": (29.672001096480315, None),
        "HuaweiTSC": (29.81106410502997, 0.2077922077922078),
        "Online-G": (29.626046727962283, 0.3596403596403596),
    },
    "chrf": {
        "AISP-SJTU": (59.21807932764297, None),
        "HuaweiTSC": (58.46735476710568, 0.004995004995004995),
        "Online-G": (59.7050172027813, 0.005994005994005994),
    },
}

# The same with --paired-ar and -f text, which prints four decimals.
RANDOMIZATION = {
    "bleu": {"HuaweiTSC": 0.6437, "Online-G": 0.8722},
    "chrf": {"HuaweiTSC": 0.0014, "Online-G": 0.0097},
}


@needs_wmt22
@pytest.mark.parametrize("metric", ["bleu", "chrf"])
def test_paired_bootstrap_on_the_command_line(metric: str) -> None:
    stats = own_stats(metric, SYSTEMS)
    found = paired_test(stats, own_metric(metric).aggregate, baseline="AISP-SJTU", test="bs")
    for row in found:
        assert (row.score, row.p_value) == BOOTSTRAP[metric][row.system]


@needs_wmt22
@pytest.mark.parametrize("metric", ["bleu", "chrf"])
def test_approximate_randomization_on_the_command_line(metric: str) -> None:
    stats = own_stats(metric, SYSTEMS)
    found = paired_test(stats, own_metric(metric).aggregate, baseline="AISP-SJTU", test="ar")
    printed = {row.system: round(row.p_value, 4) for row in found if row.p_value is not None}
    assert printed == RANDOMIZATION[metric]


@needs_wmt22
@pytest.mark.parametrize("test", ["bs", "ar"])
def test_live_and_with_other_options(test: Literal["bs", "ar"]) -> None:
    from sacrebleu.metrics import BLEU, CHRF
    from sacrebleu.significance import PairedTest

    names, n = ("AISP-SJTU", "HuaweiTSC"), 150
    references = [lines("refA.en")[:n]]
    peer = PairedTest(
        [(name, lines(f"systems/{name}.en")[:n]) for name in names],
        {"bleu": BLEU(references=references), "chrf": CHRF(references=references)},
        references=None,
        test_type=test,
        n_samples=200,
    )
    _, expected = peer()
    for metric, column in (("bleu", "BLEU"), ("chrf", "chrF2")):
        stats = {name: peer_stats(metric, name, n) for name in names}
        found = paired_test(stats, peer_aggregate(metric), baseline="AISP-SJTU", test=test, resamples=200)
        assert [row.p_value for row in found] == [row.p_value for row in expected[column]]
        assert [row.score for row in found] == [row.score for row in expected[column]]


def test_why_it_is_not_the_default() -> None:
    # A system against its own copy: sacreBLEU 2.6.0 calls them different with p = 1 / (n + 1).
    stats = noisy({"a": 50.0}, 50, seed=1)
    stats["copy"] = stats["a"].copy()
    tests: tuple[Literal["bs", "ar"], ...] = ("bs", "ar")
    for test in tests:
        assert paired_test(stats, mean, baseline="a", test=test, resamples=99)[1].p_value == 0.01
    # Equal systems: its bootstrap counts one tail, so it raises about twice the false alarms it promises.
    alarms = []
    for seed in range(300):
        world = noisy({"a": 50.0, "b": 50.0}, 80, seed=seed)
        alarms.append(paired_test(world, mean, baseline="a", test="bs", resamples=199)[1].p_value or 1.0)
    assert 0.07 <= float(np.mean(np.array(alarms) < 0.05)) <= 0.14


@needs_wmt22
def test_both_randomization_tests_agree_where_no_difference_ties() -> None:
    stats, aggregate = own_stats("bleu", SYSTEMS[:2]), own_metric("bleu").aggregate
    compat = paired_test(stats, aggregate, baseline="AISP-SJTU", test="ar", resamples=500)
    own = analyse(
        stats,
        aggregate,
        higher_is_better=True,
        documents=["d"] * 1875,
        spec=StatisticsSpec(resamples=500, test="randomization"),
        baseline="AISP-SJTU",
    )
    assert own.comparisons[0].p_value == compat[1].p_value
