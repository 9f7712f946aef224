from __future__ import annotations

import threading
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.backends.failures import http_fault, seconds_to_wait
from harness.backends.session.concurrency import CAP, Pace
from harness.backends.session.retry import Waiting, with_retries
from harness.domain import BackendPolicy
from harness.errors import BackendError


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        self.now += seconds


@given(st.integers(0, 8), st.floats(1, 500), st.floats(0, 0.999), st.one_of(st.none(), st.floats(0, 300)))
def test_attempts_and_wall_time_are_bounded(
    retries: int, seconds: float, jitter: float, retry_after: float | None
) -> None:
    clock = Clock()
    attempts = 0

    def fails() -> None:
        nonlocal attempts
        attempts += 1
        raise BackendError("no", retryable=True, retry_after=retry_after)

    waiting = Waiting(clock=lambda: clock.now, sleep=clock.sleep, jitter=lambda: jitter)
    policy = BackendPolicy(max_retries=retries, max_seconds=seconds)
    with pytest.raises(BackendError, match="no"):
        with_retries(fails, policy, waiting, threading.Event())
    assert attempts <= retries + 1
    assert clock.now <= seconds


def test_waits_double_from_a_second_to_a_minute_less_up_to_half() -> None:
    slept: list[float] = []

    def fails() -> None:
        raise BackendError("no", retryable=True)

    for jitter, expected in ((0.0, [1, 2, 4, 8, 16, 32, 60, 60]), (0.5, [0.75, 1.5, 3, 6, 12, 24, 45, 45])):
        slept.clear()
        waiting = Waiting(clock=lambda: 0.0, sleep=lambda s, _: slept.append(s), jitter=partial(float, jitter))
        with pytest.raises(BackendError):
            with_retries(fails, BackendPolicy(max_retries=8), waiting, threading.Event())
        assert slept == expected


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_can_succeed_later(status: int) -> None:
    fault = http_fault("it", status, {}, "")
    assert fault.retryable
    assert not fault.fatal
    assert fault.throttled == (status == 429)


@pytest.mark.parametrize(
    ("status", "fatal"), [(400, False), (401, True), (403, True), (413, False), (456, True), (501, False)]
)
def test_what_cannot(status: int, fatal: bool) -> None:
    fault = http_fault("it", status, {"Retry-After": "1"}, "")
    assert not fault.retryable
    assert fault.fatal == fatal


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 10.0),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(value, now=1445412470.0) == seconds


def test_pace_shrinks_once_a_burst_and_grows_again() -> None:
    clock = Clock()
    pace = Pace(20, clock=lambda: clock.now)
    for _ in range(5):
        pace.throttled()
    assert pace.limit == 16  # one burst, one step
    for _ in range(100):
        pace.succeeded()
    assert pace.limit == 16  # still cooling down
    clock.now = 15.0
    for _ in range(17):
        pace.succeeded()
    assert pace.limit == 17
    pace.throttled()
    assert pace.limit == 13


def test_pace_stays_between_one_and_the_cap() -> None:
    clock = Clock()
    pace = Pace(500, clock=lambda: clock.now)
    assert pace.limit == CAP
    for _ in range(500):
        pace.succeeded()
    assert pace.limit == CAP
    for _ in range(50):
        pace.throttled()
        clock.now += 20
    assert pace.limit == 1
    alone = Pace(1)
    for _ in range(50):
        alone.succeeded()
    assert alone.limit == 1
