"""The compiled n-gram counter against sacreBLEU: the same statistics to the bit, whatever the text.

hypothesis writes the texts from pieces that have trouble in them: marks next to digits, entities, line ends, white
space that is not a blank, characters outside the basic plane.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

from harness.domain import Array, ScoringUnit
from harness.errors import ConfigError, InfrastructureError
from harness.metrics.catalogue import metrics
from harness.metrics.lexical import kernel
from harness.metrics.lexical.sacrebleu_statistics import sacrebleu_statistics
from harness.metrics.references import group_by_references
from tests.metrics import wmt22

compiled = kernel.load()[0]
needs_kernel = pytest.mark.skipif(compiled is None, reason=kernel.status()[1])

PIECES = [
    *("the", "The", "cat", "a", "b", "aa", "3", "42", "3.5", "1,000", "2-3"),
    *(".", ",", "..", "-", "- ", "'", '"', "(", ")", "/", "[", "`", "{", "~", "@"),
    *("&", "&quot;", "&amp;", "&lt;", "&gt;", "&amp;lt;", "&am<skipped>p;", "<skipped>", "<skip", "ped>"),
    *("\n", "-\n", "\r", "\t", " ", "  ", "\u2028", "\u0085", "\u00a0", "\u3000", "\u200b", "\x00", "\x1c"),
    *("中国", "，", "。", "“", "\u2001", "\u2a6d", "\u2a6e", "𠀀", "😀"),
    *("é", "e\u0301", "İ", "ß", "ǅ", "１", "٣", "½"),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)
corpora = st.integers(1, 3).flatmap(
    lambda n_refs: st.lists(st.tuples(texts, st.lists(texts, min_size=n_refs, max_size=n_refs)), min_size=1, max_size=4)
)
Corpus = list[tuple[str, list[str]]]


def units(corpus: Corpus) -> list[ScoringUnit]:
    """Every hypothesis against every segment's references, so that references are shared as by several systems."""
    return [
        ScoringUnit(f"s{k}", "t", str(i), "d", "", hypothesis, tuple(references))
        for i, (_, references) in enumerate(corpus)
        for k, (hypothesis, _) in enumerate(corpus)
    ]


def by_sacrebleu(scorer: Any, given: Sequence[ScoringUnit], width: int) -> Array:
    return sacrebleu_statistics(scorer, given, group_by_references("m", given), width)


@needs_kernel
@settings(max_examples=150, deadline=None)
@given(corpora, st.sampled_from(["13a", "none", "zh", "char"]), st.booleans(), st.sampled_from([4, 1, 6]))
def test_bleu_on_any_text(corpus: Corpus, tokenizer: str, lowercase: bool, order: int) -> None:
    metric = metrics.create("bleu", tokenizer=tokenizer, lowercase=lowercase, max_order=order, engine="compiled")
    peer = BLEU(tokenize=tokenizer, lowercase=lowercase, max_ngram_order=order)
    given_units = units(corpus)
    assert np.array_equal(metric.segment_stats(given_units), by_sacrebleu(peer, given_units, 2 + 2 * order))


@needs_kernel
@settings(max_examples=150, deadline=None)
@given(corpora, st.booleans(), st.booleans(), st.booleans(), st.sampled_from([(6, 0), (6, 2), (1, 1), (3, 4)]))
def test_chrf_on_any_text(
    corpus: Corpus, lowercase: bool, whitespace: bool, eps_smoothing: bool, orders: tuple[int, int]
) -> None:
    shared: dict[str, Any] = {
        "char_order": orders[0],
        "word_order": orders[1],
        "lowercase": lowercase,
        "whitespace": whitespace,
        "eps_smoothing": eps_smoothing,
    }
    metric = metrics.create("chrf", **shared, engine="compiled")
    given_units = units(corpus)
    assert np.array_equal(metric.segment_stats(given_units), by_sacrebleu(CHRF(**shared), given_units, 3 * sum(orders)))


