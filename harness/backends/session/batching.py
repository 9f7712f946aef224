"""What is left to translate: cut into calls, without what the cache holds and without doubles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from harness.backends.base import Backend, Cache, Rereads, Traits, Turn, traits_of
from harness.domain import BackendPolicy, Hypothesis, LangPair, Segment, Usage, canonical_json

_LOOKUPS = 1000


@dataclass(frozen=True, eq=False)
class SegmentBatch:
    """One call: positions in the test set, and the context of the one segment where there is context."""

    indices: Sequence[int]
    turns: tuple[Turn, ...] = ()


@dataclass
class Ledger:
    """The hypotheses of a test set as they come in, and their way into the cache.

    Attributes:
        done: position to hypothesis.
        reuse: whether answers may be taken from the cache and put into it.
    """

    backend: Backend
    segments: Sequence[Segment]
    pair: LangPair
    cache: Cache | None
    reuse: bool
    done: dict[int, Hypothesis] = field(default_factory=dict)

    def known(self, requests: Sequence[tuple[str, str, str]]) -> Sequence[Hypothesis | None]:
        """What the cache has for each (segment id, text, context)."""
        if self.cache is None or not self.reuse or not requests:
            return [None] * len(requests)
        found = self.cache.get(self.backend.system, self.pair, requests)
        if not isinstance(self.backend, Rereads):
            return found
        texts = [source for _, source, _ in requests]
        again = self.backend.reread
        return [None if h is None else again(h, text, self.pair) for h, text in zip(found, texts, strict=True)]

    def keep(self, answers: Iterable[tuple[int, str, Hypothesis]]) -> None:
        """Take in answers (position, context, hypothesis); durable in the cache when this returns."""
        listed = list(answers)
        if self.cache is not None and self.reuse:
            fresh = [(self.segments[i].source, context, h) for i, context, h in listed if h.text and h.text.strip()]
            if fresh:
                self.cache.put(self.backend.system, self.pair, fresh)
        self.done.update((i, h) for i, _, h in listed)


def may_reuse(backend: Backend, policy: BackendPolicy) -> bool:
    """Whether the same text may be answered with an earlier answer."""
    if policy.cache == "off" or not traits_of(backend).reusable:
        return False
    return backend.system.deterministic or policy.cache == "all"


class Source(Protocol):
    """Where jobs come from; asked and told in one thread."""

    def take(self) -> SegmentBatch | None:
        """The next job that can be done now, or None."""
        ...

    def deliver(self, finished: Sequence[tuple[SegmentBatch, Sequence[Hypothesis]]]) -> None:
        """Take in what jobs brought."""
        ...


class Batches:
    """Jobs of a backend that looks at each text alone. The second of two equal texts waits for the first."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._twins: dict[int, list[int]] = {}
        self._jobs = batches(self._unknown(), ledger.segments, traits_of(ledger.backend))

    def take(self) -> SegmentBatch | None:
        """The next batch."""
        indices = next(self._jobs, None)
        return None if indices is None else SegmentBatch(indices)

    def deliver(self, finished: Sequence[tuple[SegmentBatch, Sequence[Hypothesis]]]) -> None:
        """Keep the answers, for their twins as well."""
        answers = [(i, "", h) for job, found in finished for i, h in zip(job.indices, found, strict=True)]
        self._ledger.keep(answers)
        for index, _, hypothesis in answers:
            self._settle(index, hypothesis)

    def _settle(self, index: int, hypothesis: Hypothesis) -> None:
        for twin in self._twins.pop(index, ()):
            self._ledger.done[twin] = _for_twin(hypothesis, self._ledger.segments[twin].id)

    def _unknown(self) -> Iterator[int]:
        """Positions that must be translated, found as they are wanted, so that memory does not grow with the set."""
        segments, ledger = self._ledger.segments, self._ledger
        first: dict[str, int] = {}
        for start in range(0, len(segments), _LOOKUPS):
            fresh = []
            for index in range(start, min(start + _LOOKUPS, len(segments))):
                if index in ledger.done:
                    continue
                source = segments[index].source
                original = first.setdefault(source, index) if ledger.reuse else index
                if original == index:
                    fresh.append(index)
                elif original in ledger.done:
                    ledger.done[index] = _for_twin(ledger.done[original], segments[index].id)
                else:
                    self._twins.setdefault(original, []).append(index)
            found = ledger.known([(segments[i].id, segments[i].source, "") for i in fresh])
            missing = []
            for index, hypothesis in zip(fresh, found, strict=True):
                if hypothesis is None:
                    missing.append(index)
                else:
                    ledger.done[index] = hypothesis
                    if index in self._twins:
                        self._settle(index, hypothesis)
            yield from missing


class Chains:
    """Jobs of a backend that looks at preceding segments: documents side by side, each in its order."""

    def __init__(self, ledger: Ledger, context: int) -> None:
        self._ledger = ledger
        self._context = context
        chains: dict[str, deque[int]] = {}
        for index, segment in enumerate(ledger.segments):
            if index not in ledger.done:
                chains.setdefault(segment.document, deque()).append(index)
        self._ready = deque(chains.values())
        self._chain_of: dict[SegmentBatch, deque[int]] = {}
        self._past: dict[int, deque[Turn]] = {id(c): deque(maxlen=context) for c in chains.values()}

    def take(self) -> SegmentBatch | None:
        """The next segment of a document whose preceding segments are done."""
        while self._ready:
            chain = self._ready.popleft()
            while chain:
                turns = tuple(self._past[id(chain)])
                index = chain.popleft()
                segment = self._ledger.segments[index]
                (known,) = self._ledger.known([(segment.id, segment.source, as_text(turns))])
                if known is None:
                    job = SegmentBatch((index,), turns)
                    self._chain_of[job] = chain
                    return job
                self._ledger.done[index] = known
                self._pass(chain, index)
        return None

    def deliver(self, finished: Sequence[tuple[SegmentBatch, Sequence[Hypothesis]]]) -> None:
        """Keep the answers; the segments behind them can be asked for now."""
        self._ledger.keep((job.indices[0], as_text(job.turns), found[0]) for job, found in finished)
        for job, _ in finished:
            chain = self._chain_of.pop(job, None)
            if chain is not None:
                self._pass(chain, job.indices[0])
                self._ready.append(chain)

    def _pass(self, chain: deque[int], index: int) -> None:
        self._past[id(chain)].append(Turn(self._ledger.segments[index].source, self._ledger.done[index].text))


def as_text(turns: Sequence[Turn]) -> str:
    """A context as part of the cache key."""
    return canonical_json([[t.source, t.translation] for t in turns]) if turns else ""


def batches(indices: Iterable[int], segments: Sequence[Segment], traits: Traits) -> Iterator[list[int]]:
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


def _for_twin(hypothesis: Hypothesis, segment_id: str) -> Hypothesis:
    """The same answer for an equal text; it cost nothing a second time."""
    return replace(hypothesis, id=segment_id, usage=Usage(0.0, 0, 0))
