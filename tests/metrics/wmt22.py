"""WMT22 Chinese-English: real outputs, two references. Not shipped; tests that need it skip where it is absent."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from harness.domain import ScoringUnit
from harness.files import read_text, split_lines

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "wmt22-zh-en"

needs_wmt22 = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER.name} is not beside this checkout")


@lru_cache(maxsize=32)
def lines(name: str) -> list[str]:
    return split_lines(read_text(FOLDER / name).text)


def systems() -> list[str]:
    return sorted(path.stem for path in (FOLDER / "systems").glob("*.en"))


def references(count: int) -> list[list[str]]:
    return [lines("refA.en"), lines("refB.en")][:count]


def units(system: str, n_refs: int, every: int = 1) -> list[ScoringUnit]:
    streams = zip(lines("source.zh"), lines(f"systems/{system}.en"), *references(n_refs), strict=True)
    return [
        ScoringUnit(system, "wmt22", str(i), "d", source, hypothesis, tuple(refs))
        for i, (source, hypothesis, *refs) in enumerate(streams)
        if i % every == 0
    ]
