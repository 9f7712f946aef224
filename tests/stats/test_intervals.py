"""Intervals against scipy."""

from __future__ import annotations

import numpy as np
import pytest

from harness.domain import StatisticsSpec
from harness.stats import analyse
from harness.stats.intervals import interval, jackknife_error, widening
from tests.stats.samples import mean, scored

VALUES = np.random.default_rng(7).gamma(2.0, 10.0, 40)


def test_the_jackknife_of_a_mean_is_the_textbook_interval() -> None:
    from scipy import stats

    found = analyse(
        {"a": scored(VALUES)},
        mean,
        higher_is_better=True,
        documents=["d"] * 40,
        spec=StatisticsSpec(resamples=10, interval="jackknife"),
        baseline=None,
    )
    expected = stats.t.interval(0.95, 39, loc=VALUES.mean(), scale=stats.sem(VALUES))
    assert found.intervals["a"] == pytest.approx(expected, rel=1e-9)


def test_bca_is_scipys_but_for_the_widening() -> None:
    from scipy import stats

    expected = stats.bootstrap((VALUES,), np.mean, n_resamples=20_000, method="BCa", random_state=1)
    left_out = (VALUES.sum() - VALUES) / 39
    # So many units that the widening is nothing.
    low, high = interval("bca", VALUES.mean(), expected.bootstrap_distribution, left_out, 0.95, 10**9)
    assert (low, high) == pytest.approx(tuple(expected.confidence_interval), abs=0.01)


def test_percentiles_are_numpys_but_for_the_widening() -> None:
    low, high = interval("percentile", VALUES.mean(), VALUES, None, 0.9, 10**9)
    assert (low, high) == pytest.approx(tuple(np.quantile(VALUES, [0.05, 0.95])))


def test_few_units_widen_the_interval() -> None:
    # Hesterberg 2015, section 5.3: sqrt(n / (n - 1)) * t / z.
    assert widening(10, 0.95) == pytest.approx(1.0541 * 2.2622 / 1.95996, rel=1e-4)
    assert 1 < widening(1875, 0.95) < 1.001


def test_the_jackknife_error_of_a_mean_is_its_standard_error() -> None:
    left_out = (VALUES.sum() - VALUES) / 39
    assert jackknife_error(left_out) == pytest.approx(VALUES.std(ddof=1) / np.sqrt(40))
