"""The fit with known variance against scipy's optimiser, its limits in eps, and under changes of the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import logsumexp
from scipy.stats import norm

from kmeans_inconsistency import limits
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.known_variance_newton import known_variance_newton
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.known_variance import METHOD, known_variance
from kmeans_inconsistency.models import normal_pair


def log_likelihood(x: np.ndarray, means: np.ndarray, eps: float, weight: float = 0.5) -> float:
    """From its definition."""
    log_weights = np.log([weight, 1 - weight])
    return float(logsumexp(log_weights + norm.logpdf(x[:, None], means, np.sqrt(eps)), axis=1).sum())


def reference(x: np.ndarray, eps: float, starts: int, seed: int, weight: float = 0.5) -> float:
    rng = np.random.default_rng(seed)
    best = log_likelihood(x, np.full(2, x.mean()), eps)
    for _ in range(starts):
        start = rng.choice(x, 2, replace=False)
        found = minimize(lambda m: -log_likelihood(x, m, eps, weight), start, method="BFGS")
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
    together = known_variance_newton(x, read_only(variances), 0.5)
    for k in range(len(variances)):
        alone = known_variance_newton(x[1:2], read_only(variances[k : k + 1]), 0.5)
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


# --- known weights other than 1/2 ---------------------------------------------------------------------


@settings(deadline=None, max_examples=80)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.02, 1.5),
    st.one_of(st.floats(0.02, 0.98), st.sampled_from([1e-6, 0.001, 0.3, 0.499999, 0.7])),
)
@example(seed=601487943, share=0.021484375, weight=0.0234375)  # hills that a coarse grid does not tell apart
def test_no_start_finds_better_with_known_weights(seed: int, share: float, weight: float) -> None:
    x = sample(seed)
    eps = share * float(x.var())
    fit = known_variance(x, eps, weight=weight)
    assert fit.status in (Status.CONVERGED, Status.MERGED)
    assert fit.gradient <= 1e-9
    # log odds of a million add rounding of their own
    assert fit.objective == pytest.approx(log_likelihood(x, fit.means, eps, weight), rel=1e-11)
    assert fit.objective >= reference(x, eps, starts=12, seed=seed, weight=weight) - 1e-7


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [1e-4, 1e-3, 0.01])
@pytest.mark.parametrize("weight", [0.001, 0.03, 0.7])
def test_no_cut_is_better_than_a_fit_with_a_small_variance(seed: int, share: float, weight: float) -> None:
    """Means of what lies on either side of a cut, in both orders: the maximum is at least as high."""
    x = np.sort(sample(seed))
    eps = share * float(x.var())
    pairs = [(x[:k].mean(), x[k:].mean()) for k in range(1, len(x))]
    rivals = [log_likelihood(x, np.array(means), eps, weight) for a, b in pairs for means in ((a, b), (b, a))]
    assert known_variance(x, eps, weight=weight).objective >= max(rivals) * (1 - 1e-12 * np.sign(max(rivals)))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weight", [0.1, 0.3, 0.8])
def test_known_weights_move_with_the_data(seed: int, weight: float) -> None:
    x = sample(seed)
    eps = 0.6 * float(x.var())
    fit = known_variance(x, eps, weight=weight)
    moved = known_variance(5.0 + 2.0 * x, 4.0 * eps, weight=weight)
    assert_allclose(moved.means, 5.0 + 2.0 * fit.means, rtol=1e-7, atol=1e-7)
    # a reflection turns the order about, and so does a change of the components' names
    mirrored = known_variance(-x, eps, weight=weight)
    assert_allclose(mirrored.means, -fit.means, rtol=1e-7, atol=1e-7)
    renamed = known_variance(-x, eps, weight=1 - weight)
    assert_allclose(renamed.means, -fit.means[::-1], rtol=1e-7, atol=1e-7)
    assert_allclose(renamed.objective, fit.objective, rtol=1e-12)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weight", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("share", [1e-15, 1e-6, 0.3, 0.95, 1.05])
def test_counts_are_repetitions_with_known_weights(seed: int, weight: float, share: float) -> None:
    x = sample(seed)
    counts = np.random.default_rng(seed).integers(1, 5, len(x))
    repeated = np.repeat(x, counts)
    eps = share * float(repeated.var())
    found = known_variance(x, eps, sample_weight=counts, weight=weight)
    again = known_variance(repeated, eps, weight=weight)
    assert found.status == again.status
    assert_allclose(found.objective, again.objective, rtol=1e-9)
    assert_allclose(found.means, again.means, rtol=1e-8, atol=1e-8)


def test_the_larger_cluster_has_the_larger_weight() -> None:
    """The weights decide the order, however small the variance."""
    x = np.concatenate([np.linspace(-0.1, 0.1, 30), np.linspace(9.9, 10.1, 70)])
    for eps in (1e-18, 1e-9, 0.01, 1.0):
        assert_allclose(known_variance(x, eps, weight=0.3).means, [0.0, 10.0], atol=1e-3)
        fit = known_variance(x, eps, weight=0.7)
        assert_allclose(fit.means, [10.0, 0.0], atol=1e-3)
        assert_allclose(fit.objective, log_likelihood(x, fit.means, eps, 0.7), rtol=1e-9)


@pytest.mark.parametrize("delta", [1.0, 2.0])
def test_a_large_sample_comes_to_the_limits(delta: float) -> None:
    """The truth where the weight is right, and elsewhere what theory says."""
    rng = np.random.default_rng(20)
    n = 1_000_000
    upper = rng.random(n) > 0.3
    x = rng.normal(size=n) + delta * (upper - 0.5)
    for weight in (0.3, 0.5, 0.7):
        fit = known_variance(x, 1.0, weight=weight)
        predicted = limits.predict(
            "known_variance", {"eps": 1.0, "known_weight": weight}, normal_pair(delta, 0.3)
        )
        found = abs(fit.means[1] - fit.means[0]), fit.means.min(), fit.means.max()
        for name, value in zip(("distance", "lower", "upper"), found, strict=True):
            limit, avar = predicted[name]
            assert limit is not None
            assert avar is not None
            assert abs(value - limit) < 4.5 * np.sqrt(avar / n)
        if weight == 0.3:
            assert_allclose(predicted["distance"].limit, delta, rtol=1e-9)
    assert known_variance(x, 1.0, weight=0.3).means[0] < 0


class Batch:
    """What the method asks of a batch."""

    sorted = np.sort([sample(seed)[:5] for seed in range(6)], axis=1)


def test_a_study_fits_as_the_function_does() -> None:
    rows = METHOD.fit(Batch, eps=0.3, known_weight=0.2)
    for i, x in enumerate(Batch.sorted):
        fit = known_variance(x, 0.3, weight=0.2)
        assert rows["lower"][i] == fit.means.min()
        assert rows["upper"][i] == fit.means.max()
        assert rows["status"][i] == fit.status
    equal, plain = METHOD.fit(Batch, eps=0.3, known_weight=0.5), METHOD.fit(Batch, eps=0.3)
    for name in plain:
        assert_array_equal(equal[name], plain[name])


@pytest.mark.parametrize("weight", [0.0, 1.0, -0.2, 1.5, np.nan, np.inf, True, "half"])
def test_weight_must_be_a_share(weight: float) -> None:
    with pytest.raises(ValueError, match="weight must be a number between 0 and 1"):
        known_variance([1.0, 2.0], 1.0, weight=weight)
