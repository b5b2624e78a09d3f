"""EM with a known covariance and Lloyd's algorithm beside it, against plain numpy and a general optimiser."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from kmeans_inconsistency.algorithms import known_covariance as algorithm
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.starts import UNIFORM
from kmeans_inconsistency.estimators._method import Status, load
from kmeans_inconsistency.estimators.known_covariance import known_covariance
from kmeans_inconsistency.estimators.known_variance import known_variance
from kmeans_inconsistency.models import FAMILIES
from kmeans_inconsistency.study.streams import batches

relaxed = settings(deadline=None, derandomize=True, max_examples=40)


def sample(seed: int, n: int = 300, d: int = 2, clusters: int = 3, delta: float = 3.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    means = delta * np.eye(clusters, d)
    return rng.normal(size=(n, d)) + means[rng.integers(clusters, size=n)]


def begin(x: np.ndarray, clusters: int, seed: int) -> np.ndarray:
    """The observations at which both start: places among those not yet taken."""
    left = list(range(len(x)))
    uniforms = np.random.default_rng(seed).random(clusters)
    return x[[left.pop(int(u * len(left))) for u in uniforms]]


def given_means(x: np.ndarray, weights: np.ndarray, means: np.ndarray, eps: float) -> np.ndarray:
    """Logs of weights times densities, shape (n, k)."""
    squares = ((x[:, None] - means) ** 2).sum(axis=2)
    return np.log(weights) - squares / (2 * eps) - x.shape[1] / 2 * np.log(2 * np.pi * eps)


def side_by_side(x: np.ndarray, start: np.ndarray, eps: float, passes: int) -> dict[str, np.ndarray]:
    """Both algorithms by hand, EM for a number of passes."""
    clusters = len(start)
    means, centers, weights = start, start, np.full(clusters, 1 / clusters)
    gap, moving, labels = 0.0, True, np.full(len(x), -1)
    for _ in range(passes):
        given = softmax(given_means(x, weights, means, eps), axis=1)
        weights = given.mean(axis=0)
        means = given.T @ x / given.sum(axis=0)[:, None]
        if moving:
            old, labels = labels, ((x[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
            centers = np.array([x[labels == k].mean(axis=0) for k in range(clusters)])
            moving = bool((old != labels).any())
            gap = max(gap, np.linalg.norm(means - centers, axis=1).max())
    logs = given_means(x, weights, means, eps)
    best = softmax(logs, axis=1)
    return {
        "weights": weights,
        "means": means,
        "centers": centers,
        "gap": np.array(gap),
        "end_gap": np.linalg.norm(means - centers, axis=1).max(),
        "softness": (1 - best.max(axis=1)).mean(),
        "disagreement": (best.argmax(axis=1) != labels).mean(),
        "objective": logsumexp(logs, axis=1).sum(),
    }


@pytest.mark.parametrize("eps", [0.003, 0.05, 0.5, 1.0])
@pytest.mark.parametrize(("d", "clusters"), [(1, 2), (2, 3), (5, 4)])
def test_by_hand(d: int, clusters: int, eps: float) -> None:
    x = sample(clusters, d=d, clusters=clusters)
    fit = known_covariance(x, eps, clusters, seed=3)
    expected = side_by_side(x, begin(x, clusters, 3), eps, fit.passes)
    order = np.lexsort(expected["means"].T[::-1])
    assert fit.status is Status.CONVERGED
    for name in ("weights", "means", "centers"):
        assert_allclose(getattr(fit, name), expected[name][order], rtol=1e-9, atol=1e-9)
    for name in ("gap", "end_gap", "softness", "disagreement", "objective"):
        assert_allclose(getattr(fit, name), expected[name], rtol=1e-8, atol=1e-10, err_msg=name)
    assert fit.gradient <= 1e-9


@pytest.mark.parametrize("eps", [0.3, 1.0])
def test_it_ends_at_a_maximum_of_the_likelihood(eps: float) -> None:
    """By scipy, in means and log weights, from where EM ends."""
    x, clusters = sample(7), 3
    fit = known_covariance(x, eps, clusters)

    def loss(free: np.ndarray) -> float:
        weights = softmax(np.append(free[: clusters - 1], 0.0))
        means = free[clusters - 1 :].reshape(clusters, 2)
        return -float(logsumexp(given_means(x, weights, means, eps), axis=1).sum())

    at = np.concatenate([np.log(fit.weights[:-1] / fit.weights[-1]), fit.means.ravel()])
    found = minimize(loss, at + 0.01, method="BFGS", options={"gtol": 1e-5})
    assert_allclose(loss(at), -fit.objective, rtol=1e-12)
    assert_allclose(-found.fun, fit.objective, rtol=1e-10)
    assert_allclose(found.x, at, atol=1e-4)


def test_two_symmetric_components_have_the_newton_fit_with_equal_weights() -> None:
    half = np.abs(sample(8, d=1, clusters=2)[:, 0])
    x = np.concatenate([-half, half])
    fit = known_covariance(x, 0.8, seed=1)
    assert_allclose(fit.means[:, 0], known_variance(x, 0.8).means, atol=1e-6)
    assert_allclose(fit.weights, 0.5, atol=1e-6)


@pytest.mark.parametrize("eps", [1e-7, 1e-12, 1e-200])
def test_where_responsibilities_underflow_it_is_lloyds_algorithm(eps: float) -> None:
    """Pass by pass to rounding, and to the fixed point of the study's own k-means from the same start."""
    drawn = next(batches(FAMILIES["simplex"](delta=2.0, clusters=3, dimension=2), 1, 0, 6, [300]))
    rows = load("known_covariance").fit(drawn, eps=eps)
    kmeans = load("lloyd").fit(drawn, starts=1, start="uniform", refinement="none")
    assert (rows["gap"] < 1e-13).all()
    assert (rows["softness"] == 0).all()
    assert (rows["disagreement"] == 0).all()
    assert (rows["status"] == Status.CONVERGED).all()
    assert_allclose(rows["distance"], kmeans["distance"], rtol=1e-13)
    # EM's last pass is the first that moves nothing
    assert_array_equal(rows["passes"], kmeans["passes"])


