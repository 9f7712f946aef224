"""What the gate prints: one verdict, told the same everywhere, and inert whatever it quotes."""

from __future__ import annotations

import dataclasses
import json
from typing import Any
from xml.etree import ElementTree

import pytest

from harness.domain.verdict import (
    Evidence,
    LimitEvidence,
    LimitKind,
    MetricEvidence,
    MissingData,
    SegmentEffect,
    Verdict,
    WorstSegments,
)
from harness.gate.judgement.judge import judge, verdict
from harness.report.verdict.junit import render_junit
from harness.report.verdict.verdict_markdown import COMMENT_BYTES, SUMMARY_BYTES, render_markdown
from harness.report.verdict.verdict_text import render_annotations, render_json, render_text
from tests.samples import HOSTILE

PASS = MetricEvidence(
    test_set="news", system="mt", subject="bleu", margin=1.0, baseline=30.0, candidate=29.8, loss=0.2,
    loss_low=-0.3, loss_high=0.7, p_value=0.4, p_corrected=0.4, mdd=0.8, n=1875, unit="segment",
)  # fmt: skip
WORSE = dataclasses.replace(
    PASS, candidate=28.0, loss=2.0, loss_low=1.4, loss_high=2.6, p_value=0.0005, p_corrected=0.001
)
SMALL = dataclasses.replace(PASS, loss_low=-3.0, loss_high=3.4, mdd=4.5, n=60)
BROKEN = MissingData(test_set="news", system="mt", subject="outputs", problem="The run has no outputs of mt on news.")


def limit(kind: LimitKind, most: float, **more: Any) -> LimitEvidence:
    return LimitEvidence(kind=kind, test_set="news", system="mt", limit=most, **more)


def told(*evidence: Evidence, **more: object) -> Verdict:
    return verdict(evidence, level=0.95, underpowered="inconclusive", sides=("before", "after"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        (PASS, "pass"),
        (WORSE, "regression"),
        (SMALL, "underpowered"),
        (BROKEN, "inconclusive"),
        # More than the margin, but perhaps noise.
        (dataclasses.replace(WORSE, p_corrected=0.2), "inconclusive"),
        (dataclasses.replace(WORSE, p_corrected=0.2, mdd=3.0), "underpowered"),
        # A small test set whose interval excludes a loss as large as the margin.
        (dataclasses.replace(SMALL, loss=-6.0, loss_low=-9.0, loss_high=-3.0), "pass"),
        # Significant, and within the margin.
        (dataclasses.replace(PASS, loss=0.9, loss_low=0.5, loss_high=1.3, p_corrected=0.001), "pass"),
        (dataclasses.replace(PASS, loss_low=None, loss_high=None, p_value=None, p_corrected=None), "underpowered"),
        (limit("minimum", 30.0, subject="bleu", candidate=29.9, at_least=True), "regression"),
        (limit("minimum", 30.0, subject="bleu", candidate=30.0, at_least=True), "pass"),
        (limit("minimum", 50.0, subject="ter", candidate=51.0), "regression"),
        (limit("errors", 0.0, candidate=0.1), "inconclusive"),
        (limit("flags", 0.1, subject="share", candidate=0.2), "regression"),
        (limit("cost", 1.5), "inconclusive"),
    ],
)
def test_judgement(evidence: Evidence, status: str) -> None:
    assert judge(evidence, level=0.95, underpowered="inconclusive").status == status


def test_the_sentence_has_all_numbers() -> None:
    assert judge(WORSE, level=0.95, underpowered="pass").sentence == (
        "bleu lost 2 (30 to 28; loss between 1.4 and 2.6; p 0.0005, corrected 0.001): "
        "more than the margin of 1, and not noise."
    )
    gained = dataclasses.replace(PASS, candidate=31.0, loss=-1.0, loss_low=-1.5, loss_high=-0.5)
    assert (
        "bleu gained 1 (30 to 31; gain between 0.5 and 1.5;" in judge(gained, level=0.95, underpowered="pass").sentence
    )


@pytest.mark.parametrize(
    ("evidence", "outcome", "code", "failures", "errors"),
    [
        ((PASS,), "pass", 0, 0, 0),
        ((PASS, WORSE), "regression", 1, 1, 0),
        ((PASS, SMALL), "inconclusive", 3, 0, 1),
        ((BROKEN,), "inconclusive", 3, 0, 1),
        ((WORSE, BROKEN), "regression", 1, 1, 1),
        ((), "inconclusive", 3, 0, 1),
    ],
)
def test_every_output_says_the_same(
    evidence: tuple[Evidence, ...], outcome: str, code: int, failures: int, errors: int
) -> None:
    found = told(*evidence)
    assert (found.outcome, found.exit_code) == (outcome, code)
    assert render_text(found).endswith(f"\nverdict: {outcome}\n")
    plain = json.loads(render_json(found))
    assert (plain["outcome"], plain["exit_code"], len(plain["checks"])) == (outcome, code, len(evidence))
    suite = ElementTree.fromstring(render_junit(found)).find("testsuite")
    assert suite is not None
    assert (int(suite.attrib["failures"]), int(suite.attrib["errors"])) == (failures, errors)
    assert (len(suite.findall("*/failure")), len(suite.findall("*/error"))) == (failures, errors)
    assert render_markdown(found).startswith(f"## Translation gate: {outcome}\n")
    notes = render_annotations(found)
    assert (notes.count("::error "), notes.count("::warning ")) == (failures, errors if evidence else 0)


def hostile() -> Verdict:
    text = " ".join(HOSTILE)
    change = SegmentEffect(text, text, 90.0, 10.0, text, text, text, text)
    evidence = dataclasses.replace(WORSE, test_set=text, system=text, subject=text, note=text)
    return told(evidence, worst=[WorstSegments(text, text, text, (change,))], notes=[text])


def test_hostile_texts_stay_inert() -> None:
    found = hostile()
    for page in (render_text(found), render_markdown(found), render_junit(found), render_annotations(found)):
        assert not {c for c in page if c in "\x00\x07\x1b\u202e\u2028" or "\ud800" <= c <= "\udfff"}
        page.encode("utf-8")
    assert "<script>" not in render_markdown(found)
    assert "<img" not in render_markdown(found)
    root = ElementTree.fromstring(render_junit(found))
    assert {e.tag for e in root.iter()} == {"testsuites", "testsuite", "properties", "property", "testcase", "failure"}
    assert len(render_annotations(found).splitlines()) == 1


def test_a_line_of_text_cannot_become_a_command() -> None:
    sly = dataclasses.replace(WORSE, note="\n::set-env name=PATH::/tmp\r\n::error::x%0A")
    (line,) = render_annotations(told(sly)).splitlines()
    assert line.startswith("::error title=translation gate%3A news/mt/metric/bleu::bleu lost 2")
    assert "%250A" in line


@pytest.mark.parametrize("limit", [SUMMARY_BYTES, COMMENT_BYTES, 2_000, 60])
def test_markdown_keeps_its_limit_and_the_verdict(limit: int) -> None:
    long = "长" * 5_000
    change = SegmentEffect("s", "d", 90.0, 10.0, long, long, long, long)
    checks = [dataclasses.replace(WORSE, system=f"mt{i}") for i in range(400)]
    found = told(*checks, worst=[WorstSegments("news", f"mt{i}", "bleu", (change,) * 10) for i in range(60)])
    page = render_markdown(found, limit=limit)
    assert len(page.encode()) <= limit
    assert page.startswith("## Translation gate: regression\n")
    if limit == COMMENT_BYTES:
        assert "more checks do not fit here; the JSON has them all." in page
