"""Truths about scores, intervals, tests and ranks that hold for every metric."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain import StatisticsSpec
from harness.stats import Analysis, analyse
from tests.stats.samples import mean, noisy, scored

SPEC = StatisticsSpec(resamples=400)
SPECS = [
    dataclasses.replace(SPEC, test="bootstrap"),
    dataclasses.replace(SPEC, test="randomization"),
    dataclasses.replace(SPEC, interval="bca", correction="bh"),
]
each_spec = pytest.mark.parametrize("spec", SPECS, ids=["bootstrap", "randomization", "bca"])


def run(stats: dict[str, np.ndarray], spec: StatisticsSpec = SPEC, **extra: object) -> Analysis:  # type: ignore[type-arg]
    n = len(next(iter(stats.values())))
    options: dict[str, object] = {"higher_is_better": True, "documents": ["d"] * n, "baseline": None, **extra}
    return analyse(stats, mean, spec=spec, **options)  # type: ignore[arg-type]


@each_spec
def test_identical_systems_have_p_1_and_one_cluster(spec: StatisticsSpec) -> None:
    same = noisy({"a": 50.0}, 100, seed=1)["a"]
    found = run({"a": same, "b": same.copy(), "c": same.copy()}, spec)
    assert [pair.p_value for pair in found.comparisons] == [1.0, 1.0, 1.0]
    # The jackknife says nothing where nothing scatters; resamples say that the difference is always 0.
    ends = None if spec.interval == "jackknife" else 0.0
    assert [(pair.delta, pair.ci_low, pair.ci_high) for pair in found.comparisons] == [(0.0, ends, ends)] * 3
    assert set(found.ranks.values()) == set(found.clusters.values()) == {1}


@each_spec
def test_a_uniform_improvement_wins(spec: StatisticsSpec) -> None:
    base = noisy({"a": 50.0}, 100, seed=1)["a"]
    better = base + np.array([1.0, 0.0])
    found = run({"a": base, "b": better}, spec, baseline="a")
    (pair,) = found.comparisons
    assert pair.delta == pytest.approx(1.0)
    assert pair.p_value == pytest.approx(1 / 401)
    assert found.ranks == {"a": 2, "b": 1}
    assert run({"a": base, "b": better}, spec, higher_is_better=False).ranks == {"a": 1, "b": 2}


@each_spec
def test_order_of_systems_changes_only_the_sign(spec: StatisticsSpec) -> None:
    stats = noisy({"a": 50.0, "b": 51.0, "c": 53.0}, 80, seed=3)
    forth, back = run(stats, spec), run(dict(reversed(stats.items())), spec)
    assert (forth.scores, forth.intervals, forth.ranks) == (back.scores, back.intervals, back.ranks)
    mirrored = {(pair.system, pair.baseline): pair for pair in back.comparisons}
    for pair in forth.comparisons:
        other = mirrored[pair.baseline, pair.system]
        assert other.ci_low is not None
        assert other.ci_high is not None
        assert (pair.delta, pair.ci_low, pair.ci_high) == (-other.delta, -other.ci_high, -other.ci_low)
        assert (pair.p_value, pair.p_corrected) == (other.p_value, other.p_corrected)


@each_spec
def test_the_same_seed_gives_the_same_bytes_and_0_is_a_seed(spec: StatisticsSpec) -> None:
    stats = noisy({"a": 50.0, "b": 51.0}, 60, seed=4)
    zero = dataclasses.replace(spec, seed=0)
    assert repr(run(stats, zero)) == repr(run(stats, zero))
    p_values = [run(stats, s).comparisons[0].p_value for s in (zero, spec)]
    assert p_values[0] != p_values[1]
    # Student's t draws nothing, so no seed can change it.
    assert (run(stats, zero).intervals == run(stats, spec).intervals) == (spec.interval == "jackknife")


def test_the_baseline_is_named_first_in_its_pairs() -> None:
    stats = noisy({"a": 50.0, "b": 51.0, "c": 53.0}, 40, seed=3)
    pairs = [(pair.baseline, pair.system) for pair in run(stats, baseline="c").comparisons]
    assert pairs == [("c", "a"), ("c", "b"), ("a", "b")]


def test_comparisons_become_records_of_a_run() -> None:
    found = run(noisy({"a": 50.0, "b": 51.0}, 40, seed=3))
    (record,) = found.comparisons_of("news", "comet")
    assert (record.test_set, record.metric, record.baseline, record.system) == ("news", "comet", "a", "b")
    assert (record.unit, record.n, record.seed, record.resamples) == ("segment", 40, 12345, 400)


@pytest.mark.parametrize(
    ("documents", "unit", "shown"),
    [
        (1, "segment", True),
        (2, "document", False),
        (4, "document", False),
        (5, "document", True),
        (20, "document", True),
    ],
)
def test_documents_are_the_units_where_they_are_known(documents: int, unit: str, shown: bool) -> None:
    found = run(noisy({"a": 50.0, "b": 51.0}, 100, seed=5), documents=[str(i * documents // 100) for i in range(100)])
    assert (found.unit, found.units) == (unit, 100 if unit == "segment" else documents)
    (pair,) = found.comparisons
    assert [low is not None for low, _ in found.intervals.values()] == [shown, shown]
    assert (pair.ci_low is not None, found.mdd is not None) == (shown, shown)
    assert any("documents are too few for one that keeps its 95% (at least 5" in n for n in found.notes) != shown


def test_every_segment_a_document_is_by_segment() -> None:
    found = run(noisy({"a": 50.0}, 30, seed=5), documents=[str(i) for i in range(30)])
    assert found.unit == "segment"


@pytest.mark.parametrize(("n", "shown"), [(3, False), (9, False), (10, True)])
def test_too_few_segments_show_no_interval(n: int, shown: bool) -> None:
    found = run(noisy({"a": 50.0, "b": 51.0}, n, seed=5))
    assert [low is not None for low, _ in found.intervals.values()] == [shown, shown]
    assert any(note.startswith(f"No intervals: {n} segments are too few") for note in found.notes) != shown


def test_a_score_that_does_not_scatter_has_no_interval() -> None:
    found = run({"a": scored([100.0] * 40), "b": noisy({"b": 50.0}, 40, seed=1)["b"]})
    assert found.intervals["a"] == (None, None)
    assert found.intervals["b"][0] is not None
    assert "No interval for a: no segment differs, which says nothing of those not seen." in found.notes


def test_few_units_are_tested_by_every_way_to_swap_them() -> None:
    from scipy import stats as scipy

    rng = np.random.default_rng(3)
    a, b = rng.normal(50, 5, 8), rng.normal(54, 5, 8)
    found = run({"a": scored(a), "b": scored(b)})
    peer = scipy.permutation_test(
        (b, a), lambda x, y: np.mean(x) - np.mean(y), permutation_type="samples", n_resamples=np.inf
    )
    assert found.comparisons[0].p_value == pytest.approx(peer.pvalue)
    assert found.resamples == 255
    drawn = run({"a": scored(a), "b": scored(b)}, StatisticsSpec(resamples=200)).comparisons[0].p_value
    assert drawn == pytest.approx(peer.pvalue, abs=0.08)


def test_five_documents_say_that_no_p_value_can_be_small() -> None:
    worse = noisy({"a": 50.0}, 100, seed=5)["a"]
    found = run({"a": worse, "b": worse + np.array([5.0, 0.0])}, documents=[str(i // 20) for i in range(100)])
    assert found.comparisons[0].p_value == 2 / 32
    assert any("5 documents can change places in 32 ways, so no p-value can be under 0.062" in n for n in found.notes)


def test_resampling_documents_is_resampling_their_sums() -> None:
    stats = noisy({"a": 50.0, "b": 51.0}, 100, seed=5)
    by_document = run(stats, documents=[str(i % 25) for i in range(100)])
    summed = {name: matrix.reshape(4, 25, 2).sum(axis=0) for name, matrix in stats.items()}
    as_segments = run(summed, documents=[str(i) for i in range(25)])
    for name in "ab":
        assert by_document.intervals[name] == pytest.approx(as_segments.intervals[name])
    assert by_document.comparisons[0].p_value == as_segments.comparisons[0].p_value


def test_repeated_segments_do_not_count_as_evidence_when_documents_are_resampled() -> None:
    once = noisy({"a": 50.0, "b": 55.0}, 30, seed=6)
    tenfold = {name: np.repeat(matrix, 10, axis=0) for name, matrix in once.items()}
    documents = [str(i // 10) for i in range(300)]
    honest = run(tenfold, documents=documents)
    fooled = run(tenfold, dataclasses.replace(SPEC, resample="segment"), documents=documents)
    assert honest.comparisons[0].p_value > 0.05 > fooled.comparisons[0].p_value


def test_a_small_test_set_says_how_wide_its_intervals_are() -> None:
    found = run(noisy({"a": 50.0, "b": 51.0}, 12, seed=7))
    assert any(note.startswith("Only 12 segments, so the 95% intervals are wide: about ±") for note in found.notes)
    assert not any("Only" in note for note in run(noisy({"a": 50.0}, 30, seed=7)).notes)


def test_one_segment_has_a_score_and_no_uncertainty() -> None:
    found = run({"a": scored([50.0]), "b": scored([60.0])})
    assert found.scores == {"a": 50.0, "b": 60.0}
    assert found.intervals == {"a": (None, None), "b": (None, None)}
    assert found.comparisons == ()
    assert found.ranks == {"a": 1, "b": 1}
    assert any("only one segment" in note for note in found.notes)


def test_one_system_takes_the_first_rank_without_a_test() -> None:
    found = run(noisy({"a": 50.0}, 40, seed=8))
    assert (found.ranks, found.clusters, found.comparisons) == ({"a": 1}, {"a": 1}, ())


def test_no_system_is_no_result() -> None:
    found = analyse({}, mean, higher_is_better=True, documents=["d"] * 40, spec=SPEC, baseline=None)
    assert (found.scores, found.comparisons) == ({}, ())


@pytest.mark.parametrize(
    "broken", [scored([1.0, np.nan]), scored([1.0, np.inf]), scored([1.0]), np.zeros((0, 2)), np.zeros(2)]
)
def test_missing_scores_are_refused(broken: np.ndarray) -> None:  # type: ignore[type-arg]
    with pytest.raises(ValueError, match="'b'"):
        analyse(
            {"a": scored([1.0, 2.0]), "b": broken},
            mean,
            higher_is_better=True,
            documents=["d", "d"],
            spec=SPEC,
            baseline=None,
        )


def test_enough_resamples_are_drawn_for_holm_to_be_able_to_reject() -> None:
    means = {f"s{i:02}": 10.0 * i for i in range(12)}
    stats = noisy(means, 60, seed=9, spread=1.0)
    found = run(stats, StatisticsSpec(resamples=1000))
    assert found.resamples == 2640
    assert any("2,640 resamples were drawn: 66 pairs" in note for note in found.notes)
    assert max(pair.p_corrected for pair in found.comparisons) < 0.05
    assert run(stats, StatisticsSpec(resamples=1000, correction="bh")).resamples == 1000


@given(st.integers(1, 40), st.integers(2, 30), st.integers(1, 200))
def test_drawing_in_chunks_changes_nothing(units: int, resamples: int, cells: int) -> None:
    from harness.stats import resample

    whole = np.concatenate(list(resample.bootstrap_counts(units, resamples, 0)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resample, "CHUNK_CELLS", cells)
        chunked = np.concatenate(list(resample.bootstrap_counts(units, resamples, 0)))
    assert np.array_equal(whole, chunked)
    assert set(whole.sum(axis=1)) == {units}


@each_spec
def test_a_metric_with_nothing_to_say_claims_nothing(spec: StatisticsSpec) -> None:
    """Terms kept of terms wanted, on a test set where one system's column has none: no score, and no winner."""

    def kept(totals: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(totals[..., 0] / totals[..., 1])

    wanted = np.zeros(40)
    wanted[:3] = 1.0
    stats = {
        "rare": np.stack([wanted * 0.5, wanted], axis=1),
        "other": np.stack([wanted, wanted], axis=1),
        "silent": np.zeros((40, 2)),
    }
    found = analyse(stats, kept, higher_is_better=True, documents=["d"] * 40, spec=spec)
    assert found.intervals["silent"] == (None, None)
    assert [(pair.baseline, pair.system) for pair in found.comparisons] == [("rare", "other")]
    ends = found.comparisons[0].ci_low, found.comparisons[0].ci_high
    # Whichever segment is left out, the difference is the same: no scatter, no interval. Resamples that miss all of
    # the three segments that count have no score, and the others give the interval.
    assert ends == (None, None) if spec.interval == "jackknife" else all(e is not None and np.isfinite(e) for e in ends)
    assert np.isfinite(found.comparisons[0].p_value)
    assert found.ranks["silent"] >= found.ranks["other"]
