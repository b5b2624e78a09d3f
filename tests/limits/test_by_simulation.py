"""Limits that no faster test compares with a simulation. Each states its false-alarm rate."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from oracles import planar
from sklearn.cluster import KMeans

from kmeans_inconsistency.limits import classification, kmeans, mixture, pollard
from kmeans_inconsistency.models import Mixture, normal_pair

pytestmark = pytest.mark.slow


def draw(model: Mixture, n: int, rng: np.random.Generator) -> np.ndarray:
    component = rng.choice(len(model.weights), n, p=model.weights)
    return np.asarray(model.means)[component] + np.asarray(model.sds)[component] * rng.standard_normal(n)


@pytest.mark.parametrize(
    ("model", "clusters"),
    [(Mixture((0.3, 0.3, 0.4), (-4.0, 0.0, 3.0), (1.0, 0.5, 1.0)), 3), (Mixture((1.0,), (0.0,), (1.0,)), 4)],
)
def test_pollards_covariance_for_more_clusters(model: Mixture, clusters: int) -> None:
    """600 samples of 6,000: nine checks at 4.5 Monte Carlo SE, false alarms below 1 in 10,000."""
    n, replicates = 6000, 600
    best = kmeans.limit(model, clusters).best
    theory = pollard.theory(model, best)
    rng = np.random.default_rng(1)
    fits = []
    for _ in range(replicates):
        x = draw(model, n, rng)
        centers = np.array(best.centers)
        for _ in range(300):
            label = np.searchsorted((centers[1:] + centers[:-1]) / 2, x)
            moved = np.bincount(label, x, clusters) / np.bincount(label, minlength=clusters)
            if np.array_equal(moved, centers):
                break
            centers = moved
        fits.append(centers)
    estimates = np.array(fits)
    assert theory.covariance is not None
    # for these local fits the error is normal to order n^(-1/2) and the bias of order 1/n
    for column, center, avar in zip(estimates.T, best.centers, np.diag(theory.covariance), strict=True):
        assert abs(column.mean() - center) < 4.5 * sqrt(avar / n / replicates) + avar / n
        assert abs(column.var(ddof=1) * n / avar - 1) < 4.5 * sqrt(2 / replicates) + 0.03
    # the distance of a fit is the mean over all pairs
    distance = np.mean([estimates[:, j] - estimates[:, i] for j in range(clusters) for i in range(j)], axis=0)
    assert theory.avar_distance is not None
    assert abs(distance.var(ddof=1) * n / theory.avar_distance - 1) < 4.5 * sqrt(2 / replicates) + 0.03


def test_classification_with_free_weights() -> None:
    """CEM from k-means on 2,000,000 observations; 5 standard errors, false alarms 1 in a million."""
    n = 2_000_000
    rng = np.random.default_rng(2)
    for model in (normal_pair(3, 0.3), normal_pair(4)):
        found = classification.limit(model).local
        x = np.sort(draw(model, n, rng))
        total = np.cumsum(x)
        cut = kmeans.limit(model).best.boundaries[0]
        for _ in range(500):
            k = int(np.searchsorted(x, cut))
            low, high = total[k - 1] / k, (total[-1] - total[k - 1]) / (n - k)
            within = (x @ x - k * low**2 - (n - k) * high**2) / n
            moved = (low + high) / 2 + within * np.log(k / (n - k)) / (high - low)
            if abs(moved - cut) < 1e-9:
                break
            cut = moved
        assert_allclose((low, high), found.centers, atol=5 * 5 / sqrt(n))
        assert_allclose(within, found.variance, atol=5 * 2 / sqrt(n))


def test_an_unbalanced_pair_runs_empty() -> None:
    """CEM on 200,000 observations at delta = 2, weight .3 leaves one cluster with next to nothing."""
    rng = np.random.default_rng(3)
    x = np.sort(draw(normal_pair(2, 0.3), 200_000, rng))
    total, n = np.cumsum(x), len(x)
    k = int(np.searchsorted(x, kmeans.limit(normal_pair(2, 0.3)).best.boundaries[0]))
    for _ in range(20_000):
        low, high = total[k - 1] / k, (total[-1] - total[k - 1]) / (n - k)
        within = (x @ x - k * low**2 - (n - k) * high**2) / n
        moved = int(np.searchsorted(x, (low + high) / 2 + within * np.log(k / (n - k)) / (high - low)))
        if moved == k or not 0 < moved < n:
            break
        k = moved
    assert min(moved, n - moved) < 0.001 * n


def test_three_clusters_in_the_plane() -> None:
    """scikit-learn's k-means on 1,000,000 points; 5 standard errors of at most sqrt(25 / n) each."""
    n = 1_000_000
    model = planar.planar_mixture([0.2, 0.3, 0.5], [[0, 0], [3, 0], [1, 4]], [1, 0.5, 1.5])
    rng = np.random.default_rng(4)
    component = rng.choice(3, n, p=model.weights)
    x = model.means[component] + model.sds[component, None] * rng.standard_normal((n, 2))
    fit = KMeans(3, n_init=3, tol=1e-10, random_state=0).fit(x)
    found = planar.limit(model)
    nearest = [int(np.argmin(((fit.cluster_centers_ - c) ** 2).sum(axis=1))) for c in found.centers]
    assert sorted(nearest) == [0, 1, 2]
    assert_allclose(fit.cluster_centers_[nearest], found.centers, atol=5 * sqrt(25 / n))
    assert_allclose(fit.inertia_ / n, found.within, atol=5 * 4 / sqrt(n))


def test_mixture_in_three_dimensions() -> None:
    """400 samples of 3,000 by EM: 4 Monte Carlo SE, false alarms below 1 in 1,000."""
    n, replicates, d = 3000, 400, 3
    expected = mixture.limit(normal_pair(2.5), dimension=d)
    assert expected is not None
    assert expected.avar_distance is not None
    rng = np.random.default_rng(5)
    distances = []
    for _ in range(replicates):
        x = rng.standard_normal((n, d))
        x[:, 0] += np.where(rng.random(n) > 0.5, 1.25, -1.25)
        means, weight, variance = np.zeros((2, d)), 0.5, 1.0
        means[:, 0] = -1.25, 1.25
        for _ in range(300):
            gap = means[1] - means[0]
            r = 1 / (1 + (1 - weight) / weight * np.exp((x - means.mean(axis=0)) @ gap / variance))
            moved = np.stack([r @ x / r.sum(), (1 - r) @ x / (1 - r).sum()])
            change = np.abs(moved - means).max()
            means, weight = moved, r.mean()
            variance = (
                r @ ((x - means[0]) ** 2).sum(axis=1) + (1 - r) @ ((x - means[1]) ** 2).sum(axis=1)
            ) / (n * d)
            if change < 1e-7:
                break
        distances.append(np.linalg.norm(means[1] - means[0]))
    ratio = np.var(distances, ddof=1) * n / expected.avar_distance
    assert abs(ratio - 1) < 4 * sqrt(2 / replicates)
