"""Normal mixtures with free, full and tied covariances against scikit-learn, hand work and each other."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from kmeans_inconsistency.estimators._method import Status, load
from kmeans_inconsistency.estimators.mixture import mixture
from kmeans_inconsistency.estimators.normal_mixture import NormalMixture, normal_mixture
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.study.streams import batches

tied_mixture = partial(normal_mixture, covariance="tied")
ESTIMATORS = {"full": normal_mixture, "tied": tied_mixture}


def sample(seed: int, n: int, d: int, clusters: int, delta: float = 5.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    means = delta * np.arange(clusters)[:, np.newaxis] * np.eye(d)[0]
    shape = np.tril(rng.uniform(0.3, 1.0, size=(d, d)))
    return rng.normal(size=(n, d)) @ shape.T + means[rng.integers(clusters, size=n)]


def log_likelihood(x: np.ndarray, fit: NormalMixture) -> float:
    parts = [
        multivariate_normal(m, c).logpdf(x) + np.log(w)
        for w, m, c in zip(fit.weights, fit.means, fit.covariances, strict=True)
    ]
    return float(logsumexp(parts, axis=0).sum())


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize(("d", "clusters"), [(1, 2), (2, 2), (3, 3), (5, 2)])
def test_a_maximum_where_scikit_learn_finds_one(kind: str, d: int, clusters: int) -> None:
    x = sample(1, 400, d, clusters)
    fit = ESTIMATORS[kind](x, clusters, starts=3)
    assert fit.status is Status.CONVERGED
    assert fit.gradient <= 1e-9
    assert fit.objective == pytest.approx(log_likelihood(x, fit), rel=1e-12)
    covariances = fit.covariances if kind == "full" else fit.covariances[0]
    peer = GaussianMixture(
        clusters,
        covariance_type=kind,
        tol=1e-14,
        max_iter=100_000,
        reg_covar=0.0,
        weights_init=fit.weights,
        means_init=fit.means + 0.1,
        precisions_init=np.linalg.inv(covariances),
        random_state=0,
    ).fit(x)
    np.testing.assert_allclose(fit.means, peer.means_, atol=1e-5)
    np.testing.assert_allclose(covariances, peer.covariances_, atol=1e-5)
    np.testing.assert_allclose(fit.weights, peer.weights_, atol=1e-5)
    assert fit.objective >= n_score(peer, x) - 1e-8


def packed(fit: NormalMixture, matrices: int) -> np.ndarray:
    """Log weights, means, and Cholesky factors with the logarithms of their diagonals."""
    factors = np.linalg.cholesky(fit.covariances[:matrices])
    d = factors.shape[1]
    factors[:, np.arange(d), np.arange(d)] = np.log(np.diagonal(factors, axis1=1, axis2=2))
    return np.concatenate([np.log(fit.weights), fit.means.ravel(), factors[:, *np.tril_indices(d)].ravel()])


def mean_loss(parameters: np.ndarray, x: np.ndarray, clusters: int, matrices: int) -> float:
    """Minus the mean log-likelihood; log weights count up to a constant."""
    d = x.shape[1]
    logs, means, rest = np.split(parameters, [clusters, clusters * (1 + d)])
    factors = np.zeros((matrices, d, d))
    factors[:, *np.tril_indices(d)] = rest.reshape(matrices, -1)
    log_diagonals = np.diagonal(factors, axis1=1, axis2=2).copy()
    factors[:, np.arange(d), np.arange(d)] = np.exp(log_diagonals)
    parts = []
    for k, mean in enumerate(means.reshape(clusters, d)):
        m = k % matrices
        z = np.einsum("ij,nj->in", np.linalg.inv(factors[m]), x - mean)
        parts.append(log_softmax(logs)[k] - 0.5 * (z**2).sum(axis=0) - log_diagonals[m].sum())
    return d / 2 * np.log(2 * np.pi) - float(logsumexp(parts, axis=0).mean())


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("d", [2, 3])
@pytest.mark.parametrize("clusters", [2, 3])
def test_a_quasi_newton_search_comes_back_to_the_fit(kind: str, d: int, clusters: int) -> None:
    """From about a twentieth away, by numerical derivatives of a likelihood that is written out above."""
    x = sample(6, 300, d, clusters, 3.0)
    fit = ESTIMATORS[kind](x, clusters, starts=3)
    matrices = clusters if kind == "full" else 1
    here = packed(fit, matrices)
    aside = here + 0.05 * np.random.default_rng(1).normal(size=here.size)
    found = minimize(mean_loss, aside, (x, clusters, matrices), "BFGS", jac="3-point", options={"gtol": 1e-7})
    there = np.append(log_softmax(found.x[:clusters]), found.x[clusters:])
    assert mean_loss(aside, x, clusters, matrices) > found.fun + 1e-3
    assert -found.fun * len(x) == pytest.approx(fit.objective, rel=1e-12)
    np.testing.assert_allclose(there, here, atol=2e-6)


def n_score(peer: GaussianMixture, x: np.ndarray) -> float:
    return float(peer.score(x)) * len(x)


@pytest.mark.parametrize("delta", [2.0, 3.0, 5.0])
def test_tied_on_the_line_is_the_mixture(delta: float) -> None:
    x = sample(2, 500, 1, 2, delta)
    fit, exact = tied_mixture(x), mixture(x[:, 0])
    np.testing.assert_allclose(fit.means[:, 0], exact.means, atol=1e-6)
    assert fit.covariances[0, 0, 0] == pytest.approx(exact.variance, abs=1e-6)
    assert fit.objective == pytest.approx(exact.objective, rel=1e-12)


def test_tied_on_the_line_is_never_likelier_than_the_global_optimum() -> None:
    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=60)
        assert tied_mixture(x, starts=2).objective <= mixture(x).objective + 1e-8


def test_on_the_line_full_is_at_least_as_likely_as_tied() -> None:
    x = sample(3, 300, 1, 2, 4.0)
    assert normal_mixture(x[:, 0]).objective >= tied_mixture(x).objective


@pytest.mark.parametrize(("covariance", "stream"), [("full", "free_mixture"), ("tied", "tied_mixture")])
def test_rows_on_the_line_have_the_ends_and_their_variances(covariance: str, stream: str) -> None:
    (batch,) = batches(normal_pair(3), 1, 0, 3, [80])
    rows = load("normal_mixture").fit(batch, starts=2, covariance=covariance)
    for i, rng in enumerate(batch.generators(stream)):
        fit = normal_mixture(batch.x[i], 2, 2, rng, covariance)
        variances = fit.covariances[:, 0, 0]
        expected = {"lower": fit.means[0, 0], "upper": fit.means[1, 0], "objective": fit.objective}
        expected |= {"variance_lower": variances[0], "variance_upper": variances[1]}
        assert {name: rows[name][i] for name in expected} == expected


def test_clusters_far_apart_are_fitted_by_hand() -> None:
    fit = normal_mixture([0.0, 1.0, 2.0, 100.0, 104.0])
    np.testing.assert_allclose(fit.weights, [0.6, 0.4])
    np.testing.assert_allclose(fit.means[:, 0], [1.0, 102.0])
    np.testing.assert_allclose(fit.covariances[:, 0, 0], [2 / 3, 4.0])
    square = [[0.0, 0.0], [0.0, 2.0], [2.0, 0.0], [2.0, 2.0]]
    both = np.vstack([square, np.add(square, 1000.0)])
    np.testing.assert_allclose(normal_mixture(both).covariances, np.array([np.eye(2)] * 2), atol=1e-9)
    np.testing.assert_allclose(tied_mixture(both).means, [[1.0, 1.0], [1001.0, 1001.0]])


def test_a_component_that_shrinks_to_a_point_is_said() -> None:
    x = np.append(np.random.default_rng(4).normal(size=50), 100.0)
    fit = normal_mixture(x)
    assert fit.status is Status.DEGENERATE
    assert fit.objective == np.inf
    assert fit.degenerate_share > 0
    assert fit.share == fit.degenerate_share
    np.testing.assert_allclose(fit.means[:, 0], [x[:-1].mean(), 100.0], atol=1e-2)
    assert mixture(x).status is Status.CONVERGED


@pytest.mark.parametrize("kind", ESTIMATORS)
@given(
    seed=st.integers(0, 10_000),
    scale=st.sampled_from([1e-8, 0.25, 3.0, 1e8]),
    shift=st.floats(-1e3, 1e3),
    turn=st.floats(0, np.pi),
)
@settings(max_examples=15, deadline=None)
def test_moves_with_the_data(kind: str, seed: int, scale: float, shift: float, turn: float) -> None:
    x = sample(seed, 80, 2, 2, 8.0)
    fit = ESTIMATORS[kind](x, starts=2)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = ESTIMATORS[kind](scale * (x @ rotation.T + shift), starts=2)
    assert moved.status is fit.status
    if fit.status is Status.DEGENERATE:  # how far the collapse has gone when it is seen depends on rounding
        return
    means = scale * (fit.means @ rotation.T + shift)
    order = np.argsort(means[:, 0])
    np.testing.assert_allclose(moved.means, means[order], atol=1e-5 * scale, rtol=1e-9)
    covariances = scale**2 * rotation @ fit.covariances @ rotation.T
    np.testing.assert_allclose(moved.covariances, covariances[order], atol=1e-5 * scale**2)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_order_and_orientation_do_not_matter(kind: str) -> None:
    x = sample(5, 200, 2, 2)
    fit = ESTIMATORS[kind](x)
    shuffled = ESTIMATORS[kind](x[np.random.default_rng(0).permutation(200)])
    np.testing.assert_allclose(fit.means, shuffled.means, atol=1e-7)
    mirrored = ESTIMATORS[kind](-x)
    np.testing.assert_allclose(mirrored.means, -fit.means[::-1], atol=1e-7)
    np.testing.assert_allclose(mirrored.weights, fit.weights[::-1], atol=1e-7)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_hard_input(kind: str) -> None:
    fit = ESTIMATORS[kind]
    assert fit(np.ones((5, 2))).status is Status.MERGED
    assert fit([[0.0, 1.0], [2.0, 5.0]]).status is Status.DEGENERATE
    assert fit(np.column_stack([np.arange(20.0), np.ones(20)])).status is Status.DEGENERATE
    shifted = fit(sample(7, 100, 2, 2) + 1e8)
    assert shifted.status is Status.CONVERGED
    for x, why in (([[1.0, np.nan]] * 3, "NaN"), ([[1.0]], "at least 2"), (np.ones((2, 2, 2)), "matrix")):
        with pytest.raises(ValueError, match=why):
            fit(x)
    with pytest.raises(ValueError, match="clusters"):
        fit([[1.0], [2.0]], clusters=0)
    with pytest.raises(ValueError, match="starts"):
        fit([[1.0], [2.0]], starts=0)
    with pytest.raises(ValueError, match="covariance must be 'full' or 'tied', not 'diag'"):
        normal_mixture([[1.0], [2.0]], covariance="diag")
