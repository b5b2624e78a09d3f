"""Weights of points in any dimension: whole numbers repeat, zero leaves out, and only ratios count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.cluster import KMeans

from kmeans_inconsistency.classes import OptimalKMeans, SphericalGaussianMixture
from kmeans_inconsistency.estimators.lloyd import lloyd
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture

SEEDS = st.integers(0, 2**32 - 1)


def weighted_lloyd(x: Any, weights: Any, *how: Any, **choices: Any) -> Any:
    return lloyd(x, *how, sample_weight=weights, **choices)


def weighted_mixture(x: Any, weights: Any, *how: Any, **choices: Any) -> Any:
    return spherical_mixture(x, *how, sample_weight=weights, **choices)


def sample(seed: int, n: int, d: int, apart: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Points about three means, and counts from 0 to 5."""
    rng = np.random.default_rng(seed)
    means = apart * rng.normal(size=(3, d))
    return rng.normal(size=(n, d)) + means[rng.integers(0, 3, n)], rng.integers(0, 6, n)


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.integers(30, 90), st.integers(1, 4), st.integers(1, 4))
def test_lloyd_of_counts_is_that_of_repeated_observations(seed, n, d, clusters):
    x, counts = sample(seed, n, d)
    found = weighted_lloyd(x, counts, clusters, 3, seed, refinement="none")
    again = lloyd(np.repeat(x, counts, axis=0), clusters, 3, seed, refinement="none")
    assert_allclose(found.centers, again.centers, rtol=1e-12, atol=1e-12)
    assert_allclose(found.objective, again.objective, rtol=1e-12)
    assert_allclose(np.repeat(found.labels, counts), again.labels)
    assert (found.passes, found.share, found.status) == (again.passes, again.share, again.status)


@settings(deadline=None, max_examples=40)
@given(SEEDS, st.integers(30, 90), st.integers(1, 4), st.integers(2, 5))
def test_exchanges_of_counts_end_where_no_move_of_one_copy_lowers_the_sum_of_squares(seed, n, d, clusters):
    """A heavy observation moves whole, and gains more by that than by its first copy."""
    x, counts = sample(seed, n, d, apart=0.5)
    found = weighted_lloyd(x, counts, clusters, 1, seed)
    before = weighted_lloyd(x, counts, clusters, 1, seed, refinement="none")
    assert found.objective <= before.objective * (1 + 1e-12)
    labels = found.labels[counts > 0]
    points, weights = x[counts > 0], counts[counts > 0].astype(float)
    sizes = np.bincount(labels, weights, clusters)
    squares = ((points[:, None] - found.centers) ** 2).sum(axis=2)
    assert_allclose(weights @ squares[np.arange(len(points)), labels], found.objective, rtol=1e-12)
    for moved in (np.ones(len(points)), weights):  # a copy, or all of them
        left = sizes[labels] - moved
        with np.errstate(divide="ignore", invalid="ignore"):  # of a cluster of one
            own = squares[np.arange(len(points)), labels] * sizes[labels] / left
        added = squares * sizes / (sizes + moved[:, None])
        added[np.arange(len(points)), labels] = np.inf
        assert (added.min(axis=1) >= own * (1 - 1e-9))[left > 0].all()


@settings(deadline=None, max_examples=25)
@given(SEEDS, st.integers(60, 150), st.integers(1, 3), st.integers(1, 3))
def test_the_mixture_of_counts_is_that_of_repeated_observations(seed, n, d, components):
    x, counts = sample(seed, n, d)
    repeated = np.repeat(x, counts, axis=0)
    same(
        weighted_mixture(x, counts, components, 1, seed),
        spherical_mixture(repeated, components, 1, seed),
    )
    # of several starts whose ends are equally likely rounding decides which is kept
    found = weighted_mixture(x, counts, components, 3, seed)
    again = spherical_mixture(repeated, components, 3, seed)
    assert (found.status, found.share, found.passes) == (again.status, again.share, again.passes)
    assert_allclose(found.objective, again.objective, rtol=1e-12)


@pytest.mark.parametrize("choice", [{"clusters": 6}, {"acceleration": "none"}, {"most": 7}])
def test_the_mixture_of_counts_extrapolated_plain_and_stopped(choice: dict[str, Any]) -> None:
    x, counts = sample(3, 200, 6, apart=4.0)
    choice = {"clusters": 3, "starts": 1} | choice
    same(
        weighted_mixture(x, counts, **choice),
        spherical_mixture(np.repeat(x, counts, axis=0), **choice),
    )


def same(found: Any, again: Any) -> None:
    assert (found.status, found.share, found.passes) == (again.status, again.share, again.passes)
    for name in ("weights", "means", "variance", "objective"):
        one, other = getattr(found, name), getattr(again, name)
        assert_allclose(one, other, rtol=1e-9, atol=1e-9, err_msg=name)


