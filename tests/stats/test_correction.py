"""Holm and Benjamini-Hochberg against independent implementations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats.correction import corrected

P_VALUES = st.lists(st.floats(0.0001, 1.0), max_size=30)


def test_holm_by_hand() -> None:
    # R 4.3: p.adjust(c(0.01, 0.04, 0.03, 0.005), method = "holm") -> 0.03 0.06 0.06 0.02
    assert corrected([0.01, 0.04, 0.03, 0.005], "holm") == pytest.approx((0.03, 0.06, 0.06, 0.02))


@settings(deadline=None)  # the first call imports scipy
@given(P_VALUES)
def test_benjamini_hochberg_is_scipys(p_values: list[float]) -> None:
    from scipy.stats import false_discovery_control

    expected = false_discovery_control(p_values, method="bh") if p_values else []
    assert corrected(p_values, "bh") == pytest.approx(tuple(expected))


@given(P_VALUES)
def test_holm_lies_between_raw_and_bonferroni(p_values: list[float]) -> None:
    fixed = corrected(p_values, "holm")
    assert all(p <= f <= min(1.0, p * len(p_values)) + 1e-12 for p, f in zip(p_values, fixed, strict=True))
    assert corrected(p_values, "none") == tuple(p_values)
