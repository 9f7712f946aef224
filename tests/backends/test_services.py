"""Engines across a network, against a server that speaks their protocols."""

from __future__ import annotations

import email.utils
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.backends.base import Backend
from harness.backends.catalogue import backends
from harness.backends.session.retry import Waiting
from harness.backends.session.translate_segments import translate_all
from harness.domain import BackendPolicy, Hypothesis, Kind, LangPair, Segment
from harness.errors import ConfigError, UserError
from tests.backends.services import KEY, NETWORKED, Say, Services, Status

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # Google's packages announce at import when they will drop this Python.
    pytest.mark.filterwarnings("ignore:You are using a Python version:FutureWarning"),
]

PAIR = LangPair("zh", "en")
Make = Callable[..., Backend]
SEGMENTS = tuple(Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"第{i}句。") for i in range(6))


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)

    @property
    def waiting(self) -> Waiting:
        return Waiting(clock=lambda: self.now, sleep=self.sleep, jitter=lambda: 0.0)


@pytest.fixture(params=list(NETWORKED))
def backend(request: pytest.FixtureRequest, services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    monkeypatch.setenv("KEY", KEY)
    made = NETWORKED[request.param](services.url)
    yield made
    made.close()


@pytest.fixture
def make(services: Services) -> Iterator[Callable[..., Backend]]:
    made: list[Backend] = []

    def create(name: str = "openai", **parameters: Any) -> Backend:
        if name in NETWORKED and not parameters:
            backend = NETWORKED[name](services.url)
        else:
            common = {"name": "s", "model": "m", "base_url": services.url + "/v1", "api_key_env": None}
            backend = backends.create(name, **common, **parameters)
        made.append(backend)
        return backend

    yield create
    for backend in made:
        backend.close()


def run(backend: Backend, clock: Clock | None = None, **policy: Any) -> tuple[Hypothesis, ...]:
    given = BackendPolicy(**{"concurrency": 1, "max_retries": 3, **policy})
    return translate_all(backend, SEGMENTS, PAIR, policy=given, waiting=(clock or Clock()).waiting)


def test_translates(backend: Backend, services: Services) -> None:
    found = run(backend)
    assert [h.text for h in found] == [f"EN({s.source})" for s in SEGMENTS]
    assert all(count == 1 for count in services.bought.values())


@pytest.mark.parametrize("trouble", [Status(500), Status(503), "reset", "half", "garbage"], ids=str)
def test_passing_trouble_is_tried_again(backend: Backend, services: Services, trouble: Status | str) -> None:
    services.script.extend([trouble, trouble])
    clock = Clock()
    assert all(h.ok for h in run(backend, clock))
    assert clock.slept == [1.0, 2.0]  # the waits double
    needed = {"openai": 6, "http": 2}.get(backend.system.backend, 1)
    assert len(services.requests) == needed + 2  # and nothing below the session tries again on its own


def test_retry_after_in_seconds_is_honoured(backend: Backend, services: Services) -> None:
    services.script.append(Status(429, {"Retry-After": "17"}))
    clock = Clock()
    assert all(h.ok for h in run(backend, clock))
    assert clock.slept == [17.0]


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_ends_it_at_once(backend: Backend, services: Services, code: int) -> None:
    if code == 401 and backend.system.parameters.get("api") == "v3":
        pytest.skip("the client refreshes its credentials first, and this test's anonymous ones cannot be")
    services.script.extend([Status(code)] * 50)
    found = run(backend)
    assert len(services.requests) == 1
    assert all(h.error is not None and f"HTTP {code}" in h.error for h in found)


def test_a_bad_request_costs_its_segment_only(backend: Backend, services: Services) -> None:
    services.script.append(Status(400))
    clock = Clock()
    found = run(backend, clock)
    lost = [h.id for h in found if not h.ok]
    assert lost == (["s0"] if backend.system.backend == "openai" else [])  # batches are halved, and get through
    assert clock.slept == []


def test_patience_ends(backend: Backend, services: Services) -> None:
    services.script.extend([Status(503)] * 100)
    clock = Clock()
    found = run(backend, clock, max_retries=2)
    assert not any(h.ok for h in found)
    assert found[0].error is not None
    assert "HTTP 503" in found[0].error
    assert "(3 attempts in 3 s)" in found[0].error


def test_no_retries_means_one_attempt(backend: Backend, services: Services) -> None:
    services.script.extend([Status(500)] * 100)
    clock = Clock()
    run(backend, clock, max_retries=0)
    assert clock.slept == []
    calls = {"openai": 6, "http": 6}.get(backend.system.backend, 3)  # a failed batch is asked for once more, in halves
    assert len(services.requests) == calls


def test_wall_time_is_bounded(backend: Backend, services: Services) -> None:
    services.script.append(Status(429, {"Retry-After": "3600"}))
    clock = Clock()
    found = run(backend, clock, max_seconds=600.0)
    assert clock.slept == []  # an hour would end behind the ten minutes, so it is not begun
    if backend.system.backend == "openai":
        assert found[0].error is not None
        assert "asked to wait 3600 s" in found[0].error


def test_the_key_is_not_in_the_identity(backend: Backend) -> None:
    run(backend)
    assert KEY not in repr(backend.system)


def test_retry_after_as_a_date(services: Services, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    monkeypatch.setenv("KEY", KEY)
    import time

    moment = email.utils.formatdate(time.time() + 40, usegmt=True)
    services.script.append(Status(503, {"Retry-After": moment}))
    clock = Clock()
    run(make("openai"), clock)
    assert len(clock.slept) == 1
    assert 35 < clock.slept[0] <= 40


def test_a_spent_quota_is_not_asked_again(services: Services, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    monkeypatch.setenv("KEY", KEY)
    services.script.append(Status(456))
    assert not any(h.ok for h in run(make("deepl")))
    assert len(services.requests) == 1
    body = '{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'
    services.script.append(Status(429, {}, body))
    found = run(make("openai"))
    assert not any(h.ok for h in found)
    assert len(services.requests) == 2
    assert "exceeded your current quota" in str(found[0].error)


@pytest.mark.parametrize("name", ["deepl", "libretranslate"])
def test_a_wrong_count_is_never_paired(
    services: Services, monkeypatch: pytest.MonkeyPatch, name: str, make: Make
) -> None:
    monkeypatch.setenv("KEY", KEY)
    services.script.append("count")
    found = run(make(name))
    assert [h.text for h in found] == [f"EN({s.source})" for s in SEGMENTS]


def test_a_stalled_server_is_a_timeout(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services.script.extend(["stall", "stall"])
    backend = backends.create(
        "openai", name="s", model="m", base_url=services.url + "/v1", api_key_env=None, timeout=0.2
    )
    found = run(backend, max_retries=0)
    assert [h.ok for h in found] == [False, False, True, True, True, True]
    assert "gave no answer" in str(found[0].error)


def test_what_services_are_sent(services: Services, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    monkeypatch.setenv("KEY", KEY)
    for name in ("deepl", "google", "google v3", "azure", "libretranslate", "http"):
        backend = make(name)
        backend.translate(SEGMENTS[:2], PAIR)
        backend.close()
    sent = [(path, body) for path, _, body in services.requests]
    texts = ["第0句。", "第1句。"]
    assert sent[0][1]["text"] == texts
    assert sent[0][1] | {"target_lang": "EN-US", "source_lang": "ZH", "formality": "more"} == sent[0][1]
    assert sent[1][1] | {"q": texts, "format": "text", "source": "zh-CN", "target": "en"} == sent[1][1]
    parent = "projects/p/locations/global"
    assert sent[2][0].startswith(f"/v3/{parent}:translateText")
    assert sent[2][1]["mimeType"] == "text/plain"
    assert sent[2][1]["glossaryConfig"]["glossary"] == f"{parent}/glossaries/terms"
    azure = [
        {"text": t, "language": "zh-Hans", "textType": "Plain", "targets": [{"language": "en", "tone": "formal"}]}
        for t in texts
    ]
    assert sent[3][1] == {"inputs": azure}
    assert sent[4][1] == {"q": texts, "source": "zh", "target": "en", "format": "text", "api_key": KEY}
    assert sent[5][1] == {"texts": texts, "from": "zh"}
    assert services.requests[5][1]["Authorization"] == f"Bearer {KEY}"


def test_a_missing_key_is_said_before_anything_is_sent(
    services: Services, monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    with pytest.raises(UserError, match="environment variable KEY, which holds the secret of the system 's'"):
        run(make("deepl"))
    assert services.requests == []


def test_a_key_in_the_config_is_refused_and_not_repeated() -> None:
    backend = backends.create("openai", name="s", model="m", api_key_env="sk-abcdefgh12345678")
    with pytest.raises(ConfigError) as caught:
        run(backend)
    backend.close()
    assert "abcdefgh" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Say("cut o", "length"), 'finish reason "length"'),
        (Say("", "content_filter"), 'finish reason "content_filter"'),
        (Say("odd", None), "finish reason null"),
        (Say(None), "has no content"),
        (Say("  "), "an empty answer"),
        (Say(None, refusal="I will not."), "The model refused: I will not."),
        (Say("I'm sorry, but I can't assist with that request."), "The model refused"),
        (Say("<think>The user wants"), "reasoning and no translation"),
    ],
)
def test_answers_that_are_no_translation_are_errors(services: Services, said: Say, error: str, make: Make) -> None:
    services.script.append(said)
    backend = make("openai", timeout=60.0)
    found = run(backend)
    assert found[0].text is None
    assert error in str(found[0].error)
    assert all(h.ok for h in found[1:])


def test_cleaned_answers_keep_the_raw_one_and_tokens_are_counted(services: Services, make: Make) -> None:
    raw = '<think>hm</think>\nHere is the translation:\n\n"Hello."\n\nNote: informal.'
    services.script.append(Say(raw))
    backend = make("openai", timeout=60.0)
    found = run(backend)
    assert (found[0].text, found[0].raw, found[0].flags) == ("Hello.", raw, frozenset({"cleaned"}))
    assert (found[1].raw, found[1].flags) == (None, frozenset())
    usage = found[1].usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (11, 7)
    assert usage.seconds is not None


def test_context_shows_own_translations_document_by_document(services: Services) -> None:
    segments = [Segment(f"{d}{i}", d, 1, Kind.SENTENCE, f"{d}{i}") for i in range(4) for d in "ab"]
    backend = backends.create(
        "openai", name="s", model="m", base_url=services.url + "/v1", api_key_env=None, context=2, system_prompt=""
    )
    found = translate_all(backend, segments, PAIR, policy=BackendPolicy(concurrency=8))
    assert [h.text for h in found] == [f"EN({s.source})" for s in segments]
    asked = {b["messages"][-1]["content"]: [m["content"] for m in b["messages"][:-1]] for _, _, b in services.requests}
    assert asked["a0"] == []
    assert asked["a1"] == ["a0", "EN(a0)"]
    assert asked["b3"] == ["b1", "EN(b1)", "b2", "EN(b2)"]
    assert services.most_flying <= 2  # two documents


def test_a_429_shrinks_the_calls_in_flight_and_a_500_does_not(services: Services, make: Make) -> None:
    from harness.backends.session.translate_segments import Caller

    backend = make("openai", timeout=60.0)
    for code, limit in ((500, 10), (429, 8)):
        services.script.append(Status(code))
        caller = Caller(backend, SEGMENTS, PAIR, BackendPolicy(concurrency=10, max_retries=0), Clock().waiting)
        from harness.backends.session.batching import SegmentBatch

        caller.do(SegmentBatch((0,)))
        assert caller.pace.limit == limit


def test_an_endpoint_with_a_limit_loses_nothing(services: Services, make: Make) -> None:
    services.flying_limit = 6
    services.latency = 0.01
    segments = [Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"第{i}句") for i in range(120)]
    backend = make("openai", timeout=60.0)
    waiting = Waiting(sleep=lambda seconds, stop: stop.wait(seconds / 100))
    found = translate_all(backend, segments, PAIR, policy=BackendPolicy(max_retries=20), waiting=waiting)
    assert [h.text for h in found] == [f"EN({s.source})" for s in segments]
    assert max(services.bought.values()) == 1


def test_an_outage_ends_the_calls(services: Services, make: Make) -> None:
    services.script.extend([Status(503)] * 1000)
    segments = [Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"第{i}句") for i in range(60)]
    backend = make("openai", timeout=60.0)
    policy = BackendPolicy(concurrency=1, max_retries=1)
    found = translate_all(backend, segments, PAIR, policy=policy, waiting=Clock().waiting)
    assert len(services.requests) == 10 * 2
    assert "10 calls in a row had failed, the last with: The endpoint" in str(found[-1].error)


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"headers": {"Authorization": "Bearer canary-in-config"}}, "has a secret of its own"),
        ({"query": {"api_key": "canary-in-config"}}, "has a secret of its own"),
        ({"body": {"q": "{txt}"}}, "an unknown field {txt}"),
        ({"body": {"q": "x"}}, "neither {text} nor {texts}"),
        ({"headers": {"X": "{key}"}}, "need each other"),
        ({"api_key_env": "KEY"}, "need each other"),
        ({"batch": 2}, "needs a body with"),
        ({"batch": 2, "body": {"q": "{texts}"}}, "needs a list in the answer"),
        ({"method": "DELETE"}, "no method 'DELETE'"),
        ({"url": "ftp://127.0.0.1/x"}, "is not an http or https address"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(parameters: dict[str, Any], problem: str) -> None:
    good = {"url": "http://127.0.0.1:9/x", "body": {"q": "{text}"}, "answer": "out"}
    with pytest.raises(ConfigError) as caught:
        backends.create("http", name="s", **{**good, **parameters})
    assert problem in str(caught.value)
    assert "canary-in-config" not in str(caught.value)


def test_times_of_calls_in_flight_add_up_to_the_time_taken(services: Services, make: Make) -> None:
    import time

    services.latency = 0.05
    segments = [Segment(f"s{i}", "d", 1, Kind.SENTENCE, f"第{i}句") for i in range(60)]
    backend = make("openai", timeout=60.0)
    backend.translate(segments[:1], PAIR)
    started = time.perf_counter()
    found = translate_all(backend, segments, PAIR, policy=BackendPolicy(concurrency=10))
    elapsed = time.perf_counter() - started
    told = sum(h.usage.seconds or 0.0 for h in found if h.usage)
    assert 0.4 * elapsed < told < 1.5 * elapsed  # the sum of the calls' own times is ten times as much