def test_a_smaller_variance_is_nearer_and_harder() -> None:
    x = sample(9, n=2000)
    fits = [known_covariance(x, eps, 3) for eps in (1e-4, 1e-2, 1e-1, 1.0)]
    for name in ("gap", "softness"):
        values = [getattr(fit, name) for fit in fits]
        assert values == sorted(values)
    assert fits[0].gap < 0.02 < 0.2 < fits[-1].gap


@relaxed
@given(st.integers(0, 10**6), st.floats(0, 6.283), st.floats(-8, 8), st.sampled_from([0.01, 0.3]))
def test_moved_turned_and_scaled_points(seed: int, turn: float, power: float, eps: float) -> None:
    x = sample(seed, n=60, delta=8.0)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    scale = 10.0**power
    here = known_covariance(x, eps, 3, seed=seed)
    there = known_covariance(scale * (x @ rotation.T + 5.0), scale**2 * eps, 3, seed=seed)
    moved = scale * (here.means @ rotation.T + 5.0)
    order = np.lexsort(moved.T[::-1])
    # near a tie of the steps two runs may differ in a pass; what they end at does not
    assert_allclose(there.means, moved[order], rtol=1e-6, atol=1e-6 * scale)
    assert_allclose(there.weights, here.weights[order], atol=1e-6)
    assert_allclose([there.gap, there.end_gap], scale * np.array([here.gap, here.end_gap]), atol=1e-6 * scale)
    assert_allclose(there.softness, here.softness, atol=1e-7)
    assert there.disagreement == here.disagreement


