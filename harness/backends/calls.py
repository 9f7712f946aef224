"""One call of an engine: what comes back is verified, and a segment that fails takes no other with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.backends.base import Backend
from harness.domain import Hypothesis, LangPair, Segment, Usage
from harness.errors import BackendError, HarnessError

Translate = Callable[[Sequence[Segment]], Sequence[Hypothesis]]


def translate_isolated(translate: Translate, segments: Sequence[Segment]) -> list[Hypothesis]:
    """Translate a batch; when it fails, halve it until only the segments that fail are without a text.

    Raises:
        BackendError: a fatal one; nothing more should be sent.
        HarnessError: the system cannot be used at all (a missing model, a wrong parameter).
    """
    try:
        return list(translate(segments))
    except BackendError as error:
        if error.fatal:
            raise
        failure: Exception = error
    except HarnessError:
        raise
    except Exception as error:  # an engine's bug on one segment must not cost the others
        failure = error
    if len(segments) == 1:
        return [Hypothesis(segments[0].id, error=describe(failure))]
    middle = len(segments) // 2
    return translate_isolated(translate, segments[:middle]) + translate_isolated(translate, segments[middle:])


def verified_call(backend: Backend, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
    """Call the engine once and check that ids, order and length are those of the segments.

    Raises:
        BackendError: they are not; pairing answers with segments would be a guess.
    """
    started = time.perf_counter()
    hypotheses = list(backend.translate(segments, pair))
    seconds = (time.perf_counter() - started) / max(1, len(segments))
    if len(hypotheses) != len(segments):
        raise BackendError(
            f"The backend '{backend.system.backend}' gave {len(hypotheses)} hypotheses for {len(segments)} segments."
        )
    for segment, hypothesis in zip(segments, hypotheses, strict=True):
        if hypothesis.id != segment.id:
            raise BackendError(
                f"The backend '{backend.system.backend}' answered the segment '{segment.id}' "
                f"with the id '{hypothesis.id}'."
            )
    return [timed(h, seconds) for h in hypotheses]


def timed(hypothesis: Hypothesis, seconds: float) -> Hypothesis:
    """The same hypothesis with its share of the call's wall time, unless the engine measured its own."""
    usage = hypothesis.usage or Usage()
    return hypothesis if usage.seconds is not None else replace(hypothesis, usage=replace(usage, seconds=seconds))


def describe(error: Exception) -> str:
    """One line for the hypothesis that an error left without a text."""
    text = error.problem if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split()) or type(error).__name__
