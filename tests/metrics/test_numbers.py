"""`numbers` sees a wrong figure, whatever words surround it."""

from __future__ import annotations

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.errors import InputError
from harness.metrics.fidelity.numbers_metric import Numbers

SOURCE = "自2016年以来，中国与五大洲23个国家建立合作机制，2017年投入1.5万亿元，增长20%。"
GOOD = (
    "Since 2016, China has set up cooperation mechanisms with 23 countries across five continents, and invested 1.5 "
    "trillion yuan in 2017, up 20 percent."
)


def unit(source: str, hypothesis: str) -> ScoringUnit:
    return ScoringUnit("a", "t", "1", "d", source, hypothesis, ())


def score(source: str, hypothesis: str, pair: str = "zh-en") -> float:
    metric = Numbers(pair=pair)
    return float(metric.segment_scores(metric.segment_stats([unit(source, hypothesis)]))[0])


def test_a_faithful_hypothesis_has_all() -> None:
    assert score(SOURCE, GOOD) == 100.0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2016", "2018"),
        ("23", "32"),
        ("five", "six"),
        ("1.5 trillion", "1.5 billion"),
        ("2017", "2071"),
        ("20 percent", "25 percent"),
    ],
)
def test_one_wrong_numeral_is_a_loss_and_an_invention(old: str, new: str) -> None:
    # 6 numerals wanted, 5 kept, 1 extra: F1 = 2 * 5 / (6 + 5 + 1).
    assert score(SOURCE, GOOD.replace(old, new)) == pytest.approx(100 * 10 / 12)


def test_a_dropped_numeral_is_a_loss_only() -> None:
    assert score(SOURCE, GOOD.replace(", up 20 percent", "")) == pytest.approx(100 * 10 / 11)


def test_other_words_play_no_role() -> None:
    assert score(SOURCE, "2016: 23, five! 1.5 trillion; 2017 20%") == 100.0


def test_nothing_to_keep() -> None:
    assert score("今天天气很好。", "The weather is fine.") == 100.0
    assert score("今天天气很好。", "The weather is 25 degrees.") == 0.0
    assert score("", "") == 100.0


def test_a_copied_source_keeps_nothing() -> None:
    assert score(SOURCE, SOURCE) == 0.0


def test_the_corpus_score_is_f1_over_all_numerals() -> None:
    metric = Numbers()
    stats = metric.segment_stats([unit(SOURCE, GOOD), unit("2020年", "2021"), unit("好", "Good")])
    np.testing.assert_array_equal(stats, [[6, 6, 0], [0, 1, 1], [0, 0, 0]])
    assert metric.aggregate(stats.sum(axis=0)) == pytest.approx(100 * 12 / (7 + 6 + 1))


def test_it_works_from_english_too() -> None:
    assert score(GOOD, SOURCE, "en-zh") == 100.0
    assert score(GOOD, SOURCE.replace("五大洲", "六大洲"), "en-zh") < 100.0
    assert score(GOOD, SOURCE.replace("1.5万亿", "1.5亿"), "en-zh") < 100.0


def test_the_signature_says_of_which_languages_the_words_are_read() -> None:
    assert score("Im Jahr 2016 waren es 1.234,5 km in fünf Ländern.", "En 2016, 1 234,5 km.", "de-fr") < 100.0
    assert score("Im Jahr 2016 waren es 1.234,5 km.", "En 2016 : 1 234,5 km dans cinq pays", "de-fr") < 100.0
    assert str(Numbers(pair="de-fr").signature(0)) == "numbers|score:f1|pair:de-fr|words:de+fr|version:2"
    assert str(Numbers(pair="et-en").signature(0)) == "numbers|score:f1|pair:et-en|words:en|version:2"
    assert str(Numbers().signature(1)) == "numbers|score:f1|pair:zh-en|words:zh+en|version:2"


def test_what_a_language_may_say_in_words_that_are_not_read_is_not_judged() -> None:
    english = "In 2016 there were 12 of them, 45 percent, in 3 countries."
    estonian = "2016. aastal oli neid kaksteist, nelikümmend viis protsenti, kolmes riigis."
    assert score(english, estonian, "en-et") == 100.0
    assert score(estonian, english, "et-en") == 100.0
    assert score(english, estonian.replace("2016", "2017"), "en-et") < 100.0
    assert score("It cost 1,234 euros.", "See maksis 1324 eurot.", "en-et") == 0.0


def test_a_test_set_of_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="no source of the test set 't' has Chinese") as refused:
        Numbers().segment_stats([unit(f"Das ist {i}.", f"This is {i}.") for i in range(5)])
    assert "pair" in (refused.value.remedy or "")


def test_it_says_what_is_missing_and_what_is_extra() -> None:
    (note,) = Numbers().explain([unit("2016年与23个国家", "In 2016 with 32 countries")])
    assert note == {
        "recall": 0.5,
        "precision": 0.5,
        "missing": [{"text": "23", "kind": "number", "value": "23", "start": 6, "end": 8}],
        "extra": [{"text": "32", "kind": "number", "value": "32", "start": 13, "end": 15}],
        "note": "the source's “23” is not in the hypothesis; “32” is not in the source",
        "flags": ["number-mismatch"],
    }
    assert Numbers().explain([unit("好", "Good")]) == [{}]
