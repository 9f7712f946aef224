"""Meta-evaluation against scipy and mt-metrics-eval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.domain import Array
from harness.stats.meta_evaluation import (
    Figure,
    Judged,
    _pairs,
    kendall_tau_b,
    meta_evaluate,
    pairwise_accuracy,
    pearson,
    tau_by_row,
    tie_calibrated,
)
from tests.stats.samples import mean

NAN = float("nan")
SCORES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=30)


@settings(deadline=None)  # the first call imports scipy
@given(SCORES)
def test_kendall_and_pearson_are_scipys(scores: list[tuple[int, int]]) -> None:
    from scipy import stats

    x, y = (np.array(side, dtype=float) for side in zip(*scores, strict=True))
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert kendall_tau_b(x, y) is None
        assert pearson(x, y) is None
        return
    assert kendall_tau_b(x, y) == pytest.approx(stats.kendalltau(x, y).statistic)
    assert pearson(x, y) == pytest.approx(stats.pearsonr(x, y).statistic)


# mt-metrics-eval at 0b82d96, tau_optimization_test.py: the expected numbers of its own tests (acc_23).
@pytest.mark.parametrize(
    ("metric", "human", "accuracy", "epsilon"),
    [
        ([[0, 2, 6, 8]], [[1, 2, 3, 4]], 1.0, 0.0),
        ([[0, 2, 6, 8]], [[1, 1, 1, 4]], 4 / 6, 4.0),
        (
            [[0, 5, 2, 3, 2], [NAN, 2, 1, 5, 3], [9, 1, 5, 3, 8], [9, 3, 4, 4, 1], [NAN] * 5],
            [[1, 5, 2, 1, 1], [4, 2, 2, 1, 4], [5, 9, 2, 8, 7], [7, 6, NAN, 3, 2], [NAN] * 5],
            0.4916666666666668,
            1.0,
        ),
    ],
)
def test_tie_calibration_is_that_of_mt_metrics_eval(
    metric: list[list[float]], human: list[list[float]], accuracy: float, epsilon: float
) -> None:
    pairs = _pairs(np.array(human, dtype=float), np.array(metric, dtype=float))
    found, threshold = tie_calibrated(pairs, np.ones(len(metric)))
    assert found == pytest.approx(accuracy)
    assert threshold == epsilon


@given(st.integers(0, 10_000))
def test_weights_are_repeated_segments(seed: int) -> None:
    rng = np.random.default_rng(seed)
    human, metric = rng.integers(0, 4, (6, 4)).astype(float), rng.integers(0, 9, (6, 4)).astype(float)
    counts = rng.integers(0, 3, 6)
    if counts.sum() == 0:
        counts[0] = 1
    weighted = tie_calibrated(_pairs(human, metric), counts.astype(float))[0]
    repeated = tie_calibrated(
        _pairs(np.repeat(human, counts, axis=0), np.repeat(metric, counts, axis=0)), np.ones(counts.sum())
    )[0]
    assert weighted == pytest.approx(repeated)


def test_kendall_by_segment_is_scipys() -> None:
    from scipy import stats

    rng = np.random.default_rng(3)
    human, metric = rng.integers(0, 4, (20, 7)).astype(float), rng.normal(size=(20, 7))
    expected = [stats.kendalltau(h, m).statistic for h, m in zip(human, metric, strict=True)]
    assert tau_by_row(_pairs(human, metric), 20) == pytest.approx(expected)


def test_pairwise_accuracy_skips_pairs_that_people_tie() -> None:
    assert pairwise_accuracy(np.array([1.0, 1.0, 2.0]), np.array([5.0, 6.0, 7.0])) == 1.0
    assert pairwise_accuracy(np.array([3.0, 1.0, 2.0]), np.array([5.0, 6.0, 7.0])) == pytest.approx(1 / 3)
    assert pairwise_accuracy(np.array([1.0, 1.0]), np.array([5.0, 6.0])) is None


def judged(metric_noise: float, *, missing: float = 0.0) -> Judged:
    rng = np.random.default_rng(9)
    truth = np.linspace(0, 3, 8) + rng.normal(0, 2, (150, 8))
    human = truth + rng.normal(0, 1, truth.shape)
    human[rng.random(human.shape) < missing] = NAN
    cells: Array = truth + rng.normal(0, metric_noise, truth.shape) if metric_noise else human.copy()
    return Judged(human, cells, np.stack([np.nan_to_num(cells), np.ones_like(cells)], axis=2), mean)


def test_a_metric_that_repeats_the_humans_is_perfect() -> None:
    found = meta_evaluate(judged(0.0), resamples=50)
    for figure in (
        found.pairwise_accuracy,
        found.pearson,
        found.kendall,
        found.segment_accuracy,
        found.segment_kendall,
    ):
        assert (figure.value, figure.low, figure.high) == pytest.approx((1.0, 1.0, 1.0))
    assert found.epsilon == 0.0


def test_a_noisier_metric_is_worth_less() -> None:
    good, bad = meta_evaluate(judged(1.0, missing=0.3), resamples=100), meta_evaluate(judged(8.0), resamples=100)
    for name in ("segment_accuracy", "segment_kendall", "segment_pearson"):
        better, worse = getattr(good, name), getattr(bad, name)
        assert better.low > worse.high
        assert better.low <= better.value <= better.high
    assert (good.systems, good.segments) == (8, 150)
    assert good.cells < bad.cells == 1200


def test_system_scores_without_segments_have_no_interval() -> None:
    data = judged(1.0)
    only = Judged(np.full_like(data.human, NAN), None, data.stacked, mean, human_systems=np.arange(8.0))
    found = meta_evaluate(only, resamples=20)
    assert found.pairwise_accuracy.value is not None
    assert found.pairwise_accuracy.low is None
    assert found.segment_accuracy == Figure(None)
