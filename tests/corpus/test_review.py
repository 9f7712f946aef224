"""The review page: everything is on it, nothing on it runs, and it says what is not sure."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from harness.corpus.ingest.build import IngestOptions, ingest
from harness.corpus.ingest.result import IngestResult
from harness.corpus.ingest.review import render_review
from harness.corpus.readers.document import plain_document
from harness.domain.corpus import LangPair

TEXT = """# 主席声明 <b>

亚太经合组织（APEC）于2024年11月举行会议。
<script>alert(1)</script>各方同意\u202e加强合作，
共同发展。
这一句没有译文，谁也没有翻译过它的任何一个字。

# Chair's Statement <b>

The Asia-Pacific Economic Cooperation (APEC) held a meeting in November 2024.
The parties agreed to <img src=x onerror=alert(2)> strengthen cooperation
and develop together.
"""


@pytest.fixture(scope="module")
def result() -> IngestResult:
    document = plain_document(TEXT, "document.txt", sha256="0" * 64)
    return ingest("apec", [[document]], IngestOptions(pair=LangPair("zh", "en")))


class Page(HTMLParser):
    """Tags with attributes, and the text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown: list[str] = []
        self.raw: dict[str, str] = {}
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("style", "script"):
            self.raw[self.inside] = self.raw.get(self.inside, "") + data
        else:
            self.shown.append(data)


def test_every_pair_and_everything_in_no_segment_is_on_the_page(result: IngestResult) -> None:
    page = Page(render_review(result))
    shown = re.sub(r"\s+", "", "".join(page.shown))
    articles = [attributes for tag, attributes in page.tags if tag == "article"]
    assert len(articles) == sum(len(d.pairs) for d in result.documents)
    for document in result.documents:
        for sentence in (*document.source, *document.target):
            text = sentence.text.replace("\u202e", "U+202E")
            # Healed places carry a label for screen readers.
            bare = re.sub(r"\[(linebreak|pagebreak|wordcut)\]", "", shown)
            assert re.sub(r"\s+", "", text) in bare
        for removed in document.removed:
            assert re.sub(r"\s+", "", removed.stretch.text.replace("\u202e", "U+202E")) in shown


def test_what_is_not_sure_is_marked(result: IngestResult) -> None:
    page = Page(render_review(result))
    classes = [(attributes.get("class") or "").split() for tag, attributes in page.tags if tag == "article"]
    pairs = [p for d in result.documents for p in d.pairs]
    assert any("unaligned" in p.flags for p in pairs)
    for pair, found in zip(pairs, classes, strict=True):
        assert ("look" in found) == (bool(pair.flags) or pair.confidence < result.threshold)
        assert ("missing" in found) == (not pair.source or not pair.target)
        assert ("uneven" in found) == (pair.shape != "1:1")
    assert sum(d.healed for d in result.documents) > 0
    assert [tag for tag, _ in page.tags].count("mark") == sum(d.healed for d in result.documents)


def test_nothing_of_the_text_becomes_markup(result: IngestResult) -> None:
    text = render_review(result)
    page = Page(text)
    names = {tag for tag, _ in page.tags}
    assert "img" not in names
    assert [tag for tag, _ in page.tags].count("script") == 1
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "src")}
        assert attributes.get("href", "#") in ("#", "#pairs", "data:,")
    assert "\u202e" not in text
    assert "://" not in text


def test_only_its_own_style_and_script_may_run(result: IngestResult) -> None:
    page = Page(render_review(result))
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_the_same_result_gives_the_same_page(result: IngestResult) -> None:
    assert render_review(result) == render_review(result)


def test_languages_are_said_for_fonts_and_readers(result: IngestResult) -> None:
    page = Page(render_review(result))
    sides = {a.get("lang") for t, a in page.tags if t == "div" and "side" in (a.get("class") or "")}
    assert {"zh", "en"} <= sides
