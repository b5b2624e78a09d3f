"""Intervals against textbook formulas, numerical derivatives and the theory."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.stats import norm, ttest_ind

from kmeans_inconsistency.algorithms.cluster_errors import (
    DENSITY,
    NAIVE_DISTANCE,
    POLLARD_DISTANCE,
    POLLARD_LOWER,
    cluster_errors,
)
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.equal_weights_newton import fit_equal_weights
from kmeans_inconsistency.algorithms.mixture_newton import LOWER, UPPER, VARIANCE, WEIGHT, mixture_newton
from kmeans_inconsistency.algorithms.observed_information import equal_weights_errors, mixture_errors
from kmeans_inconsistency.estimators._method import load
from kmeans_inconsistency.estimators.kmeans import kmeans as exact_kmeans
from kmeans_inconsistency.estimators.mixture import mixture as maximum_likelihood
from kmeans_inconsistency.limits import kmeans, mixture, pollard
from kmeans_inconsistency.limits._mixture_equal import limit as limit_with_equal_weights
from kmeans_inconsistency.models import normal_pair

Variant = tuple[str, dict[str, str]]
NAIVE: Variant = ("kmeans", {"interval": "naive"})
SANDWICH: Variant = ("kmeans", {"interval": "sandwich"})
METHODS: tuple[Variant, ...] = (
    NAIVE,
    SANDWICH,
    ("mixture", {"interval": "information"}),
    ("mixture", {"weights": "equal", "interval": "information"}),
)


def sample(seed: int, n: int, delta: float = 2.0, weight: float = 0.4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sort(rng.normal(size=n) + delta * (rng.random(n) > weight))


def fit(method: Variant, x: np.ndarray) -> dict[str, np.ndarray]:
    name, choices = method
    batch = SimpleNamespace(sorted=np.atleast_2d(x), n=x.shape[-1])
    return dict(load(name, choices).fit(batch, **choices))


@pytest.mark.parametrize("seed", range(3))
def test_the_naive_interval_is_the_two_sample_one(seed: int) -> None:
    x = sample(seed, 200)
    row = fit(NAIVE, x)
    cut = row["lower"][0] + row["distance"][0] / 2
    test = ttest_ind(x[x > cut], x[x <= cut], equal_var=False)
    standard_error = row["distance"][0] / test.statistic
    assert row["distance_high"][0] - row["distance"][0] == pytest.approx(norm.ppf(0.975) * standard_error)


def test_density_at_the_cut() -> None:
    x = sample(4, 500)
    row = cluster_errors(read_only(x[np.newaxis]))[0]
    size, low, high = int(row[0]), row[1], row[2]
    within = np.append(x[:size] - low, x[size:] - high).std()
    bandwidth = (40 * np.sqrt(np.pi)) ** 0.2 * within * 500**-0.2
    u = (x - (low + high) / 2) / bandwidth
    assert row[DENSITY] == pytest.approx((0.75 * (1 - u**2) * (np.abs(u) < 1)).mean() / bandwidth, rel=1e-12)


@pytest.mark.parametrize(("delta", "weight"), [(1.0, 0.5), (2.0, 0.3)])
def test_pollards_variance_from_the_sample_is_that_of_the_theory(delta: float, weight: float) -> None:
    """With n = 4,000,000 the density is known to about .002, and so the variances to 2 %."""
    n = 4_000_000
    model = normal_pair(delta, weight)
    theory = pollard.theory(model, kmeans.limit(model).best)
    assert theory.covariance is not None
    x = sample(5, n, delta, weight)
    row = cluster_errors(read_only(x[np.newaxis]))[0]
    cut = kmeans.limit(model).best.boundaries[0] + delta / 2
    assert row[DENSITY] == pytest.approx(float(model.pdf(cut - delta / 2)), abs=0.004)
    assert n * row[POLLARD_DISTANCE] == pytest.approx(theory.avar_distance, rel=0.02)
    assert n * row[POLLARD_LOWER] == pytest.approx(theory.covariance[0, 0], rel=0.02)
    assert n * row[NAIVE_DISTANCE] == pytest.approx(theory.naive_distance, rel=0.01)


def test_pollards_variance_is_the_sandwich() -> None:
    x = sample(6, 300)
    row = cluster_errors(read_only(x[np.newaxis]))[0]
    size, low, high = int(row[0]), row[1], row[2]
    share = np.array([size, 300 - size]) / 300
    within = np.array([((x[:size] - low) ** 2).sum(), ((x[size:] - high) ** 2).sum()]) / 300
    hessian = pollard.hessian(np.array([row[DENSITY]]), share, np.array([low, high]))
    covariance = np.linalg.inv(hessian) @ np.diag(4 * within) @ np.linalg.inv(hessian) / 300
    contrast = np.array([-1.0, 1.0])
    assert row[POLLARD_DISTANCE] == pytest.approx(contrast @ covariance @ contrast, rel=1e-10)
    assert row[POLLARD_LOWER] == pytest.approx(covariance[0, 0], rel=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_observed_information_is_the_second_derivative(seed: int) -> None:
    x = sample(seed, 400, delta=2.5)
    found = mixture_newton(read_only(x[np.newaxis]), 1)
    w, m1, m2, v = found[0, [WEIGHT, LOWER, UPPER, VARIANCE]]

    def gradient(theta: np.ndarray) -> np.ndarray:
        w, m1, m2, v = theta
        f1, f2 = norm.pdf(x, m1, v**0.5), norm.pdf(x, m2, v**0.5)
        r1, r2 = w * f1 / (w * f1 + (1 - w) * f2), (1 - w) * f2 / (w * f1 + (1 - w) * f2)
        squares = r1 * (x - m1) ** 2 + r2 * (x - m2) ** 2
        return np.array(
            [
                (r1 / w - r2 / (1 - w)).sum(),
                (r1 * (x - m1)).sum() / v,
                (r2 * (x - m2)).sum() / v,
                (squares / v - 1).sum() / (2 * v),
            ]
        )

    theta = np.array([w, m1, m2, v])
    assert np.abs(gradient(theta)).max() < 1e-5
    covariance = np.linalg.inv(-approx_fprime(theta, gradient, 1e-6))
    expected = [covariance[1, 1] + covariance[2, 2] - 2 * covariance[1, 2], covariance[1, 1]]
    errors = mixture_errors(read_only(x[np.newaxis]), read_only(found))[0]
    np.testing.assert_allclose(errors, expected, rtol=1e-3)


def test_observed_information_tends_to_the_expected() -> None:
    """n = 1,000,000 at delta = 3: each entry is known to half a percent; the tolerance is six times that."""
    x = sample(7, 1_000_000, 3.0, 0.3)
    expected = mixture.limit(normal_pair(3.0, 0.3))
    assert expected is not None
    assert expected.covariance is not None
    errors = mixture_errors(read_only(x[np.newaxis]), read_only(mixture_newton(read_only(x[np.newaxis]), 1)))
    np.testing.assert_allclose(
        1e6 * errors[0], [expected.avar_distance, expected.covariance[0, 0]], rtol=0.03
    )


def log_likelihood_of_equal_weights(x: np.ndarray, theta: np.ndarray) -> float:
    m1, m2, v = theta
    return float(np.log(0.5 * norm.pdf(x, m1, v**0.5) + 0.5 * norm.pdf(x, m2, v**0.5)).sum())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weight", [0.5, 0.3])
def test_observed_information_with_equal_weights_is_the_second_derivative(seed: int, weight: float) -> None:
    """Second differences of the log-likelihood itself, in the two means and the variance."""
    x = sample(seed, 400, delta=2.5, weight=weight)
    found = fit_equal_weights(read_only(x[np.newaxis]), 1)
    theta, steps = found[0, [LOWER, UPPER, VARIANCE]], 1e-3 * np.eye(3)

    def at(move: np.ndarray) -> float:
        return log_likelihood_of_equal_weights(x, theta + move)

    hessian = np.array([[at(a + b) - at(a - b) - at(b - a) + at(-a - b) for a in steps] for b in steps]) / (
        4e-6
    )
    covariance = np.linalg.inv(-hessian)
    expected = [covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], covariance[0, 0]]
    errors = equal_weights_errors(read_only(x[np.newaxis]), read_only(found))[0]
    np.testing.assert_allclose(errors, expected, rtol=1e-3)


def test_observed_information_with_equal_weights_tends_to_the_expected() -> None:
    """n = 1,000,000 at delta = 3, as above."""
    samples = read_only(sample(7, 1_000_000, 3.0, 0.5)[np.newaxis])
    covariance = limit_with_equal_weights(normal_pair(3.0)).covariance
    assert covariance is not None
    expected = [covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1], covariance[0, 0]]
    errors = equal_weights_errors(samples, read_only(fit_equal_weights(samples, 1)))
    np.testing.assert_allclose(1e6 * errors[0], expected, rtol=0.03)


@pytest.mark.parametrize("method", METHODS)
@given(shift=st.floats(-50, 50), scale=st.floats(0.05, 20), seed=st.integers(0, 2**20))
def test_intervals_move_and_scale_with_the_data(
    method: Variant, shift: float, scale: float, seed: int
) -> None:
    x = sample(seed, 120, delta=4.0)
    before, after = fit(method, x), fit(method, shift + scale * x)
    for name in ("lower_low", "lower_high"):
        np.testing.assert_allclose(after[name], shift + scale * before[name], rtol=1e-5, atol=1e-5 * scale)
    for name in ("distance_low", "distance_high"):
        np.testing.assert_allclose(after[name], scale * before[name], rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("method", METHODS)
def test_an_interval_that_does_not_exist_is_nan(method: Variant) -> None:
    x = np.array([[0.0, 0.0, 0.0, 1.0], [2.0] * 4])
    row = fit(method, x)
    assert np.isfinite(row["distance"]).all()
    assert np.isnan(row["distance_low"][1]) or row["distance_low"][1] == row["distance"][1]
    if method != SANDWICH:  # one of four points is a cluster without a spread
        assert np.isnan(row["distance_low"][0])


def test_in_the_balanced_limit_the_naive_variance_of_the_distance_is_pollards() -> None:
    for delta in (0.5, 2.0, 4.0):
        model = normal_pair(delta)
        theory = pollard.theory(model, kmeans.limit(model).best)
        assert theory.covariance is not None
        assert theory.naive_distance == pytest.approx(theory.avar_distance, rel=1e-9)
        assert theory.naive_centers[0] < 0.9 * theory.covariance[0, 0]
    unbalanced = normal_pair(2.0, 0.3)
    theory = pollard.theory(unbalanced, kmeans.limit(unbalanced).best)
    assert abs(theory.naive_distance / theory.avar_distance - 1) > 0.02


@pytest.mark.parametrize("method", METHODS)
def test_the_public_functions_give_the_interval_of_the_distance(method: Variant) -> None:
    name, choices = method
    public = {"kmeans": exact_kmeans, "mixture": maximum_likelihood}[name]
    x = sample(9, 80)
    row = fit(method, x)
    found = public(x[::-1], **choices)
    np.testing.assert_array_equal(found.interval, [row["distance_low"][0], row["distance_high"][0]])
    assert public(x).interval is None
    with pytest.raises(ValueError, match="interval must be 'none' or"):
        public(x, interval="bootstrap")


def test_there_are_intervals_for_two_clusters_only() -> None:
    with pytest.raises(ValueError, match="two clusters, not for 3"):
        exact_kmeans([1.0, 2.0, 3.0, 4.0], 3, interval="naive")


@pytest.mark.parametrize("weights", [{}, {"weights": "equal"}])
def test_the_local_maximum_has_its_own_interval(weights: dict[str, str]) -> None:
    x = sample(5, 40, delta=0.5)
    values = dict(weights) | {"search": "local", "interval": "information"}
    local = maximum_likelihood(x, **values)
    row = load("mixture", values).fit(SimpleNamespace(sorted=x[np.newaxis], n=len(x)), **values)
    np.testing.assert_array_equal(local.interval, [row["distance_low"][0], row["distance_high"][0]])
    assert row["lower"][0] == local.means[0]
