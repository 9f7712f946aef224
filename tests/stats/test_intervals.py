"""Intervals against scipy."""

from __future__ import annotations

import numpy as np
import pytest

from harness.domain import Array, StatisticsSpec
from harness.portable import totals
from harness.stats import analyse
from harness.stats.intervals import NONE, freedom, interval, student_interval, widening
from harness.stats.resample import Aggregate
from tests.stats.samples import mean, scored

#: No heavier in the tails than a normal, so that nothing is taken from its degrees of freedom.
EVEN = np.random.default_rng(7).uniform(20, 60, 40)
VALUES = np.random.default_rng(7).gamma(2.0, 10.0, 40)


def test_the_jackknife_of_a_mean_is_the_textbook_interval() -> None:
    from scipy import stats

    found = analyse(
        {"a": scored(EVEN)},
        mean,
        higher_is_better=True,
        documents=["d"] * 40,
        spec=StatisticsSpec(resamples=10, interval="jackknife"),
        baseline=None,
    )
    expected = stats.t.interval(0.95, 39, loc=EVEN.mean(), scale=stats.sem(EVEN))
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


def test_freedom_is_by_the_kurtosis_of_the_units() -> None:
    from scipy import stats

    excess = stats.kurtosis(VALUES, bias=False)
    assert excess > 0
    assert freedom(VALUES - VALUES.mean()) == int(1 / (1 / 39 + excess / 80))
    assert freedom(EVEN - EVEN.mean()) == 39
    one = np.zeros(20)
    one[3] = 1.0
    assert freedom(one - one.mean()) == 1  # all scatter is of one unit


def left_out(rows: Array, aggregate: Aggregate) -> tuple[float, Array]:
    """The score, and the scores with each unit left out."""
    whole = totals(rows)
    return float(aggregate(whole)), aggregate(whole - rows)


def percent(sums: Array) -> Array:
    return np.asarray(100 * sums[..., 0] / sums[..., 1])


def test_a_bounded_score_is_students_on_the_logistic_scale() -> None:
    from scipy import special, stats

    value, without = left_out(np.stack([EVEN, np.full(40, 100.0)], axis=1), percent)
    moved = special.logit(without / 100)
    half = stats.t.ppf(0.975, 39) * np.sqrt(39 / 40 * ((moved - moved.mean()) ** 2).sum())
    centre = special.logit(value / 100)
    expected = 100 * special.expit([centre - half, centre + half])
    assert student_interval(value, without, 0.95, (0.0, 100.0)) == pytest.approx(tuple(expected), rel=1e-9)


@pytest.mark.parametrize("bounds", [None, (0.0, 100.0)])
def test_what_does_not_scatter_or_is_no_number_has_no_interval(bounds: tuple[float, float] | None) -> None:
    assert student_interval(50.0, np.full(20, 50.0), 0.95, bounds) == NONE
    assert student_interval(50.0, np.full(20, np.nan), 0.95, bounds) == NONE


def test_a_score_on_its_bound_has_no_interval() -> None:
    assert student_interval(100.0, np.full(20, 100.0), 0.95, (0.0, 100.0)) == NONE
    assert student_interval(0.2, np.r_[0.0, np.full(19, 0.21)], 0.95, (0.0, 100.0)) == NONE


@pytest.mark.parametrize("rate", [0.05, 0.5, 0.97])
def test_an_interval_stays_within_the_bounds(rate: float) -> None:
    rng = np.random.default_rng(1)
    hits = np.clip(rng.normal(rate, 0.2, 10), 0, 1) * 100
    low, high = student_interval(*left_out(np.stack([hits, np.full(10, 100.0)], axis=1), percent), 0.95, (0.0, 100.0))
    assert low is not None
    assert high is not None
    assert 0 < low < high < 100
