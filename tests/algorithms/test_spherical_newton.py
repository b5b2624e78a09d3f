"""Newton's method for the spherical mixture: its derivatives by differences, its end by plain EM."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from kmeans_inconsistency.algorithms import spherical_newton as algorithm
from kmeans_inconsistency.algorithms.lanes import in_lanes
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture

K, D = 3, 2
X = np.random.default_rng(1).normal(size=(150, D))
AT = np.array([0.3, 0.5, 0.2, -0.5, 0.0, 0.6, 0.2, 0.1, -0.7, 0.4])


def likelihood(step: np.ndarray) -> float:
    """Mean log-likelihood after a step, less what makes it stationary in the sum of the weights."""
    own = step[:-1].reshape(K, D + 1)
    weights = AT[:K] * np.exp(own[:, 0])
    means = AT[K:-1].reshape(K, D) + np.sqrt(AT[-1]) * own[:, 1:]
    variance = AT[-1] * np.exp(step[-1])
    parts = [
        np.log(w) + multivariate_normal(m, variance).logpdf(X) for w, m in zip(weights, means, strict=True)
    ]
    return float(logsumexp(parts, axis=0).mean() - weights.sum())


def expansion() -> tuple[float, np.ndarray, np.ndarray]:
    p = K * (D + 1) + 1
    gradient, hessian = np.empty(p), np.empty((p, p))
    blocks = in_lanes(X, np.zeros(D), 1.0)
    value = algorithm.expand(blocks, None, len(X), AT, gradient, hessian, algorithm.workspace(K, D))
    return value, gradient, np.tril(hessian) + np.tril(hessian, -1).T


def test_derivatives_are_those_of_the_likelihood() -> None:
    value, gradient, hessian = expansion()
    assert value == pytest.approx(likelihood(np.zeros(len(gradient))) + 1.0, rel=1e-14)
    unit = np.eye(len(gradient))
    h = 1e-5
    slopes = [(likelihood(h * e) - likelihood(-h * e)) / (2 * h) for e in unit]
    np.testing.assert_allclose(gradient, slopes, atol=1e-9)
    h = 1e-4
    for i, e in enumerate(unit):
        for j, f in enumerate(unit[: i + 1]):
            corners = [a * b * likelihood(h * (a * e + b * f)) for a in (-1, 1) for b in (-1, 1)]
            assert hessian[i, j] == pytest.approx(sum(corners) / (4 * h * h), abs=1e-6)


@pytest.mark.parametrize(
    ("clusters", "d", "delta"), [(2, 1, 2.0), (3, 2, 2.0), (5, 4, 3.0), (2, 10, 2.0), (1, 3, 0.0)]
)
def test_it_ends_where_em_does_in_fewer_passes(clusters: int, d: int, delta: float) -> None:
    rng = np.random.default_rng(clusters)
    means = delta * np.eye(max(clusters, d))[:clusters, :d]
    x = rng.normal(size=(300, d)) + means[rng.integers(clusters, size=300)]
    fast, plain = (spherical_mixture(x, clusters, starts=1, acceleration=a) for a in ("newton", "none"))
    assert fast.status is Status.CONVERGED
    assert fast.gradient <= 1e-9
    assert fast.objective == pytest.approx(plain.objective, abs=1e-8)
    np.testing.assert_allclose(fast.means, plain.means, atol=1e-5)
    np.testing.assert_allclose(fast.weights, plain.weights, atol=1e-5)
    assert fast.passes < plain.passes or clusters == 1


def test_components_that_nothing_tells_apart() -> None:
    """One normal sample and several components: flat directions, small weights, still a stationary point."""
    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=(60, 2))
        fit = spherical_mixture(x, 3, starts=2)
        assert fit.status is Status.CONVERGED
        assert fit.gradient <= 1e-9


def test_fewer_places_than_components_end_degenerate() -> None:
    x = np.repeat([[0.0, 0.0], [1.0, 0.0], [5.0, 1.0]], [4, 3, 5], axis=0)
    for clusters in (3, 4, 5):
        assert spherical_mixture(x, clusters, starts=3).status is Status.DEGENERATE
