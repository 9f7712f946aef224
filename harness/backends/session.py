"""Translate a test set with a backend: what every engine needs and none should have to do itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from harness.backends.base import Backend, Cache, Prepares, Traits, traits_of
from harness.backends.calls import describe, translate_isolated, verified_call
from harness.domain import BackendPolicy, Hypothesis, LangPair, Segment
from harness.errors import BackendError

Progress = Callable[[int, int], None]


def translate_all(
    backend: Backend,
    segments: Sequence[Segment],
    pair: LangPair,
    *,
    policy: BackendPolicy,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> tuple[Hypothesis, ...]:
    """One hypothesis per segment, in their order.

    Blank segments stay blank and never reach the engine. A segment that fails is a hypothesis with an error and costs
    no other segment its text; how many may fail is for the caller to judge (`policy.fail_on_error`).

    Args:
        backend: the engine; the caller closes it.
        segments: of one test set, in its order.
        pair: languages.
        policy: retries, concurrency, caching.
        cache: translations bought before, or None.
        progress: called with (segments done, segments in all) as work proceeds.

    Raises:
        UserError: the engine's input does not fit (a hypothesis file with other ids).
        InfrastructureError: the engine cannot start at all (a missing model).
        KeyboardInterrupt: passed on; what was finished is in the cache.
    """
    if isinstance(backend, Prepares):
        backend.prepare(segments, pair)
    done: dict[int, Hypothesis] = {i: Hypothesis(s.id, text="") for i, s in enumerate(segments) if s.blank}
    todo = [i for i, s in enumerate(segments) if not s.blank]
    down: BackendError | None = None
    for batch in batches(todo, segments, traits_of(backend)):
        wanted = [segments[i] for i in batch]
        if down is None:
            try:
                answers = translate_isolated(lambda some: verified_call(backend, some, pair), wanted)
            except BackendError as error:
                down = error
        if down is not None:
            answers = [Hypothesis(s.id, error=describe(down)) for s in wanted]
        done.update(zip(batch, answers, strict=True))
        if progress is not None:
            progress(len(done), len(segments))
    return tuple(done[i] for i in range(len(segments)))


def batches(indices: Sequence[int], segments: Sequence[Segment], traits: Traits) -> Iterator[list[int]]:
    """Cut the work into calls that respect the engine's limits; a segment over the limit goes alone."""
    batch: list[int] = []
    characters = 0
    for index in indices:
        size = len(segments[index].source)
        full = len(batch) >= traits.batch
        if traits.batch_characters is not None:
            full = full or characters + size > traits.batch_characters
        if batch and full:
            yield batch
            batch, characters = [], 0
        batch.append(index)
        characters += size
    if batch:
        yield batch
