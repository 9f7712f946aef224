"""The minimum detectable difference is found four times out of five."""

from __future__ import annotations

import numpy as np
import pytest

from harness.domain import StatisticsSpec
from harness.stats import analyse
from harness.stats.power import detectable_differences, minimum_detectable_difference
from harness.stats.resample import bootstrap_scores
from tests.stats.samples import mean, noisy, scored
from tests.stats.wmt22 import needs_wmt22, own_metric, own_stats


def test_of_a_mean_it_is_the_textbook_formula() -> None:
    # Two-sided 5% and 80%: (1.960 + 0.842) standard errors.
    rng = np.random.default_rng(1)
    replicates = rng.normal(3.0, 0.5, 200_000)
    assert detectable_differences(replicates[:, None], units=100_000) == pytest.approx(2.802 * 0.5, rel=0.01)
    assert detectable_differences(replicates[:, None], units=100_000, power=0.9) == pytest.approx(3.242 * 0.5, rel=0.01)


def test_a_difference_of_that_size_is_found_four_times_out_of_five() -> None:
    rng = np.random.default_rng(5)
    spec = StatisticsSpec(resamples=399)
    claimed, found, worlds = [], 0, 400
    for _ in range(worlds):
        a = rng.normal(0, 10, 60)
        b = a + rng.normal(0, 10, 60)
        mdd = analyse(
            {"a": scored(a), "b": scored(b)}, mean, higher_is_better=True, documents=["d"] * 60, spec=spec
        ).mdd
        assert mdd is not None
        claimed.append(mdd.typical)
    size = float(np.mean(claimed))
    for _ in range(worlds):
        a = rng.normal(0, 10, 60)
        b = a + rng.normal(size, 10, 60)
        result = analyse({"a": scored(a), "b": scored(b)}, mean, higher_is_better=True, documents=["d"] * 60, spec=spec)
        found += result.comparisons[0].p_value < 0.05
    assert 0.75 <= found / worlds <= 0.85


def test_four_times_the_segments_show_half_the_difference() -> None:
    def typical(n: int) -> float:
        stats = noisy({"a": 50.0, "b": 50.0}, n, seed=3)
        found = analyse(stats, mean, higher_is_better=True, documents=["d"] * n, spec=StatisticsSpec(resamples=2000))
        assert found.mdd is not None
        return found.mdd.typical

    assert typical(1600) == pytest.approx(typical(400) / 2, rel=0.12)


def test_one_system_or_one_unit_shows_nothing() -> None:
    assert minimum_detectable_difference(np.zeros((10, 1)), units=50) is None
    assert minimum_detectable_difference(np.zeros((10, 2)), units=1) is None


@needs_wmt22
def test_on_wmt22_it_is_what_others_measured() -> None:
    # Over 25 pairs of unrelated systems of these data: 0.86 BLEU at 1,875 segments and about 2.7 at 200.
    names = ("AISP-SJTU", "HuaweiTSC", "Online-B", "Online-G", "Online-W")
    stacked = np.stack(list(own_stats("bleu", names).values()), axis=1)
    aggregate = own_metric("bleu").aggregate
    whole = minimum_detectable_difference(bootstrap_scores(stacked, aggregate, 300, 0), units=1875)
    part = minimum_detectable_difference(bootstrap_scores(stacked[::9], aggregate, 300, 0), units=209)
    assert whole is not None
    assert part is not None
    assert whole.typical == pytest.approx(0.86, abs=0.15)
    assert part.typical == pytest.approx(2.7, abs=0.5)
