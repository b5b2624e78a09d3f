"""Known variance: the fixed-point equation, both ends of the path, the merging, and the sandwich."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, optimize

from kmeans_inconsistency.limits import kmeans, known_variance, mixture, pollard
from kmeans_inconsistency.models import Mixture, laplace_pair, normal_pair


def expectation(model: Mixture, g, width: float) -> float:  # type: ignore[no-untyped-def]
    """E g(X) by adaptive quadrature, for a symmetric model and an even g that varies on a scale near 0."""
    points = sorted(p for p in (width, 5 * width, 20 * width, 1.0, 3.0) if p < 14)
    value, _ = integrate.quad(
        lambda x: g(x) * model.pdf(x), 0, 16, points=points, epsabs=1e-15, epsrel=1e-13, limit=500
    )
    return float(2 * value)


@pytest.mark.parametrize("delta", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("eps", [1e-3, 0.05, 0.5, 1.0, 1.2])
def test_balanced_pair_solves_its_equation(delta: float, eps: float) -> None:
    """Second route: m = E X tanh(m X / eps) by root finding; avar = 4 B / A^2 by adaptive quadrature."""
    model = normal_pair(delta)
    m = optimize.brentq(
        lambda m: m - expectation(model, lambda x: x * np.tanh(m * x / eps), eps / m), 0.05, 3, xtol=1e-15
    )
    found = known_variance.limit(model, eps)
    assert_allclose(found.distance, 2 * m, rtol=1e-12)
    a = 1 - expectation(model, lambda x: (x / np.cosh(np.minimum(m * x / eps, 300))) ** 2, eps / m) / eps
    b = expectation(model, lambda x: (x * np.tanh(m * x / eps)) ** 2, eps / m) - m * m
    assert_allclose(found.avar_distance, 4 * b / a**2, rtol=1e-10)
    assert not found.rivals


@pytest.mark.parametrize("model", [normal_pair(2), normal_pair(3, 0.2), laplace_pair(1, 0.4)])
def test_vanishing_eps_is_kmeans(model: Mixture) -> None:
    best = kmeans.limit(model).best
    found = known_variance.limit(model, 1e-7)
    assert_allclose(found.means, best.centers, rtol=1e-10)
    assert_allclose(found.avar_distance, kmeans.predict(model)["distance"].avar, rtol=1e-5)


def test_the_bias_is_flat_at_small_eps() -> None:
    model, h = normal_pair(2), kmeans.limit(normal_pair(2)).best.distance / 2
    for eps in (0.01, 0.003):
        loss = h - known_variance.limit(model, eps).distance / 2
        assert_allclose(loss, pi**2 * model.pdf(0.0) * eps**2 / (12 * h**2), rtol=0.05)


@pytest.mark.parametrize("delta", [0.5, 2.0, 40.0])
def test_the_true_variance_is_consistent_and_efficient(delta: float) -> None:
    found = known_variance.limit(normal_pair(delta), 1.0)
    assert_allclose(found.distance, delta, rtol=1e-12)
    known = mixture.limit(normal_pair(delta), weight_known=True, variance_known=True)
    assert known is not None
    assert_allclose(found.avar_distance, known.avar_distance, rtol=1e-9)


@pytest.mark.parametrize(
    "model", [normal_pair(2), normal_pair(0), normal_pair(20, 0.001), laplace_pair(1, 0.3)]
)
def test_means_merge_exactly_at_the_variance(model: Mixture) -> None:
    critical = known_variance.critical_eps(model)
    for eps in (critical, critical * 1.0001, critical * 3):
        found = known_variance.limit(model, eps)
        assert found.merged
        assert found.distance == 0
        assert found.avar_distance is None
        assert found.means[0] == pytest.approx(model.mean)
    assert known_variance.limit(model, critical * 0.999).distance > 0


def test_just_below_the_merging() -> None:
    model, mu = normal_pair(2), 1.0
    fourth = mu**4 + 6 * mu**2 + 3
    for share in (1e-4, 1e-6, 1e-8):
        eps = model.variance * (1 - share)
        m = sqrt(3 * eps**2 * (model.variance - eps) / fourth)
        assert_allclose(known_variance.limit(model, eps).distance, 2 * m, rtol=10 * share + 1e-7)


@pytest.mark.parametrize(("eps", "weight"), [(0.3, 0.5), (1.0, 0.5), (1.0, 0.3), (1.0, 0.7), (0.5, 0.2)])
def test_unbalanced_fit_matches_a_general_optimiser(eps: float, weight: float) -> None:
    """Second route: minus the expected log density on a plain grid of x, minimised over both means."""
    model = Mixture((0.3, 0.7), (-1.0, 1.5), (1.0, 0.8))
    x = np.linspace(-12, 12, 6001)
    mass = model.pdf(x) * (x[1] - x[0])

    def loss(means: np.ndarray) -> float:
        density = sum(
            w * np.exp(-((x - m) ** 2) / (2 * eps)) for w, m in zip((weight, 1 - weight), means, strict=True)
        )
        return float(-mass @ np.log(np.maximum(density / sqrt(2 * pi * eps), 1e-300)))

    fits = [
        optimize.minimize(
            loss, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15, "maxiter": 2000}
        )
        for start in ([-1, 1], [1.5, -1], [0, 2], [2, 0])
    ]
    best = min(fits, key=lambda fit: fit.fun)
    found = known_variance.limit(model, eps, weight)
    assert_allclose(found.value, -best.fun, atol=1e-11)
    means = sorted(best.x) if weight == 0.5 else best.x
    assert_allclose(found.means, means, atol=1e-6)


def test_sandwich_by_simulation() -> None:
    """800 fits of n = 2,000 by Newton's method; probability above 0.999 to pass (4 Monte Carlo SE)."""
    model, eps, n, replicates = normal_pair(2, 0.3), 0.5, 2000, 800
    found = known_variance.limit(model, eps)
    rng = np.random.default_rng(3)
    estimates = []
    for _ in range(replicates):
        x = rng.standard_normal(n) + np.where(rng.random(n) > 0.3, 1.0, -1.0)
        c, h = sum(found.means) / 2, found.distance / 2
        for _ in range(200):  # EM with known variance and equal weights
            t = np.tanh(h * (x - c) / eps)
            low, high = (x * (1 - t)).sum() / (1 - t).sum(), (x * (1 + t)).sum() / (1 + t).sum()
            if abs((low + high) / 2 - c) + abs((high - low) / 2 - h) < 1e-9:
                break
            c, h = (low + high) / 2, (high - low) / 2
        estimates.append((low, high))
    means = np.array(estimates)
    assert found.covariance is not None
    for values, limit, avar in (
        (means[:, 0], found.means[0], found.covariance[0, 0]),
        (means[:, 1], found.means[1], found.covariance[1, 1]),
        (means[:, 1] - means[:, 0], found.distance, found.avar_distance),
    ):
        assert abs(values.mean() - limit) < 4 * sqrt(avar / n / replicates)
        assert abs(values.var(ddof=1) * n / avar - 1) < 4 * sqrt(2 / replicates)


