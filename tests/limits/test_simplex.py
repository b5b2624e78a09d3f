"""The corners of a simplex: the line, the plane, and a partition by simulation."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from oracles import planar

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import kmeans, simplex
from kmeans_inconsistency.models import normal_pair
from kmeans_inconsistency.models import simplex as corners


@pytest.mark.parametrize("delta", [0.0, 0.5, 2.0, 7.0])
def test_two_corners_are_the_pair_on_the_line(delta: float) -> None:
    best = kmeans.limit(normal_pair(delta)).best
    found = simplex.limit(delta, 2)
    assert_allclose(found.distance, best.distance, rtol=1e-12)
    assert_allclose(1 + delta**2 / 4 - found.between, best.within, rtol=1e-12)


@pytest.mark.parametrize("delta", [1.0, 3.0])
def test_three_corners_are_the_triangle_in_the_plane(delta: float) -> None:
    found, best = simplex.limit(delta, 3), planar.limit(planar.equilateral(delta), starts=3)
    assert_allclose(found.distance, sqrt(3) * np.linalg.norm(best.centers, axis=1), rtol=1e-10)
    assert_allclose(2 + delta**2 / 3 - found.between, best.within, rtol=1e-10)


def test_three_principal_points_of_the_plane() -> None:
    """Where there is nothing to find: three sectors of 120 degrees."""
    # the mean of a sector of 120 degrees: the mean radius times sin(60 degrees) / (pi / 3)
    radius = sqrt(pi / 2) * (sqrt(3) / 2) / (pi / 3)
    assert_allclose(simplex.limit(0, 3).distance, sqrt(3) * radius, rtol=1e-12)


def test_cells_by_simulation() -> None:
    """Means of the cells of 400,000 points: six distances at 5 standard errors of at most 2.5 sqrt(8 / n)."""
    rng = np.random.default_rng(1)
    n, delta, clusters = 400_000, 2.0, 4
    model = corners(delta, clusters, dimension=5)
    means = np.array(model.means)
    x = means[rng.integers(clusters, size=n)] + rng.standard_normal((n, 5))
    nearest = ((x[:, None, :] - means) ** 2).sum(axis=2).argmin(axis=1)
    centers = np.array([x[nearest == k].mean(axis=0) for k in range(clusters)])
    apart = np.linalg.norm(centers[:, None] - centers, axis=2)[np.triu_indices(clusters, 1)]
    expected = limits.predict("lloyd", {"starts": 1}, model)
    assert_allclose(apart, expected["distance"].limit, atol=5 * 2.5 * sqrt(8 / n))
    within = ((x - centers[nearest]) ** 2).mean()
    assert_allclose(within, expected["variance"].limit, atol=5 * 2 / sqrt(5 * n))


def test_what_is_refused() -> None:
    for delta, clusters in ((-1.0, 3), (np.inf, 3), (1.0, 1)):
        with pytest.raises(ValueError, match="delta must be at least 0"):
            simplex.limit(delta, clusters)
