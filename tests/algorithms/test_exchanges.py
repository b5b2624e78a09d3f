"""Exchanges of single observations against every move tried by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.lloyd import Clusters, lloyd


def within(x: np.ndarray, labels: np.ndarray) -> float:
    groups = [x[labels == k] for k in np.unique(labels)]
    return float(sum(((own - own.mean(axis=0)) ** 2).sum() for own in groups))


def best_move(x: np.ndarray, fit: Clusters) -> float:
    """The least sum of squares after one observation has gone to another cluster."""
    values = []
    for i, k in np.ndindex(len(x), len(fit.centers)):
        labels = fit.labels.copy()
        labels[i] = k
        values.append(within(x, labels))
    return min(values)


def lloyd_from(x: np.ndarray, centers: np.ndarray) -> float:
    """Sum of squares at the fixed point of Lloyd's algorithm."""
    for _ in range(100):
        labels = ((x[:, np.newaxis] - centers) ** 2).sum(axis=2).argmin(axis=1)
        centers = np.array([x[labels == k].mean(axis=0) for k in np.unique(labels)])
    return within(x, labels)


@pytest.mark.parametrize(("n", "d", "clusters"), [(70, 1, 3), (70, 30, 2), (40, 8, 5), (12, 2, 4)])
def test_no_single_move_lowers_the_sum_of_squares(n: int, d: int, clusters: int) -> None:
    for seed in range(5):
        x = np.random.default_rng([seed, n]).normal(size=(n, d)) + 1e3
        fit = lloyd(x, clusters, starts=1)
        assert fit.status is Status.CONVERGED
        assert fit.objective == pytest.approx(within(x, fit.labels), rel=1e-12)
        assert best_move(x, fit) >= fit.objective * (1 - 1e-9)
        assert lloyd_from(x, fit.centers) == pytest.approx(fit.objective, rel=1e-12)


def test_in_high_dimension_ten_starts_beat_twenty_of_lloyds_algorithm() -> None:
    """Which stops early where every observation is far from all others."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(300, 100))
        ends = [lloyd_from(x, x[rng.choice(300, 2, replace=False)]) for _ in range(20)]
        assert lloyd(x, 2).objective < min(ends)


def test_clusters_of_equal_points_are_left_alone() -> None:
    x = np.repeat([[0.0, 0.0], [3.0, 4.0]], [3, 1], axis=0)
    fit = lloyd(x, 2)
    assert (fit.objective, fit.passes > 0, fit.status) == (0.0, True, Status.CONVERGED)
    np.testing.assert_array_equal(fit.centers, [[0, 0], [3, 4]])
    assert lloyd(x, 3).status is Status.MERGED
