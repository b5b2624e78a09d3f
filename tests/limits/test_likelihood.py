"""The working model: its derivatives against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from kmeans_inconsistency.limits.likelihood import Pair, expected_hessian, log_density, score

PAIR = Pair(0.3, 0.9, 0.4, 1.7)
APART = Pair(0.3, 2.0, 0.4, 1.7)
X = np.linspace(-4, 5, 37)


def test_log_density_is_that_of_the_mixture() -> None:
    low, high = PAIR.means
    sd = np.sqrt(PAIR.variance)
    density = PAIR.weight * stats.norm(low, sd).pdf(X) + (1 - PAIR.weight) * stats.norm(high, sd).pdf(X)
    assert_allclose(np.exp(log_density(X, PAIR)), density, rtol=1e-13)


@pytest.mark.parametrize("pair", [PAIR, APART])
def test_score_and_hessian_are_the_derivatives(pair: Pair) -> None:
    step = 1e-6
    weights = np.full(len(X), 1 / len(X))
    gradients = []
    slopes = []
    for i in range(4):
        up, down = np.array(pair), np.array(pair)
        up[i] += step
        down[i] -= step
        gradients.append((log_density(X, Pair(*up)) - log_density(X, Pair(*down))) / (2 * step))
        slopes.append((score(X, Pair(*up)) - score(X, Pair(*down))) @ weights / (2 * step))
    assert_allclose(score(X, pair), gradients, atol=1e-8)
    assert_allclose(expected_hessian(X, weights, pair), slopes, atol=1e-8)
