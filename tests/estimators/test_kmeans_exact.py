"""k-means on the line against brute force in exact arithmetic: mixed scales, ties, offsets, extremes."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.classes import OptimalKMeans
from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.kmeans import KMeans, kmeans

relaxed = settings(deadline=None, derandomize=True, max_examples=60)
TOLERANCE = Fraction(1, 10**12)


def exactly_within(x: list[float], begins: list[int]) -> Fraction:
    """Sum of squares of a partition of sorted numbers."""
    total = Fraction(0)
    for first, last in pairwise(begins):
        part = [Fraction(v) for v in x[first:last]]
        total += sum(v * v for v in part) - sum(part) ** 2 / len(part)
    return total


def all_values(x: list[float], clusters: int) -> list[Fraction]:
    """Sums of squares of all partitions of sorted numbers into intervals, ascending."""
    cuts = combinations(range(1, len(x)), clusters - 1)
    return sorted(exactly_within(x, [0, *cut, len(x)]) for cut in cuts)


def check(x: list[float], clusters: int) -> KMeans:
    """The fit has the least sum of squares, and says so."""
    ordered = sorted(x)
    fit = kmeans(x, clusters)
    begins = [0, *map(int, np.cumsum(fit.sizes))]
    own, values = exactly_within(ordered, begins), all_values(ordered, clusters)
    assert own <= values[0] * (1 + TOLERANCE)
    if Fraction(10) ** -290 < values[0] < Fraction(10) ** 290:
        assert fit.objective == pytest.approx(float(values[0]), rel=1e-12)
    if len(values) > 1:
        gap = values[1] - values[0]
        # in between it is either
        assert fit.unique or gap <= 2 * TOLERANCE * values[0]
        assert not fit.unique or gap > TOLERANCE / 2 * values[0]
    for k, center in enumerate(fit.centers):
        part = [Fraction(v) for v in ordered[begins[k] : begins[k + 1]]]
        spread = max(part) - min(part)
        assert abs(Fraction(center) - sum(part) / len(part)) <= TOLERANCE * spread + Fraction(
            math.ulp(center)
        )
    assert (fit.status is Status.MERGED) == (len(set(x)) < clusters)
    return fit


scales = st.sampled_from([1e-300, 1e-30, 1e-8, 1.0, 3e8, 1e20, 1e150])
offsets = st.sampled_from([0.0, 0.0, 1.0, -1e6, 3e8, 1e15])
small = st.integers(-6, 6).map(float) | st.floats(-9, 9)
mixed = st.builds(lambda s, v, o: s * v + o, scales, small, offsets)
samples = st.one_of(
    st.lists(mixed, min_size=2, max_size=9),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=8),
    st.lists(small, min_size=2, max_size=9),
    st.builds(lambda o, v: [o + t for t in v], offsets, st.lists(small, min_size=2, max_size=9)),
)


@relaxed
@given(samples, st.integers(1, 5))
@example([1e-162, 2e-162, 0.0, 1.0, 1e200], 3)
@example([5e-324, 0.0, 2e-323, 1e308], 3)
@example([-1.7e308, 1.7e308, 0.0, 1.0], 2)
@example([-1.7e308, 1.7e308, 1.6e308, 1.0], 3)
@example([1e8 - 1, 1e8, 1e8 + 1], 2)
def test_no_partition_is_better(x: list[float], clusters: int) -> None:
    check(x, min(clusters, len(x)))


def test_two_scales() -> None:
    fit = kmeans([*range(10), *(3e8 + i for i in range(10))], 4)
    assert fit.objective == 40.0
    np.testing.assert_array_equal(fit.sizes, 5)


@pytest.mark.parametrize("clusters", [2, 3, 5])
def test_tight_pairs_far_from_zero(clusters: int) -> None:
    rng = np.random.default_rng(1)
    places = 1e6 + rng.integers(0, 3, size=5) * 1e-5 + np.arange(5)
    check([v + s for v in places for s in (0.0, 6e-7)], clusters)


@relaxed
@given(st.integers(0, 2**32), st.integers(3, 6), st.sampled_from([1e3, 1e6, 1e9]))
def test_a_missing_value_code_among_numbers(seed: int, clusters: int, code: float) -> None:
    rng = np.random.default_rng(seed)
    check([*rng.integers(40, 100, size=9).astype(float), code, code], clusters)


@relaxed
@given(st.integers(0, 2**32))
def test_large_samples_by_either_algorithm(seed: int) -> None:
    """Where brute force is out of reach: no value may move to the other cluster and gain."""
    rng = np.random.default_rng(seed)
    x = np.sort(np.append(np.round(rng.normal(size=500), 2), 1e8 * rng.random(2) ** 8))
    fit = kmeans(x)
    size = int(fit.sizes[0])
    own = exactly_within(list(x), [0, size, len(x)])
    for other in (size - 1, size + 1):
        if 0 < other < len(x):
            assert own <= exactly_within(list(x), [0, other, len(x)]) * (1 + TOLERANCE)


@pytest.mark.parametrize("offset", [0.0, 1e8, -1e8, 1e15])
@pytest.mark.parametrize("columns", [1, 2])
def test_labels_do_not_depend_on_the_offset(offset: float, columns: int) -> None:
    x = np.repeat([0.0, 1.0, 2.0, 7.0, 8.0, 9.0], 4)[:, None] * np.ones(columns)
    fit = OptimalKMeans(random_state=0).fit(x + offset)
    np.testing.assert_array_equal(fit.labels_, x[:, 0] > 4)
    np.testing.assert_array_equal(fit.predict(x + offset), fit.labels_)
    assert fit.score(x + offset) == pytest.approx(-fit.inertia_)


def test_labels_are_the_partition() -> None:
    x = np.random.default_rng(3).normal(size=300)
    for clusters in (1, 2, 3, 7):
        fit = OptimalKMeans(clusters).fit(x[:, None])
        np.testing.assert_array_equal(np.bincount(fit.labels_), kmeans(x, clusters).sizes)
