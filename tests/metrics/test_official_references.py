"""The official English is the yardstick: it must pass its own fidelity checks, and each exception is known by name.

`docs/fidelity.md` explains every exception listed here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.domain import EXCLUDING_FLAGS, ScoringUnit
from harness.files import read_text
from harness.language.numerals import find
from harness.metrics.fidelity.names_metric import Names
from harness.metrics.fidelity.numbers_metric import Numbers
from harness.metrics.fidelity.terms_metric import Terms

ROOT = Path(__file__).parents[2]
TEST_SETS = ("gdi-digital-forum-2024", "shared-future-cyberspace-2")
pytestmark = pytest.mark.skipif(
    not all((ROOT / "references" / name / "segments.tsv").is_file() for name in TEST_SETS),
    reason="the official test sets are not in this checkout",
)

#: Terms that the published English lacks, by the beginning of the Chinese segment.
MISSING_TERMS = {
    "论坛由中国国家互联网信息办公室": ["中国人民外交学会"],
    "中国积极支持共建“一带一路”国家公路": ["智慧港口"],
    "2020年，中国云计算积极为非洲": ["云计算"],
    "2020年以来，中国先后提出": ["数字技术"],
    "2020年，中国和东盟举办": ["东盟"],
}


def official(name: str) -> list[ScoringUnit]:
    text = read_text(ROOT / "references" / name / "segments.tsv").text
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        ScoringUnit("official", name, row["id"], row["document"], row["source"], row["refA"], (row["refA"],))
        for row in rows
        if not set(re.split(r"[ ,;]+", row["flags"])) & EXCLUDING_FLAGS
    ]


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(glossary=str(ROOT / "harness/metrics/fidelity/glossary.zh-en.tsv"))


@pytest.mark.parametrize("name", TEST_SETS)
def test_every_number_and_name_of_the_source_is_in_the_official_english(name: str) -> None:
    units = official(name)
    for metric in (Numbers(), Names()):
        stats = metric.segment_stats(units)
        assert metric.aggregate(stats.sum(axis=0)) == 100.0, metric.explain(units)


@pytest.mark.parametrize("name", TEST_SETS)
def test_every_term_is_there_but_for_the_known_exceptions(name: str, terms: Terms) -> None:
    units = official(name)
    missing = {}
    for unit, note in zip(units, terms.explain(units), strict=True):
        listed = note.get("terms", [])
        assert isinstance(listed, list)
        lost = [t["term"] for t in listed if t["rendering"] is None]
        if lost:
            missing[unit.source] = lost
    expected = {
        s: lost for s in (u.source for u in units) for start, lost in MISSING_TERMS.items() if s.startswith(start)
    }
    assert missing == expected
    score = terms.aggregate(terms.segment_stats(units).sum(axis=0))
    assert score > 95.0


@pytest.mark.parametrize("name", TEST_SETS)
def test_the_official_english_renders_each_term_in_one_way(name: str) -> None:
    metric = Terms(glossary=str(ROOT / "harness/metrics/fidelity/glossary.zh-en.tsv"), score="consistency")
    assert metric.aggregate(metric.segment_stats(official(name)).sum(axis=0)) == 100.0


def altered_numerals(unit: ScoringUnit) -> Iterator[str]:
    """The official English with one figure changed, for each figure that the source wants."""
    wanted = {n.value for n in find(unit.source, "zh") if n.hard}
    for n in find(unit.hypothesis, "en"):
        if n.hard and n.text.isdigit() and n.value in wanted:
            yield unit.hypothesis[: n.start] + str(int(n.text) + 3) + unit.hypothesis[n.end :]


@pytest.mark.parametrize("name", TEST_SETS)
def test_one_changed_figure_lowers_numbers(name: str) -> None:
    metric, tried = Numbers(), 0
    for unit in official(name):
        for text in altered_numerals(unit):
            tried += 1
            changed = ScoringUnit("x", name, unit.segment, unit.document, unit.source, text, ())
            assert metric.segment_scores(metric.segment_stats([changed]))[0] < 100.0, text
    assert tried > 5


@pytest.mark.parametrize("name", TEST_SETS)
def test_one_replaced_term_lowers_terms(name: str, terms: Terms) -> None:
    tried = 0
    for unit, note in zip(units := official(name), terms.explain(units), strict=True):
        (before,) = terms.segment_stats([unit])
        listed = note.get("terms", [])
        assert isinstance(listed, list)
        for term in listed:
            if term["hypothesis"] is None or unit.hypothesis.lower().count(str(term["rendering"]).lower()) != 1:
                continue
            start, end = term["hypothesis"]
            text = f"{unit.hypothesis[:start]}the thing in question{unit.hypothesis[end:]}"
            changed = ScoringUnit("x", name, unit.segment, unit.document, unit.source, text, ())
            (after,) = terms.segment_stats([changed])
            # Another accepted rendering may stand elsewhere in the same sentence (the name and its abbreviation).
            tried += after[0] < before[0]
    assert tried > 20
