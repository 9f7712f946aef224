"""A system that returns the reference is caught; honest ones are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.errors import ConfigError, InputError
from harness.files import read_text, split_lines
from harness.metrics.lexical.contamination import Contamination

DATA = Path(__file__).parents[3] / "shared/data/wmt22-zh-en"
REFERENCE = (
    "China has continued to expand cooperation with BRICS countries on the digital economy since the ninth summit."
)


def unit(system: str, hypothesis: str, reference: str = REFERENCE, segment: str = "1") -> ScoringUnit:
    return ScoringUnit(system, "t", segment, "d", "不断拓展", hypothesis, (reference,))


OTHERS = [
    unit("b", "China keeps broadening its work with BRICS countries on the digital economy after the 9th summit."),
    unit("c", "China continues to expand cooperation with BRICS nations in the digital economy."),
    unit("d", "Cooperation with BRICS countries on digital matters has grown since summit nine."),
]


def flagged(*units: ScoringUnit) -> list[bool]:
    return [bool(row[0]) for row in Contamination().segment_stats(units)]


def test_returning_the_reference_is_contaminated() -> None:
    assert flagged(unit("a", REFERENCE), *OTHERS) == [True, False, False, False]
    assert flagged(unit("a", REFERENCE.upper().replace(",", "")), *OTHERS)[0]


def test_a_long_stretch_is_enough_a_short_one_is_not() -> None:
    most = "China has continued to expand cooperation with BRICS countries on the digital economy, after a meeting."
    assert flagged(unit("a", most), *OTHERS)[0]
    assert not flagged(unit("a", "It has continued to expand cooperation with BRICS countries."), *OTHERS)[0]


def test_what_all_systems_reproduce_is_a_formula() -> None:
    everybody = [unit(s, REFERENCE) for s in "abcd"]
    assert flagged(*everybody) == [False] * 4


def test_alone_or_beside_empty_systems_it_takes_twice_the_length() -> None:
    assert flagged(unit("a", REFERENCE)) == [False]
    assert flagged(unit("a", REFERENCE), unit("b", ""), unit("c", "不断"), unit("d", "x")) == [False] * 4
    twice = REFERENCE + " " + "It held many important events and opened a new chapter for all of them."
    assert flagged(unit("a", twice, twice)) == [True]


def test_short_references_are_left_out() -> None:
    metric = Contamination()
    stats = metric.segment_stats([unit("a", "The Qingdao Declaration", "The Qingdao Declaration")])
    np.testing.assert_array_equal(stats, [[0, 0]])
    assert metric.aggregate(stats.sum(axis=0)) == 0.0


def test_chinese_is_counted_in_ideographs() -> None:
    text = "中国积极参与国际和区域性多边机制下的数字经济治理合作，推动发起多个倡议、宣言"
    assert flagged(unit("a", text, text)) == [True]


def test_it_says_which_words() -> None:
    metric = Contamination()
    notes = metric.explain([unit("a", REFERENCE), *OTHERS])
    assert notes[0] == {
        "words": 17, "reference_words": 17, "others": 5, "text": REFERENCE[:-1], "flags": ["contaminated"]
    }  # fmt: skip
    assert notes[1:] == [{}, {}, {}]
    assert str(metric.signature(1)) == "contamination|nrefs:1|run:12|share:0.6|factor:2|version:1"


def test_bad_input() -> None:
    with pytest.raises(ConfigError, match="run"):
        Contamination(run=2)
    with pytest.raises(InputError):
        Contamination().segment_stats([ScoringUnit("a", "t", "1", "d", "s", "h", ())])


@pytest.mark.skipif(not DATA.is_dir(), reason="the WMT22 data is not beside this checkout")
def test_wmt22_systems_are_honest_and_a_returned_reference_is_not() -> None:
    def lines(name: str) -> list[str]:
        return split_lines(read_text(DATA / name).text)

    names = ("AISP-SJTU", "HuaweiTSC", "NiuTrans", "Online-A", "Online-B")
    texts = {n: lines(f"systems/{n}.en") for n in names}
    references = lines("refA.en")
    texts["cheat"] = references
    # One segment in five, so that the cheat is not what others are compared with.
    texts["partly"] = [
        r if i % 5 == 0 else t for i, (r, t) in enumerate(zip(references, texts["Online-A"], strict=True))
    ]
    units = [
        ScoringUnit(n, "wmt22", str(i), "d", "", t, (r,))
        for n, hypotheses in texts.items()
        for i, (t, r) in enumerate(zip(hypotheses, references, strict=True))
    ]
    metric = Contamination()
    stats = metric.segment_stats(units).reshape(len(texts), len(references), 2)
    shares = dict(zip(texts, metric.aggregate(stats.sum(axis=1)), strict=True))
    assert all(shares[n] < 1.0 for n in names), shares
    assert shares["cheat"] > 85.0
    assert 15.0 < shares["partly"] < 21.0
