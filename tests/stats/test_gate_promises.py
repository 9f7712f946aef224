"""What the gate promises of a loss, on pairs of systems whose truth is known (benchmarks/gate.py: on real ones).

The systems differ in 31% of their segments, as two builds of one engine do. 1,000 draws of a share of 5% scatter by 0.7
points (one standard error); a limit is the promise and three of these.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from harness.domain import Array, Kind, LangPair, MetricInfo, Segment, Signature, TestSet
from harness.domain.policy import MetricRule, Policy
from harness.domain.verdict import GateInput, LossEvidence
from harness.gate.evidence.loss_evidence import loss_evidence
from harness.gate.evidence.paired_metric import BASELINE, CANDIDATE, PairedMetric
from harness.gate.evidence.part import Part
from harness.gate.evidence.sharing import Sharing
from harness.gate.judgement.judge_loss import judge_loss
from harness.gate.sides.pairing import Pairing
from harness.pipeline.rescore import PairedStatistics

DRAWS = 1000
MARGIN = 1.0


def ratio(totals: Array) -> Array:
    """A micro-average, as corpus metrics are: matched over possible."""
    found: Array = 100 * totals[..., 0] / totals[..., 1]
    return found


@lru_cache(maxsize=8)
def blank(n: int) -> TestSet:
    segments = tuple(Segment(str(i), "news", i + 1, Kind.SENTENCE, "x") for i in range(n))
    return TestSet("set", LangPair("zh", "en"), segments, {"ref": ("x",) * n})


def draw(rng: np.random.Generator, n: int, loss: float) -> dict[str, Array]:
    """Statistics of both sides; the candidate has lost so many points in expectation."""
    length = rng.integers(5, 60, n).astype(float)
    changed = rng.random(n) < 0.31
    rates = np.stack([np.full(n, 0.5), 0.5 + np.where(changed, rng.laplace(0, 0.1, n), 0)])
    turned = rng.random(n) < 0.5
    rates[:, turned] = rates[::-1, turned]
    # A tenth of the segments carry the whole loss.
    rates[1] -= (rng.random(n) < 0.1) * loss / 10
    before, after = (np.stack([length * rate, length], axis=1) for rate in rates)
    return {BASELINE: before, CANDIDATE: after}


@lru_cache(maxsize=16)
def checks(n: int, loss: float) -> tuple[LossEvidence, ...]:
    """The gate's evidence of many draws."""
    rng = np.random.default_rng([n, int(10 * loss)])
    policy = Policy(metrics={"m": MetricRule(MARGIN)}, primary="m", runs=1, anchor=False, counts=None)
    side = GateInput("run", {}, ("mt",), (MetricInfo("m", "m"),), (), (), {}, {}, {})
    found = []
    for _ in range(DRAWS):
        rows = draw(rng, n, loss)
        measured = PairedStatistics(
            metric=side.metrics[0], test_set=blank(n), rows=rows, values={}, places=tuple(range(n)),
            missing={BASELINE: 0, CANDIDATE: 0}, aggregate=ratio, signature=Signature("m", ()),
        )  # fmt: skip
        part = Part(side, side, blank(n), policy, Pairing("mt", "mt"), {"m": PairedMetric(measured)})
        found += loss_evidence([part], Sharing(policy, 1, anchored=False))
    return tuple(found)


def share(n: int, loss: float, status: str) -> float:
    return float(np.mean([judge_loss(e)[0] == status for e in checks(n, loss)]))


@pytest.mark.parametrize("n", [60, 200])
def test_a_loss_is_certain_by_mistake_as_often_as_the_policy_allows(n: int) -> None:
    wrong = [e.p_value is not None and e.p_value < 0.05 for e in checks(n, 0.0)]
    assert 0.03 < np.mean(wrong) < 0.071
    assert [e.loss_low is not None and e.loss_low > 0 for e in checks(n, 0.0)] == wrong


@pytest.mark.parametrize("n", [60, 200])
def test_what_is_asked_of_each_of_thirty_checks_is_as_rare_as_it_says(n: int) -> None:
    wrong = [e.p_value is not None and e.p_value < 0.05 / 30 for e in checks(n, 0.0)]
    assert np.mean(wrong) < 0.0056


@pytest.mark.parametrize(("n", "most"), [(60, 0.13), (200, 0.09), (600, 0.07)])
def test_a_loss_as_large_as_the_margin_seldom_passes(n: int, most: float) -> None:
    assert share(n, MARGIN, "pass") < most + 3 * (most * (1 - most) / DRAWS) ** 0.5


def test_enough_segments_pass_an_equal_system_and_find_a_loss() -> None:
    assert share(600, 0.0, "pass") > 0.8
    assert share(600, 0.0, "regression") < 0.01
    assert share(600, 2 * MARGIN, "regression") > 0.9
