"""Translate a test set with a backend: what every engine needs and none should have to do itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from harness.backends.base import Backend, Cache, Prepares, TranslatesInContext, WarmsUp, traits_of
from harness.backends.session.batching import Batches, Chains, Ledger, SegmentBatch, Source, may_reuse
from harness.backends.session.concurrency import Pace
from harness.backends.session.isolation import Isolation, finished, verified
from harness.backends.session.retry import Waiting, with_retries
from harness.backends.session.threads import Crew, run_serially
from harness.domain import BackendPolicy, Hypothesis, LangPair, Segment
from harness.errors import BackendError

Progress = Callable[[int, int], None]

#: Calls in a row that may end in failure, all retries used up, before nothing more is sent.
OUTAGE_CALLS = 10


def translate_all(  # noqa: PLR0913 - the one door to all backends
    backend: Backend,
    segments: Sequence[Segment],
    pair: LangPair,
    *,
    policy: BackendPolicy,
    cache: Cache | None = None,
    kept: Mapping[str, Hypothesis] | None = None,
    progress: Progress | None = None,
    waiting: Waiting | None = None,
) -> tuple[Hypothesis, ...]:
    """One hypothesis per segment, in their order.

    Blank segments stay blank and never reach the engine. What the cache holds is not asked for again; each answer is
    in the cache as soon as it is there. A segment that fails is a hypothesis with an error and costs no other segment
    its text; how many may fail is for the caller to judge (`policy.fail_on_error`).

    Args:
        backend: the engine; the caller closes it.
        segments: of one test set, in its order.
        pair: languages.
        policy: retries, concurrency, caching.
        cache: translations bought before, or None.
        kept: by segment id, answers of an earlier run of this very system that are not to be asked for again.
        progress: called with (segments done, segments in all) as work proceeds, in this thread.
        waiting: clock, sleep and jitter; the real ones by default.

    Raises:
        UserError: the engine's input does not fit (a hypothesis file with other ids).
        InfrastructureError: the engine cannot start at all (a missing model).
        KeyboardInterrupt: passed on; what was finished is in the cache.
    """
    if isinstance(backend, Prepares):
        backend.prepare(segments, pair)
    ledger = Ledger(backend, segments, pair, cache, may_reuse(backend, policy))
    ledger.done.update((i, Hypothesis(s.id, text="")) for i, s in enumerate(segments) if s.blank)
    if kept is not None:
        ledger.done.update((i, kept[s.id]) for i, s in enumerate(segments) if not s.blank and s.id in kept)
    traits = traits_of(backend)
    in_context = traits.context > 0 and isinstance(backend, TranslatesInContext)
    source: Source = Chains(ledger, traits.context) if in_context else Batches(ledger)

    shown = -1

    def show() -> None:
        nonlocal shown
        if progress is not None and len(ledger.done) != shown:
            shown = len(ledger.done)
            progress(shown, len(segments))

    def deliver(done: Sequence[tuple[SegmentBatch, Sequence[Hypothesis]]]) -> None:
        source.deliver(done)
        show()

    caller = Caller(backend, segments, pair, policy, waiting or Waiting())
    try:
        if traits.concurrent:
            Crew(caller.do, caller.pace).run(source.take, deliver)
        else:
            run_serially(source.take, caller.do, deliver)
    finally:
        caller.stop.set()
    show()
    return tuple(ledger.done[i] for i in range(len(segments)))


class Caller:
    """Does jobs: with retries, at the engine's pace, until the engine is known to be down. Thread-safe."""

    def __init__(
        self, backend: Backend, segments: Sequence[Segment], pair: LangPair, policy: BackendPolicy, waiting: Waiting
    ) -> None:
        self.stop = threading.Event()
        self.pace = Pace(policy.concurrency, clock=waiting.clock)
        self._backend = backend
        self._segments = segments
        self._pair = pair
        self._policy = policy
        self._waiting = waiting
        self._down: BackendError | None = None
        self._failed_in_a_row = 0
        self._flying = 0
        self._lock = threading.Lock()

    def do(self, job: SegmentBatch) -> list[Hypothesis]:
        """The hypotheses of a job: texts, or errors."""
        once = partial(self._once, job)
        isolation = Isolation(partial(self._patiently, once), once, fatal=self._down)
        answers = isolation.translate([self._segments[i] for i in job.indices])
        self._judge(isolation)
        return answers

    def _once(self, job: SegmentBatch, some: Sequence[Segment]) -> list[Hypothesis]:
        """One call. Its time is shared with the calls that were in flight with it, so that a system's seconds add up
        to the time its translation took. What had to be loaded first is no part of it."""
        if isinstance(self._backend, WarmsUp):
            self._backend.warm_up()
        with self._lock:
            self._flying += 1
            before = self._flying
        started = time.perf_counter()
        try:
            if job.turns and isinstance(self._backend, TranslatesInContext):
                found: Sequence[Hypothesis] = [self._backend.translate_in_context(some[0], job.turns, self._pair)]
            else:
                found = list(self._backend.translate(some, self._pair))
        finally:
            with self._lock:
                together = (before + self._flying) / 2
                self._flying -= 1
        seconds = (time.perf_counter() - started) / together / max(1, len(some))
        share = seconds if traits_of(self._backend).timed else None
        return [finished(h, share) for h in verified(self._backend, some, found)]

    def _patiently(
        self, once: Callable[[Sequence[Segment]], list[Hypothesis]], some: Sequence[Segment]
    ) -> list[Hypothesis]:
        answers = with_retries(
            partial(once, some), self._policy, self._waiting, self.stop, on_throttle=self.pace.throttled
        )
        self.pace.succeeded()
        return answers

    def _judge(self, isolation: Isolation) -> None:
        """A fatal error, or failure after failure, ends the calls: an engine that is down costs minutes, not days."""
        with self._lock:
            if isolation.fatal is not None:
                self._down = isolation.fatal
            elif isolation.down is None:
                self._failed_in_a_row = 0
            else:
                self._failed_in_a_row += 1
                if self._failed_in_a_row >= OUTAGE_CALLS and self._down is None:
                    self._down = BackendError(
                        f"Not sent: {OUTAGE_CALLS} calls in a row had failed, the last with: {isolation.down.problem}",
                        fatal=True,
                    )
