"""Weights of observations: whole numbers repeat, zero leaves out, and only ratios count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from kmeans_inconsistency import kmeans, known_variance, mixture, spherical_mixture
from kmeans_inconsistency.estimators.lloyd import lloyd

VALUES = st.lists(st.floats(-50, 50).map(lambda v: round(v, 2)), min_size=4, max_size=30)
SEEDS = st.integers(0, 2**32 - 1)


def drawn(values: list[float], seed: int) -> tuple[np.ndarray, np.ndarray]:
    counts = np.random.default_rng(seed).integers(0, 5, len(values))
    counts[:4] = np.maximum(counts[:4], 1)
    return np.array(values), counts


def sample(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n) + np.where(rng.random(n) < 0.4, 0.0, rng.choice([1.0, 3.0, 60.0]))
    return x, rng.integers(1, 6, n)


@settings(deadline=None, max_examples=60)
@given(VALUES, SEEDS, st.integers(1, 4))
def test_kmeans_of_counts_is_that_of_repeated_observations(values, seed, clusters):
    x, counts = drawn(values, seed)
    found, repeated = kmeans(x, clusters, sample_weight=counts), kmeans(np.repeat(x, counts), clusters)
    assert_allclose(found.objective, repeated.objective, rtol=1e-12, atol=0)
    if repeated.unique and repeated.status.name == "CONVERGED":
        assert_allclose(found.centers, repeated.centers, rtol=1e-12, atol=1e-13)
        assert_allclose(found.sizes, repeated.sizes, rtol=0, atol=0)
        assert_allclose(found.cuts, repeated.cuts, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("seed", range(12))
def test_likelihood_fits_of_counts_are_those_of_repeated_observations(seed):
    x, counts = sample(seed)
    repeated = np.repeat(x, counts)
    found, again = mixture(x, sample_weight=counts), mixture(repeated)
    assert found.status == again.status
    assert_allclose(found.means, again.means, rtol=1e-9, atol=1e-9)
    assert_allclose(found.weights, again.weights, rtol=1e-9, atol=1e-9)
    assert_allclose([found.variance, found.objective], [again.variance, again.objective], rtol=1e-9)
    for eps in (0.05, 1.0, 3.0):
        one, other = known_variance(x, eps, sample_weight=counts), known_variance(repeated, eps)
        assert one.status == other.status
        assert_allclose(one.means, other.means, rtol=1e-9, atol=1e-9)
        assert_allclose(one.objective, other.objective, rtol=1e-9)


def fits(x: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
    return [
        kmeans(x, 3, sample_weight=weights).centers,
        mixture(x, sample_weight=weights).means,
        known_variance(x, 0.5, sample_weight=weights).means,
        spherical_mixture(x, sample_weight=weights).means[:, 0],
    ]


@pytest.mark.parametrize("seed", range(4))
def test_only_ratios_of_weights_count_and_zero_is_absence(seed):
    x, _ = sample(seed)
    weights = np.random.default_rng(seed).random(len(x)) + 0.01
    base = fits(x, weights)
    order = np.random.default_rng(seed).permutation(len(x))
    for other in (
        fits(x, 1e-30 * weights),
        fits(x, 3e12 * weights),
        fits(x[order], weights[order]),
        fits(np.append(x, [1e6, -1e6]), np.append(weights, [0.0, 0.0])),
    ):
        for one, again in zip(base, other, strict=True):
            assert_allclose(again, one, rtol=1e-9, atol=1e-9)


def test_real_weights_against_every_partition():
    """The objective of k-means by brute force, all cuts."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        x, w = np.sort(rng.normal(size=12)), rng.random(12) ** 3 + 1e-3
        best = np.inf
        for i in range(1, 11):
            for j in range(i + 1, 12):
                parts = [slice(0, i), slice(i, j), slice(j, 12)]
                means = [np.average(x[p], weights=w[p]) for p in parts]
                best = min(
                    best, sum((w[p] * (x[p] - m) ** 2).sum() for p, m in zip(parts, means, strict=True))
                )
        assert_allclose(kmeans(x, 3, sample_weight=w).objective, best, rtol=1e-12)


def test_real_weights_make_the_weighted_likelihood_stationary():
    """The objective is the weighted log-likelihood, and no point of a grid about the fit is above it."""
    rng = np.random.default_rng(8)
    x, w = rng.normal(size=60) + np.where(rng.random(60) < 0.4, 0, 3), rng.random(60) + 0.1
    fit = mixture(x, sample_weight=w)

    def likelihood(weight: float, low: float, high: float, variance: float) -> float:
        parts = [p * np.exp(-((x - m) ** 2) / (2 * variance)) for p, m in ((weight, low), (1 - weight, high))]
        return float(w @ (np.log(sum(parts)) - 0.5 * np.log(2 * np.pi * variance)))

    there = fit.weights[0], *fit.means, fit.variance
    assert_allclose(likelihood(*there), fit.objective, rtol=1e-12)
    for moves in rng.normal(size=(300, 4)) * 0.02:
        assert likelihood(*(np.array(there) + moves)) <= fit.objective


FITS = [kmeans, lloyd, mixture, spherical_mixture, lambda x, **more: known_variance(x, 1.0, **more)]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 1, -1, 1], "weight 2 is -1"),
        ([1, np.nan, 1, 1], "weight 1 is nan"),
        ([1, np.inf, 1, 1], "weight 1 is inf"),
        ([0, 0, 0, 0], "0 for every observation"),
        ([1, 1, 1], "one weight for each of 4"),
        ([[1, 1, 1, 1]], "one weight for each of 4"),
        (["a"] * 4, "real numbers"),
        ([1e200] * 4, "only ratios count"),
        ([1, 0, 0, 0], "1 observations have a weight"),
        (np.ma.masked_array([1.0] * 4, [True, False, False, False]), "masked"),
    ],
)
def test_what_is_no_weight_is_refused(fit, weights, said):
    with pytest.raises(ValueError, match=said):
        fit([0.0, 1.0, 4.0, 5.0], sample_weight=weights)


def test_what_has_no_weights_says_so():
    x, w = [0.0, 1.0, 4.0, 5.0], [1, 1, 1, 2]
    with pytest.raises(ValueError, match="no intervals with weights"):
        kmeans(x, interval="naive", sample_weight=w)
    with pytest.raises(ValueError, match="default choices only"):
        mixture(x, weights="equal", sample_weight=w)


def test_two_values_have_no_bounded_likelihood_whatever_their_weights():
    assert mixture([0.0, 0.0, 1.0], sample_weight=[1, 2, 3]).status.name == "DEGENERATE"
    assert mixture([2.0, 2.0], sample_weight=[1, 2]).status.name == "MERGED"
    assert known_variance([2.0, 2.0], 1.0, sample_weight=[1, 2]).status.name == "MERGED"
