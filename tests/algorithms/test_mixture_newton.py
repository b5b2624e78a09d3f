"""That the search finds the global optimum, against one that is five times finer in each direction."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.algorithms import mixture_newton as newton
from kmeans_inconsistency.algorithms.compiling import read_only


def _sample(rng: np.random.Generator) -> np.ndarray:
    n = int(np.exp(rng.uniform(np.log(8), np.log(1e4))))
    delta, weight = rng.uniform(0, 4), rng.uniform(0.5, 0.95)
    x = rng.normal(size=(1, n)) + delta * (rng.random((1, n)) > weight)
    return read_only(np.sort(x, axis=1))


def _misses(samples: int, seed: int) -> list[float]:
    """How much log-likelihood the search misses, where it does; every score is checked too."""
    rng = np.random.default_rng(seed)
    missed = []
    for _ in range(samples):
        x = _sample(rng)
        usual = newton.mixture_newton(x, 1)[0]
        finer = newton.mixture_newton(x, 5)[0]
        assert usual[newton.GRADIENT] <= 1e-9
        assert usual[newton.OUTCOME] == newton.CONVERGED
        gap = finer[newton.LOG_LIKELIHOOD] - usual[newton.LOG_LIKELIHOOD]
        if gap > 1e-7:
            missed.append(gap)
    return missed


def test_few_optima_are_missed() -> None:
    # at a rate of 1 in 1000 more than 4 misses in 1000 samples have a probability of 0.4 %; the seed is fixed
    assert len(_misses(1000, seed=1)) <= 4


@pytest.mark.slow
def test_at_most_one_in_a_thousand_optima_is_missed() -> None:
    assert len(_misses(10_000, seed=2)) <= 10
