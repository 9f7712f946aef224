"""Influence values: of a mean they are its deviations; of BLEU their standard error is the bootstrap's."""

import numpy as np
import pytest

from harness.domain import Array
from harness.stats.influence import influence_values, standard_error
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
