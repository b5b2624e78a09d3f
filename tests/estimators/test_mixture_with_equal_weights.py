"""The mixture with equal weights against scipy, EM in numpy and a grid, and under changes of the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import norm

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators._mixture_equal import fit_rows
from kmeans_inconsistency.estimators.mixture import Mixture, mixture


def log_likelihood(x: np.ndarray, lower: float, upper: float, log_sd: float) -> float:
    """From its definition."""
    densities = norm.logpdf(x[:, None], [lower, upper], np.exp(log_sd))
    return float((np.logaddexp(*densities.T) - np.log(2)).sum())


def reference(x: np.ndarray, starts: int, seed: int) -> float:
    """Best log-likelihood of the merged fit and of quasi-Newton descents in all parameters, random starts."""
    rng = np.random.default_rng(seed)
    best = log_likelihood(x, x.mean(), x.mean(), np.log(x.std()))
    for _ in range(starts):
        lower, upper = np.sort(rng.choice(x, 2, replace=False))
        start = [lower, upper, np.log(x.std() * rng.uniform(0.3, 1))]
        best = max(best, -float(minimize(lambda p: -log_likelihood(x, *p), start, method="BFGS").fun))
    return best


def em(x: np.ndarray, lower: float, upper: float, variance: float) -> tuple[float, float, float]:
    """EM with weights 1/2 until nothing moves."""
    while True:
        z = (upper - lower) * (x - (lower + upper) / 2) / variance
        second = 1 / (1 + np.exp(-z))
        new = (x * (1 - second)).sum() / (1 - second).sum(), (x * second).sum() / second.sum()
        v = ((1 - second) * (x - new[0]) ** 2 + second * (x - new[1]) ** 2).mean()
        moved = max(abs(new[0] - lower), abs(new[1] - upper))
        lower, upper, variance = *new, v
        if moved < 1e-13:
            return lower, upper, variance


def sample(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 300))
    delta, weight = rng.uniform(0, 4), rng.uniform(0.5, 0.95)
    return rng.normal(size=n) + delta * (rng.random(n) > weight)


def as_parameters(fit: Mixture) -> tuple[float, float, float]:
    return float(fit.means[0]), float(fit.means[1]), 0.5 * float(np.log(fit.variance))


@pytest.mark.parametrize("seed", range(25))
def test_no_start_of_another_optimiser_finds_better(seed: int) -> None:
    x = sample(seed)
    fit = mixture(x, weights="equal")
    assert fit.status in (Status.CONVERGED, Status.MERGED)
    assert fit.gradient <= 1e-9
    assert fit.objective == pytest.approx(log_likelihood(x, *as_parameters(fit)), rel=1e-13)
    assert fit.objective >= reference(x, starts=12, seed=seed) - 1e-7


@pytest.mark.parametrize("seed", range(8))
def test_stationary_in_all_three_parameters(seed: int) -> None:
    x = sample(seed)
    parameters = np.array(as_parameters(mixture(x, weights="equal")))
    for k in range(3):
        step = np.zeros(3)
        step[k] = 1e-5
        slope = (log_likelihood(x, *(parameters + step)) - log_likelihood(x, *(parameters - step))) / 2e-5
        assert abs(slope) / len(x) < 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_em_ends_at_the_same_fit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=400) + 3.0 * (rng.random(400) < 0.4)
    fit = mixture(x, weights="equal")
    lower, upper, variance = em(x, np.quantile(x, 0.2), np.quantile(x, 0.8), x.var())
    assert fit.means == pytest.approx([lower, upper], abs=1e-10)
    assert fit.variance == pytest.approx(variance, rel=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_local_search_ends_where_em_from_the_split_of_kmeans_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.sort(rng.normal(size=200) + 2.5 * (rng.random(200) < 0.35))
    cut = int(np.argmin([x[:k].var() * k + x[k:].var() * (len(x) - k) for k in range(1, len(x))])) + 1
    low, high = x[:cut], x[cut:]
    lower, upper, _ = em(x, low.mean(), high.mean(), (low.var() * cut + high.var() * (len(x) - cut)) / len(x))
    fit = fit_rows(x[np.newaxis], "local")
    assert [fit["lower"][0], fit["upper"][0]] == pytest.approx([lower, upper], abs=1e-8)


def test_no_point_of_a_fine_grid_is_better() -> None:
    rng = np.random.default_rng(5)
    for n in (4, 6, 9):
        x = np.sort(rng.exponential(size=n))
        grid = np.linspace(x[0], x[-1], 61)
        low, high = (side[..., None, None] for side in np.meshgrid(grid, grid))
        sd = np.geomspace(0.02, 1.2, 60)[:, None] * x.std()
        densities = [norm.logpdf(x, mean, sd) for mean in (low, high)]
        best = (np.logaddexp(*densities) - np.log(2)).sum(axis=-1).max()
        assert mixture(x, weights="equal").objective >= best - 1e-9


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    st.integers(0, 10_000),
    st.sampled_from([(1.0, 5.0), (1e-8, 0.0), (1e8, 0.0), (-1.0, 0.0), (-3.0, 2.0), (1.0, 1e5)]),
)
def test_moves_with_the_data(seed: int, change: tuple[float, float]) -> None:
    scale, shift = change
    x = sample(seed)
    fit, moved = mixture(x, weights="equal"), mixture(scale * x + shift, weights="equal")
    expected = (scale * fit.means + shift)[:: 1 if scale > 0 else -1]
    # the likelihood is the flatter the nearer the means are
    flat = 1e-9 * x.std() ** 4 / max(float(fit.means[1] - fit.means[0]), 0.05 * x.std()) ** 3
    np.testing.assert_allclose(moved.means, expected, rtol=1e-12, atol=abs(scale) * (flat + 1e-7))
    assert moved.status is fit.status
    assert moved.objective == pytest.approx(fit.objective - len(x) * np.log(abs(scale)), rel=1e-9, abs=1e-6)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(0, 10_000), st.integers(4, 60))
def test_components_never_merge_where_the_fourth_cumulant_is_negative(seed: int, n: int) -> None:
    x = np.random.default_rng(seed).normal(size=n)
    u = x - x.mean()
    if (u**4).mean() / (u**2).mean() ** 2 < 3 - 1e-3:
        assert mixture(x, weights="equal").status is Status.CONVERGED


def test_rows_do_not_depend_on_their_batch_or_the_order_of_the_data() -> None:
    samples = np.sort(np.random.default_rng(1).normal(size=(20, 50)), axis=1)
    together = fit_rows(samples, "global")
    for i in range(20):
        for name, values in fit_rows(samples[i : i + 1], "global").items():
            np.testing.assert_array_equal(values[0], together[name][i])
    shuffled = np.random.default_rng(2).permutation(samples[0])
    means = [mixture(x, weights="equal").means for x in (shuffled, samples[0])]
    np.testing.assert_array_equal(*means)


def test_clusters_without_doubt_are_the_components() -> None:
    x = np.concatenate([[0, 1e-4, 2e-4, 3e-4], [1.0, 1 + 1e-4]])
    fit = mixture(x, weights="equal")
    assert fit.status is Status.CONVERGED
    assert fit.means == pytest.approx([1.5e-4, 1 + 0.5e-4], rel=1e-12)
    assert fit.variance == pytest.approx(5.5e-8 / 6, rel=1e-9)


def test_constant_data_merge() -> None:
    fit = mixture([3.0] * 5, weights="equal")
    assert fit.status is Status.MERGED
    np.testing.assert_array_equal(fit.means, [3.0, 3.0])


def test_two_distinct_values_have_unbounded_likelihood() -> None:
    fit = mixture([1.0, 4.0, 1.0, 1.0], weights="equal")
    assert fit.status is Status.DEGENERATE
    np.testing.assert_array_equal(fit.means, [1.0, 4.0])
    np.testing.assert_array_equal(fit.weights, [0.5, 0.5])
    assert fit.objective == np.inf
