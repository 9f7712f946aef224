"""`names` sees a dropped title, acronym or Latin token."""

from __future__ import annotations

import numpy as np
import pytest

from harness.domain import ScoringUnit
from harness.language.name_forms import names_in
from harness.metrics.fidelity.names_metric import Names


def unit(source: str, hypothesis: str) -> ScoringUnit:
    return ScoringUnit("a", "t", "1", "d", source, hypothesis, ())


def kept(source: str, hypothesis: str, pair: str = "zh-en") -> tuple[float, float]:
    (row,) = Names(pair=pair).segment_stats([unit(source, hypothesis)])
    return float(row[0]), float(row[1])


@pytest.mark.parametrize(
    ("source", "hypothesis"),
    [
        ("通过成果文件《青岛宣言》", "It adopted the Qingdao Declaration."),
        (
            "《全球数据跨境流动合作倡议》《全球数据安全倡议》",
            "the Global Cross-border Data Flow Cooperation Initiative, and the Global Data Security Initiative",
        ),
        ("《红楼梦》", "He read A Dream of Red Mansions."),
        ("《边缘思考》《走向公众》", "Thinking on the Edge, Towards the Public"),
        ("《红楼梦》", "he read “a dream of red mansions”"),
        ("赋能“5G+”工业应用", "new 5G technology in industry"),
        ("APEC与G20", "G20 and APEC"),
        ("AI技术", "artificial intelligence"),
        ("GDI论坛", "the Global Development Initiative Forum"),
        ("多个APP", "several Apps"),
        ("COVID-19疫情", "the COVID 19 epidemic"),
        ("安装了windows11", "has Windows 11"),
        ("都check了地址", "I checked the address"),
        ("官网http://www.example.org/a", "at http://www.example.org/a."),
        ("长20km", "20 kilometres long"),  # a unit is no name
        ("U盘", "USB stick"),
    ],
)  # fmt: skip
def test_valid_renderings_keep_everything(source: str, hypothesis: str) -> None:
    have, want = kept(source, hypothesis)
    assert have == want


@pytest.mark.parametrize(
    ("source", "hypothesis"),
    [
        ("通过成果文件《青岛宣言》", "It adopted a document."),
        ("通过《青岛宣言》和《北京共识》", "It adopted the Qingdao Declaration."),
        ("《青岛宣言》", "The United Nations agreed."),
        ("5G网络", "4G network"),
        ("APEC", "The forum in Asia"),
        ("AI", "A machine"),
    ],
)
def test_a_lost_name_is_seen(source: str, hypothesis: str) -> None:
    have, want = kept(source, hypothesis)
    assert have == want - 1


def test_a_copied_source_keeps_nothing() -> None:
    source = "在亚太地区推进5G网络建设，通过《青岛宣言》。"
    assert kept(source, source) == (0, 2)


def test_from_latin_script_only_marked_tokens_are_names() -> None:
    assert [n.text for n in names_in("The 1st eBay talk on 5G and COVID-19 by AT&T and Anna", "en")] == [
        "eBay", "5G", "COVID-19", "AT&T"]  # fmt: skip
    assert kept("5G in China", "中国的5G", "en-zh") == (1, 1)
    assert kept("5G in China", "中国的网络", "en-zh") == (0, 1)


def test_scores_and_spans() -> None:
    metric = Names()
    units = [unit("APEC与5G", "APEC and 4G"), unit("好", "Good")]
    stats = metric.segment_stats(units)
    np.testing.assert_array_equal(stats, [[1, 2], [0, 0]])
    np.testing.assert_array_equal(metric.segment_scores(stats), [50, 100])
    assert metric.explain(units) == [
        {
            "names": [
                {"text": "APEC", "kind": "token", "start": 0, "end": 4, "hypothesis": [0, 4]},
                {"text": "5G", "kind": "token", "start": 5, "end": 7, "hypothesis": None},
            ],
            "flags": ["name-missing"],
        },
        {},
    ]
    assert str(metric.signature(2)) == "names|score:recall|pair:zh-en|version:1"
