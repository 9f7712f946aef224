"""`markup` sees what of a text is no language: whether it is there, once, and in its place."""

from __future__ import annotations

import random

import pytest

from harness.domain import ScoringUnit
from harness.language.markup_items import items_in, list_number
from harness.metrics.fidelity.markup_metric import Markup


def score(source: str, hypothesis: str) -> float:
    metric = Markup()
    unit = ScoringUnit("a", "t", "1", "d", source, hypothesis, ())
    return float(metric.segment_scores(metric.segment_stats([unit]))[0])


def problems(source: str, hypothesis: str) -> list[str]:
    note = Markup().explain([ScoringUnit("a", "t", "1", "d", source, hypothesis, ())])[0]
    found = note.get("markup", [])
    assert isinstance(found, list)
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("source", "hypothesis"),
    [
        ("你好，{name}！", "Hello, {name}!"),
        ("{0}在{1}", "{1} has {0}"),
        ("共%d个，用%s", "%d in all, with %s"),
        ("%1$s在%2$s", "in %2$s is %1$s"),
        ("打开${HOME}和{{x}}", "Open ${HOME} and {{ x }}"),
        ("点<b>这里</b>。", "Click <b>here</b>."),
        ('<g id="1">红</g>和<g id="2">绿</g>', '<g id="1">red</g> and <g id="2">green</g>'),
        ("第一行<br/>第二行", "First line<br/>second line"),
        ("见https://example.org/a?b=1。", "See https://example.org/a?b=1."),
        ("写信给a.b@example.org", "Write to a.b@example.org."),
        ("打开report.pdf和data/x.csv", "Open report.pdf and data/x.csv"),
        ("运行`make test`", "Run `make test`"),
        ("第一行\n第二行", "Line one\nLine two"),
        ("（一）总则", "(1) General Provisions"),
        ("1. 和平", "1. Peace"),
        ("增长3.5%，达50%", "up 3.5% to 50%"),
        ("价格100元", "The price is 100 yuan."),
        ("[b]粗[/b]", "[b]bold[/b]"),
        ("@南海 说", "@SouthSea says"),
        ("第一行\\n第二行", "Line one\\nLine two"),
    ],
)
def test_what_is_carried_over_scores_100(source: str, hypothesis: str) -> None:
    assert score(source, hypothesis) == 100
    assert problems(source, hypothesis) == []


@pytest.mark.parametrize(
    ("source", "hypothesis", "said"),
    [
        ("你好，{name}！", "Hello!", "'{name}' is missing"),
        ("你好，{name}！", "Hello, {Name}!", "'{name}' is missing"),
        ("你好！", "Hello, {name}!", "'{name}' is not in the source"),
        ("%s和%d", "%d and %s", "out of place"),
        ("点<b>这里</b>。", "Click here.", "'<b>' is missing"),
        ("点<b>这里</b>。", "Click </b>here<b>.", "out of place"),
        ('<g id="1">红</g>', '<g id="2">red</g>', "'<g 1>' is missing"),
        ("见https://example.org/a", "See https://example.org/b", "is missing"),
        ("a@example.org", "b@example.org", "is missing"),
        ("打开report.pdf", "Open report.doc", "'report.pdf' is missing"),
        ("第一行\n第二行", "Line one, line two", "0 line breaks for 1"),
        ("（二）总则", "(1) General Provisions", "the list number 2"),
        ("{a}", "{a} {a}", "'{a}' is not in the source"),
    ],
)
def test_what_is_lost_or_changed_is_said(source: str, hypothesis: str, said: str) -> None:
    assert score(source, hypothesis) < 100
    assert any(said in problem for problem in problems(source, hypothesis))


def test_each_piece_is_found_once() -> None:
    keys = "{{a}} {b} %(c)s %s ${D} __E__ <f/> http://h.org/i j@k.org l.txt `m` #n"
    text = keys.replace("<f/>", "<f g='1'/>").replace("/i", "/i.")
    assert [i.key for i in items_in(f"{text} \\n 5% of")] == [*keys.split(" "), "\\n"]


def test_numbers_of_lists_are_figures() -> None:
    said = ["（一）a", "二、a", "十二．a", "(3) a", "4) a", "a) b", "5.6 a", "2024 a", "a"]
    assert [list_number(text) for text in said] == ["1", "2", "12", "3", "4", "a", None, None, None]


KINDS = ("{name}", "%s", "${x}", "{{y}}", "<b>w</b>", "https://e.org/p", "a@e.org", "f.pdf", "`c`", "#tag")


@pytest.mark.parametrize("kind", KINDS)
def test_planted_damage_is_found(kind: str) -> None:
    """A piece lost, doubled or changed in one character: each is seen, in 30 sentences of each kind."""
    rng = random.Random(kind)
    for _ in range(30):
        words = ["the", "meeting", "was", "held", "in", "Beijing"]
        place = rng.randrange(len(words))
        source = f"会议在北京{kind}举行"
        right = " ".join([*words[:place], kind, *words[place:]])
        changed = f"{kind[0]}q{kind[2:]}"
        assert score(source, right) == 100
        assert score(source, right.replace(kind, "")) < 100
        assert score(source, right.replace(kind, f"{kind} {kind}")) < 100
        assert score(source, right.replace(kind, changed)) < 100
