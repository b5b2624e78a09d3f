"""Methods for any number of components and dimension, as the study runs them."""

from __future__ import annotations

from itertools import combinations
from math import atan2, degrees

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from kmeans_inconsistency.algorithms import lloyd as algorithm
from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.lloyd import INERTIA, SHARE
from kmeans_inconsistency.algorithms.starts import GREEDY
from kmeans_inconsistency.estimators import _geometry as geometry
from kmeans_inconsistency.estimators import kmeans as exact
from kmeans_inconsistency.estimators._method import load
from kmeans_inconsistency.estimators.lloyd import lloyd
from kmeans_inconsistency.estimators.spherical_mixture import spherical_mixture
from kmeans_inconsistency.models import FAMILIES
from kmeans_inconsistency.study.streams import Batch, batches

relaxed = settings(deadline=None, derandomize=True, max_examples=50)


def batch(family: str, n: int, replicates: int = 4, **factors: float) -> Batch:
    """The study's samples of one scenario."""
    return next(batches(FAMILIES[family](**factors), 1, 0, replicates, [n]))


PLANE = {"delta": 3.0, "clusters": 3, "dimension": 2}
HIGH = {"delta": 5.0, "clusters": 4, "dimension": 30}


def kmeans_from(x: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
    """Diagnostics of the best end of Lloyd's algorithm from the starts that are drawn by these numbers."""
    given = read_only(x[np.newaxis].copy()), read_only(uniforms[np.newaxis].copy())
    return algorithm.lloyd(*given, GREEDY, False, 1000)[1][0]


@pytest.mark.parametrize("name", ["lloyd", "spherical_mixture"])
@pytest.mark.parametrize("factors", [PLANE, HIGH], ids=["plane", "high"])
def test_a_row_is_the_fit_of_its_sample_alone(name: str, factors: dict[str, float]) -> None:
    drawn = batch("simplex", 150, **factors)
    rows = load(name).fit(drawn, starts=5)
    fit = {"lloyd": lloyd, "spherical_mixture": spherical_mixture}[name]
    for i, rng in enumerate(drawn.generators(name)):
        alone = fit(drawn.x[i], drawn.clusters, 5, rng)
        centers = alone.centers if name == "lloyd" else alone.means  # type: ignore[attr-defined]
        pairs = [np.linalg.norm(a - b) for a, b in combinations(centers, 2)]
        assert rows["distance"][i] == pytest.approx(np.mean(pairs), rel=1e-12)
        assert rows["objective"][i] == alone.objective
        assert (rows["share"][i], rows["passes"][i]) == (alone.share, alone.passes)
        # the matching of scipy, whatever the clusters are called
        squares = cdist(centers, np.array(drawn.truth.means)) ** 2
        matched = squares[linear_sum_assignment(squares)].mean() ** 0.5
        assert rows["center_error"][i] == pytest.approx(matched, rel=1e-12)
        assert np.isnan(rows["angle"][i])
    assert ((rows["share"] > 0) & (rows["share"] <= 1)).all()


def test_errors_of_centres_are_those_of_the_best_matching() -> None:
    rng = np.random.default_rng(3)
    means, noise = 3 * rng.normal(size=(5, 3)), rng.normal(size=(20, 5, 3))
    exact_order = np.sqrt((noise**2).sum(axis=2).mean(axis=1))
    shuffled = geometry.center_error((means + noise)[:, rng.permutation(5)], means)
    np.testing.assert_allclose(shuffled, geometry.center_error(means + noise, means), rtol=1e-13)
    assert (shuffled <= exact_order * (1 + 1e-12)).all()
    squares = [cdist(centers, means) ** 2 for centers in means + noise]
    matched = [(cost[linear_sum_assignment(cost)].mean()) ** 0.5 for cost in squares]
    np.testing.assert_allclose(shuffled, matched, rtol=1e-12)
    # two matchings with one sum: both centres in the middle
    middle = geometry.center_error(np.zeros((1, 2, 1)), np.array([[-1.0], [1.0]]))
    assert middle[0] == 1.0
    assert np.isnan(geometry.center_error(np.zeros((1, 7, 2)), np.zeros((7, 2))))
    assert np.isnan(geometry.center_error(np.full((1, 2, 2), np.nan), np.zeros((2, 2))))


@pytest.mark.parametrize("clusters", [2, 3, 5])
def test_kmeans_of_a_row_of_components(clusters: int) -> None:
    drawn = batch("normal_row", 400, delta=3.0, clusters=clusters)
    rows = load("kmeans").fit(drawn)
    many = load("lloyd").fit(drawn, starts=60)
    for i, x in enumerate(drawn.x):
        alone = exact.kmeans(x, clusters)
        assert rows["objective"][i] == pytest.approx(alone.objective, rel=1e-12)
        assert rows["distance"][i] == pytest.approx(
            np.mean([b - a for a, b in combinations(alone.centers, 2)]), rel=1e-12
        )
        assert (rows["lower"][i], rows["upper"][i]) == pytest.approx(alone.centers[[0, -1]], rel=1e-12)
    assert many["objective"] == pytest.approx(rows["objective"], rel=1e-10)


def test_share_counts_the_starts_that_reach_the_best() -> None:
    """Against separate fits of one start each."""
    x = batch("simplex", 200, replicates=1, **(PLANE | {"delta": 1.0})).x[0]
    uniforms = np.random.default_rng(3).random((40, 3))

    together = kmeans_from(x, uniforms)
    each = np.array([kmeans_from(x, row[np.newaxis])[INERTIA] for row in uniforms])
    assert together[INERTIA] == each.min()
    assert 0 < together[SHARE] < 1
    assert together[SHARE] == np.mean(each <= each.min() * (1 + 1e-8))


@relaxed
@given(st.integers(0, 10**6), st.floats(0, 6.283), st.integers(2, 5))
def test_turned_points_have_turned_centres(seed: int, turn: float, clusters: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 2)) + 8.0 * rng.integers(clusters, size=(60, 1))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    there = lloyd(x @ rotation.T + 5.0, clusters, seed=seed)
    here = lloyd(x, clusters, seed=seed)
    assert there.objective == pytest.approx(here.objective, rel=1e-9)


