"""Error rates and coverage in worlds whose truth is known.

Every world is seeded, so every run is the same. p < 0.05 with 199 resamples means at most 9 of 200, so the nominal rate
of false alarms is 4.5%; over 4,000 worlds a rate is itself uncertain by 0.3 points (one standard error). Other seeds
gave 3.9% to 5.2%.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
import pytest

from harness.domain import Array, StatisticsSpec
from harness.stats import analyse
from harness.stats.intervals import widening
from harness.stats.resample import bootstrap_scores
from harness.stats.significance import bootstrap_p, randomization_p, randomization_totals
from tests.stats.samples import mean, scored

WORLDS = 1000
SPEC = StatisticsSpec(resamples=199)
Test = Literal["bootstrap", "randomization"]


def ratio(totals: Array) -> Array:
    """A micro-average, as corpus metrics are: matched over possible."""
    return 100 * totals[..., 0] / totals[..., 1]


def false_alarms(test: Test, values: Array, seed: int) -> float:
    """Share of worlds called different; `values` are (units, segments of a unit, 2 * worlds), equally good halves."""
    sums = values.sum(axis=1)
    stacked = np.stack([sums, np.full_like(sums, values.shape[1])], axis=2)
    worlds = sums.shape[1] // 2
    scores = mean(stacked.sum(axis=0))
    deltas = scores[worlds:] - scores[:worlds]
    if test == "bootstrap":
        drawn, factor = bootstrap_scores(stacked, mean, 199, seed), widening(len(stacked), 0.95)
        found = [bootstrap_p(drawn[:, worlds + i] - drawn[:, i], deltas[i], factor) for i in range(worlds)]
    else:
        kept, totals = randomization_totals(stacked, 199, seed)
        found = [randomization_p(kept, totals, (i, worlds + i), mean, deltas[i]) for i in range(worlds)]
    return float(np.mean(np.array(found) < 0.05))


@pytest.mark.parametrize("test", ["bootstrap", "randomization"])
@pytest.mark.parametrize("n", [20, 100])
def test_equal_systems_seldom_differ_by_segment(test: Test, n: int) -> None:
    rng = np.random.default_rng(2)
    rates = [false_alarms(test, rng.normal(50, 1, (n, 1, 400)), batch) for batch in range(20)]
    assert 0.035 <= float(np.mean(rates)) <= 0.05


@pytest.mark.parametrize("test", ["bootstrap", "randomization"])
def test_equal_systems_seldom_differ_by_document(test: Test) -> None:
    rng = np.random.default_rng(2)
    rates = []
    for batch in range(20):
        together = rng.normal(0, 1, (25, 1, 400))
        rates.append(false_alarms(test, 50 + together + rng.normal(0, 1, (25, 8, 400)), batch))
    assert 0.035 <= float(np.mean(rates)) <= 0.05


def equal_systems(rng: np.random.Generator, documents: int, segments: int, together: float) -> dict[str, Array]:
    """Two equally good systems; `together` is how much the segments of one document go the same way."""
    shared = rng.normal(0, together, (2, documents, 1))
    values = 50 + shared + rng.normal(0, 1, (2, documents, segments))
    return {"a": scored(values[0].ravel()), "b": scored(values[1].ravel())}


def test_what_resampling_whole_documents_is_for() -> None:
    rng = np.random.default_rng(4)
    documents = [str(i // 8) for i in range(200)]
    alarms = {"document": 0, "segment": 0}
    for _ in range(200):
        world = equal_systems(rng, 25, 8, 1.0)
        for unit in ("document", "segment"):
            spec = dataclasses.replace(SPEC, resample=unit)
            found = analyse(world, mean, higher_is_better=True, documents=documents, spec=spec, baseline="a")
            alarms[unit] += found.comparisons[0].p_value < 0.05
    assert alarms["document"] <= 14
    assert alarms["segment"] >= 60


@pytest.mark.parametrize(("kind", "n"), [("percentile", 40), ("percentile", 150), ("bca", 80), ("jackknife", 25)])
def test_intervals_of_a_corpus_score_cover_the_truth(kind: Literal["percentile", "bca", "jackknife"], n: int) -> None:
    rng = np.random.default_rng(2)
    spec = dataclasses.replace(SPEC, resamples=10 if kind == "jackknife" else 499, interval=kind)
    hits = 0
    for _ in range(WORLDS):
        lengths = rng.poisson(20, n) + 1.0
        matched = rng.binomial(lengths.astype(int), np.clip(rng.normal(0.4, 0.15, n), 0, 1))
        stats = {"a": np.stack([matched, lengths], axis=1)}
        result = analyse(stats, ratio, higher_is_better=True, documents=["d"] * n, spec=spec, baseline=None)
        low, high = result.intervals["a"]
        assert low is not None
        assert high is not None
        hits += low <= TRUE_RATIO <= high
    assert 0.93 <= hits / WORLDS <= 0.97


# Lengths and rates are independent, so the micro-average tends to the mean of the clipped normal (by 10^7 draws).
TRUE_RATIO = 40.03


def test_intervals_of_a_difference_cover_the_truth_by_document() -> None:
    rng = np.random.default_rng(20223)
    documents = [str(i // 5) for i in range(150)]
    hits = 0
    for _ in range(WORLDS):
        world = equal_systems(rng, 30, 5, 0.7)
        world["b"] = world["b"] + np.array([1.5, 0.0])
        result = analyse(world, mean, higher_is_better=True, documents=documents, spec=SPEC, baseline="a")
        low, high = result.comparisons[0].ci_low, result.comparisons[0].ci_high
        assert low is not None
        assert high is not None
        hits += low <= 1.5 <= high
    assert 0.93 <= hits / WORLDS <= 0.97
