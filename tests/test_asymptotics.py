"""Formulas of first order against scipy's distributions and mean squared errors."""

from __future__ import annotations

import pytest
from scipy import stats

from kmeans_inconsistency import asymptotics


def test_the_quantile_is_the_normal_one():
    assert pytest.approx(stats.norm.ppf(0.975), rel=1e-15) == asymptotics.Z95


@pytest.mark.parametrize("shift", [-3.0, 0.0, 0.4, 1.96, 8.0])
def test_coverage_is_the_probability_of_an_estimate_within_reach(shift):
    reach = stats.norm.ppf(0.975)
    within = stats.norm.cdf(reach, shift) - stats.norm.cdf(-reach, shift)
    assert asymptotics.coverage(shift) == pytest.approx(within, abs=1e-14)


def test_at_the_balance_two_mean_squared_errors_are_equal():
    (bias, avar), (other_bias, other_avar) = (0.3, 2.0), (0.1, 5.0)
    n = asymptotics.balance(other_avar - avar, bias**2 - other_bias**2)
    assert bias**2 + avar / n == pytest.approx(other_bias**2 + other_avar / n)
