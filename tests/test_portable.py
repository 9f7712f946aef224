"""The same bits on every processor: what `harness.portable` promises, and whether runs and test sets keep it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.portable import exp, log, log1p, on_grid, totals
from tests.processors import VARIANTS, Processor

ROOT = Path(__file__).parents[1]
numbers = st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(float)


def test_functions_are_those_of_the_c_library() -> None:
    values = np.random.default_rng(1).uniform(1e-9, 100.0, size=(50, 40))
    for ours, scalar in ((log, math.log), (log1p, math.log1p), (exp, math.exp)):
        assert ours(values).tolist() == [[scalar(x) for x in row] for row in values.tolist()]
    assert log(np.array(2.0)).shape == ()


@given(st.lists(st.tuples(numbers, numbers), max_size=40))
def test_totals_add_from_left_to_right(rows: list[tuple[float, float]]) -> None:
    expected = [0.0, 0.0]
    for row in rows:
        expected = [a + b for a, b in zip(expected, row, strict=True)]
    assert totals(np.array(rows, dtype=float).reshape(-1, 2)).tolist() == expected


def test_totals_of_many_rows_are_of_one_piece() -> None:
    rows = np.random.default_rng(2).normal(size=(20_000, 1))
    expected = 0.0
    for value in rows[:, 0].tolist():
        expected += value
    assert totals(rows).tolist() == [expected]


@given(st.lists(numbers, min_size=1, max_size=60), st.integers(0, 2**32))
@example([2.2250738585e-313], 0)  # a number so small that its step would be zero
def test_sums_on_the_grid_are_exact_in_any_order(column: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    rounded = on_grid(np.array(column)[:, None])[:, 0]
    drawn = rng.choice(rounded, size=len(rounded))
    total = 0.0
    for value in drawn.tolist():
        total += value
    assert total == math.fsum(drawn.tolist())
    assert np.abs(rounded - column).max() <= len(column) * 2.0**-52 * max(abs(x) for x in column)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_counts_are_on_the_grid_already(column: list[int]) -> None:
    assert on_grid(np.array(column, dtype=float)).tolist() == column


# What is stored or printed, digit for digit: scores, intervals, tests, ranks, and an aligned document. The statistics
# of "mean" are real numbers, such as COMET's, so that a matrix product rounds.
PROGRAM = """
import json, sys
from pathlib import Path
import numpy as np
from harness.domain import ScoringUnit, StatisticsSpec
from harness.metrics.catalogue import metrics
from harness.stats import analyse
from harness.stats.meta_evaluation import Judged, meta_evaluate
from harness.stats.sacrebleu_compat import paired_test

rng = np.random.default_rng(7)
words = "the a of cat dog sat ran on mat house in and red blue , . was is not very".split()
text = lambda: " ".join(rng.choice(words, size=int(rng.integers(4, 30))))
references = [text() for _ in range(300)]
def worse(line, share):
    return " ".join(w if rng.random() > share else str(rng.choice(words)) for w in line.split())
units = [
    ScoringUnit(name, "t", str(i), f"d{i // 10}", "", worse(line, share), (line,))
    for name, share in (("a", 0.20), ("b", 0.21), ("c", 0.3), ("d", 0.6)) for i, line in enumerate(references)
]
def mean(totals):
    return totals[..., 0] / totals[..., 1]
for name in ("bleu", "chrf", "chrf++", "mean"):
    if name == "mean":
        stats = np.stack([rng.normal(0.8, 0.1, size=len(units)), np.ones(len(units))], axis=1)
        aggregate = mean
    else:
        metric = metrics.create(name)
        stats, aggregate = metric.segment_stats(units), metric.aggregate
        print(name, metric.segment_scores(stats).tolist())
    rows = dict(zip("abcd", stats.reshape(4, 300, -1)))
    for spec in (
        StatisticsSpec(resample="segment"), StatisticsSpec(interval="bca", test="randomization", resample="document"),
        StatisticsSpec(interval="jackknife", correction="bh"),
    ):
        documents = [f"d{i // 10}" for i in range(300)]
        print(analyse(rows, aggregate, higher_is_better=True, documents=documents, spec=spec))
    for test in ("bs", "ar"):
        print(paired_test(rows, aggregate, baseline="a", test=test, resamples=300))
    cells = stats.reshape(4, 300, -1)[:, :, 0].T
    stacked = stats.reshape(4, 300, -1).transpose(1, 0, 2)
    print(meta_evaluate(Judged(rng.normal(size=(300, 4)), cells, stacked, aggregate), resamples=100))
"""


def printed(program: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *program], env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("other", VARIANTS, ids=lambda v: v.name)
def test_scores_intervals_and_tests_are_the_same_digits(other: Processor) -> None:
    other.skip_unless_here()
    here = printed(["-c", PROGRAM], {})
    assert printed(["-c", PROGRAM], dict(other.environment)) == here


@pytest.mark.slow
@pytest.mark.parametrize("other", VARIANTS, ids=lambda v: v.name)
def test_a_document_is_aligned_into_the_same_bytes(other: Processor, tmp_path: Path) -> None:
    other.skip_unless_here()
    document = ROOT / "references" / "gdi-digital-forum-2024" / "document.txt"
    written = []
    for name, environment in (("here", {}), ("there", dict(other.environment))):
        folder = tmp_path / name
        printed(["-m", "harness", "ingest", str(document), "--name", "doc", "--output", str(folder)], environment)
        written.append({p.name: p.read_bytes() for p in sorted((folder / "doc").iterdir())})
    assert written[0] == written[1]


def test_a_name_that_numpy_does_not_know_is_noticed() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import numpy"],
        env=os.environ | {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512_NOT_A_NAME"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "AVX512_NOT_A_NAME" in done.stderr
