"""BLEU, chrF and TER say what sacreBLEU says. The other side of every comparison is sacreBLEU's own public API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import sacrebleu
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InputError, MissingModelError
from harness.metrics.base import Metric
from harness.metrics.catalogue import metrics
from harness.metrics.lexical import kernel
from tests.metrics import wmt22

ENGINES = [
    "sacrebleu",
    pytest.param("compiled", marks=pytest.mark.skipif(kernel.load()[0] is None, reason=kernel.status()[1])),
]

# (our metric, our parameters, sacreBLEU's class, its parameters)
BLEUS: list[tuple[str, dict[str, Any], type, dict[str, Any]]] = [
    ("bleu", {}, BLEU, {}),
    ("bleu", {"lowercase": True, "tokenizer": "intl"}, BLEU, {"lowercase": True, "tokenize": "intl"}),
    ("bleu", {"tokenizer": "zh", "smoothing": "add-k"}, BLEU, {"tokenize": "zh", "smooth_method": "add-k"}),
    ("bleu", {"tokenizer": "char", "smoothing": "floor"}, BLEU, {"tokenize": "char", "smooth_method": "floor"}),
    ("bleu", {"tokenizer": "none", "smoothing": "none"}, BLEU, {"tokenize": "none", "smooth_method": "none"}),
    ("bleu", {"smoothing": "floor", "smoothing_value": 0.5}, BLEU, {"smooth_method": "floor", "smooth_value": 0.5}),
    ("bleu", {"effective_order": True}, BLEU, {"effective_order": True}),
    ("chrf", {}, CHRF, {}),
    ("chrf++", {}, CHRF, {"word_order": 2}),
    ("chrf", {"lowercase": True, "whitespace": True}, CHRF, {"lowercase": True, "whitespace": True}),
    ("chrf", {"beta": 1, "char_order": 4}, CHRF, {"beta": 1, "char_order": 4}),
    ("chrf++", {"eps_smoothing": True}, CHRF, {"word_order": 2, "eps_smoothing": True}),
    ("ter", {}, TER, {}),
    ("ter", {"normalized": True, "case_sensitive": True}, TER, {"normalized": True, "case_sensitive": True}),
    ("ter", {"no_punct": True, "asian_support": True}, TER, {"no_punct": True, "asian_support": True}),
]

HYPOTHESES = ["The cat sat on the mat.", "", 'It\'s 3.5% (or -2), "ok"?', "中国 和 China", "a", "the the the the the"]
REFERENCES = ["The cat is on the mat.", "not empty", 'It is 3.5% or -2: "OK".', "China 和 中国", "a", "the the cat ."]
OTHERS = ["On the mat sat the cat.", "", "3.5% ok", "", "b", "the"]


def units(hypotheses: Sequence[str], *references: Sequence[str]) -> list[ScoringUnit]:
    return [
        ScoringUnit("s", "t", str(i), "d", "", hypothesis, tuple(refs))
        for i, (hypothesis, *refs) in enumerate(zip(hypotheses, *references, strict=True))
    ]


def corpus_score(metric: Metric, given: list[ScoringUnit]) -> float:
    return float(metric.aggregate(metric.segment_stats(given).sum(axis=0)))


@pytest.mark.parametrize("references", [[REFERENCES], [REFERENCES, OTHERS]], ids=["one", "two"])
@pytest.mark.parametrize(("name", "ours", "peer", "theirs"), BLEUS, ids=lambda v: str(v) if isinstance(v, dict) else "")
class TestSameAsSacrebleu:
    def test_corpus_score(self, name: str, ours: Any, peer: Any, theirs: Any, references: list[list[str]]) -> None:
        expected = peer(**theirs).corpus_score(HYPOTHESES, references).score
        assert corpus_score(metrics.create(name, **ours), units(HYPOTHESES, *references)) == pytest.approx(
            expected, abs=1e-9
        )

    def test_segment_scores(self, name: str, ours: Any, peer: Any, theirs: Any, references: list[list[str]]) -> None:
        if peer is BLEU:
            theirs = {**theirs, "effective_order": True}
        scorer = peer(**theirs)
        expected = [
            scorer.sentence_score(hypothesis, list(refs)).score
            for hypothesis, *refs in zip(HYPOTHESES, *references, strict=True)
        ]
        metric = metrics.create(name, **ours)
        found = metric.segment_scores(metric.segment_stats(units(HYPOTHESES, *references)))
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)

    def test_signature(self, name: str, ours: Any, peer: Any, theirs: Any, references: list[list[str]]) -> None:
        scorer = peer(**theirs)
        score = scorer.corpus_score(HYPOTHESES, references)
        expected = f"{score.name}|{scorer.get_signature()}"
        assert str(metrics.create(name, **ours).signature(len(references))) == expected


def test_a_signature_as_it_is_known() -> None:
    # sacrebleu 2.6.0: sacrebleu ref.en -i hyp.en -m bleu chrf --chrf-word-order 2
    bleu = metrics.create("bleu").signature(1)
    assert str(bleu) == f"BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{sacrebleu.__version__}"
    chrf = metrics.create("chrf++").signature(2)
    assert str(chrf) == f"chrF2++|nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|version:{sacrebleu.__version__}"


def test_what_sacrebleu_leaves_out_of_a_signature_follows_it() -> None:
    assert metrics.create("bleu", max_order=2).signature(1).get("order") == "2"
    precise = metrics.create("bleu", smoothing="floor", smoothing_value=0.123).signature(1)
    assert (precise.get("smooth"), precise.get("smooth_value")) == ("floor[0.12]", "0.123")


@wmt22.needs_wmt22
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("n_refs", [1, 2])
@pytest.mark.parametrize("system", wmt22.systems() if wmt22.FOLDER.is_dir() else [])
@pytest.mark.parametrize(("name", "peer"), [("bleu", BLEU()), ("chrf", CHRF()), ("chrf++", CHRF(word_order=2))])
def test_every_wmt22_system_and_sentence(name: str, peer: Any, system: str, n_refs: int, engine: str) -> None:
    # Every 75th sentence here; benchmarks/lexical.py compares all of them.
    given = wmt22.units(system, n_refs, every=75)
    hypotheses = [u.hypothesis for u in given]
    references = [list(stream) for stream in zip(*(u.references for u in given), strict=True)]
    metric = metrics.create(name, engine=engine)
    stats = metric.segment_stats(given)
    assert float(metric.aggregate(stats.sum(axis=0))) == pytest.approx(
        peer.corpus_score(hypotheses, references).score, abs=1e-9
    )
    sentence = BLEU(effective_order=True) if name == "bleu" else peer
    expected = [sentence.sentence_score(u.hypothesis, list(u.references)).score for u in given]
    np.testing.assert_allclose(metric.segment_scores(stats), expected, rtol=0, atol=1e-9)


@wmt22.needs_wmt22
@pytest.mark.parametrize("n_refs", [1, 2])
def test_ter_on_wmt22(n_refs: int) -> None:
    given = wmt22.units("Online-A", n_refs, every=150)
    peer = TER()
    metric = metrics.create("ter")
    stats = metric.segment_stats(given)
    expected = [peer.sentence_score(u.hypothesis, list(u.references)).score for u in given]
    np.testing.assert_allclose(metric.segment_scores(stats), expected, rtol=0, atol=1e-9)
    references = [list(stream) for stream in zip(*(u.references for u in given), strict=True)]
    assert float(metric.aggregate(stats.sum(axis=0))) == pytest.approx(
        peer.corpus_score([u.hypothesis for u in given], references).score, abs=1e-9
    )


def test_a_unit_without_references_is_named() -> None:
    given = [*units(["a", "b"], ["a", "b"]), *units(["c"])]
    with pytest.raises(InputError, match=r"bleu needs a reference, and segment 0 of t has none"):
        metrics.create("bleu").segment_stats(given)


def test_a_misspelt_tokenizer_is_guessed() -> None:
    with pytest.raises(ConfigError, match="did you mean 'intl'"):
        metrics.create("bleu", tokenizer="int")


def test_a_tokenizer_model_is_never_downloaded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sentencepiece")
    monkeypatch.setattr("sacrebleu.utils.SACREBLEU_DIR", str(tmp_path))
    with pytest.raises(MissingModelError, match="flores200"):
        metrics.create("bleu", tokenizer="flores200")
