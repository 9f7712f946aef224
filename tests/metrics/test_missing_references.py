"""A reference that is missing is not an empty one: every metric leaves it out, and the run says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

import harness
from harness import LangPair, Segment, TestSet
from harness.domain import ScoringUnit
from harness.domain.corpus import check_texts, is_blank
from harness.errors import HarnessError, InputError, UserError
from harness.metrics.catalogue import metrics
from tests.cli.command import harness as command

SOURCES = ("和平与发展。", "会议在北京举行。", "各国代表出席了会议。", "双方签署了协议。")
FIRST = (
    "Peace and development are the themes of our time.",
    "The meeting was held in Beijing on Monday.",
    "Delegates from all countries attended the meeting.",
    "Both sides signed the agreement.",
)
SECOND = ("Peace and growth are what our time is about.", None, " \u200b", "The two parties signed an agreement.")
OUTPUT = [
    "Peace and development are what our time is about.",
    "The meeting was held on Monday.",
    "Delegates of every country were at the meeting.",
    "The two sides signed the agreement.",
]


def made(references: dict[str, tuple[Any, ...]], sources: tuple[str, ...] = SOURCES) -> TestSet:
    segments = tuple(Segment(f"s{i}", "d", 1, "sentence", text) for i, text in enumerate(sources))  # type: ignore[arg-type]
    return TestSet("t", LangPair("zh", "en"), segments, references)


SACREBLEU: dict[str, Callable[[], Any]] = {
    "bleu": BLEU,
    "chrf": CHRF,
    "chrf++": lambda: CHRF(word_order=2),
    "ter": TER,
}


@pytest.mark.parametrize("metric", SACREBLEU)
def test_a_missing_second_reference_is_sacrebleus_none(metric: str) -> None:
    run = harness.evaluate(made({"refA": FIRST, "refB": SECOND}), {"a": OUTPUT}, metrics=[metric])
    scorer = SACREBLEU[metric]()
    second = [None if text is None or is_blank(text) else text for text in SECOND]
    expected = scorer.corpus_score(OUTPUT, [list(FIRST), second])
    assert run.scores[0].score == pytest.approx(expected.score, abs=1e-9)
    assert "nrefs:var" in run.scores[0].signature
    assert str(scorer.get_signature()).split("|")[0] == "nrefs:var"


def test_where_all_have_the_same_number_the_signature_says_it() -> None:
    whole = made({"refA": FIRST, "refB": FIRST})
    assert "nrefs:2" in harness.evaluate(whole, {"a": OUTPUT}, metrics=["bleu"]).scores[0].signature
    excluded = made({"refA": FIRST, "refB": ("", "", "", "")})
    assert "nrefs:1" in harness.evaluate(excluded, {"a": OUTPUT}, metrics=["bleu"]).scores[0].signature


def test_a_segment_without_any_reference_is_not_scored_and_counted() -> None:
    lacking = made({"refA": (FIRST[0], "", "\ufeff", FIRST[3])})
    assert [sorted(s.flags) for s in lacking.segments] == [[], ["no-reference"], ["no-reference"], []]
    run = harness.evaluate(lacking, {"a": OUTPUT}, metrics=["bleu", "numbers"])
    both = [FIRST[0], FIRST[3]]
    assert run.scores[0].score == pytest.approx(BLEU().corpus_score([OUTPUT[0], OUTPUT[3]], [both]).score, abs=1e-9)
    assert run.scores[0].n == 2


def test_a_blank_source_has_a_blank_translation() -> None:
    blank = made({"refA": (*FIRST[:3], "")}, (*SOURCES[:3], " "))
    assert not blank.segments[3].flags
    assert blank.references_of(3) == ("",)
    assert len(blank.scored) == 4


def test_a_test_set_without_references_is_as_it_was() -> None:
    assert len(made({}).scored) == 4


def test_the_command_says_how_many_segments_have_how_many_references(tmp_path: Path) -> None:
    for name, lines in {
        "s.zh": SOURCES,
        "r1.en": FIRST,
        "r2.en": tuple("" if text is None else text for text in SECOND),
        "a.en": tuple(OUTPUT),
    }.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = command(
        "score",
        *("--source", tmp_path / "s.zh", "-r", tmp_path / "r1.en", "-r", tmp_path / "r2.en"),
        *("--hypothesis", f"a={tmp_path / 'a.en'}", "-o", tmp_path / "out"),
    )
    assert done.code == 0
    assert "2 with 2 references, 2 with 1 reference" in done.out
    record = next((tmp_path / "out").glob("*/run.json")).read_text("utf-8")
    assert '"reference_counts": {' in record


# --- what is no text ----------------------------------------------------------------------------------------------

NO_TEXT = st.one_of(
    st.integers(),
    st.floats(),
    st.binary(max_size=5),
    st.booleans(),
    st.tuples(st.text(max_size=3)),
    st.none(),
)
KERNEL = ("bleu", "chrf", "chrf++", "ter")


@given(value=NO_TEXT, place=st.sampled_from(["hypothesis", "reference"]), metric=st.sampled_from(KERNEL))
def test_a_metric_refuses_what_is_no_text(value: object, place: str, metric: str) -> None:
    hypothesis, reference = (value, "a text") if place == "hypothesis" else ("a text", value)
    references = ("a text", reference)
    unit = ScoringUnit("a", "t", "s1", "d", "源", hypothesis, references)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="that is no text"):
        metrics.create(metric).segment_stats([unit])


@pytest.mark.parametrize("name", ["bleu", "chrf"])
@pytest.mark.parametrize("value", [None, 1, b"text", ("text",)])
@pytest.mark.parametrize("place", ["hypothesis", "reference"])
def test_the_kernel_itself_refuses_it(name: str, value: object, place: str) -> None:
    import numpy as np

    ngrams = pytest.importorskip("harness.metrics.lexical._ngrams")
    pair = (value, "text") if place == "hypothesis" else ("text", value)
    unit = ScoringUnit("a", "t", "s1", "d", "源", pair[0], (pair[1],))  # type: ignore[arg-type]
    groups = {(pair[1],): [0]}
    options = ("13a", False, 4) if name == "bleu" else (6, 2, 4.0, (False, False, False))
    with pytest.raises(TypeError, match="a text is needed"):
        getattr(ngrams, name)([unit], groups, *options, np.empty((1, 24)))


@pytest.mark.parametrize(
    ("references", "hypotheses", "said"),
    [
        ({"refA": (*FIRST[:3], 7)}, OUTPUT, "The reference 'refA' of the test set 't' has a value of the type int"),
        ({"refA": FIRST[:3]}, OUTPUT, "has 3 texts for 4 segments"),
        ({"refA": "abcd"}, OUTPUT, "has one text for 4 segments"),
        ({"refA": (*FIRST[:3], "\ud800")}, OUTPUT, "half of a surrogate pair in place 4"),
        (
            {"refA": FIRST},
            [*OUTPUT[:3], b"x"],
            "The list of hypotheses of the system 'a' has a value of the type bytes",
        ),
        ({"refA": FIRST}, [*OUTPUT[:3], "\udfff x"], "half of a surrogate pair"),
        ({"refA": FIRST}, "abcd", "The hypotheses of 'a' are one text"),
        ({"refA": FIRST}, OUTPUT[:3], "3 hypotheses for the 4 segments"),
    ],
)
def test_programs_that_give_something_else_are_told(references: Any, hypotheses: Any, said: str) -> None:
    with pytest.raises(HarnessError) as error:
        harness.evaluate(made(references), {"a": hypotheses}, metrics=["bleu"])
    assert said in str(error.value)


def test_a_source_that_is_no_text_is_refused() -> None:
    with pytest.raises(UserError, match="The source of the test set 't' has None"):
        made({"refA": FIRST}, (*SOURCES[:3], None))  # type: ignore[arg-type]


@given(st.lists(st.one_of(st.text(st.characters(codec="utf-8"), max_size=8), st.none()), max_size=5))
def test_texts_come_back_as_they_are(texts: list[str | None]) -> None:
    assert check_texts(texts, "x", missing="") == tuple(text or "" for text in texts)
