"""Settings that the engines on this machine share, checked before anything heavy is imported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harness.errors import ConfigError

_CUDA = re.compile(r"cuda(:\d+)?")


def check_choice(what: str, value: str, allowed: Iterable[str]) -> None:
    """Raise ConfigError for a value that is not one of `allowed`."""
    words = list(allowed)
    if value not in words:
        raise ConfigError(f"There is no {what} '{value}'.", allowed=", ".join(words))


def check_device(device: str, *others: str) -> None:
    """Raise ConfigError for a device that is neither auto, the CPU, a GPU of CUDA nor one of `others`."""
    if device not in ("auto", "cpu", *others) and not _CUDA.fullmatch(device):
        raise ConfigError(
            f"There is no device '{device}'.", allowed=", ".join(["auto", "cpu", "cuda", "cuda:1", *others])
        )


def check_counts(counts: Mapping[str, int | None]) -> None:
    """Raise ConfigError for a number below 1; None is no number."""
    for word, number in counts.items():
        if number is not None and number < 1:
            raise ConfigError(f"'{word}' is {number}.", allowed="1 or more")
