"""One truth about devices: what may be asked for, and what running out of memory looks like."""

from __future__ import annotations

import pytest
import torch

from harness.devices import available_devices, is_out_of_memory, usable_device
from harness.errors import ConfigError
from harness.metrics.comet.engine import devices_of


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: cannot allocate memory for thread-local data"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_running_out_of_memory_is_known_by_type_and_by_words(error: BaseException, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_devices_are_those_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert available_devices() == ("cuda", "cuda:0", "cuda:1", "mps", "cpu")
    assert usable_device("auto") == "cuda"
    assert usable_device("cuda:1") == "cuda:1"
    assert devices_of("auto") == ("cuda:0", "cuda:1")
    assert devices_of("cuda:1, cpu") == ("cuda:1", "cpu")
    for wanted in ("cuda:2", "mps:0", "tpu", "cpu:1", "cuda:x", ""):
        with pytest.raises(ConfigError, match=f"There is no device '{wanted}' on this machine"):
            usable_device(wanted)
    with pytest.raises(ConfigError, match="no device 'mps'"):
        devices_of("mps")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert usable_device("auto") == "mps"
    assert devices_of("auto") == ("cpu",)
