"""The compiled edits of TER against sacreBLEU: the same numbers, whatever the words and however they moved."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.lib_ter import translation_edit_rate
from sacrebleu.metrics.ter import TER

from harness.domain import ScoringUnit
from harness.errors import InfrastructureError
from harness.metrics.base import Reports
from harness.metrics.catalogue import metrics
from harness.metrics.lexical import kernel
from harness.metrics.lexical.sacrebleu_statistics import sacrebleu_statistics
from harness.metrics.references import group_by_references
from tests.metrics import wmt22

compiled: Any = kernel.load(kernel.EDITS)[0]
needs_kernel = pytest.mark.skipif(compiled is None, reason=kernel.status(kernel.EDITS)[1])

OPTIONS: list[dict[str, bool]] = [
    {},
    {"case_sensitive": True},
    {"normalized": True},
    {"no_punct": True},
    {"normalized": True, "asian_support": True},
    {"no_punct": True, "asian_support": True},
    {"normalized": True, "no_punct": True, "asian_support": True, "case_sensitive": True},
]
PIECES = [
    "the ",
    "The ",
    "cat ",
    "sat",
    " on",
    " a ",
    "3.5",
    "-",
    ", ",
    ". ",
    '"',
    "&amp;",
    "中国",
    "。",
    "か",
    "\u3000",
    "\n",
    "",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=25).map("".join)


def same(hypothesis: Sequence[str], reference: Sequence[str]) -> None:
    expected = translation_edit_rate(list(hypothesis), list(reference))
    assert compiled.References([list(reference)]).statistics(list(hypothesis)) == expected, (hypothesis, reference)


def moved(words: Sequence[str], moves: int, chance: random.Random) -> list[str]:
    """The words with blocks of up to 12 of them somewhere else, and now and then one replaced or lost."""
    words = list(words)
    for _ in range(moves):
        start, length = chance.randrange(len(words) + 1), chance.randint(1, 12)
        block = words[start : start + length]
        del words[start : start + length]
        into = chance.randint(0, len(words))
        words[into:into] = block
        if words and chance.random() < 0.3:
            words[chance.randrange(len(words))] = "other"
        if words and chance.random() < 0.2:
            del words[chance.randrange(len(words))]
    return words


@needs_kernel
@settings(max_examples=300, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.tuples(*[st.lists(st.sampled_from("abcde"[:n]), max_size=22)] * 2)))
def test_any_words_of_a_small_vocabulary(pair: tuple[list[str], list[str]]) -> None:
    same(*pair)


@needs_kernel
@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3, 5, 10, 40]), st.integers(1, 45), st.integers(1, 8))
def test_many_shifts(seed: int, vocabulary: int, length: int, moves: int) -> None:
    chance = random.Random(seed)
    reference = [str(chance.randrange(vocabulary)) for _ in range(length)]
    same(moved(reference, moves, chance), reference)


@needs_kernel
@pytest.mark.parametrize("hypothesis", [0, 1, 2, 3, 7, 40, 160])
@pytest.mark.parametrize("reference", [0, 1, 2, 60, 160])
def test_lengths_that_have_little_in_common(hypothesis: int, reference: int) -> None:
    # The beam follows the ratio of the lengths, and grows where that is above 50.
    chance = random.Random(hypothesis * 1000 + reference)
    same([chance.choice("abcx") for _ in range(hypothesis)], [chance.choice("abcy") for _ in range(reference)])


@needs_kernel
def test_four_hundred_words() -> None:
    chance = random.Random(5)
    for vocabulary, moves in ((2000, 8), (100, 2)):
        reference = [str(chance.randrange(vocabulary)) for _ in range(400)]
        same(moved(reference, moves, chance), reference)


@needs_kernel
def test_the_shift_that_was_found_when_the_candidates_ran_out_is_not_made() -> None:
    # Few words in many places: sacreBLEU tries a thousand shifts over all rounds, and throws the last round away.
    chance = random.Random(11)
    for vocabulary in (2, 3, 4, 6):
        for length in (30, 50):
            reference = [str(chance.randrange(vocabulary)) for _ in range(length)]
            same(chance.sample(reference, length), reference)
    same(["b", "a"], ["a", "b"])


@needs_kernel
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(texts, texts, texts | st.none()), min_size=1, max_size=4), st.sampled_from(OPTIONS))
def test_texts_with_one_reference_or_two(rows: list[tuple[str, str, str | None]], options: dict[str, bool]) -> None:
    units = [
        ScoringUnit(system, "t", str(i), "d", "", text, (first,) if second is None else (first, second))
        for i, (hypothesis, first, second) in enumerate(rows)
        for system, text in (("a", hypothesis), ("b", rows[0][0]), ("c", first[::-1]))
    ]
    peer = TER(**options)
    expected = np.array(
        [
            peer._compute_segment_statistics(
                peer._preprocess_segment(u.hypothesis), peer._extract_reference_info(u.references)
            )
            for u in units
        ]
    )
    assert np.array_equal(metrics.create("ter", engine="compiled", **options).segment_stats(units), expected)


@needs_kernel
@wmt22.needs_wmt22
@pytest.mark.parametrize("n_refs", [1, 2])
def test_wmt22_statistics_are_the_same(n_refs: int) -> None:
    # Every 150th segment of every system; benchmarks/ter.py compares all of them.
    units = [unit for system in wmt22.systems() for unit in wmt22.units(system, n_refs, every=150)]
    expected = sacrebleu_statistics(TER(), units, group_by_references("ter", units), 2)
    assert np.array_equal(metrics.create("ter", engine="compiled").segment_stats(units), expected)


@needs_kernel
def test_the_memory_of_a_long_segment_is_a_band() -> None:
    # The whole matrix of 20,000 words would be 1.6 GB in 32-bit numbers.
    resource = pytest.importorskip("resource")
    chance = random.Random(3)
    reference = [str(chance.randrange(3000)) for _ in range(20_000)]
    hypothesis = moved(reference, 3, chance)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    edits, length = compiled.References([reference]).statistics(hypothesis)
    assert 0 < edits < 60
    assert length == len(reference)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@pytest.mark.parametrize("engine", ["sacrebleu", pytest.param("compiled", marks=needs_kernel)])
def test_progress_is_told_in_units(engine: str) -> None:
    metric = metrics.create("ter", engine=engine)
    assert isinstance(metric, Reports)
    told: list[tuple[int, int]] = []
    metric.progress = lambda done, total: told.append((done, total))
    metric.segment_stats([ScoringUnit("s", "t", str(i), "d", "", "a b", ("b a",)) for i in range(500)])
    assert told[-1] == (500, 500)
    assert told == sorted(told)
    assert 100 <= len(told) <= 300


def test_without_the_compiled_module_sacrebleu_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "harness.metrics.lexical._edits", None)
    kernel.load.cache_clear()
    try:
        assert kernel.status(kernel.EDITS)[0] == "sacrebleu"
        stats = metrics.create("ter").segment_stats([ScoringUnit("s", "t", "1", "d", "", "b c a", ("a b c",))])
        assert stats.tolist() == [[1, 3]]
        with pytest.raises(InfrastructureError, match="compiled engine is not available"):
            metrics.create("ter", engine="compiled")
    finally:
        kernel.load.cache_clear()


def test_another_release_of_sacrebleu_is_not_imitated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "sacrebleu_version", lambda: "2.7.1")
    kernel.load.cache_clear()
    try:
        with pytest.raises(InfrastructureError, match=r"2\.7\.1"):
            metrics.create("ter", engine="compiled")
    finally:
        kernel.load.cache_clear()
