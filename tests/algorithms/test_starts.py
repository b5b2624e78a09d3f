"""Centres that starts are drawn at, against plain numpy with the same uniform numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from kmeans_inconsistency.algorithms.lanes import in_lanes
from kmeans_inconsistency.algorithms.starts import GREEDY, PLUS_PLUS, UNIFORM, draw_centers


def drawn(x: np.ndarray, uniforms: np.ndarray, way: int) -> np.ndarray:
    """The observations that the centres are put at; they must be observations."""
    centers = np.empty((uniforms.size, x.shape[1]))
    draw_centers(in_lanes(x, np.zeros(x.shape[1]), 1.0), len(x), uniforms, way, centers)
    places = cdist(centers, x).argmin(axis=1)
    np.testing.assert_array_equal(x[places], centers)
    return places


def candidates_by_hand(x: np.ndarray, before: np.ndarray, uniform: float, number: int) -> dict[int, float]:
    """Candidates at even steps through the cumulated squares, each with the sum of squares that it leaves."""
    squares = cdist(x, x, "sqeuclidean")
    cumulated = squares[before].min(axis=0).cumsum()
    goals = (uniform + np.arange(number)) / number * cumulated[-1]
    places = np.searchsorted(cumulated, goals, side="right")
    return {int(place): squares[[*before, place]].min(axis=0).sum() for place in places}


@pytest.mark.parametrize(("clusters", "number"), [(1, 2), (2, 2), (3, 3), (7, 3), (8, 4), (21, 5)])
@pytest.mark.parametrize("d", [1, 3, 40])
def test_each_next_centre_is_the_best_candidate(clusters: int, number: int, d: int) -> None:
    """Two candidates that are best for each other alone leave the same: then either is right."""
    rng = np.random.default_rng([clusters, d])
    for n in (clusters + 10, 64, 150):
        x = rng.normal(size=(n, d)) + 3.0 * rng.integers(clusters, size=(n, 1))
        for uniforms in rng.random((5, clusters)):
            for way, tried in ((PLUS_PLUS, 1), (GREEDY, number)):
                chosen = drawn(x, uniforms, way)
                assert chosen[0] == int(uniforms[0] * n)
                for k in range(1, clusters):
                    left = candidates_by_hand(x, chosen[:k], uniforms[k], tried)
                    assert left[chosen[k]] <= min(left.values()) * (1 + 1e-12)


@pytest.mark.parametrize("way", [UNIFORM, PLUS_PLUS, GREEDY])
def test_centres_are_distinct_at_the_ends_of_the_uniform_numbers(way: int) -> None:
    x = np.random.default_rng(1).normal(size=(70, 2))
    for end in (0.0, np.nextafter(1.0, 0.0)):
        assert len({*drawn(x, np.full(5, end), way)}) == 5


def test_second_centre_has_odds_of_its_squared_distance() -> None:
    """Over an even grid of uniform numbers each observation is drawn in proportion, to one step."""
    x = np.array([[0.0], [1.0], [2.0], [4.0]])
    grid = (np.arange(2100) + 0.5) / 2100
    seconds = [drawn(x, np.array([0.0, uniform]), PLUS_PLUS)[1] for uniform in grid]
    np.testing.assert_allclose(np.bincount(seconds), np.array([0, 1, 4, 16]) * 100, atol=1)


def test_greedy_passes_over_a_lone_point() -> None:
    """Which has four odds to five of the group's: one of two candidates is always of the group."""
    x = np.array([[0.0], *[[10.0]] * 5, [-20.0]])
    seconds = [[drawn(x, np.array([0.0, u]), way)[1] for u in (0.2, 0.5, 0.9)] for way in (PLUS_PLUS, GREEDY)]
    assert seconds == [[1, 1, 6], [1, 1, 1]]
