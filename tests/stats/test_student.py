"""Student's t against scipy."""

from __future__ import annotations

import pytest

from harness.stats.student import normal_quantile, t_cdf, t_quantile


@pytest.mark.parametrize("df", [1, 2, 3, 9, 29, 184, 1874, 199_999])
@pytest.mark.parametrize("p", [0.005, 0.3, 0.5, 0.9, 0.975, 0.9999])
def test_quantiles_are_scipys(df: int, p: float) -> None:
    from scipy.stats import norm, t

    assert t_quantile(p, df) == pytest.approx(t.ppf(p, df), rel=1e-7, abs=1e-9)
    assert t_cdf(t_quantile(p, df), df) == pytest.approx(p, rel=1e-7)
    assert normal_quantile(p) == pytest.approx(norm.ppf(p), abs=1e-12)


@pytest.mark.parametrize(("p", "df"), [(0.0, 5), (1.0, 5), (0.5, 0)])
def test_no_quantile_outside_the_distribution(p: float, df: int) -> None:
    with pytest.raises(ValueError, match="quantile"):
        t_quantile(p, df)