@relaxed
@given(st.integers(0, 10**6), st.permutations(range(3)))
def test_order_of_observations_and_names_of_clusters(seed: int, names: list[int]) -> None:
    """The same start under other names, in a sample whose order was turned round."""
    x, n = sample(seed, n=80, delta=6.0), 80
    places = np.random.default_rng(seed).permutation(n)[:3]

    def fit(points: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        left = list(range(n))
        uniforms = []
        for i in chosen:
            uniforms.append((left.index(i) + 0.5) / len(left))
            left.remove(i)
        given = read_only(points[None].copy()), read_only(np.array([[uniforms]]))
        parameters, _, fits = algorithm.known_covariance(*given, UNIFORM, 0.2, 1e-10, 10_000)
        return parameters[0, 3:9].reshape(3, 2), fits[0]

    means, diagnostics = fit(x, places)
    other, others = fit(x[::-1].copy(), (n - 1 - places)[names])
    assert_allclose(other, means[names], atol=1e-7)
    kept = [algorithm.LOG_LIKELIHOOD, algorithm.GAP, algorithm.SOFTNESS, algorithm.DISAGREEMENT]
    assert_allclose(others[kept], diagnostics[kept], rtol=1e-9, atol=1e-9)


def test_one_component_and_as_many_as_observations() -> None:
    x = sample(10, n=12)
    one = known_covariance(x, 0.3, 1)
    assert_allclose(one.means[0], x.mean(axis=0), rtol=1e-14)
    assert (one.weights, one.softness, one.disagreement) == (1.0, 0.0, 0.0)
    assert one.end_gap < 1e-14
    every = known_covariance(x, 1e-9, len(x))
    assert_allclose(every.means, x[np.lexsort(x.T[::-1])], rtol=1e-14)
    assert every.gap < 1e-14


def test_an_observation_halfway_is_shared_by_em_only() -> None:
    x, seed = np.array([-1.0, 0.0, 1.0]), 8
    assert sorted(begin(x, 2, seed)) == [-1.0, 1.0]
    fit = known_covariance(x, 1e-6, seed=seed)
    assert_allclose(fit.means[:, 0], [-2 / 3, 2 / 3], rtol=1e-12)
    assert_allclose(np.abs(fit.centers[:, 0]).sum(), 1.5, rtol=1e-12)
    assert_allclose([fit.gap, fit.end_gap, fit.softness], [1 / 3, 1 / 3, 1 / 6], rtol=1e-12)


def test_ends_that_are_no_fit() -> None:
    far_apart = known_covariance(sample(11), 40.0, 3)
    assert far_apart.status in (Status.MERGED, Status.DEGENERATE)
    assert known_covariance(np.ones((5, 2)), 1.0).status is Status.MERGED
    # a start between two lumps that the other centres take from it
    lumps = np.repeat([[-10.0], [10.0]], 20, axis=0)
    fit = known_covariance(np.append(lumps, [[0.1]], axis=0), 1.0, 3, seed=1)
    assert np.isfinite(fit.means).all()
    assert fit.status in (Status.CONVERGED, Status.MERGED, Status.DEGENERATE)


def test_kind_of_array_does_not_matter() -> None:
    x = np.random.default_rng(2).integers(0, 50, size=(40, 2)).astype(np.float64)
    expected = known_covariance(x, 9.0)
    frozen = x.copy()
    frozen.flags.writeable = False
    for same in (x.astype(np.int8), x.astype(np.float32), np.asfortranarray(x), frozen, x.tolist()):
        assert_array_equal(known_covariance(same, 9.0).means, expected.means)


@pytest.mark.parametrize("eps", [0.0, -1.0, np.nan, np.inf])
def test_eps_is_checked(eps: float) -> None:
    with pytest.raises(ValueError, match="eps must be a positive number"):
        known_covariance([1.0, 2.0], eps)


@pytest.mark.parametrize(
    ("x", "why"),
    [
        ([[1.0, np.nan]] * 3, "NaN"),
        ([[1.0]], "at least 2"),
        (np.ones((2, 2, 2)), "matrix"),
        ([], "at least 2"),
    ],
    ids=str,
)
def test_refused_with_a_reason(x: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        known_covariance(x, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="clusters must be a whole number, at least 1"):
        known_covariance([1.0, 2.0], 1.0, 0)
