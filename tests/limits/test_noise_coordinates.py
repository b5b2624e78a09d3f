"""The bias that noise coordinates add: a closed form, scale, and paired simulations."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy import special

from kmeans_inconsistency.limits import kmeans, noise_coordinates
from kmeans_inconsistency.models import Mixture, normal_pair, t_pair, unequal_pair


@pytest.mark.parametrize("delta", [0.5, 2.0, 5.0])
def test_closed_form_of_the_balanced_pair(delta: float) -> None:
    mu = delta / 2
    expected = 1 / (mu * (2 * special.ndtr(mu) - 1))
    assert_allclose(noise_coordinates.of_kmeans(normal_pair(delta)), expected, rtol=1e-12)


def test_far_components_are_as_good_as_labelled() -> None:
    """With labels known the distance is sqrt((delta + e)^2 + chi^2_(d-1) v), v = 1 / (n w (1 - w))."""
    for weight in (0.5, 0.3):
        expected = 1 / (weight * (1 - weight)) / (2 * 14)
        assert_allclose(noise_coordinates.of_kmeans(normal_pair(14, weight)), expected, rtol=1e-6)
        assert_allclose(noise_coordinates.of_mixture(normal_pair(14, weight), 20), expected, rtol=1e-5)


def test_scale_shift_and_mirror_image() -> None:
    one, other = normal_pair(2.5, 0.3), Mixture((0.7, 0.3), (1.0, 6.0), (2.0, 2.0))
    assert_allclose(noise_coordinates.of_kmeans(other), 2 * noise_coordinates.of_kmeans(one), rtol=1e-9)
    twice = 2 * noise_coordinates.of_mixture(one, 5)
    assert_allclose(noise_coordinates.of_mixture(other, 5), twice, rtol=1e-7)


def test_what_is_refused() -> None:
    for model in (unequal_pair(2), t_pair(2), Mixture((1.0,), (0.0,), (1.0,))):
        with pytest.raises(ValueError, match="two normal components of one variance"):
            noise_coordinates.of_kmeans(model)
    with pytest.raises(ValueError, match="dimension"):
        noise_coordinates.of_mixture(normal_pair(2), 0)


def lloyd(x: NDArray[np.float64], cut: float, half: float) -> tuple[float, float]:
    """Between-cluster variance and distance at a fixed point, from a cut on the first axis."""
    centers = np.zeros((2, x.shape[1]))
    centers[:, 0] = cut - half, cut + half
    while True:
        gap = centers[1] - centers[0]
        upper = x @ gap > centers.mean(axis=0) @ gap
        moved = np.stack([x[~upper].mean(axis=0), x[upper].mean(axis=0)])
        if np.array_equal(moved, centers):
            share = upper.mean()
            return share * (1 - share) * gap @ gap, sqrt(gap @ gap)
        centers = moved


@pytest.mark.slow
@pytest.mark.parametrize(("weight", "replicates"), [(0.5, 300), (0.3, 1500)])
def test_kmeans_by_simulation(weight: float, replicates: int) -> None:
    """Paired with the fit on the axis alone; 4 Monte Carlo standard errors, false alarms 1 in 16,000.

    One run of Lloyd's algorithm stops at one of several local optima within the noise of the criterion; for
    unbalanced weights that alone doubles this bias. The best of several cuts is near enough to the global
    one.
    """
    rng = np.random.default_rng(1)
    n, d, delta = 4000, 6, 3.0
    cut = kmeans.limit(normal_pair(delta, weight)).best.boundaries[0]
    gained = []
    for _ in range(replicates):
        x = rng.standard_normal((n, d))
        x[:, 0] += np.where(rng.random(n) < weight, -delta / 2, delta / 2)
        fits = [
            [max(lloyd(data, cut + shift, delta / 2) for shift in np.linspace(-0.6, 0.6, 7))[1]]
            for data in (x, np.ascontiguousarray(x[:, :1]))
        ]
        gained.append(fits[0][0] - fits[1][0])
    scale = n / (d - 1)
    error = np.std(gained, ddof=1) / sqrt(replicates) * scale
    expected = noise_coordinates.of_kmeans(normal_pair(delta, weight))
    assert error < 0.2 * expected
    assert abs(np.mean(gained) * scale - expected) < 4 * error


def em(x: NDArray[np.float64], delta: float, weight: float, turning: bool) -> float:
    """Distance at the maximum of the likelihood; the means stay on the first axis unless ``turning``."""
    n, d = x.shape
    means, variance = np.zeros((2, d)), 1.0
    means[:, 0] = -delta / 2, delta / 2
    for _ in range(5000):
        gap = means[1] - means[0]
        first = special.expit(-((x - means.mean(axis=0)) @ gap / variance + np.log((1 - weight) / weight)))
        moved = np.stack([first @ x / first.sum(), (1 - first) @ x / (1 - first).sum()])
        if not turning:
            moved[:, 1:] = 0
        change = np.abs(moved - means).max()
        means, weight = moved, first.mean()
        squared = [((x - mean) ** 2).sum(axis=1) for mean in means]
        variance = (first @ squared[0] + (1 - first) @ squared[1]) / (n * d)
        if change < 1e-9:
            break
    return float(np.linalg.norm(means[1] - means[0]))


@pytest.mark.slow
@pytest.mark.parametrize("weight", [0.5, 0.3])
def test_the_mixture_by_simulation(weight: float) -> None:
    """400 pairs of fits, means free and kept on the axis; 4 Monte Carlo errors, false alarms 1 in 16,000."""
    rng = np.random.default_rng(2)
    n, d, delta, replicates = 1000, 11, 3.0, 400
    gained = []
    for _ in range(replicates):
        x = rng.standard_normal((n, d))
        x[:, 0] += np.where(rng.random(n) < weight, -delta / 2, delta / 2)
        gained.append(em(x, delta, weight, True) - em(x, delta, weight, False))
    scale = n / (d - 1)
    error = np.std(gained, ddof=1) / sqrt(replicates) * scale
    expected = noise_coordinates.of_mixture(normal_pair(delta, weight), d)
    assert error < 0.05 * expected
    assert abs(np.mean(gained) * scale - expected) < 4 * error
