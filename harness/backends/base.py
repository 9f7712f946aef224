"""The one seam every engine stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from harness.domain import Hypothesis, LangPair, Segment, System


@runtime_checkable
class Backend(Protocol):
    """An engine with a model and parameters.

    Constructors take keyword arguments only: `name` (the system's label) and the JSON-able parameters of its config
    entry, typed, documented in the class docstring. They do the heavy imports and find the model; a missing package or
    model is a MissingExtraError or MissingModelError, a wrong parameter a ConfigError.
    """

    system: System

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> Sequence[Hypothesis]:
        """One hypothesis per segment: same ids, same order, same length.

        A segment that fails becomes a hypothesis with an error; an exception is for an engine that cannot go on at all.
        Blank segments are never passed.
        """
        ...

    def close(self) -> None:
        """Give back what is held; called once, also after a failure."""
        ...
