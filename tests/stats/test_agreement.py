"""Published figures on what a difference means to people."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain import Signature
from harness.stats.agreement import ACCURACIES, THRESHOLDS, Agreement, agreement, agreement_of

# mt-thresholds 0.1 (Kocmi et al. 2024, python-tool/mt_thresholds.py): accuracy = a / (1 + exp(-b * delta)), the sigmoid
# that the paper fits; the table rounds its inverse to two decimals.
SIGMOIDS = {
    "BLEU": (88.33333333333225, 0.9663926931178954),
    "chrF": (92.999999999972, 1.1142732157139852),
    "COMET-22": (96.22374133884283, 2.8359194570556636),
    "CometKiwi-22": (98.88141616584615, 2.719280643871758),
    "xCOMET-XXL": (98.93432477039522, 1.1629533711748128),
}


@pytest.mark.parametrize("metric", SIGMOIDS)
def test_interpolation_stays_near_the_papers_sigmoid(metric: str) -> None:
    import math

    top, steep = SIGMOIDS[metric]
    row = THRESHOLDS[metric]
    for step in range(1, 100):
        delta = row[0] + (row[-1] - row[0]) * step / 100
        percent = agreement(metric, delta).percent
        assert percent == pytest.approx(top / (1 + math.exp(-steep * delta)), abs=1.2)


def test_published_points_come_back_as_published() -> None:
    assert agreement("BLEU", 1.39).percent == pytest.approx(70)
    assert agreement("BLEU", -2.34).percent == pytest.approx(80)
    assert agreement("chrF", 3.05).percent == pytest.approx(90)
    assert agreement("COMET-22", 0.56).percent == pytest.approx(80)


def test_outside_the_table_nothing_is_made_up() -> None:
    assert agreement("BLEU", 20.0) == Agreement("BLEU", None, 85, None)
    assert (
        str(agreement("BLEU", 20.0)) == "humans agree at least 85% of the time, where the published figures end (BLEU)"
    )
    assert agreement("chrF", 0.05) == Agreement("chrF", None, None, 50)
    assert str(agreement("chrF", 0.05)) == "no better than a coin toss for humans (chrF)"


@given(st.sampled_from(sorted(THRESHOLDS)), st.floats(0, 8), st.floats(0, 8))
def test_a_larger_difference_never_means_less(metric: str, one: float, other: float) -> None:
    def floor(delta: float) -> float:
        found = agreement(metric, delta)
        return found.percent if found.percent is not None else float(found.low or 0)

    small, large = sorted((one, other))
    assert floor(small) <= floor(large) + 1e-9


def test_rows_rise() -> None:
    for row in THRESHOLDS.values():
        assert len(row) <= len(ACCURACIES)
        assert all(a < b for a, b in pairwise(row))


def test_only_metrics_that_were_studied_get_a_figure() -> None:
    bleu = "BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
    chrf = "chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0"
    assert str(agreement_of(Signature.parse(bleu), 1.39)) == "humans agree about 70% of the time (BLEU)"
    assert str(agreement_of(Signature.parse(chrf), 1.0)) == "humans agree about 70% of the time (chrF)"
    assert agreement_of(Signature.parse(bleu.replace("13a", "zh")), 1.39) is None
    assert agreement_of(Signature.parse(bleu.replace("nrefs:1", "nrefs:2")), 1.39) is None
    assert agreement_of(Signature.parse(chrf.replace("nw:0", "nw:2").replace("chrF2", "chrF2++")), 1.0) is None
    assert agreement_of(Signature.parse("TER|nrefs:1"), 1.0) is None
    comet = Signature("COMET", (("nrefs", "1"), ("model", "Unbabel/wmt22-comet-da")))
    assert agreement_of(comet, 0.0040) == agreement("COMET-22", 0.40)
    kiwi = Signature("COMET", (("nrefs", "0"), ("model", "Unbabel/wmt22-cometkiwi-da")))
    assert agreement_of(kiwi, -0.0050) == agreement("CometKiwi-22", 0.50)
