"""That the search finds the global optimum, against climbs on the sample from pairs of many quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from kmeans_inconsistency.algorithms import known_variance_newton as newton
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.logistic import workspace


@njit(error_model="numpy")
def highest(z: Any, e: float, means: Any) -> float:
    """The highest value of M, at the single component or reached from a pair of the given means."""
    best = -0.5 + e * np.log(2.0)
    local = np.empty(8)
    data = (z, np.empty(0), workspace())
    box = (z[0], z[-1], 0.0, z[-1] - z[0])
    for i in range(means.size):
        for j in range(i + 1, means.size):
            start = (0.5 * (means[i] + means[j]), 0.5 * (means[j] - means[i]))
            newton._climb(data, (e, 0.0), start, box, 0.5, 1e-9, local)
            best = max(best, local[0])
    return best


def _sample(rng: np.random.Generator, kind: int) -> np.ndarray:
    """A mixture, a skewed sample, one with heavy tails, or one with outliers on one side."""
    n = int(np.exp(rng.uniform(np.log(5), np.log(3000))))
    if kind == 0:
        return rng.normal(size=n) + rng.uniform(0, 5) * (rng.random(n) < rng.uniform(0.05, 0.5))
    if kind == 1:
        return rng.gamma(rng.uniform(0.2, 3), size=n)
    if kind == 2:
        return rng.standard_t(3, size=n)
    return rng.normal(size=n) * np.where(rng.random(n) < 0.2, 5, 1) + 3 * (rng.random(n) < 0.1)


def _misses(samples: int, seed: int) -> int:
    rng = np.random.default_rng(seed)
    missed = 0
    for i in range(samples):
        x = np.sort(_sample(rng, i % 4))
        share = float(np.exp(rng.uniform(np.log(0.003), np.log(1.6))))
        eps = share * float(x.var())
        fit = newton.known_variance_newton(read_only(x[np.newaxis]), read_only(np.array([eps])), 0.5)[0, 0]
        assert fit[newton.GRADIENT] <= 1e-9
        levels = np.concatenate([[0, 0.005, 0.02], np.linspace(0.05, 0.95, 15), [0.98, 0.995, 1]])
        z = (x - x.mean()) / x.std()
        best = highest(z, share, np.unique(np.quantile(z, levels)))
        best_log_likelihood = len(x) * ((best / share - np.log(2)) - 0.5 * np.log(2 * np.pi * eps))
        missed += bool(best_log_likelihood > fit[newton.LOG_LIKELIHOOD] + 1e-6)
    return missed


def test_no_optimum_is_missed() -> None:
    assert _misses(100, seed=1) == 0


@pytest.mark.slow
def test_at_most_one_optimum_in_a_thousand_is_missed() -> None:
    assert _misses(5000, seed=2) <= 5
