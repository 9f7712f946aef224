"""The one seam every engine stands behind, and what the session around it may know of an engine.

How a backend is written (`docs/backends.md` says it at length):

* One class, keyword-only constructor: `name`, then the JSON-able parameters of its config entry.
* The constructor is cheap. It checks that its package can be imported (`importlib.util.find_spec`) and that its model
  is on this machine, and computes `system`, which holds all that outputs depend on. It does not load the model: the
  first `translate` does. A run whose every segment is in the translation cache never calls `translate`, so it never
  pays for a model; and a cache can only be asked when the identity is known.
* `translate` answers what it is given. Caching, retries, concurrency, batching, blank segments and the isolation of a
  segment that fails are the session's (`harness.backends.session.translate_segments`), not the backend's.
* What failed is said by exceptions: `BackendError(retryable=True)` for a call that may succeed later (the session tries
  again), `BackendError(fatal=True)` for an engine that will refuse every later call too (a wrong key, a spent quota:
  nothing more is sent), any other error for this call alone (the session halves the batch until the segment that fails
  is alone). Other kinds of HarnessError (a missing model, a wrong parameter) end the translation of this system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from harness.domain import Hypothesis, LangPair, Segment, System


@dataclass(frozen=True, slots=True)
class Traits:
    """How an engine wants to be called.

    Attributes:
        batch: most segments in one call. Each call's answers are durable before the next begins, so this is also what
            a killed process can lose.
        batch_characters: most characters of source in one call, or None.
        concurrent: calls may overlap: the engine waits on a network and its `translate` is thread-safe.
        reusable: the same text always has the same answer and the answer is worth keeping. False for `file` (its
            answers belong to ids, not to texts) and for engines that are quicker than a look-up.
        context: how many preceding segments of the document the engine wants to see, with its own translations of
            them; above 0 the engine has `translate_in_context`.
        timed: the time of a call says something of the system. False where its texts were made elsewhere: such a
            system has no seconds and no speed, in no report and for no gate.
        trap: no translator, but what a metric must not fall for; the board shows it, and ranks it among no rivals.
        versioned: `system.revision` is always known. False for services, which do not tell their version (a user may),
            and for programs, whose files stand among the parameters.
    """

    batch: int = 64
    batch_characters: int | None = None
    concurrent: bool = False
    reusable: bool = True
    context: int = 0
    timed: bool = True
    trap: bool = False
    versioned: bool = True


DEFAULT_TRAITS = Traits()


@runtime_checkable
class Backend(Protocol):
    """An engine with a model and parameters.

    A missing package or model is a MissingExtraError or MissingModelError from the constructor, a wrong parameter a
    ConfigError. A backend may have an attribute `traits`; without it, DEFAULT_TRAITS hold.
    """

    system: System

    def translate(self, segments: Sequence[Segment], pair: LangPair) -> Sequence[Hypothesis]:
        """One hypothesis per segment: same ids, same order, same length.

        A segment that fails becomes a hypothesis with an error; an exception is for a call that failed altogether.
        Blank segments are never passed.
        """
        ...

    def close(self) -> None:
        """Give back what is held; called once, also after a failure."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A preceding segment as context: its source, and the system's own translation (None where that failed)."""

    source: str
    translation: str | None


@runtime_checkable
class TranslatesInContext(Protocol):
    """A backend that looks at preceding segments of the same document."""

    def translate_in_context(self, segment: Segment, context: Sequence[Turn], pair: LangPair) -> Hypothesis:
        """The hypothesis of one segment; `context` is oldest first and at most `traits.context` long."""
        ...


@runtime_checkable
class Rereads(Protocol):
    """A backend that reads a translation out of an answer: what was bought is read again by today's rules."""

    def reread(self, hypothesis: Hypothesis, source: str, pair: LangPair) -> Hypothesis:
        """The hypothesis that the answer behind a cached one gives now."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """A backend that must see a whole test set before its first segment is asked for."""

    def prepare(self, segments: Sequence[Segment], pair: LangPair) -> None:
        """Called once a test set, with all of its segments in order, blank ones included.

        Raises:
            UserError: what the engine has does not fit this test set.
        """
        ...


@runtime_checkable
class KnowsTestSets(Protocol):
    """A backend that has something of its own for each test set."""

    def expect(self, test_sets: Sequence[str]) -> None:
        """Called once, before any system works, with the names of all test sets of the run.

        Raises:
            UserError: it has nothing for one of them.
        """
        ...

    def turn_to(self, test_set: str) -> None:
        """Called before the segments of a test set are asked for."""
        ...


@dataclass(frozen=True)
class RunningText:
    """A translation that does not stand segment by segment.

    Attributes:
        path: the file it is from.
        text: what it says; None where a reader of documents must tell.
        encoding: of the file, where it was named.
        of_one_document: whether it translates the one document that the file is named like, not the whole test set.
    """

    path: Path
    text: str | None
    encoding: str | None = None
    of_one_document: bool = False


@runtime_checkable
class HasRunningText(Protocol):
    """A backend whose translations may be running text, which the caller cuts: only there references are known."""

    def running_text(self, segments: Sequence[Segment]) -> Sequence[RunningText] | None:
        """The texts for a test set; None where each segment has its own translation.

        Raises:
            UserError: what the backend has cannot be read.
        """
        ...


@runtime_checkable
class WarmsUp(Protocol):
    """A backend whose first translation would wait until something large is loaded."""

    def warm_up(self) -> None:
        """Load it, or do nothing where it is loaded; called before each call, and not counted in a system's time."""
        ...


class Cache(Protocol):
    """Translations bought before. `harness.store.translation_cache.TranslationCache` implements it.

    A request is (segment id, source text, context); the context is "" or the canonical JSON of what the engine saw
    besides the text. Implementations key by `system.key`, the language pair, the text and the context, keep no errors
    and no empty texts, and never raise for a damaged database: what cannot be read is a miss.
    """

    def get(
        self, system: System, pair: LangPair, requests: Sequence[tuple[str, str, str]]
    ) -> Sequence[Hypothesis | None]:
        """For each request the stored hypothesis, as one of the segment, or None; the id is no part of the key."""
        ...

    def put(self, system: System, pair: LangPair, entries: Sequence[tuple[str, str, Hypothesis]]) -> None:
        """Store (source text, context, hypothesis); durable when this returns."""
        ...


def traits_of(backend: Backend) -> Traits:
    """What a backend says of itself, or the defaults."""
    traits = getattr(backend, "traits", DEFAULT_TRAITS)
    return traits if isinstance(traits, Traits) else DEFAULT_TRAITS


def system_of(backend: Backend) -> System:
    """The system behind a backend, as a run keeps it: what its traits say to readers of the run is part of it."""
    traits = traits_of(backend)
    return replace(backend.system, timed=traits.timed, trap=traits.trap)
