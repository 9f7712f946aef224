"""Where sentences end, in Chinese and in English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.corpus.segmentation.sentences import sentence_spans


def sentences(text: str, language: str) -> list[str]:
    return [text[a:b].strip() for a, b in sentence_spans(text, language)]


@pytest.mark.parametrize(
    "parts",
    [
        ["The U.S. President met Mr. Smith.", "They spoke at 3.5 p.m. on Jan. 5."],
        ["He lives in the U.S. According to him, it is large."],
        ["J. K. Rowling wrote it.", "No. 5 is alive."],
        ["Is it so?", "Yes!", "“It is.”", "He said so."],
        ["It cost $1.5 million.", "2020 was hard."],
        ["“Why?” he asked.", "Nobody knew."],
        ["The rules (see Art. 5. Text here) apply.", "They always did."],
        ["I. Deepening Cooperation"],
        ["See www.example.com for more.", "E-commerce grows."],
        ["Do the following: 1. Build roads; 2. Build ports."],
        ["He left... Then he came back."],
    ],
)
def test_english(parts: list[str]) -> None:
    found = sentences(" ".join(parts), "en")
    if parts[0].startswith("He lives"):
        parts = ["He lives in the U.S.", "According to him, it is large."]
    if parts[0].startswith("He left"):
        parts = ["He left...", "Then he came back."]
    assert found == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["甲来了。", "乙走了！", "丙呢？"],
        ["他说：“我来了。”", "她走了。"],
        ["“以人为本！”的理念很好。"],
        ["坚持“以人为本 智能向善”，培育生态；推动合作。"],
        ["《你好，世界！》是一本书。", "很好。"],
        ["（见附件。）本文如下。"],
        ["价格是3.5元。", "很便宜。"],
        ["为什么？！", "不知道……走吧。"],
        ["半角也行.", "对吧?", "对!"],
        ["“甲。”", "“乙。”"],
    ],
)
def test_chinese(parts: list[str]) -> None:
    assert sentences("".join(parts), "zh") == parts


@given(st.text(alphabet="甲乙。！？”“（）AbU.S \"'；,1!?", max_size=80), st.sampled_from(["zh", "en"]))
def test_sentences_cover_the_text_in_order(text: str, language: str) -> None:
    spans = sentence_spans(text, language)
    assert "".join(text[a:b] for a, b in spans) == text
