"""Starting up is cheap: what the command line imports is light, and what exists can be listed without loading it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"numpy", "torch", "comet", "transformers", "pandas", "scipy", "jieba", "sacrebleu", "duckdb", "openai"}


@pytest.mark.parametrize(
    "module",
    ["harness", "harness.cli.app", "harness.domain", "harness.backends.catalogue", "harness.metrics.catalogue"],
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print('\\n'.join(sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & HEAVY