def test_tied_means_solve_their_equation() -> None:
    """With the midpoint known to be 0, unbalanced data have the same limit at the true variance."""
    found = known_variance.limit(normal_pair(2, 0.3), 1.0, centre=0.0)
    assert_allclose(found.means, (-1, 1), rtol=1e-12)
    # the score of h at the truth, by adaptive quadrature
    a = 1 - expectation(normal_pair(2), lambda x: (x / np.cosh(x)) ** 2, 1.0)
    b = expectation(normal_pair(2), lambda x: (x * np.tanh(x)) ** 2, 1.0) - 1
    assert_allclose(found.avar_distance, 4 * b / a**2, rtol=1e-10)
    balanced = known_variance.limit(normal_pair(2), 0.7, centre=0.0)
    free = known_variance.limit(normal_pair(2), 0.7)
    assert_allclose(balanced.distance, free.distance, rtol=1e-12)
    assert_allclose(balanced.avar_distance, free.avar_distance, rtol=1e-9)
    assert known_variance.limit(normal_pair(2, 0.3), 2.0, centre=0.0).merged


def test_true_unequal_weights_and_variance_are_consistent() -> None:
    found = known_variance.limit(normal_pair(2, 0.3), 1.0, 0.3)
    assert_allclose(found.means, (-1, 1), rtol=1e-11)
    known = mixture.limit(normal_pair(2, 0.3), weight_known=True, variance_known=True)
    assert known is not None
    assert_allclose(found.avar_distance, known.avar_distance, rtol=1e-9)


