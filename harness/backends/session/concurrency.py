"""How many calls are in flight: as many as the other side bears."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

CAP = 100
SHRINK = 0.8
COOLDOWN_SECONDS = 15.0


class Pace:
    """An adaptive limit on calls in flight.

    It grows by one each time as many calls as the limit have succeeded, up to CAP; on a 429 it shrinks to 0.8 of
    itself, and then neither shrinks nor grows for a cooldown: the other calls of the same burst say the same thing. A
    5xx does not shrink it, for it says nothing about the number of calls. A start of 1 stays 1: who asks for one call
    at a time means it.

    Args:
        start: calls in flight at the beginning, 1 to CAP.
        clock: seconds, monotonic.
    """

    def __init__(self, start: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = max(1, min(start, CAP))
        self._fixed = start <= 1
        self._clock = clock
        self._lock = threading.Lock()
        self._succeeded = 0
        self._calm_after = float("-inf")

    @property
    def limit(self) -> int:
        """Calls that may be in flight now."""
        return self._limit

    def throttled(self) -> None:
        """The engine said 429."""
        with self._lock:
            now = self._clock()
            if now < self._calm_after:
                return
            self._limit = max(1, int(self._limit * SHRINK))
            self._succeeded = 0
            self._calm_after = now + COOLDOWN_SECONDS

    def succeeded(self) -> None:
        """A call came back well."""
        with self._lock:
            self._succeeded += 1
            if self._fixed or self._succeeded < self._limit or self._clock() < self._calm_after:
                return
            self._succeeded = 0
            self._limit = min(CAP, self._limit + 1)
