"""Systems are what is ranked; hypotheses are what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.domain.canonical_json import Json, sha256_of


@dataclass(frozen=True)
class System:
    """A backend with a model, a revision and parameters.

    Attributes:
        name: the label on the board. Not part of the identity: renaming a system buys nothing twice.
        backend: catalogue name of the engine.
        model: model id, path or file; None where the engine has just one.
        revision: commit, checksum or version of the model; whatever changes when outputs may change.
        parameters: everything else that outputs depend on (prompt, beam, formality ...); never a secret.
        deterministic: False where the same call may answer differently; such outputs are cached only on request.
        timed: False where its texts were made elsewhere, so that no time says anything of it. Set from the backend's
            traits and, like `trap`, no part of the identity: it changes no output.
        trap: no translator, but a control that metrics must not fall for (the untranslated source).
    """

    name: str
    backend: str
    model: str | None = None
    revision: str | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)
    deterministic: bool = True
    timed: bool = True
    trap: bool = False

    @property
    def identity(self) -> Mapping[str, Json]:
        """All that outputs depend on, as JSON."""
        return {
            "backend": self.backend,
            "model": self.model,
            "revision": self.revision,
            "parameters": dict(self.parameters),
        }

    @cached_property
    def key(self) -> str:
        """SHA-256 of the identity: equal keys mean equal systems."""
        return sha256_of(self.identity)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one hypothesis cost. None is unknown, which is not zero."""

    seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """How a hypothesis was found in running text.

    Attributes:
        certainty: the probability that just this stretch is the segment's translation, or that it has none.
        added: text between it and the next hypothesis, which belongs to no segment.
        before: such text before the first hypothesis of all.
    """

    certainty: float
    added: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A system's output for one segment: text, or an error; never both, never a placeholder.

    Attributes:
        id: the segment's id.
        text: what is scored; "" only for a blank segment or where the system really answered nothing.
        error: one line that says why there is no text.
        raw: the answer before cleaning, where cleaning changed it.
        flags: what the engine noticed ("truncated-input", "truncated-output", "split", "cleaned", ...).
        usage: time and tokens, where known.
        cut: how it was found in running text; None where it stood by itself.
    """

    id: str
    text: str | None = None
    error: str | None = None
    raw: str | None = None
    flags: frozenset[str] = frozenset()
    usage: Usage | None = None
    cut: Cut | None = None

    def __post_init__(self) -> None:
        if (self.text is None) == (self.error is None):
            raise ValueError(f"hypothesis {self.id!r} needs a text or an error, and not both")

    @property
    def ok(self) -> bool:
        """Whether there is a text to score."""
        return self.text is not None
