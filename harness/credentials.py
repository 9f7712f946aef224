"""Keys: read from the environment by name, and never seen again in a message or a log."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import threading
import urllib.parse
from collections.abc import Iterable, Mapping

from harness.errors import ConfigError, UserError

MASK = "[secret]"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHORTEST = 6  # replacing shorter strings would garble ordinary words, and no real key is that short

_lock = threading.Lock()
_forms: dict[str, frozenset[str]] = {}
_pattern: re.Pattern[str] | None = None


def read_secret(variable: str, *, what: str, environment: Mapping[str, str] | None = None, otherwise: str = "") -> str:
    """The secret that the environment variable `variable` holds; from here on `redact` knows it.

    Args:
        variable: the variable's name; configs name it (`api_key_env`) and never hold the secret itself.
        what: whose secret, for messages.
        environment: instead of this process's.
        otherwise: what a user without such a variable could do instead, for the remedy.

    Raises:
        ConfigError: that is not a variable's name; perhaps a secret, so it is not repeated.
        UserError: the variable is not set.
    """
    if not _VARIABLE.fullmatch(variable) or _looks_like_a_key(variable):
        remember(variable)
        raise ConfigError(
            f"The secret of {what} must be given as the name of an environment variable.",
            allowed="a name such as OPENAI_API_KEY",
            remedy="export the key as an environment variable, and write the variable's name in the config",
        )
    value = (os.environ if environment is None else environment).get(variable, "").strip()
    if not value:
        raise UserError(
            f"The environment variable {variable}, which holds the secret of {what}, is not set.",
            remedy=", or ".join(filter(None, (f"export {variable}=...", otherwise))),
        )
    remember(value)
    return value


def remember(secret: str) -> None:
    """Have `redact` and every log record mask this text from now on."""
    global _pattern  # noqa: PLW0603 - one process has one set of secrets
    if len(secret) < _SHORTEST:
        return
    with _lock:
        if not _forms:
            _mask_logs()
        _forms[secret] = frozenset(_spellings(secret))
        every = sorted({f for forms in _forms.values() for f in forms}, key=lambda f: (-len(f), f))
        _pattern = re.compile("|".join(map(re.escape, every)), re.IGNORECASE)


def redact(text: str) -> str:
    """The text without any remembered secret: raw, percent-encoded, in base64 at any offset, or escaped for JSON."""
    return text if _pattern is None else _pattern.sub(MASK, text)


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield urllib.parse.quote(secret, safe="")
    yield urllib.parse.quote(secret)
    yield urllib.parse.quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield secret.encode("unicode_escape").decode("ascii")
    data = secret.encode()
    yield data.hex()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        # Inside a longer text ("user:key") the secret starts at one of three offsets; the characters that it shares
        # with its neighbours differ, those between are always the same.
        for offset in range(3):
            coded = encode(b"\0" * offset + data).decode("ascii").rstrip("=")
            inner = coded[-(-offset * 8 // 6) : len(coded) - (1 if (offset + len(data)) % 3 else 0)]
            if len(inner) >= _SHORTEST:
                yield inner


def _looks_like_a_key(text: str) -> bool:
    """OPENAI_API_KEY is a name; sk_live_9f8a... is not."""
    digits = sum(c.isdigit() for c in text)
    return len(text) > 24 and digits >= 4 and text.upper() != text


def _mask_logs() -> None:
    """Client libraries log addresses and headers; mask every record of this process before any handler sees it."""
    make = logging.getLogRecordFactory()

    def masked(*args: object, **kwargs: object) -> logging.LogRecord:
        record: logging.LogRecord = make(*args, **kwargs)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # a caller's malformed record stays its own affair
            return record
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return record

    logging.setLogRecordFactory(masked)
