"""Which language a line is in: the source's side or the target's."""

from __future__ import annotations

import re
from typing import Literal

from harness.domain.corpus import LangPair
from harness.language.codes import primary
from harness.language.script import han_count

Side = Literal["source", "target"]

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’´-][A-Za-zÀ-ɏ]+)*")


def tells_sides_apart(pair: LangPair) -> bool:
    """Whether script alone says which side a line is on: one side Chinese, the other not."""
    return (primary(pair.source) == "zh") != (primary(pair.target) == "zh")


def side_of(text: str, pair: LangPair) -> Side | None:
    """The side of a line, or None for one without words ("3", "***", "- 5 -").

    A Chinese line may hold Latin names and an English one Chinese titles: what counts is whether there are more
    ideographs than Latin words. ("AI教育大会 AIED 2019" is Chinese; "the theme 共启" is English.)
    """
    han = han_count(text)
    words = len(_WORD.findall(text))
    if han == 0 and words == 0:
        return None
    chinese: Side = "source" if primary(pair.source) == "zh" else "target"
    other: Side = "target" if chinese == "source" else "source"
    return chinese if han > words else other


def is_mixed(text: str) -> bool:
    """Whether a line has both ideographs and Latin words."""
    return han_count(text) > 0 and _WORD.search(text) is not None
