from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from harness.backends.base import Traits
from harness.backends.jobs import batches
from harness.backends.session import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment, System
from harness.errors import BackendError, MissingModelError

PAIR = LangPair("zh", "en")
POLICY = BackendPolicy(max_retries=0)


def segment(i: int, text: str | None = None) -> Segment:
    return Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"text {i}" if text is None else text)


class Scripted:
    """A backend whose answers a test writes."""

    def __init__(self, answer: Callable[[Sequence[Segment]], Sequence[Hypothesis]], *, batch: int = 8) -> None:
        self.system = System("scripted", "scripted")
        self.traits = Traits(batch=batch)
        self.calls: list[list[str]] = []
        self._answer = answer

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> Sequence[Hypothesis]:
        self.calls.append([s.id for s in segments])
        return self._answer(segments)

    def close(self) -> None: ...


def upper(segments: Sequence[Segment]) -> list[Hypothesis]:
    return [Hypothesis(s.id, text=s.source.upper()) for s in segments]


def test_blanks_are_never_passed() -> None:
    backend = Scripted(upper)
    found = translate_all(backend, [segment(0), segment(1, "\t \u3000"), segment(2, "")], PAIR, policy=POLICY)
    assert [h.text for h in found] == ["TEXT 0", "", ""]
    assert backend.calls == [["s0"]]


@pytest.mark.parametrize("error", [BackendError("no such word"), ValueError("no such word")])
def test_a_failing_segment_loses_itself_only(error: Exception) -> None:
    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        if any(s.id == "s5" for s in segments):
            raise error
        return upper(segments)

    found = translate_all(Scripted(answer), [segment(i) for i in range(20)], PAIR, policy=POLICY)
    assert [h.id for h in found if not h.ok] == ["s5"]
    assert found[5].error is not None
    assert "no such word" in found[5].error
    assert all(h.text == f"TEXT {i}" for i, h in enumerate(found) if i != 5)


@pytest.mark.parametrize(
    "spoil",
    [lambda h: h[:-1], lambda h: [*h, h[0]], lambda h: h[::-1], lambda h: []],
    ids=["short", "long", "order", "none"],
)
def test_answers_that_cannot_be_paired_are_never_paired(spoil: Callable[[list[Hypothesis]], list[Hypothesis]]) -> None:
    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        found = upper(segments)
        return spoil(found) if len(segments) > 1 else found

    found = translate_all(Scripted(answer), [segment(i) for i in range(8)], PAIR, policy=POLICY)
    assert [h.text for h in found] == [f"TEXT {i}" for i in range(8)]


def test_a_fatal_error_stops_the_calls_and_keeps_what_was_done() -> None:
    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        if segments[0].id == "s2":
            raise BackendError("the quota is spent", fatal=True)
        return upper(segments)

    backend = Scripted(answer, batch=2)
    found = translate_all(backend, [segment(i) for i in range(8)], PAIR, policy=POLICY)
    assert [h.text for h in found[:2]] == ["TEXT 0", "TEXT 1"]
    assert {h.error for h in found[2:]} == {"the quota is spent"}
    assert len(backend.calls) == 2


def test_an_engine_that_cannot_start_ends_it() -> None:
    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        raise MissingModelError("no model here")

    with pytest.raises(MissingModelError):
        translate_all(Scripted(answer), [segment(0)], PAIR, policy=POLICY)


def test_progress_counts_every_segment_once() -> None:
    seen: list[tuple[int, int]] = []
    translate_all(
        Scripted(upper, batch=2),
        [segment(i, "" if i == 3 else None) for i in range(7)],
        PAIR,
        policy=POLICY,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(3, 7), (5, 7), (7, 7)]


def test_each_hypothesis_knows_its_time() -> None:
    found = translate_all(Scripted(upper), [segment(0)], PAIR, policy=POLICY)
    assert found[0].usage is not None
    assert found[0].usage.seconds is not None
    assert found[0].usage.seconds >= 0


def test_batches_respect_both_limits() -> None:
    sizes = [3, 3, 3, 20, 1, 1, 1, 1]
    segments = [segment(i, "x" * n) for i, n in enumerate(sizes)]
    cut = list(batches(range(8), segments, Traits(batch=3, batch_characters=7)))
    assert cut == [[0, 1], [2], [3], [4, 5, 6], [7]]
