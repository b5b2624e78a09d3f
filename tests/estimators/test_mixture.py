"""The mixture's maximum likelihood against scipy from many starts, and under changes of the data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import norm

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.mixture import Mixture, mixture


def log_likelihood(x: np.ndarray, logit: float, lower: float, upper: float, log_sd: float) -> float:
    """From its definition; ``logit`` is that of the lower component's weight."""
    log_weights = -np.logaddexp(0, [-logit, logit])
    densities = norm.logpdf(x[:, None], [lower, upper], np.exp(log_sd))
    return float(logsumexp(densities + log_weights, axis=1).sum())


def reference(x: np.ndarray, starts: int, seed: int) -> float:
    """Best log-likelihood over quasi-Newton descents in all four parameters from random starts."""
    rng = np.random.default_rng(seed)
    best = -np.inf
    for _ in range(starts):
        lower, upper = np.sort(rng.choice(x, 2, replace=False))
        start = [rng.uniform(-4, 4), lower, upper, np.log(x.std() * rng.uniform(0.3, 1))]
        found = minimize(lambda p: -log_likelihood(x, *p), start, method="BFGS")
        best = max(best, -float(found.fun))
    return best


def sample(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 300))
    delta, weight = rng.uniform(0, 4), rng.uniform(0.5, 0.95)
    return rng.normal(size=n) + delta * (rng.random(n) > weight)


def as_parameters(fit: Mixture) -> tuple[float, float, float, float]:
    logit = float(np.log(fit.weights[0] / fit.weights[1]))
    return logit, float(fit.means[0]), float(fit.means[1]), 0.5 * float(np.log(fit.variance))


@pytest.mark.parametrize(
    "seed", [seed if seed < 8 else pytest.param(seed, marks=pytest.mark.slow) for seed in range(25)]
)
def test_no_start_of_another_optimiser_finds_better(seed: int) -> None:
    x = sample(seed)
    fit = mixture(x)
    assert fit.status is Status.CONVERGED
    assert fit.gradient <= 1e-9
    assert fit.objective == pytest.approx(log_likelihood(x, *as_parameters(fit)), rel=1e-13)
    assert fit.objective >= reference(x, starts=12, seed=seed) - 1e-7


@pytest.mark.parametrize("seed", range(8))
def test_stationary_in_all_four_parameters(seed: int) -> None:
    """The score by central differences: the two parameters that the fit eliminates are stationary too."""
    x = sample(seed)
    parameters = np.array(as_parameters(mixture(x)))
    for k in range(4):
        step = np.zeros(4)
        step[k] = 1e-5
        slope = (log_likelihood(x, *(parameters + step)) - log_likelihood(x, *(parameters - step))) / 2e-5
        assert abs(slope) / len(x) < 1e-6


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("scale", "shift"), [(1.0, 5.0), (1e-8, 0.0), (1e8, 0.0), (-1.0, 0.0), (-3.0, 2.0)])
def test_moves_with_the_data(seed: int, scale: float, shift: float) -> None:
    x = sample(seed)
    fit, moved = mixture(x), mixture(scale * x + shift)
    order = slice(None, None, 1 if scale > 0 else -1)
    expected = (scale * fit.means + shift)[order]
    np.testing.assert_allclose(moved.means, expected, rtol=1e-7, atol=1e-7 * abs(scale))
    np.testing.assert_allclose(moved.weights, fit.weights[order], rtol=1e-7)
    assert moved.variance == pytest.approx(scale**2 * fit.variance, rel=1e-7)


def test_order_does_not_matter() -> None:
    x = sample(3)
    shuffled = mixture(np.random.default_rng(0).permutation(x))
    np.testing.assert_array_equal(shuffled.means, mixture(x).means)


def test_offset() -> None:
    x = sample(5)
    fit, moved = mixture(x), mixture(x + 1e8)
    np.testing.assert_allclose(moved.means - 1e8, fit.means, atol=1e-5)


def test_constant_data_merge() -> None:
    fit = mixture([3.0] * 5)
    assert fit.status is Status.MERGED
    np.testing.assert_array_equal(fit.means, [3.0, 3.0])


def test_two_distinct_values_have_unbounded_likelihood() -> None:
    fit = mixture([1.0, 4.0, 1.0, 1.0])
    assert fit.status is Status.DEGENERATE
    np.testing.assert_array_equal(fit.means, [1.0, 4.0])
    np.testing.assert_array_equal(fit.weights, [0.75, 0.25])
    assert fit.objective == np.inf
