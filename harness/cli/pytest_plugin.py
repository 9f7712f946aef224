"""The gate for teams who test with pytest: a fixture that fails a test when the translation got worse.

Switch it on with `pytest -p harness.cli.pytest_plugin`, or with `pytest_plugins = ["harness.cli.pytest_plugin"]` in the
conftest.py at the root of the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import pytest

if TYPE_CHECKING:
    from harness.domain.verdict import Verdict


class Gate(Protocol):
    """What the fixture `harness_gate` gives."""

    def __call__(  # noqa: PLR0913 - the options of `harness check`
        self,
        candidate: str,
        *,
        baseline: str = "default",
        policy: str = "configs/gate.yaml",
        systems: Sequence[str] = (),
        results: str = "results",
        baselines: str = "baselines",
        inconclusive: Literal["fail", "skip"] = "fail",
    ) -> Verdict:
        """Check a run (or a config, run first) as `harness check` does; paths are relative to pytest's root.

        A regression fails the test with the whole report; a gate that cannot tell fails it too, or skips it.
        """
        ...


@pytest.fixture
def harness_gate(pytestconfig: pytest.Config) -> Gate:
    """The gate of `harness check` as a function."""
    root = pytestconfig.rootpath

    def gate(  # noqa: PLR0913 - see Gate
        candidate: str,
        *,
        baseline: str = "default",
        policy: str = "configs/gate.yaml",
        systems: Sequence[str] = (),
        results: str = "results",
        baselines: str = "baselines",
        inconclusive: Literal["fail", "skip"] = "fail",
    ) -> Verdict:
        from harness.errors import HarnessError
        from harness.gate.check import check
        from harness.report.verdict.verdict_text import render_text

        config = str(root / candidate) if candidate.endswith((".yaml", ".yml")) else candidate
        try:
            verdict = check(
                config,
                baseline=baseline,
                policy=root / policy,
                systems=systems,
                results=root / results,
                baselines=root / baselines,
            )
        except HarnessError as error:
            pytest.fail(f"the gate could not be asked: {error}", pytrace=False)
        if verdict.outcome == "regression" or (verdict.outcome == "inconclusive" and inconclusive == "fail"):
            pytest.fail(render_text(verdict), pytrace=False)
        if verdict.outcome == "inconclusive":
            pytest.skip(render_text(verdict))
        return verdict

    return gate
