"""What is bought at each look."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from harness.domain import TestSet
from harness.gate.early.looks import plan
from tests.pipeline.runs import make_test_set, sentences


def news(n: int, documents: int, name: str = "news") -> TestSet:
    return make_test_set(sentences(n, seed=3), documents=documents, name=name)


@pytest.mark.parametrize(
    ("documents", "fewest", "unit"),
    [
        (1, 5, "segment"),
        (4, 5, "segment"),
        (4, 2, "document"),
        (1, 2, "segment"),
        (1, 1, "document"),
        (5, 5, "document"),
        (40, 5, "document"),
    ],
)
def test_whole_documents_where_they_are_the_units(documents: int, fewest: int, unit: str) -> None:
    tested = news(400, documents)
    looks, found = plan([tested], 7, fewest)
    assert found == unit
    sizes = Counter(s.document for s in tested.segments)
    for look in looks:
        (part,) = look.parts
        ids = [s.id for s in part.segments]
        assert ids == [s.id for s in tested.segments if s.id in set(ids)], "a part is in the order of the whole"
        if unit == "document":
            assert all(count == sizes[d] for d, count in Counter(s.document for s in part.segments).items())
    assert looks[-1].parts[0].fingerprint == tested.fingerprint
    assert looks[-1].shares[-1] == 1


def test_looks_grow_and_are_the_seed_s_own() -> None:
    sets = [news(300, 1), news(60, 1, "talks")]
    looks, _ = plan(sets, 7)
    bought = [{s.id + t.name for t in look.parts for s in t.segments} for look in looks]
    assert all(a < b for a, b in pairwise(bought))
    again, other = plan(sets, 7)[0], plan(sets, 8)[0]
    assert [look.parts for look in again] == [look.parts for look in looks]
    assert looks[0].parts != other[0].parts


def test_a_set_too_small_for_seven_looks_has_fewer() -> None:
    looks, _ = plan([news(4, 1)], 7)
    assert [look.bought for look in looks] == [1, 2, 3, 4]
