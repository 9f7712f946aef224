"""The untranslated source as a system: the trap that a metric must not fall for."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backends.base import Traits
from harness.domain import Hypothesis, LangPair, Segment, System


class CopyBackend:
    """Answers with the source, character for character.

    COMET gives such a system about 66 of 100 on Chinese-English; a board that ranks it above a real one is broken.

    Args:
        name: the system's label.
    """

    traits = Traits(batch=1000, reusable=False, timed=False, trap=True)

    def __init__(self, *, name: str = "copy") -> None:
        self.system = System(name=name, backend="copy", revision="1")

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> list[Hypothesis]:
        """The sources."""
        return [Hypothesis(s.id, text=s.source) for s in segments]

    def close(self) -> None:
        """Nothing is held."""
