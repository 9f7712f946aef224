"""torch's devices: which there are, and when their memory is full; for backends and metrics that run models here.

torch is imported only when a function is called.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import ConfigError


def available_devices() -> tuple[str, ...]:
    """Names that a config may give, the best kind first: "cuda", "cuda:0", "cuda:1", "mps", "cpu"."""
    import torch

    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    numbered = tuple(f"cuda:{i}" for i in range(cards))
    return (*(("cuda", *numbered) if cards else ()), *(("mps",) if torch.backends.mps.is_available() else ()), "cpu")


def usable_device(wanted: str, among: Sequence[str] | None = None) -> str:
    """The device to use: the best there is for "auto".

    Args:
        wanted: "auto" or a name.
        among: the devices to choose from; all that are available by default.

    Raises:
        ConfigError: torch has no such device here.
    """
    there = available_devices() if among is None else among
    if wanted == "auto":
        return there[0]
    if wanted not in there:
        raise ConfigError(f"There is no device '{wanted}' on this machine.", allowed=", ".join(["auto", *there]))
    return wanted


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch, on any device, ran out of memory; its CPU allocator and old releases say so in words alone."""
    import torch

    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower()
    words = ("out of memory", "can't allocate memory", "cannot allocate memory")
    return isinstance(error, RuntimeError) and any(w in text for w in words)