def fits(x: np.ndarray, weights: np.ndarray) -> list[np.ndarray]:
    mixed = weighted_mixture(x, weights, 3)
    return [
        weighted_lloyd(x, weights, 3).centers,
        weighted_lloyd(x, weights, 3, start="uniform").centers,
        np.column_stack([mixed.means, mixed.weights]),
        weighted_mixture(x, weights, 3, start="uniform").means,
        OptimalKMeans(3, random_state=0).fit(x, sample_weight=weights).cluster_centers_,
        SphericalGaussianMixture(3, random_state=0).fit(x, sample_weight=weights).means_,
    ]


@pytest.mark.parametrize("seed", range(3))
def test_only_ratios_of_weights_count_and_zero_is_absence(seed: int) -> None:
    x, _ = sample(seed, 120, 2)
    weights = np.random.default_rng(seed).random(len(x)) + 0.01
    base = fits(x, weights)
    far = np.array([[1e6, -1e6], [0.0, 1e9]])
    for other in (
        fits(x, 1e-30 * weights),
        fits(x, 3e12 * weights),
        fits(np.vstack([far[:1], x, far[1:]]), np.concatenate([[0.0], weights, [0.0]])),
    ):
        for one, again in zip(base, other, strict=True):
            assert_allclose(again, one, rtol=1e-9, atol=1e-9)
    some = weights * (np.arange(len(x)) % 3 > 0)
    assert len(weighted_lloyd(x, some, 3).labels) == len(x)


def test_objectives_scale_with_the_weights() -> None:
    x, counts = sample(1, 100, 2)
    for fit in (weighted_lloyd, weighted_mixture):
        assert_allclose(fit(x, 4 * counts, 3).objective, 4 * fit(x, counts, 3).objective, rtol=1e-12)


def test_real_weights_against_scikit_learn() -> None:
    """Lloyd's algorithm from the same centres: those where ours ends are a fixed point of theirs."""
    x, _ = sample(5, 300, 3)
    weights = np.random.default_rng(5).random(300) ** 3
    found = weighted_lloyd(x, weights, 4)
    theirs = KMeans(4, init=found.centers, n_init=1, tol=0.0).fit(x, sample_weight=weights)
    assert_allclose(theirs.cluster_centers_, found.centers, rtol=1e-10, atol=1e-10)
    assert_allclose(theirs.inertia_, found.objective, rtol=1e-10)


def test_real_weights_make_the_weighted_likelihood_stationary() -> None:
    """The objective is the weighted log-likelihood, and no point near the fit is above it."""
    x, _ = sample(8, 90, 2)
    weights = np.random.default_rng(8).random(90) + 0.1
    fit = weighted_mixture(x, weights, 2)

    def likelihood(shares: np.ndarray, means: np.ndarray, variance: float) -> float:
        squares = ((x[:, None] - means) ** 2).sum(axis=2)
        densities = shares * np.exp(-squares / (2 * variance)) / (2 * np.pi * variance)
        return float(weights @ np.log(densities.sum(axis=1)))

    assert_allclose(likelihood(fit.weights, fit.means, fit.variance), fit.objective, rtol=1e-12)
    rng = np.random.default_rng(9)
    for _ in range(300):
        share = fit.weights[0] + 0.02 * rng.normal()
        moved = fit.means + 0.02 * rng.normal(size=(2, 2))
        variance = fit.variance * np.exp(0.02 * rng.normal())
        assert likelihood(np.array([share, 1 - share]), moved, variance) <= fit.objective


def test_weights_of_very_different_size() -> None:
    """What a heavy observation leaves behind is a cluster too, and what is lost beside it is left out."""
    x = np.array([[0.0], [0.1], [5.0], [5.2], [90.0]])
    found = weighted_lloyd(x, [1e9, 1e-9, 1.0, 1.0, 1e-3], 3)
    assert_allclose(found.centers[:, 0], [1e-19, 5.1, 90.0], rtol=1e-9, atol=1e-9)
    assert_allclose(weighted_lloyd(x, [1.0, 1.0, 1.0, 1.0, 1e-250], 2).centers[:, 0], [0.05, 5.1], rtol=1e-12)


def test_constant_data_and_isolated_points() -> None:
    x = np.array([[0.0, 1.0]] * 4)
    assert weighted_mixture(x, [1, 2, 3, 4]).status.name == "MERGED"
    assert weighted_lloyd(x, [1, 2, 3, 4]).status.name == "MERGED"
    two = np.array([[0.0, 0.0], [0.0, 0.0], [4.0, 4.0]])
    assert weighted_mixture(two, [1, 2, 3]).status.name == "DEGENERATE"


@pytest.mark.parametrize("fit", [weighted_lloyd, weighted_mixture])
@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, 1, -1, 1], "weight 2 is -1"),
        ([1, np.nan, 1, 1], "weight 1 is nan"),
        ([0, 0, 0, 0], "0 for every observation"),
        ([1, 1, 1], "one weight for each of 4"),
        ([1, 0, 0, 0], "1 observations have a weight"),
    ],
)
def test_what_is_no_weight_is_refused(fit, weights, said):
    with pytest.raises(ValueError, match=said):
        fit([[0.0, 1.0], [4.0, 5.0], [2.0, 2.0], [3.0, 1.0]], weights)
