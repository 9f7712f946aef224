"""One call of an engine: what comes back is verified, and a segment that fails takes no other with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harness.backends.base import Backend
from harness.backends.failures import describe
from harness.credentials import redact
from harness.domain import Hypothesis, Segment, Usage
from harness.errors import BackendError, HarnessError

Translate = Callable[[Sequence[Segment]], Sequence[Hypothesis]]


@dataclass
class Isolation:
    """Translates one batch; when that fails, halves it until only the segments that fail are without a text.

    Attributes:
        first: one call with all its retries.
        again: one call without any, for parts of a batch whose retries are used up.
        fatal: the error after which nothing more should be sent, once there was one.
        down: the error that all retries ended with, where nothing of the batch got through.
    """

    first: Translate
    again: Translate
    fatal: BackendError | None = None
    down: BackendError | None = None

    def translate(self, segments: Sequence[Segment]) -> list[Hypothesis]:
        """One hypothesis per segment, whatever happens.

        Raises:
            HarnessError: the system cannot be used at all (a missing model, a wrong parameter).
        """
        if self.fatal is not None:
            return _failed(segments, self.fatal)
        try:
            return list(self.first(segments))
        except BackendError as error:
            if error.fatal:
                self.fatal = error
                return _failed(segments, error)
            if error.retryable:
                return self._part(segments, error, whole=True)
            failure: Exception = error
        except HarnessError:
            raise
        except Exception as error:  # an engine's bug on one segment must not cost the others
            failure = error
        if len(segments) == 1:
            return _failed(segments, failure)
        return [h for half in _halves(segments) for h in self.translate(half)]

    def _part(self, segments: Sequence[Segment], error: BackendError, *, whole: bool) -> list[Hypothesis]:
        """After the last retry: one segment's fault or an outage? It is an outage when both halves fail as well."""
        if len(segments) == 1:
            self.down = error if whole else None
            return _failed(segments, error)
        halves = _halves(segments)
        outcomes = [self._once(half) for half in halves]
        if all(isinstance(outcome, BackendError) for outcome in outcomes):
            self.down = error if whole else None
            return _failed(segments, error)
        answers: list[Hypothesis] = []
        for half, outcome in zip(halves, outcomes, strict=True):
            answers += self._part(half, outcome, whole=False) if isinstance(outcome, BackendError) else outcome
        return answers

    def _once(self, segments: Sequence[Segment]) -> list[Hypothesis] | BackendError:
        if self.fatal is not None:
            return _failed(segments, self.fatal)
        try:
            return list(self.again(segments))
        except BackendError as error:
            if error.retryable:
                return error
            if error.fatal:
                self.fatal = error
                return _failed(segments, error)
        except HarnessError:
            raise
        except Exception as error:
            if len(segments) == 1:
                return _failed(segments, error)
        return self.translate(segments)


def _halves(segments: Sequence[Segment]) -> tuple[Sequence[Segment], Sequence[Segment]]:
    middle = len(segments) // 2
    return segments[:middle], segments[middle:]


def _failed(segments: Sequence[Segment], error: BaseException) -> list[Hypothesis]:
    raw = error.raw if isinstance(error, BackendError) else None
    return [Hypothesis(s.id, error=describe(error), raw=raw) for s in segments]


def verified(backend: Backend, segments: Sequence[Segment], hypotheses: Sequence[Hypothesis]) -> Sequence[Hypothesis]:
    """The hypotheses, when ids, order and length are those of the segments.

    Raises:
        BackendError: they are not; pairing answers with segments would be a guess.
    """
    name = backend.system.backend
    if len(hypotheses) != len(segments):
        raise BackendError(f"The backend '{name}' gave {len(hypotheses)} hypotheses for {len(segments)} segments.")
    for segment, hypothesis in zip(segments, hypotheses, strict=True):
        if hypothesis.id != segment.id:
            raise BackendError(f"The backend '{name}' answered the segment '{segment.id}' with '{hypothesis.id}'.")
    return hypotheses


def finished(hypothesis: Hypothesis, seconds: float | None) -> Hypothesis:
    """With its share of the call's wall time, unless the engine measured its own; an error without secrets.

    Args:
        hypothesis: as the engine gave it.
        seconds: None where the time says nothing of the system: its hypotheses were made elsewhere.
    """
    usage = hypothesis.usage or Usage()
    if seconds is not None and usage.seconds is None:
        hypothesis = replace(hypothesis, usage=replace(usage, seconds=seconds))
    if hypothesis.error is not None:
        hypothesis = replace(hypothesis, error=redact(" ".join(hypothesis.error.split())) or "no reason given")
    return hypothesis
