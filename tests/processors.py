"""Other processors, as far as this one can play them: fewer vector units, another BLAS kernel, another thread count.

`python -m tests.processors` prints the features that `make test-portable` takes away from numpy, or nothing where this
processor has none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

import pytest

#: What numpy is told to do without. Numpy warns of a feature that the processor lacks, so only those it has are named.
_WIDE = ("AVX512F", "AVX512CD", "AVX512_SKX", "AVX512_CLX", "AVX512_CNL", "AVX512_ICL", "AVX512_SPR")


@lru_cache(maxsize=1)
def features() -> frozenset[str]:
    """The dispatched features that numpy uses here."""
    try:
        module: Any = import_module("numpy._core._multiarray_umath")
    except ImportError:  # before numpy 2
        module = import_module("numpy.core._multiarray_umath")
    return frozenset(name for name in module.__cpu_dispatch__ if module.__cpu_features__.get(name))


def wide() -> str:
    """The features of AVX-512 that numpy uses here, as NPY_DISABLE_CPU_FEATURES wants them."""
    return " ".join(name for name in _WIDE if name in features())


@dataclass(frozen=True)
class Processor:
    """Environment variables that make numpy and BLAS behave as on another processor; `needs` is a feature of ours."""

    name: str
    environment: Mapping[str, str]
    needs: str = ""

    def skip_unless_here(self) -> None:
        """Skip the test where this processor cannot play the other one."""
        if self.needs and self.needs not in features():
            pytest.skip(f"this processor has no {self.needs}")


VARIANTS = (
    Processor("without AVX-512", {"NPY_DISABLE_CPU_FEATURES": wide()}, "AVX512F"),
    Processor("BLAS for Haswell", {"OPENBLAS_CORETYPE": "Haswell"}, "AVX2"),
    Processor("BLAS for Sandy Bridge", {"OPENBLAS_CORETYPE": "Sandybridge"}, "AVX2"),
    Processor("BLAS with one thread", {"OPENBLAS_NUM_THREADS": "1"}),
    Processor("BLAS with two threads", {"OPENBLAS_NUM_THREADS": "2"}),
)

if __name__ == "__main__":
    print(wide())  # noqa: T201 - a shell reads it
