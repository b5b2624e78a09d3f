"""Corners of a simplex with unequal weights: equal ones, the plane by other cubature, a large sample."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from oracles import planar
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import simplex, unequal_simplex
from kmeans_inconsistency.models import SpatialMixture
from kmeans_inconsistency.models import unequal_simplex as corners


def test_equal_weights_are_those_of_the_simplex() -> None:
    found, equal = unequal_simplex.limit(2.0, 3, 1.0), simplex.limit(2.0, 3)
    assert_allclose((found.distance, found.between), (equal.distance, equal.between), rtol=1e-6)
    # both simplices have one middle, and their corners lie 1 / sqrt(3) of the side from it
    assert_allclose(found.center_error, (equal.distance - 2) / np.sqrt(3), rtol=1e-4)


@pytest.mark.parametrize(("delta", "ratio"), [(2.0, 0.5), (4.0, 0.7)])
def test_three_corners_are_those_of_the_plane(delta: float, ratio: float) -> None:
    found, model = unequal_simplex.limit(delta, 3, ratio), corners(delta, 3, 2, ratio)
    best = planar.limit(planar.planar_mixture(model.weights, model.means, np.ones(3)), starts=4)
    pairs = np.linalg.norm(best.centers - best.centers[[1, 2, 0]], axis=1)
    assert_allclose(found.distance, pairs.mean(), rtol=1e-5)
    squares = cdist(best.centers, np.array(model.means)) ** 2
    error = squares[linear_sum_assignment(squares)].mean() ** 0.5
    assert_allclose(found.center_error, error, rtol=1e-4)
    within = limits.predict("lloyd", {"starts": 1}, model)["variance"].limit
    assert within is not None
    assert_allclose(2 * within, best.within, rtol=1e-5)


def test_four_corners_by_simulation() -> None:
    """Lloyd's algorithm on 200,000 points in five dimensions; its centres err by some sqrt(15 / n)."""
    model = corners(3.0, 4, 5, 0.5)
    rng = np.random.default_rng(5)
    means, n = np.array(model.means), 200_000
    x = means[rng.choice(4, n, p=model.weights)] + rng.standard_normal((n, 5))
    centers = means
    for _ in range(200):
        nearest = cdist(x, centers, "sqeuclidean").argmin(axis=1)
        centers, before = np.array([x[nearest == k].mean(axis=0) for k in range(4)]), centers
        if np.abs(centers - before).max() < 1e-4:
            break
    expected = limits.predict("lloyd", {"starts": 1}, model)
    pairs = [np.linalg.norm(a - b) for i, a in enumerate(centers) for b in centers[i + 1 :]]
    assert_allclose(np.mean(pairs), expected["distance"].limit, atol=5 * np.sqrt(15 / n))
    error = np.sqrt(((centers - means) ** 2).sum(axis=1).mean())
    assert_allclose(error, expected["center_error"].limit, atol=5 * np.sqrt(15 / n))


def test_the_number_of_dimensions_does_not_matter() -> None:
    three, ten = (limits.predict("lloyd", {"starts": 1}, corners(2.0, 3, d, 0.5)) for d in (3, 10))
    assert three["distance"] == ten["distance"]
    assert three["center_error"] == ten["center_error"]


def test_a_simplex_is_known_in_any_unit_and_place() -> None:
    model, unit, place = corners(2.0, 3, 4, 0.5), 2.5, np.array([3.0, -1.0, 0.0, 40.0])
    moved = [tuple(map(float, unit * np.array(mean) + place)) for mean in model.means]
    found = limits.predict("lloyd", {}, SpatialMixture(model.weights, tuple(moved), (unit,) * 4))
    for name, (value, _) in limits.predict("lloyd", {}, model).items():
        assert_allclose(found[name].limit, value * unit ** (1 + (name == "variance")), rtol=1e-9)


def test_what_has_no_theory() -> None:
    with pytest.raises(ValueError, match="3 or 4"):
        unequal_simplex.limit(2.0, 5, 0.5)
    five = corners(2.0, 5, 4, 0.5)
    irregular = SpatialMixture((0.5, 0.3, 0.2), ((0, 0), (3, 0), (1, 4)), (1, 1))
    for model in (five, irregular):
        assert limits.predict("lloyd", {"starts": 1}, model) == {}
        assert limits.predict("spherical_mixture", {"starts": 1}, model)["center_error"].limit == 0.0
