"""An entry of the translation cache: its key, its value, and the checksum that tells damage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from harness.domain import Hypothesis, Json, Usage

_DECODER = json.JSONDecoder()
_NO_FLAGS: frozenset[str] = frozenset()


def keys(system: str, pair: str, requests: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """SHA-256 over identity, pair, text and context; the text's length before it keeps text and context apart."""
    start = hashlib.sha256(f"{system}\n{pair}\n".encode())
    for source, context in requests:
        text = source.encode("utf-8", "surrogatepass")
        digest = start.copy()
        digest.update(b"%d\n" % len(text) + text + context.encode("utf-8", "surrogatepass"))
        yield digest.digest()


def checksum(key: bytes, value: bytes) -> bytes:
    """Over the key too: a value under another entry's key is damage."""
    return hashlib.blake2b(key + value, digest_size=16).digest()


def json_bytes(value: Json) -> bytes:
    """JSON as bytes: our texts may hold lone surrogates, which SQLite's TEXT refuses."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def dump(hypothesis: Hypothesis) -> bytes:
    """The value of an entry."""
    usage = hypothesis.usage
    numbers = None if usage is None else [usage.seconds, usage.input_tokens, usage.output_tokens]
    return json_bytes([hypothesis.text, hypothesis.raw, sorted(hypothesis.flags), numbers])


def load(segment: str, key: object, value: object, signed: object) -> Hypothesis | None:
    """The hypothesis of a row, or None where the row is not what was written."""
    if not isinstance(key, bytes) or not isinstance(value, bytes) or signed != checksum(key, value):
        return None
    (text, raw, flags, numbers), _ = _DECODER.raw_decode(value.decode("utf-8", "surrogatepass"))
    usage = None if numbers is None else Usage(*numbers)
    return Hypothesis(segment, text, None, raw, frozenset(flags) if flags else _NO_FLAGS, usage)
