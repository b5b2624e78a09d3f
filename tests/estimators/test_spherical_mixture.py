"""k-means and the equal-spherical mixture in any dimension, against scikit-learn and one dimension."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans

from kmeans_inconsistency.algorithms import em as algorithm
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.estimators.lloyd import lloyd
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture


def sample(seed: int, n: int, d: int, clusters: int, delta: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    means = np.zeros((clusters, d))
    means[np.arange(clusters), np.arange(clusters) % d] = delta
    return rng.normal(size=(n, d)) + means[rng.integers(clusters, size=n)]


def log_likelihood(x: np.ndarray, weights: np.ndarray, means: np.ndarray, variance: float) -> float:
    parts = [
        multivariate_normal(m, variance).logpdf(x) + np.log(w) for w, m in zip(weights, means, strict=True)
    ]
    return float(logsumexp(parts, axis=0).sum())


@pytest.mark.parametrize(("d", "clusters", "delta"), [(2, 3, 4.0), (5, 2, 4.0), (20, 4, 4.0), (50, 5, 2.0)])
def test_kmeans_at_least_as_good_as_scikit_learns(d: int, clusters: int, delta: float) -> None:
    x = sample(1, 400, d, clusters, delta)
    peer = KMeans(clusters, n_init=10, tol=0.0, random_state=1).fit(x)
    fit = lloyd(x, clusters, starts=10)
    assert fit.objective <= peer.inertia_ * (1 + 1e-9)
    recomputed = ((x - fit.centers[fit.labels]) ** 2).sum()
    assert fit.objective == pytest.approx(recomputed, rel=1e-12)


def test_kmeans_in_one_dimension_is_exact() -> None:
    x = sample(2, 300, 1, 2, 2.0)
    assert lloyd(x, 2).objective == pytest.approx(kmeans(x[:, 0]).objective, rel=1e-12)


@pytest.mark.parametrize(("d", "clusters"), [(1, 2), (2, 3), (10, 2)])
def test_mixture_is_stationary_and_its_likelihood_right(d: int, clusters: int) -> None:
    x = sample(3, 500, d, clusters, 3.0)
    fit = spherical_mixture(x, clusters, starts=3)
    assert fit.status is Status.CONVERGED
    assert fit.gradient <= 1e-9
    at = log_likelihood(x, fit.weights, fit.means, fit.variance)
    assert fit.objective == pytest.approx(at, rel=1e-12)
    rng = np.random.default_rng(0)
    for _ in range(10):
        nearby = fit.means + 1e-3 * rng.normal(size=fit.means.shape)
        assert log_likelihood(x, fit.weights, nearby, fit.variance) < at


def test_mixture_in_one_dimension_is_newtons() -> None:
    x = sample(4, 400, 1, 2, 3.0)
    np.testing.assert_allclose(spherical_mixture(x).means[:, 0], mixture(x[:, 0]).means, atol=1e-6)


def test_acceleration_changes_only_the_passes() -> None:
    x = sample(5, 400, 3, 2, 2.0)
    plain, fast = (spherical_mixture(x, starts=1, acceleration=a) for a in ("none", "newton"))
    np.testing.assert_allclose(plain.means, fast.means, atol=1e-5)
    assert fast.passes < 0.5 * plain.passes


def test_known_variance_and_weights() -> None:
    """EM with what is known held fixed, against the Newton fit."""
    x = sample(6, 300, 1, 2, 3.0)
    parameters = np.array([0.5, 0.5, x.min(), x.max(), 1.0])
    algorithm.em(read_only(x), parameters, 2, 0, True, 0.0, 1e-11, 100_000)
    np.testing.assert_allclose(parameters[2:4], known_variance(x[:, 0], 1.0).means, atol=1e-8)
    np.testing.assert_array_equal(parameters[[0, 1, 4]], [0.5, 0.5, 1.0])


@pytest.mark.parametrize("fit", [lloyd, spherical_mixture])
def test_hard_input(fit: object) -> None:
    assert fit(np.ones((5, 2))).status is Status.MERGED  # type: ignore[operator]
    shifted = fit(sample(7, 100, 2, 2, 5.0) + 1e8)  # type: ignore[operator]
    assert shifted.status is Status.CONVERGED
    for x, why in (([[1.0, np.nan]] * 3, "NaN"), ([[1.0]], "at least 2"), (np.ones((2, 2, 2)), "matrix")):
        with pytest.raises(ValueError, match=why):
            fit(x)  # type: ignore[operator]
    with pytest.raises(ValueError, match="clusters"):
        fit([[1.0], [2.0]], clusters=0)  # type: ignore[operator]
