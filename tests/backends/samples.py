"""What the engines on this machine are asked in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.domain import Kind, LangPair, Segment

PAIR = LangPair("zh", "en")
TEXTS = (
    "构建网络空间命运共同体。",
    "加强数字合作！",
    "我们愿同各国一道，把握数字化、网络化、智能化机遇。",
    "会议",
    "全球发展倡议，全球安全倡议。",
)
Maker = Callable[..., Any]


def segments(*texts: str) -> list[Segment]:
    """Segments of one document."""
    return [Segment(f"s{i}", "d", 1, Kind.SENTENCE, text) for i, text in enumerate(texts)]
