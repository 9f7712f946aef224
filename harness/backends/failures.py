"""What a failed call means: try again, give up on this segment, or give up on the engine."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping

from harness.credentials import redact
from harness.errors import BackendError, HarnessError

#: May succeed later: too many requests, and the server's own troubles. 408 and 425 say "again" in as many words.
RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
#: Every later call fails as well: the key, the account, the quota (456 is DeepL's), the address.
FATAL = frozenset({401, 402, 403, 404, 405, 410, 456})
_LONGEST = 300


def http_fault(
    what: str, status: int, headers: Mapping[str, str], detail: str, *, now: float | None = None
) -> BackendError:
    """The error for an HTTP answer that is not a success.

    Args:
        what: who answered, for the message ("The endpoint api.example.com").
        status: the HTTP status.
        headers: of the answer; Retry-After is read from them (seconds or a date, RFC 9110).
        detail: what the body says, as far as it is worth showing.
        now: seconds since the epoch, for Retry-After dates; by default the clock.
    """
    retryable = status in RETRYABLE
    lowered = {k.lower(): v for k, v in headers.items()}
    said = f": {brief(detail)}" if detail.strip() else ""
    return BackendError(
        redact(f"{what} answered with HTTP {status}{said}"),
        retryable=retryable,
        retry_after=seconds_to_wait(lowered.get("retry-after"), now=now) if retryable else None,
        fatal=status in FATAL,
        throttled=status == 429,
        remedy="check the key and the address" if status in {401, 403, 404} else None,
    )


def connection_fault(what: str, error: BaseException) -> BackendError:
    """The error for a call that got no (whole) answer: a timeout or a dropped connection."""
    return BackendError(
        redact(f"{what} gave no answer: {type(error).__name__} {brief(str(error))}".strip()), retryable=True
    )


def answer_fault(what: str, problem: str) -> BackendError:
    """The error for an answer that is not what the protocol says; half a body may come whole next time."""
    return BackendError(redact(f"{what} gave an answer that cannot be used: {brief(problem)}"), retryable=True)


def seconds_to_wait(value: str | None, *, now: float | None = None) -> float | None:
    """Retry-After in seconds, never negative; None where it is absent or unreadable.

    >>> seconds_to_wait("Wed, 21 Oct 2015 07:28:00 GMT", now=1445412470.0)
    10.0
    """
    if value is None:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if seconds < float("inf") else None
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return max(0.0, moment.timestamp() - (time.time() if now is None else now))


def describe(error: BaseException) -> str:
    """One redacted line for the hypothesis that an error left without a text."""
    text = error.problem if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"
    return redact(" ".join(text.split())) or type(error).__name__


def brief(text: str) -> str:
    """One line without any key, of a length that can be shown; masked before it is cut, or half a key would stay."""
    line = redact(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "..."
