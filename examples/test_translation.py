"""The gate inside a test suite: `pytest -p harness.cli.pytest_plugin examples/test_translation.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_the_translation_has_not_got_worse(harness_gate: Callable[..., Any]) -> None:
    """Red when the candidate is worse than the accepted baseline, and when the gate cannot tell."""
    verdict = harness_gate("configs/candidate.yaml", baseline="default", policy="configs/gate.yaml")
    assert verdict.outcome == "pass"
