from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.backends.base import Traits
from harness.backends.session import translate_segments as session
from harness.backends.session.batching import batches
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment, System, Usage
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


def test_loading_is_no_translation_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    class Slow(Scripted):
        def warm_up(self) -> None:
            nonlocal now
            now += 60.0

    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        nonlocal now
        now += 2.0 * len(segments)
        return upper(segments)

    monkeypatch.setattr(session, "time", SimpleNamespace(perf_counter=lambda: now))
    found = translate_all(Slow(answer, batch=3), [segment(i) for i in range(5)], PAIR, policy=POLICY)
    assert now == 130.0
    assert [h.usage.seconds for h in found if h.usage is not None] == [2.0] * 5


def test_batches_respect_both_limits() -> None:
    sizes = [3, 3, 3, 20, 1, 1, 1, 1]
    segments = [segment(i, "x" * n) for i, n in enumerate(sizes)]
    cut = list(batches(range(8), segments, Traits(batch=3, batch_characters=7)))
    assert cut == [[0, 1], [2], [3], [4, 5, 6], [7]]


class Shelf:
    """A cache in memory that counts."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str, str], Hypothesis] = {}
        self.puts: list[int] = []

    def get(self, system: System, pair: LangPair, requests: Sequence[tuple[str, str, str]]) -> list[Hypothesis | None]:
        found = [(i, self.rows.get((system.key, str(pair), text, context))) for i, text, context in requests]
        return [None if h is None else replace(h, id=i) for i, h in found]

    def put(self, system: System, pair: LangPair, entries: Sequence[tuple[str, str, Hypothesis]]) -> None:
        self.puts.append(len(entries))
        for source, context, hypothesis in entries:
            assert hypothesis.text
            self.rows[system.key, str(pair), source, context] = hypothesis


def test_a_cached_rerun_makes_no_call_and_is_equal() -> None:
    shelf, segments = Shelf(), [segment(i) for i in range(20)]
    first = translate_all(Scripted(upper), segments, PAIR, policy=POLICY, cache=shelf)
    again = Scripted(upper)
    assert translate_all(again, segments, PAIR, policy=POLICY, cache=shelf) == first
    assert again.calls == []


def test_each_call_is_stored_before_the_next() -> None:
    shelf = Shelf()

    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        if segments[0].id == "s4":
            raise KeyboardInterrupt
        return upper(segments)

    with pytest.raises(KeyboardInterrupt):
        translate_all(Scripted(answer, batch=2), [segment(i) for i in range(8)], PAIR, policy=POLICY, cache=shelf)
    assert shelf.puts == [2, 2]


def test_errors_and_empties_are_asked_again() -> None:
    shelf, answers = Shelf(), {"s0": "", "s1": None, "s2": "good"}

    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        found = [(s.id, answers[s.id]) for s in segments]
        return [Hypothesis(i, text=t) if t is not None else Hypothesis(i, error="no") for i, t in found]

    segments = [segment(i) for i in range(3)]
    translate_all(Scripted(answer), segments, PAIR, policy=POLICY, cache=shelf)
    again = Scripted(answer)
    translate_all(again, segments, PAIR, policy=POLICY, cache=shelf)
    assert again.calls == [["s0", "s1"]]


@pytest.mark.parametrize(
    ("cache", "deterministic", "reusable", "calls"),
    [
        ("deterministic", True, True, 1),
        ("deterministic", False, True, 2),
        ("all", False, True, 1),
        ("off", True, True, 2),
        ("all", True, False, 2),
    ],
)
def test_only_what_may_be_reused_is(cache: Any, deterministic: bool, reusable: bool, calls: int) -> None:
    shelf, made = Shelf(), []
    for _ in range(2):
        backend = Scripted(upper)
        backend.system = System("s", "scripted", deterministic=deterministic)
        backend.traits = Traits(reusable=reusable)
        policy = BackendPolicy(max_retries=0, cache=cache)
        # The same text twice: bought twice only where an answer may not be reused.
        found = translate_all(backend, [segment(0, "same"), segment(1, "same")], PAIR, policy=policy, cache=shelf)
        assert [(h.id, h.text) for h in found] == [("s0", "SAME"), ("s1", "SAME")]
        made += backend.calls
    assert len(made) == calls
    assert {len(call) for call in made} == ({1} if calls == 1 else {2})


def test_equal_texts_cost_once() -> None:
    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        return [Hypothesis(s.id, text=s.source.upper(), usage=Usage(2.0, 10, 5)) for s in segments]

    backend = Scripted(answer, batch=1)
    texts = ["a", "b", "a", "a", "b"]
    found = translate_all(backend, [segment(i, t) for i, t in enumerate(texts)], PAIR, policy=POLICY)
    assert [h.text for h in found] == ["A", "B", "A", "A", "B"]
    assert backend.calls == [["s0"], ["s1"]]
    assert sum(h.usage.output_tokens or 0 for h in found if h.usage) == 10


def test_secrets_never_reach_an_error() -> None:
    from harness.credentials import remember

    remember("session-canary-123")

    def answer(segments: Sequence[Segment]) -> list[Hypothesis]:
        if segments[0].id == "s0":
            raise ValueError("key session-canary-123 refused")
        return [Hypothesis(s.id, error="key session-canary-123 refused") for s in segments]

    found = translate_all(Scripted(answer, batch=1), [segment(0), segment(1)], PAIR, policy=POLICY)
    assert [h.error for h in found] == ["ValueError: key [secret] refused", "key [secret] refused"]


def test_a_backend_of_another_package_is_an_entry_point(tmp_path: Path) -> None:
    """A distribution as pip would unpack it, on the path of a fresh process."""
    (tmp_path / "theirs.py").write_text(
        "from harness.domain import Hypothesis, System\n"
        "class Reverse:\n"
        "    '''Reverses.'''\n"
        "    def __init__(self, *, name: str, loud: bool = False) -> None:\n"
        "        self.system = System(name, 'reverse', revision='1', parameters={'loud': loud})\n"
        "    def translate(self, segments, pair):\n"
        "        return [Hypothesis(s.id, text=s.source[::-1]) for s in segments]\n"
        "    def close(self): pass\n"
    )
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[harness.backends]\nreverse = theirs:Reverse\n")
    code = (
        "from harness.backends.catalogue import backends\n"
        "from harness.backends.session.translate_segments import translate_all\n"
        "from harness.domain import BackendPolicy, Kind, LangPair, Segment\n"
        "assert backends.row('reverse').origin == 'theirs'\n"
        "made = backends.create('reverse', name='r')\n"
        "segments = [Segment('1', 'd', 1, Kind.SENTENCE, 'abc'), Segment('2', 'd', 1, Kind.SENTENCE, ' ')]\n"
        "print([h.text for h in translate_all(made, segments, LangPair('zh', 'en'), policy=BackendPolicy())])\n"
        "try:\n"
        "    backends.create('reverse', name='r', lout=True)\n"
        "except Exception as error:\n"
        "    print(error.problem)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "['cba', '']\nThe backend 'reverse' has no parameter 'lout'; did you mean 'loud'?\n"