@needs_kernel
@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(["13a", "none", "zh", "char"]))
def test_words_are_those_of_sacrebleu(text: str, tokenizer: str) -> None:
    assert compiled is not None
    assert compiled.tokenize(text, tokenizer) == BLEU(tokenize=tokenizer)._preprocess_segment(text).split()


@needs_kernel
def test_every_ascii_character_between_every_two_kinds_of_neighbour() -> None:
    assert compiled is not None
    peer = BLEU()
    for char in map(chr, range(128)):
        for left in ("a", "1", ".", " "):
            for right in ("a", "1", ",", "", "."):
                text = f"x{left}{char}{right}{char}9"
                assert compiled.tokenize(text, "13a") == peer._preprocess_segment(text).split(), repr(text)


@needs_kernel
@pytest.mark.parametrize("tokenizer", ["13a", "zh"])
def test_every_short_text_of_the_characters_that_the_rules_are_about(tokenizer: str) -> None:
    assert compiled is not None
    peer = BLEU(tokenize=tokenizer)
    for alphabet, longest in (("a5.,-(", 5), ("5.-", 7), ("a5.中\u3000", 5)):
        for text in ("".join(chars) for n in range(longest + 1) for chars in product(alphabet, repeat=n)):
            assert compiled.tokenize(text, tokenizer) == peer._preprocess_segment(text).split(), repr(text)


@needs_kernel
def test_the_zh_tokenizer_separates_the_same_characters() -> None:
    assert compiled is not None
    tokenizer = TokenizerZh()
    for code in [*range(0x10000), *range(0x10000, sys.maxunicode + 1, 251)]:
        char = chr(code)
        assert compiled.zh_tokenizer_separates(char) == tokenizer._is_chinese_char.__wrapped__(char), hex(code)


@needs_kernel
@wmt22.needs_wmt22
@pytest.mark.parametrize("n_refs", [1, 2])
def test_wmt22_statistics_are_the_same_bits(n_refs: int) -> None:
    # Every 75th segment of every system; benchmarks/lexical.py compares all of them.
    given_units = [unit for system in wmt22.systems() for unit in wmt22.units(system, n_refs, every=75)]
    for name, peer, width in (("bleu", BLEU(), 10), ("chrf", CHRF(), 18), ("chrf++", CHRF(word_order=2), 24)):
        ours = metrics.create(name, engine="compiled").segment_stats(given_units)
        assert np.array_equal(ours, by_sacrebleu(peer, given_units, width)), name


@needs_kernel
def test_a_long_line_is_only_a_long_line() -> None:
    text = "ab 1.2, 国 " * 5000
    given_units = units([(text, [text[:-7]]), ("", [""])])
    for name, peer, width in (("bleu", BLEU(), 10), ("chrf", CHRF(), 18)):
        ours = metrics.create(name, engine="compiled").segment_stats(given_units)
        assert np.array_equal(ours, by_sacrebleu(peer, given_units, width)), name


def test_status_says_what_is_used_and_why() -> None:
    name, reason = kernel.status()
    assert name == ("compiled" if compiled is not None else "sacrebleu")
    assert reason


def test_another_release_of_sacrebleu_is_not_imitated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "sacrebleu_version", lambda: "2.7.1")
    kernel.load.cache_clear()
    try:
        assert kernel.status()[0] == "sacrebleu"
        assert "2.7.1" in kernel.status()[1]
        with pytest.raises(InfrastructureError, match=r"2\.7\.1"):
            metrics.create("chrf", engine="compiled")
    finally:
        kernel.load.cache_clear()


def test_without_the_compiled_module_sacrebleu_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "harness.metrics.lexical._ngrams", None)
    kernel.load.cache_clear()
    try:
        assert kernel.status()[0] == "sacrebleu"
        found = metrics.create("bleu").segment_stats(units([("a cat", ["a cat"])]))
        assert found.tolist() == [[2, 2, 2, 1, 0, 0, 2, 1, 0, 0]]
    finally:
        kernel.load.cache_clear()


def test_the_compiled_engine_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ConfigError, match="does not know this tokenizer"):
        metrics.create("bleu", tokenizer="intl", engine="compiled")
