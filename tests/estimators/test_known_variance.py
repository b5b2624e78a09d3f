"""The fit with known variance against scipy's optimiser, its limits in eps, and under changes of the data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import norm

from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.known_variance_newton import known_variance_newton
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_variance import known_variance


def log_likelihood(x: np.ndarray, means: np.ndarray, eps: float) -> float:
    """From its definition."""
    return float(logsumexp(norm.logpdf(x[:, None], means, np.sqrt(eps)), axis=1).sum() - len(x) * np.log(2))


def reference(x: np.ndarray, eps: float, starts: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    best = log_likelihood(x, np.full(2, x.mean()), eps)
    for _ in range(starts):
        found = minimize(lambda m: -log_likelihood(x, m, eps), rng.choice(x, 2, replace=False), method="BFGS")
        best = max(best, -float(found.fun))
    return best


def sample(seed: int) -> np.ndarray:
    """Half of the samples are skewed, so that the components merge discontinuously."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 200))
    if seed % 2:
        return rng.gamma(rng.uniform(0.5, 3), size=n)
    return rng.normal(size=n) + rng.uniform(0, 4) * (rng.random(n) > rng.uniform(0.3, 0.9))


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("share", [0.1, 0.3, 0.7, 0.95, 1.05, 1.3])
def test_no_start_of_another_optimiser_finds_better(seed: int, share: float) -> None:
    x = sample(seed)
    eps = share * float(x.var())
    fit = known_variance(x, eps)
    assert fit.status in (Status.CONVERGED, Status.MERGED)
    assert fit.gradient <= 1e-9
    assert fit.objective == pytest.approx(log_likelihood(x, fit.means, eps), rel=1e-12)
    assert fit.objective >= reference(x, eps, starts=6, seed=seed) - 1e-7


@pytest.mark.parametrize("seed", range(10))
def test_small_variance_gives_kmeans(seed: int) -> None:
    x = sample(seed)
    fit = known_variance(x, 1e-6 * float(x.var()))
    np.testing.assert_allclose(fit.means, kmeans(x).centers, atol=1e-4 * float(x.std()))


@pytest.mark.parametrize("seed", range(0, 20, 2))
@pytest.mark.parametrize("share", [0.2, 0.9])
def test_moves_with_the_data(seed: int, share: float) -> None:
    x = sample(seed)
    eps = share * float(x.var())
    fit = known_variance(x, eps)
    mirrored = known_variance(3.0 - 2.0 * x, 4.0 * eps)
    np.testing.assert_allclose(mirrored.means, (3.0 - 2.0 * fit.means)[::-1], rtol=1e-7, atol=1e-7)
    shuffled = known_variance(np.random.default_rng(0).permutation(x), eps)
    np.testing.assert_array_equal(shuffled.means, fit.means)


def test_other_variances_change_no_bit() -> None:
    x = read_only(np.sort(np.random.default_rng(1).normal(size=(3, 400)), axis=1))
    variances = np.array([0.9, 0.01, 0.3, 2.0, 0.99])
    together = known_variance_newton(x, read_only(variances))
    for k in range(len(variances)):
        alone = known_variance_newton(x[1:2], read_only(variances[k : k + 1]))
        np.testing.assert_array_equal(alone[0, 0], together[1, k])


def test_merged_above_the_critical_variance() -> None:
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    fit = known_variance(x, 2.1)
    assert fit.status is Status.MERGED
    assert fit.means[0] == fit.means[1] == 0.0
    just_below = known_variance(x, 1.999)
    assert just_below.status is Status.CONVERGED
    # m^2 = 3 eps^2 (var - eps) / fourth moment
    assert just_below.means[1] == pytest.approx(np.sqrt(3 * 4 * 0.001 / 6.8), rel=2e-3)


def test_constant_data_merge() -> None:
    fit = known_variance([3.0] * 5, 1.0)
    assert fit.status is Status.MERGED
    np.testing.assert_array_equal(fit.means, [3.0, 3.0])


@pytest.mark.parametrize("eps", [0.0, -1.0, np.nan, np.inf])
def test_eps_must_be_positive(eps: float) -> None:
    with pytest.raises(ValueError, match="eps must be"):
        known_variance([1.0, 2.0], eps)


@pytest.mark.parametrize("eps", [1e-300, 1e-100, 1e-20, 1e-14, 1e-10, 1e-6])
def test_tiny_variances_are_kmeans(eps: float) -> None:
    """The path tends to k-means, and stays there however small the variance."""
    x = np.random.default_rng(5).normal(size=60) + 2.0 * (np.arange(60) % 2)
    fit, clusters = known_variance(x, eps), kmeans(x)
    np.testing.assert_allclose(fit.means, clusters.centers, rtol=0, atol=1e-14)
    assert fit.status is Status.CONVERGED
    value = -clusters.objective / (2 * eps) - 60 * (np.log(2) + 0.5 * np.log(2 * np.pi * eps))
    assert fit.objective == pytest.approx(value, rel=1e-9)
