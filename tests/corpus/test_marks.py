"""Marks and numbering are layout: taken off on both sides alike, and remembered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.corpus.readers.document import Block
from harness.corpus.segmentation.markup import unmarked


@pytest.mark.parametrize(
    ("text", "rest", "number"),
    [
        ("(一)加强合作", "加强合作", 1),
        ("（二） 推进治理", "推进治理", 2),
        ("十二、附则", "附则", 12),
        ("### **3.积极参与**", "积极参与", 3),
        ("(2) Driving growth", "Driving growth", 2),
        ("1. Strengthening", "Strengthening", 1),
        ("IV. Deepening", "Deepening", 4),
        ("Ⅰ 总则", "总则", 1),
        ("2.1 Scope", "Scope", 1),
        ("①首先", "首先", 1),
        ("• item", "item", None),
        # none of these is numbering
        ("1.5 million people", "1.5 million people", None),
        ("一、二线城市", "一、二线城市", None),
        ("I. M. Pei built it.", "I. M. Pei built it.", None),
        ("第一，我们要团结。", "第一，我们要团结。", None),
        ("2020年以来", "2020年以来", None),
        ("5G+", "5G+", None),
        ("(AI) is here", "(AI) is here", None),
        ("携手构建网络空间命运共同体(下)", "携手构建网络空间命运共同体(下)", None),
    ],
)
def test_numbering(text: str, rest: str, number: int | None) -> None:
    line = unmarked(0, Block(text, "f", (1, 1), style="line"))
    assert (line.text, line.number) == (rest, number)


@given(st.text(alphabet="#* -一(2).Ab甲_>", min_size=1, max_size=30).filter(str.strip))
def test_what_goes_is_remembered(text: str) -> None:
    line = unmarked(0, Block(text, "f", (1, 1), style="line"))
    kept = line.text + "".join(r.stretch.text for r in line.removed)
    assert sorted("".join(kept.split())) == sorted("".join(text.split()))