def test_unequal_weights_jump_together_above_the_variance() -> None:
    model = normal_pair(2, 0.3)
    critical = known_variance.critical_eps(model, 0.3)
    assert critical > model.variance
    assert_allclose(critical, known_variance.critical_eps(normal_pair(2, 0.7), 0.7), rtol=1e-11)
    below, above = (known_variance.limit(model, critical * (1 + s), 0.3) for s in (-1e-7, 1e-7))
    assert below.distance > 0.2
    assert above.merged
    # the jump needs skewness
    assert known_variance.critical_eps(normal_pair(2), 0.3) == 2.0


def test_the_jump_by_a_general_optimiser() -> None:
    """Second route: where the best separated fit on a plain grid of x is worth what the merged one is."""
    model, weight = normal_pair(2, 0.3), 0.3
    x = np.linspace(-13, 13, 2601)
    mass = model.pdf(x) * (x[1] - x[0])

    def gain(eps: float) -> float:
        def loss(means: np.ndarray) -> float:
            parts = [np.exp(-((x - m) ** 2) / (2 * eps)) for m in means]
            return float(-mass @ np.log(weight * parts[0] + (1 - weight) * parts[1]))

        start = np.array([0.23, 0.47]) + 1e-2 * np.array([[0, 0], [1, 0], [0, 1]])
        options = {"xatol": 1e-11, "fatol": 1e-17, "maxiter": 2000, "initial_simplex": start}
        fit = optimize.minimize(loss, start[0], method="Nelder-Mead", options=options)
        return float(mass @ (x - model.mean) ** 2 / (2 * eps) - fit.fun)

    assert_allclose(
        known_variance.critical_eps(model, weight),
        optimize.brentq(gain, 1.8453, 1.8461, xtol=1e-12),
        rtol=1e-10,
    )


def test_bad_arguments() -> None:
    for eps in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="eps"):
            known_variance.limit(normal_pair(1), eps)
    with pytest.raises(ValueError, match="weight"):
        known_variance.limit(normal_pair(1), 1.0, 1.0)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(
    st.floats(0.1, 5), st.floats(-50, 50), st.floats(0.1, 0.9), st.floats(0.3, 3), st.sampled_from([0.5, 0.3])
)
def test_location_scale_and_reflection(
    scale: float, shift: float, share: float, sd: float, weight: float
) -> None:
    model = Mixture((share, 1 - share), (-1.0, 1.2), (1.0, sd))
    moved = Mixture(model.weights, [shift - scale * m for m in model.means], [scale * s for s in model.sds])  # type: ignore[arg-type]
    one, other = known_variance.limit(model, 0.4, weight), known_variance.limit(moved, 0.4 * scale**2, weight)
    assert_allclose(other.distance, scale * one.distance, rtol=1e-7)
    if not one.rivals and one.avar_distance is not None:
        assert_allclose(other.avar_distance, scale**2 * one.avar_distance, rtol=1e-5)


@pytest.mark.parametrize("eps", [1e-300, 1e-14, 0.9e-7, 1.1e-7, 1e-6, 1e-5])
@pytest.mark.parametrize("weight", [0.5, 0.3])
def test_tiny_variances_are_kmeans(eps: float, weight: float) -> None:
    """Means tend to k-means' as eps^2, the covariance as eps, on both sides of the change of formula."""
    model = normal_pair(2.0, weight)
    found, centers = known_variance.limit(model, eps), kmeans.limit(model).best
    covariance = pollard.theory(model, centers).covariance
    np.testing.assert_allclose(found.means, centers.centers, rtol=1e-9)
    assert found.covariance is not None
    np.testing.assert_allclose(found.covariance, covariance, rtol=1e-9 + 5 * eps)
