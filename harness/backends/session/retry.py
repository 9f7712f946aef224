"""Trying again: only what can succeed later, as long as asked, never longer than allowed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from harness.domain import BackendPolicy
from harness.errors import BackendError

T = TypeVar("T")


@dataclass(frozen=True)
class Waiting:
    """How the passing of time is known; tests put their own in.

    Attributes:
        clock: seconds, monotonic.
        sleep: wait so many seconds, or until the event is set.
        jitter: a number in [0, 1), drawn for each wait.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float, threading.Event], object] = field(default=lambda seconds, stop: stop.wait(seconds))
    jitter: Callable[[], float] = random.random


FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0


def with_retries(
    call: Callable[[], T],
    policy: BackendPolicy,
    waiting: Waiting,
    stop: threading.Event,
    *,
    on_throttle: Callable[[], None] = lambda: None,
) -> T:
    """Call until it succeeds, cannot succeed, or patience ends.

    Waits double from one second to a minute, less up to half at random, so that many callers do not come back
    together; an engine's own Retry-After is waited out in full. The time to wait counts into `policy.max_seconds`: a
    wait that would end after it is not begun.

    Raises:
        BackendError: the last error, and how often it was tried.
    """
    started = waiting.clock()
    attempt = 0
    while True:
        try:
            return call()
        except BackendError as error:
            if error.throttled:
                on_throttle()
            if not error.retryable:
                raise
            attempt += 1
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)) * (1 - waiting.jitter() / 2)
            if error.retry_after is not None:
                wait = max(wait, error.retry_after)
            spent = waiting.clock() - started
            if attempt > policy.max_retries or spent + wait > policy.max_seconds or stop.is_set():
                raise _given_up(error, attempt, spent) from error
        waiting.sleep(wait, stop)


def _given_up(error: BackendError, attempts: int, seconds: float) -> BackendError:
    after = "" if attempts == 1 else f" ({attempts} attempts in {seconds:.0f} s)"
    asked = "" if error.retry_after is None else f"; it asked to wait {error.retry_after:.0f} s"
    return BackendError(
        f"{error.problem}{asked}{after}",
        retryable=True,
        retry_after=error.retry_after,
        throttled=error.throttled,
        raw=error.raw,
        remedy=error.remedy,
    )
