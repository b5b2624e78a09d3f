"""That the search finds the global optimum, against one that is five times finer in each direction."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.algorithms import equal_weights_newton as newton
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.logistic import workspace
from kmeans_inconsistency.algorithms.trust_region import G_0, G_1, H_00, H_01, H_11, VALUE


def _sample(rng: np.random.Generator, kind: int) -> np.ndarray:
    """A mixture, a skewed sample, one with heavy tails, one with outliers, or tight clusters."""
    n = int(np.exp(rng.uniform(np.log(3), np.log(3000))))
    if kind == 0:
        return rng.normal(size=n) + rng.uniform(0, 5) * (rng.random(n) < rng.uniform(0.05, 0.5))
    if kind == 1:
        return rng.gamma(rng.uniform(0.2, 3), size=n)
    if kind == 2:
        return rng.standard_t(3, size=n)
    if kind == 3:
        return rng.normal(size=n) * np.where(rng.random(n) < 0.2, 5, 1) + 3 * (rng.random(n) < 0.1)
    return rng.normal(size=n) * 10 ** rng.uniform(-6, -1) + rng.choice([0, 1, 3], size=n, p=[0.4, 0.4, 0.2])


def _misses(samples: int, seed: int) -> int:
    """How many optima the search misses; every status and score is checked too."""
    rng = np.random.default_rng(seed)
    missed = 0
    for i in range(samples):
        x = read_only(np.sort(_sample(rng, i % 5))[np.newaxis])
        usual = newton.fit_equal_weights(x, 1)[0]
        finer = newton.fit_equal_weights(x, 5)[0]
        assert usual[newton.GRADIENT] <= 1e-9
        assert usual[newton.OUTCOME] in (newton.CONVERGED, newton.MERGED)
        missed += bool(finer[newton.LOG_LIKELIHOOD] - usual[newton.LOG_LIKELIHOOD] > 1e-7)
    return missed


def test_few_optima_are_missed() -> None:
    # at a rate of 1 in 1000 more than 3 misses in 500 samples have a probability of 0.2 %; the seed is fixed
    assert _misses(500, seed=1) <= 3


@pytest.mark.slow
def test_at_most_one_optimum_in_a_thousand_is_missed() -> None:
    assert _misses(10_000, seed=2) <= 10


@pytest.mark.slow  # compiles a kernel that is not kept on disk
@pytest.mark.parametrize("y", [-3.0, -0.2, 0.0, 1.0])
@pytest.mark.parametrize("log_k", [-2.0, -0.3, 0.7, 2.0])
def test_derivatives_are_differences(y: float, log_k: float) -> None:
    rng = np.random.default_rng(3)
    z = np.sort(rng.gamma(2, size=200))
    z = (z - z.mean()) / z.std()
    data = (z, np.empty(0), workspace())

    def at(y: float, log_k: float) -> np.ndarray:
        local = np.empty(8)
        newton._expand(data, 0.0, y, log_k, local)
        return local

    here, step = at(y, log_k), 1e-5
    right, left = at(y + step, log_k), at(y - step, log_k)
    above, below = at(y, log_k + step), at(y, log_k - step)
    differences = {
        G_0: right[VALUE] - left[VALUE],
        G_1: above[VALUE] - below[VALUE],
        H_00: right[G_0] - left[G_0],
        H_01: above[G_0] - below[G_0],
        H_11: above[G_1] - below[G_1],
    }
    for place, difference in differences.items():
        assert here[place] == pytest.approx(difference / (2 * step), rel=1e-6, abs=1e-8)