@relaxed
@given(st.integers(0, 10**6), st.sampled_from([2, 3, 8, 100]), st.floats(1e-6, 1e6))
def test_angle_against_the_c_library(seed: int, dimension: int, stretch: float) -> None:
    centers = np.random.default_rng(seed).normal(size=(3, 2, dimension))
    centers[:, :, 0] *= stretch
    between = centers[:, 1] - centers[:, 0]
    expected = [degrees(atan2(float(np.linalg.norm(b[1:])), abs(float(b[0])))) for b in between]
    np.testing.assert_allclose(geometry.angle(centers), expected, rtol=1e-14, atol=1e-13)


def test_angle_of_what_has_none() -> None:
    assert np.isnan(geometry.angle(np.zeros((1, 2, 3))))
    assert np.isnan(geometry.angle(np.ones((1, 2, 1))))
    assert np.isnan(geometry.angle(np.eye(3)[np.newaxis]))
    np.testing.assert_array_equal(geometry.angle(np.array([[[0, 0], [0, 1.0]], [[0, 0], [2.0, 0]]])), [90, 0])


def test_uniform_starts_are_the_same_observations_for_both() -> None:
    """Against one start at a time, from observations drawn here: places among those not yet taken."""
    drawn = batch("simplex", 120, **PLANE)
    starts = 6
    kmeans = load("lloyd").fit(drawn, starts=starts, start="uniform", refinement="none")
    mixture = load("spherical_mixture").fit(drawn, starts=starts, start="uniform", acceleration="none")
    for i, rng in enumerate(drawn.generators("lloyd_uniform")):
        ends, likelihoods = [], []
        for uniforms in rng.random((starts, 3)):
            left = list(range(120))
            begin = drawn.x[i][[left.pop(int(u * len(left))) for u in uniforms]]
            ends.append(lloyd_by_hand(drawn.x[i], begin))
            likelihoods.append(em_by_hand(drawn.x[i], begin))
        assert kmeans["objective"][i] == pytest.approx(min(ends), rel=1e-12)
        assert kmeans["share"][i] == np.mean(np.isclose(ends, min(ends), rtol=1e-8, atol=0))
        assert mixture["objective"][i] == pytest.approx(max(likelihoods), rel=1e-9)
        assert mixture["share"][i] == np.mean(np.isclose(likelihoods, max(likelihoods), rtol=0, atol=1e-5))


def nearest(x: np.ndarray, centers: np.ndarray) -> np.ndarray:
    return ((x[:, np.newaxis] - centers) ** 2).sum(axis=2).argmin(axis=1)


def lloyd_by_hand(x: np.ndarray, centers: np.ndarray) -> float:
    """Within-cluster sum of squares after many passes (no cluster runs empty from observations here)."""
    for _ in range(60):
        labels = nearest(x, centers)
        centers = np.array([x[labels == k].mean(axis=0) for k in range(len(centers))])
    return float(((x - centers[labels]) ** 2).sum())


def em_by_hand(x: np.ndarray, centers: np.ndarray) -> float:
    """Log-likelihood of the spherical mixture after many steps from the clusters of the nearest centre."""
    n, d = x.shape
    given = np.eye(len(centers))[nearest(x, centers)]
    for _ in range(2000):
        sizes = given.sum(axis=0)
        centers = given.T @ x / sizes[:, np.newaxis]
        squares = ((x[:, np.newaxis] - centers) ** 2).sum(axis=2)
        variance = (given * squares).sum() / (n * d)
        logs = np.log(sizes / n) - squares / (2 * variance) - d / 2 * np.log(2 * np.pi * variance)
        total = np.logaddexp.reduce(logs, axis=1)
        given = np.exp(logs - total[:, np.newaxis])
    return float(total.sum())
