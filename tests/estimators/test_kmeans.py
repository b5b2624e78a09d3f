"""k-means against every split, and under the changes that must not matter."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from kmeans_inconsistency.algorithms.compiling import read_only
from kmeans_inconsistency.algorithms.two_means import WITHIN, two_means
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.kmeans import kmeans

numbers = st.floats(-1e3, 1e3).map(lambda v: round(v, 6))
samples = npst.arrays(np.float64, st.integers(2, 40), elements=numbers)
relaxed = settings(deadline=None, derandomize=True, max_examples=100)


def within(x: np.ndarray, size: int) -> float:
    """Within-cluster sum of squares of a split, from its definition."""
    ordered = np.sort(x)
    return float(sum(((part - part.mean()) ** 2).sum() for part in (ordered[:size], ordered[size:])))


@relaxed
@given(samples)
def test_no_split_is_better(x: np.ndarray) -> None:
    best = min(within(x, k) for k in range(1, len(x)))
    fit = kmeans(x)
    scale = max(1e-12, float(((x - x.mean()) ** 2).sum()))
    assert fit.objective == pytest.approx(best, abs=1e-12 * scale)
    assert fit.objective == pytest.approx(within(x, int(fit.sizes[0])), abs=1e-12 * scale)


@relaxed
@given(samples, st.floats(0.1, 10), st.floats(-100, 100))
def test_shift_scale_reflection_and_order(x: np.ndarray, scale: float, shift: float) -> None:
    fit = kmeans(x)
    spread = float(np.ptp(x))
    moved = kmeans(shift + scale * x)
    assert moved.objective == pytest.approx(scale**2 * fit.objective, abs=1e-9 * (scale * spread + 1) ** 2)
    mirrored = kmeans(-x)
    assert mirrored.objective == pytest.approx(fit.objective, abs=1e-12 * (spread + 1) ** 2)
    shuffled = kmeans(np.random.default_rng(0).permutation(x))
    np.testing.assert_array_equal(shuffled.centers, fit.centers)


def test_unique_optimum_moves_with_the_data() -> None:
    x = np.random.default_rng(1).normal(size=101)
    centers = kmeans(x).centers
    np.testing.assert_allclose(kmeans(3 - 2 * x).centers, (3 - 2 * centers)[::-1], rtol=1e-13)
    np.testing.assert_allclose(kmeans(x + 1e8).centers - 1e8, centers, atol=3e-8)


def test_worked_by_hand() -> None:
    fit = kmeans([9, 2, 1])
    np.testing.assert_array_equal(fit.centers, [1.5, 9.0])
    np.testing.assert_array_equal(fit.sizes, [2, 1])
    assert fit.objective == 0.5
    assert fit.status is Status.CONVERGED


def test_constant_data_merge() -> None:
    fit = kmeans([0.1] * 7)
    np.testing.assert_array_equal(fit.centers, [0.1, 0.1])
    assert fit.objective == 0.0
    assert fit.status is Status.MERGED


def best_of_all_partitions(x: np.ndarray, clusters: int) -> float:
    """Least within-cluster sum of squares over all partitions of the sorted sample into intervals."""
    ordered = np.sort(x)
    return min(
        sum(float(((part - part.mean()) ** 2).sum()) for part in np.split(ordered, cuts))
        for cuts in combinations(range(1, len(x)), clusters - 1)
    )


@relaxed
@given(npst.arrays(np.float64, st.integers(5, 12), elements=numbers), st.integers(1, 5))
def test_no_partition_is_better(x: np.ndarray, clusters: int) -> None:
    fit = kmeans(x, clusters)
    scale = max(1e-12, float(((x - x.mean()) ** 2).sum()))
    assert fit.objective == pytest.approx(best_of_all_partitions(x, clusters), abs=1e-12 * scale)
    assert fit.sizes.sum() == len(x)
    assert (fit.sizes > 0).all()


@relaxed
@given(samples)
def test_two_clusters_by_either_algorithm(x: np.ndarray) -> None:
    """The study's scan and the dynamic programme agree."""
    scan = two_means(read_only(np.sort(x)[np.newaxis]))[0]
    scale = max(1e-12, float(((x - x.mean()) ** 2).sum()))
    assert kmeans(x).objective == pytest.approx(scan[WITHIN], abs=1e-12 * scale)


@pytest.mark.parametrize(
    ("x", "clusters", "unique"),
    [([-1, 0, 1], 2, False), ([-1, 0, 1.5], 2, True), ([0, 1, 2, 3], 3, False), ([0, 1, 5, 9, 10], 3, True)],
)
def test_ties_are_said(x: list[float], clusters: int, unique: bool) -> None:
    assert kmeans(x, clusters).unique is unique


def test_many_clusters_in_a_large_sample() -> None:
    x = np.random.default_rng(1).normal(size=20_000)
    fit = kmeans(x, 4)
    # normal quantiser constants (Max, 1960), to the sampling error
    np.testing.assert_allclose(fit.centers, [-1.510, -0.4528, 0.4528, 1.510], atol=0.06)


def test_more_clusters_than_values() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        kmeans([1, 2, 3], 4)
    with pytest.raises(ValueError, match="at least 1"):
        kmeans([1, 2, 3], 0)
