"""Influence values: of a mean they are its deviations; of BLEU their standard error is the bootstrap's."""

import numpy as np
import pytest

from harness.domain import Array
from harness.stats.influence import Estimate, estimate, influence_values, standard_error, weighted_sum
from harness.stats.resample import bootstrap_scores


def _ratio(totals: Array) -> Array:
    ratio: Array = 100 * totals[..., 0] / totals[..., 1]
    return ratio


def test_the_influence_on_a_mean_is_the_deviation_from_it() -> None:
    x = np.array([1.0, 4.0, 4.0, 7.0])
    rows = np.stack([x, np.ones(4)], axis=1)
    values = influence_values(rows, lambda t: t[..., 0] / t[..., 1])
    assert values == pytest.approx(x - x.mean())
    assert standard_error(values) == pytest.approx(x.std(ddof=1) / 2)


def test_the_standard_error_of_a_ratio_is_the_bootstraps() -> None:
    rng = np.random.default_rng(1)
    length = rng.integers(5, 60, 400).astype(float)
    rows = np.stack([rng.binomial(length.astype(int), 0.6), length], axis=1).astype(float)
    spread = bootstrap_scores(rows[:, None, :], _ratio, 4000, 2)[:, 0].std(ddof=1)
    assert standard_error(influence_values(rows, _ratio)) == pytest.approx(spread, rel=0.05)


def test_one_unit_says_nothing() -> None:
    with pytest.raises(ValueError, match="1 units"):
        influence_values(np.ones((1, 2)), _ratio)


def test_without_skewness_the_bounds_are_students() -> None:
    scipy = pytest.importorskip("scipy.stats", reason="the outside witness")
    one = Estimate(value=1.2, error=0.4, skewness=0.0, freedom=11)
    half = scipy.t.ppf(0.95, 11) * 0.4
    assert (one.lower(0.95), one.upper(0.95)) == pytest.approx((1.2 - half, 1.2 + half))
    assert one.p_above() == pytest.approx(scipy.t.sf(3.0, 11))
    assert one.p_above(1.2) == pytest.approx(0.5)


def test_halls_bound_is_where_the_transformed_statistic_has_the_quantile() -> None:
    """Hall 1992: T + aT^2/3 + a^2 T^3/27 + a/6 of the bound is the quantile of the symmetric distribution."""
    scipy = pytest.importorskip("scipy.stats", reason="the outside witness")
    for skewness in (-0.4, 0.15, 0.6):
        one = Estimate(value=0.7, error=0.3, skewness=skewness, freedom=30)
        t = (one.value - one.upper(0.95)) / one.error
        transformed = t + skewness * t**2 / 3 + skewness**2 * t**3 / 27 + skewness / 6
        assert transformed == pytest.approx(-scipy.t.ppf(0.95, 30))
    skewed = Estimate(0.7, 0.3, 0.3, 30)
    assert skewed.upper(0.95) > Estimate(0.7, 0.3, 0.0, 30).upper(0.95)


def test_a_mean_has_the_skewness_of_its_units_over_the_root_of_their_number() -> None:
    scipy = pytest.importorskip("scipy.stats", reason="the outside witness")
    x = np.random.default_rng(3).exponential(size=200)
    one = estimate(float(x.mean()), x - x.mean())
    assert one.error == pytest.approx(scipy.sem(x))
    assert one.skewness == pytest.approx(scipy.skew(x) * (1 - 1 / 200) ** 1.5 / np.sqrt(200))


def test_independent_estimates_add_up_as_welch_has_it() -> None:
    scipy = pytest.importorskip("scipy.stats", reason="the outside witness")
    rng = np.random.default_rng(4)
    x, y = rng.normal(1, 2, 40), rng.normal(0, 1, 25)
    parts = [estimate(float(v.mean()), v - v.mean()) for v in (x, y)]
    both = weighted_sum([parts[0], Estimate(-parts[1].value, parts[1].error, 0.0, 24)], [1.0, 1.0])
    expected = scipy.ttest_ind(x, y, equal_var=False, alternative="greater")
    assert both.value / both.error == pytest.approx(expected.statistic)
    assert both.freedom == int(expected.df)


def test_a_wanting_value_is_no_estimate() -> None:
    with pytest.raises(ValueError, match="standard error"):
        estimate(float("nan"), np.array([0.0, 1.0]))
