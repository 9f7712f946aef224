"""A backend spread over Ray workers answers as it does alone, in the same order and under the same identity."""

from __future__ import annotations

import pytest

from harness.backends.catalogue import backends
from harness.domain import Kind, LangPair, Segment
from harness.errors import ConfigError

PAIR = LangPair("zh", "en")


def test_identity_is_the_engines_own() -> None:
    alone = backends.create("gloss", name="gloss")
    spread = backends.create("ray", name="gloss", of={"backend": "gloss"}, workers=3)
    assert spread.system == alone.system
    spread.close()


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({}, "which backend"),
        ({"backend": "ray", "of": {"backend": "copy"}}, "which backend"),
        ({"backend": "file", "path": __file__}, "cannot be spread"),
    ],
)
def test_what_cannot_be_spread_is_refused(of: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        backends.create("ray", name="x", of=of)


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
def test_workers_answer_in_order() -> None:
    segments = [Segment(str(i), "d", 1, Kind.SENTENCE, f"第{i}段") for i in range(130)]
    spread = backends.create("ray", name="copy", of={"backend": "copy"}, workers=2)
    try:
        found = spread.translate(segments, PAIR)
    finally:
        spread.close()
    assert [(h.id, h.text) for h in found] == [(s.id, s.source) for s in segments]
