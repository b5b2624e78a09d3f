"""Debiased k-means: what it matches, what it recovers, and its two steps."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from scipy.stats import laplace, norm

from kmeans_inconsistency.algorithms import debiasing
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.debiased import debiased
from kmeans_inconsistency.estimators.kmeans import kmeans
from kmeans_inconsistency.estimators.mixture import mixture


def sample(n: int, delta: float, weight: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=n) + delta * (rng.random(n) > weight)


def quantiles(n: int, delta: float, weight: float) -> np.ndarray:
    """The mixture itself as a sample: its quantiles at equal steps."""

    levels = (np.arange(n) + 0.5) / n
    low, high = np.full(n, -9.0), np.full(n, delta + 9.0)
    for _ in range(60):
        middle = (low + high) / 2
        above = weight * norm.cdf(middle) + (1 - weight) * norm.cdf(middle - delta) > levels
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return (low + high) / 2


def test_normal_cdf() -> None:
    @njit
    def over(z, out):  # type: ignore[no-untyped-def]
        for i in range(z.size):
            out[i] = debiasing.normal_cdf(z[i])

    z = np.linspace(-36, 36, 4001)
    out = np.empty_like(z)
    over(z, out)
    np.testing.assert_allclose(out, norm.cdf(z), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(out[z > -5], norm.cdf(z[z > -5]), rtol=0, atol=2e-15)


@pytest.mark.parametrize("weights", ["equal", "free"])
@pytest.mark.parametrize("step", ["newton", "none"])
def test_recovers_the_balanced_mixture(weights: str, step: str) -> None:
    fit = debiased(quantiles(4000, 2.0, 0.5), weights, step)
    assert fit.status is Status.CONVERGED
    np.testing.assert_allclose(fit.means, [0, 2], atol=0.02)
    assert fit.variance == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("weight", [0.3, 0.7])
def test_recovers_other_weights(weight: float) -> None:
    fit = debiased(quantiles(4000, 3.0, weight))
    assert fit.status is Status.CONVERGED
    np.testing.assert_allclose(fit.means, [0, 3], atol=0.02)
    np.testing.assert_allclose(fit.weights, [weight, 1 - weight], atol=0.005)


def test_matches_what_it_says() -> None:
    """The general fit has the sample's mean and variance, and k-means' share and mean below the cut."""
    x = sample(500, 3.0, 0.6, seed=1)
    fit, split = debiased(x), kmeans(x)
    assert fit.weights @ fit.means == pytest.approx(x.mean(), abs=1e-10)
    assert fit.variance + fit.weights @ (fit.means - x.mean()) ** 2 == pytest.approx(x.var(), rel=1e-10)
    sd = np.sqrt(fit.variance)
    z = (split.centers.mean() - fit.means) / sd
    below = fit.weights @ norm.cdf(z)
    partial = fit.weights @ (fit.means * norm.cdf(z) - sd * norm.pdf(z))
    assert below == pytest.approx(split.sizes[0] / 500, abs=1e-9)
    assert partial / below == pytest.approx(split.centers[0], abs=1e-9)


def test_step_approaches_maximum_likelihood() -> None:
    closer = 0
    for seed in range(20):
        x = sample(2000, 2.5, 0.4, seed)
        target = mixture(x).means
        start, step = (debiased(x, step=step).means for step in ("none", "newton"))
        closer += int(abs(step - target).max() < abs(start - target).max())
    assert closer >= 18


def test_closer_centres_than_a_single_normals_merge() -> None:
    fit = debiased(laplace.ppf((np.arange(100) + 0.5) / 100), weights="equal")
    assert fit.status is Status.MERGED
    assert np.isnan(fit.weights).all()


@pytest.mark.parametrize("weights", ["equal", "free"])
@pytest.mark.parametrize("step", ["newton", "none"])
def test_moves_with_the_data(weights: str, step: str) -> None:
    x = sample(400, 2.5, 0.45, seed=3)
    fit, moved = debiased(x, weights, step), debiased(5 - 3 * x, weights, step)
    np.testing.assert_allclose(moved.means, (5 - 3 * fit.means)[::-1], rtol=1e-8)
    np.testing.assert_allclose(moved.weights, fit.weights[::-1], rtol=1e-8)
    assert moved.variance == pytest.approx(9 * fit.variance, rel=1e-8)


def test_choices_are_checked() -> None:
    with pytest.raises(ValueError, match="weights must be 'free' or 'equal', not True"):
        debiased([1.0, 2.0], True)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="step must be 'none' or 'newton', not 'two'"):
        debiased([1.0, 2.0], step="two")
