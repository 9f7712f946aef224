"""Jobs done one after another, or many at once by threads that never hold the process back."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from harness.backends.session.concurrency import Pace

J = TypeVar("J")
R = TypeVar("R")

#: After Ctrl-C, seconds to wait for answers that are on their way: they are paid for.
GRACE_SECONDS = 2.0

Deliver = Callable[[Sequence[tuple[J, R]]], None]


def run_serially(take: Callable[[], J | None], work: Callable[[J], R], deliver: Deliver[J, R]) -> None:
    """Take a job, do it, deliver it, until there is none."""
    while (job := take()) is not None:
        deliver([(job, work(job))])


class Crew(Generic[J, R]):
    """Threads that do jobs while one thread, the caller's, hands them out and takes in what is done.

    As many jobs again as may be in flight lie ready, so that a thread that is done has its next one at once and does
    not wait for the caller, who may be storing answers.

    The threads are daemons, not a ThreadPoolExecutor's: that one joins its threads at exit, and a call stuck in a
    socket would hold an interrupted process back for minutes.

    Args:
        work: does a job; called in the threads.
        pace: how many jobs may be in flight.
    """

    def __init__(self, work: Callable[[J], R], pace: Pace) -> None:
        self._work = work
        self._pace = pace
        self._jobs: queue.SimpleQueue[J | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[J, R | BaseException]] = queue.SimpleQueue()
        self._threads = 0
        self._out = 0  # jobs handed out and not taken in: in flight, or ready
        self._flying = 0
        self._may_fly = threading.Condition()

    def run(self, take: Callable[[], J | None], deliver: Deliver[J, R]) -> None:
        """Do all jobs; `take` and `deliver` are called in this thread only.

        `take` answers None when it has no job now; it is asked again after each delivery. What is done at the same time
        is delivered together. After an interruption, what comes in within GRACE_SECONDS is still delivered.
        """
        finished: list[tuple[J, R]] = []
        try:
            while True:
                self._hand_out(take)
                if not self._out:
                    return
                self._take_in(finished, self._done.get())
                with suppress(queue.Empty):
                    while True:
                        self._take_in(finished, self._done.get_nowait())
                deliver(finished)
                finished.clear()
        except BaseException:
            self._drain(finished)
            deliver(finished)
            raise
        finally:
            for _ in range(self._threads):
                self._jobs.put(None)

    def _hand_out(self, take: Callable[[], J | None]) -> None:
        while self._out < 2 * self._pace.limit and (job := take()) is not None:
            self._out += 1
            self._jobs.put(job)
            if self._threads < min(self._out, self._pace.limit):
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True, name=f"translate-{self._threads}").start()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            with self._may_fly:
                while self._flying >= self._pace.limit:
                    self._may_fly.wait()
                self._flying += 1
            try:
                self._done.put((job, self._work(job)))
            except BaseException as error:
                self._done.put((job, error))
            finally:
                with self._may_fly:
                    self._flying -= 1
                    self._may_fly.notify()

    def _take_in(self, finished: list[tuple[J, R]], item: tuple[J, R | BaseException]) -> None:
        self._out -= 1
        job, result = item
        if isinstance(result, BaseException):
            raise result
        finished.append((job, result))

    def _drain(self, finished: list[tuple[J, R]]) -> None:
        """Take back what lies ready, and wait a little for what is in flight."""
        with suppress(queue.Empty):
            while True:
                self._jobs.get_nowait()
                self._out -= 1
        until = time.monotonic() + GRACE_SECONDS
        while self._out and (left := until - time.monotonic()) > 0:
            try:
                job, result = self._done.get(timeout=left)
            except queue.Empty:
                return
            self._out -= 1
            if not isinstance(result, BaseException):
                finished.append((job, result))
