"""Everything that can go wrong on purpose, and the exit code each kind leads to.

    HarnessError
    |-- UserError                2   the user's input: arguments, config, files
    |   |-- ConfigError          2   a config has an invalid value; knows file and line
    |   |-- InputError           2   a file's content is not what it must be
    |   |-- UnknownNameError     2   a name nobody registered; knows the nearest valid one
    |   `-- NothingSharedError   2   two runs have nothing that could be compared
    |-- InconclusiveError        3   what was asked cannot be said, or made, with enough certainty
    |-- InfrastructureError      3   the input was right, the world was not
    |   |-- MissingExtraError    3   a package is not installed; names the extra that brings it
    |   |-- MissingModelError    3   a model is not on this machine; names the command that fetches it
    |   |-- BackendError         3   an engine failed for a segment or altogether
    |   |-- MetricError          3   a metric could not score what it was given
    |   `-- IncompleteRunError   3   a run lacks what was asked of it
    `-- InterruptedRunError    130   stopped by the user; can be resumed

An error carries three things, in this order: what was wrong, what was allowed, and what mends it. The command line
prints them; nothing below it ever prints or exits.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

#: The exit code of a fault of the program (EX_SOFTWARE of sysexits.h): Python's own 1 would be the gate's word for a
#: regression.
UNEXPECTED = 70


class HarnessError(Exception):
    """Base of all expected failures.

    Args:
        problem: what was wrong, one sentence.
        allowed: what would have been right, if that can be said shortly.
        remedy: the command or the edit that mends it.
    """

    exit_code = 3

    def __init__(self, problem: str, *, allowed: str | None = None, remedy: str | None = None) -> None:
        self.problem = problem
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(problem)

    def __str__(self) -> str:
        parts = [self.problem]
        if self.allowed is not None:
            parts.append(f"Allowed: {self.allowed}")
        if self.remedy is not None:
            parts.append(f"To mend it: {self.remedy}")
        return "\n".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(cls: type[HarnessError], state: dict[str, object]) -> HarnessError:
    """Unpickle across process boundaries without calling subclass constructors."""
    error = cls.__new__(cls)
    Exception.__init__(error, state.get("problem"))
    error.__dict__.update(state)
    return error


class UserError(HarnessError):
    """The user's input cannot be used as it is."""

    exit_code = 2


class ConfigError(UserError):
    """A config has an invalid value. `line` counts from 1."""

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        line: int | None = None,
        allowed: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.file = file
        self.line = line
        where = "" if file is None else f"{file}: " if line is None else f"{file}, line {line}: "
        super().__init__(where + problem, allowed=allowed, remedy=remedy)


class InputError(UserError):
    """The content of a file is not what it must be."""


class UnknownNameError(UserError):
    """A name that nobody registered.

    >>> str(UnknownNameError("metric", "blue", ["bleu", "chrf"])).splitlines()[0]
    "There is no metric 'blue'; did you mean 'bleu'?"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, remedy: str | None = None) -> None:
        names = sorted(known)
        super().__init__(
            f"There is no {kind} '{name}'{did_you_mean(name, names)}",
            allowed=", ".join(names) if names else "(none)",
            remedy=remedy,
        )


class NothingSharedError(UserError):
    """Two runs share no system, or no test set."""


class InconclusiveError(HarnessError):
    """What there is does not say enough for what was asked: two texts that hardly translate one another."""


class InfrastructureError(HarnessError):
    """The input was right; something the harness stands on was not."""


class MissingExtraError(InfrastructureError):
    """A package that an extra brings is not installed."""

    def __init__(self, what: str, extra: str, *, cause: str | None = None) -> None:
        self.extra = extra
        detail = f" ({cause})" if cause else ""
        super().__init__(
            f"{what} needs the extra '{extra}', which is not installed{detail}.",
            remedy=f"pip install 'translation-harness[{extra}]'",
        )


class MissingModelError(InfrastructureError):
    """A model is not at hand; the harness never downloads one unasked."""


class BackendError(InfrastructureError):
    """An engine failed.

    Args:
        problem: what was wrong, one sentence.
        retryable: the same call may succeed later.
        retry_after: seconds the engine asks us to wait first, where it said so.
        fatal: every later call will fail too (a refused key, a spent quota): nothing more should be sent.
        throttled: the engine asks for fewer calls at a time (HTTP 429).
        raw: the answer that could not be read, where there was one.
        remedy: the command or the edit that mends it.
    """

    def __init__(  # noqa: PLR0913 - what the session must know of a failure
        self,
        problem: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        fatal: bool = False,
        throttled: bool = False,
        raw: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.raw = raw
        self.retryable = retryable
        self.retry_after = retry_after
        self.fatal = fatal
        self.throttled = throttled
        super().__init__(problem, remedy=remedy)


class MetricError(InfrastructureError):
    """A metric could not score what it was given."""


class IncompleteRunError(InfrastructureError):
    """A run lacks what was asked of it."""


class InterruptedRunError(HarnessError):
    """The user stopped the work; what was finished is kept."""

    exit_code = 130


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name a person most likely meant, or None when nothing is close."""
    lowered = {k.lower(): k for k in known}
    hits = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[hits[0]] if hits else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """How a sentence about an unknown name ends.

    >>> did_you_mean("blue", ["bleu", "chrf"]), did_you_mean("x", ["bleu"])
    ("; did you mean 'bleu'?", '.')
    """
    guess = nearest(name, known)
    return "." if guess is None else f"; did you mean '{guess}'?"
