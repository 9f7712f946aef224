from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser

import pytest

from harness.domain import Run, summary_of
from harness.report.page.report_page import render, render_all
from tests.samples import HOSTILE, sample_run

RUN = sample_run()


class _Page(HTMLParser):
    """Elements with their attributes, and what stands in scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.raw:
            self._open = tag
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.raw[self._open][-1] += data
        else:
            self.words.append(data)


def _blocks(page: str) -> dict[str, object]:
    found = re.findall(r'<script type="application/octet-stream" id="data-([^"]+)">([^<]*)</script>', page)
    return {name: json.loads(zlib.decompress(base64.b64decode(text))) for name, text in found}


def _hostile(name: str) -> Run:
    run = dataclasses.replace(
        RUN,
        notes=(name,),
        provenance={"started": name, "command": [name], "git": name, name: name},
        spec={"name": name, name: [name]},
        systems=(dataclasses.replace(RUN.systems[0], name=name), *RUN.systems[1:]),
        outputs=tuple(dataclasses.replace(o, system=name) if o.system == "gloss" else o for o in RUN.outputs),
        scores=tuple(
            dataclasses.replace(s, system=name, reason=name, signature=name) if s.system == "gloss" else s
            for s in RUN.scores
        ),
        comparisons=(),
        gaps=(dataclasses.replace(RUN.gaps[0], problem=name, remedy=name),),
    )
    return run


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    page = _Page(render(RUN))
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    script, style = page.raw["script"][-1], page.raw["style"][0]
    hashes = [base64.b64encode(hashlib.sha256(x.encode()).digest()).decode() for x in (script, style)]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_page_points_nowhere_and_has_no_inline_handler_or_style() -> None:
    for tag, attributes in _Page(render(RUN)).elements:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], (tag, attributes)
        assert tag not in {"iframe", "object", "embed", "form", "base", "img"}
        for name in ("src", "href", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:,"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_element_and_no_acting_character(text: str) -> None:
    harmless, page = render(_hostile("harmless")), render(_hostile(text))
    ours, theirs = _Page(harmless), _Page(page)
    assert [t for t, _ in theirs.elements] == [t for t, _ in ours.elements]
    assert [sorted(a) for _, a in theirs.elements] == [sorted(a) for _, a in ours.elements]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", page)


def test_all_texts_and_scores_are_in_the_page() -> None:
    blocks = _blocks(render(RUN))
    assert sorted(blocks) == ["b0", "b1", "head", "n0", "n1", *(f"x{t}-{s}" for t in (0, 1) for s in (0, 1, 2))]
    texts = blocks["x0-1"]
    assert isinstance(texts, dict)
    assert texts["hyp"][:3] == list(HOSTILE[:3])
    assert texts["hyp"][8] == HOSTILE[8]
    assert texts["err"] == {"3": "=timeout after 5 attempts"}
    base = blocks["b1"]
    assert isinstance(base, dict)
    assert base["refNames"] == ["refA", "refB"]
    assert base["unscored"] == {"3": 1}
    numbers = blocks["n0"]
    assert isinstance(numbers, dict)
    assert numbers["scores"]["bleu"]["1"][3] is None
    assert numbers["scores"]["bleu"]["1"][2] == pytest.approx(0.1 + 2 / 3, abs=0.005)


def test_the_board_is_readable_without_a_script() -> None:
    words = " ".join(_Page(render(RUN)).words)
    for expected in (
        "gloss",
        "0.1 – 0.7",
        "1 segment has no hypothesis",
        "harness prefetch comet",
        "11 of 12 segments",
    ):
        assert expected in words


def test_signatures_and_hashes_are_in_the_provenance() -> None:
    page = render(RUN)
    assert RUN.test_sets[0].fingerprint in page
    assert "bleu|nrefs:2" in page


def test_a_board_over_runs_links_to_the_reports_of_its_runs() -> None:
    page = _Page(render_all([summary_of(sample_run("a run")), summary_of(sample_run("b", started="2027-01-01T0Z"))]))
    links = {a["href"] for t, a in page.elements if t == "a"}
    assert {"b/report.html", "a%20run/report.html"} <= links


def test_a_run_without_any_score_still_has_a_page() -> None:
    empty = dataclasses.replace(RUN, systems=(), outputs=(), scores=(), comparisons=(), costs={})
    assert "No system has been scored yet." in render(empty)


def test_the_same_run_gives_the_same_bytes() -> None:
    assert render(RUN) == render(sample_run())
