"""The words hold what they promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain import (
    Hypothesis,
    Kind,
    LangPair,
    Segment,
    Signature,
    System,
    TestSet,
    canonical_json,
)
from harness.errors import UserError

VALUE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
KEY = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters=":"), max_size=20)


@given(name=VALUE, fields=st.lists(st.tuples(KEY, VALUE), max_size=8))
def test_signatures_are_parseable(name: str, fields: list[tuple[str, str]]) -> None:
    signature = Signature(name, tuple(fields))
    assert Signature.parse(str(signature)) == signature


def test_a_hypothesis_is_a_text_or_an_error() -> None:
    with pytest.raises(ValueError, match="needs a text or an error"):
        Hypothesis("1")
    with pytest.raises(ValueError, match="not both"):
        Hypothesis("1", text="x", error="y")
    assert Hypothesis("1", text="").ok
    assert not Hypothesis("1", error="gone").ok


def test_renaming_a_system_changes_nothing_that_was_paid_for() -> None:
    one = System("a", "openai", "m", "r", {"prompt": "p", "temperature": 0})
    two = System("b", "openai", "m", "r", {"temperature": 0, "prompt": "p"})
    assert one.key == two.key
    assert one.key != System("a", "openai", "m", "r", {"prompt": "q", "temperature": 0}).key
    assert one.key != System("a", "openai", "m", "s", {"prompt": "p", "temperature": 0}).key


@pytest.mark.parametrize("text", ["zh", "zh-", "-en", "中-en", "zh/en", ""])
def test_what_is_no_language_pair_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not a language pair"):
        LangPair.parse(text)


def _segments(*texts: str, flags: frozenset[str] = frozenset()) -> tuple[Segment, ...]:
    return tuple(Segment(str(i), "d", 1, Kind.SENTENCE, t, flags) for i, t in enumerate(texts))


def test_a_test_set_refuses_doubled_ids_and_short_references() -> None:
    doubled = (*_segments("a"), *_segments("b"))
    with pytest.raises(UserError, match="twice"):
        TestSet("t", LangPair("zh", "en"), doubled, {"refA": ("x", "y")})
    with pytest.raises(UserError, match="1 texts for 2 segments"):
        TestSet("t", LangPair("zh", "en"), _segments("a", "b"), {"refA": ("x",)})


def test_the_fingerprint_covers_all_that_scores_depend_on() -> None:
    pair = LangPair("zh", "en")
    base = TestSet("t", pair, _segments("a", "b"), {"refA": ("x", "y")})
    assert base.fingerprint == TestSet("renamed", pair, _segments("a", "b"), {"refA": ("x", "y")}).fingerprint
    others = [
        TestSet("t", pair, _segments("a", "c"), {"refA": ("x", "y")}),
        TestSet("t", pair, _segments("a", "b"), {"refA": ("x", "z")}),
        TestSet("t", pair, _segments("a", "b"), {"refA": ("x", "y"), "refB": ("x", "y")}),
        TestSet("t", pair, _segments("a", "b", flags=frozenset({"truncated"})), {"refA": ("x", "y")}),
        TestSet("t", LangPair("zh", "de"), _segments("a", "b"), {"refA": ("x", "y")}),
    ]
    assert len({base.fingerprint, *(o.fingerprint for o in others)}) == 6


def test_canonical_json_refuses_what_is_not_json() -> None:
    assert canonical_json({"b": 1, "a": "文"}) == '{"a":"文","b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})
