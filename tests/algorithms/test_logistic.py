"""The passes over a sample and over its nodes, against numpy and against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmeans_inconsistency.algorithms.logistic import (
    rough_mean_softplus,
    softplus_derivatives,
    weighted_softplus,
    workspace,
)
from kmeans_inconsistency.algorithms.nodes import NODES, coarsen, compress, interpolation_error


def plain(z: np.ndarray, w: np.ndarray, a: float, b: float) -> np.ndarray:
    u = a + b * z
    p = np.exp(-np.logaddexp(0.0, -u))
    q = p * np.exp(-np.logaddexp(0.0, u))
    mean = np.logaddexp(0.0, u)
    return np.array([(w * v).sum() for v in (mean, p, p * z, q, q * z, q * z * z)])


def sample(seed: int, n: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.sort(rng.normal(size=n) + 3.0 * (rng.random(n) < 0.2))


places = st.tuples(st.floats(-60, 60), st.one_of(st.just(0.0), st.floats(1e-3, 300)))


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 99), st.sampled_from([1, 7, 64, 65, 400, 70_000]), places)
def test_passes_are_the_sums(seed: int, n: int, place: tuple[float, float]) -> None:
    z = sample(seed, n)
    a, b = place
    weights = np.random.default_rng(seed).normal(1.0, 0.5, size=n) / n
    partial = workspace()
    scale = 1.0 + abs(a) + b * np.abs(z).max()
    softplus_derivatives(z, a, b, partial)
    np.testing.assert_allclose(partial[:6], plain(z, np.full(n, 1 / n), a, b), rtol=1e-11, atol=1e-13 * scale)
    weighted_softplus(z, weights, a, b, partial)
    np.testing.assert_allclose(partial[:6], plain(z, weights, a, b), rtol=1e-11, atol=1e-13 * scale)
    rough = rough_mean_softplus(z, weights, a, b, partial)
    assert rough == pytest.approx(plain(z, weights, a, b)[0], rel=0, abs=1e-7 * np.abs(weights).sum() * scale)


@pytest.mark.parametrize("n", [300, 5000])
def test_nodes_reproduce_polynomials_of_degree_seven(n: int) -> None:
    z = sample(n, n)
    nodes, weights = np.empty(16 * NODES * 2), np.empty(16 * NODES * 2)
    count = compress(z, 16, nodes, weights)
    few, few_weights = np.empty(8 * NODES), np.empty(8 * NODES)
    fewer = coarsen(nodes[:count], weights[:count], 8, few, few_weights)
    assert fewer <= count < n
    assert (np.diff(nodes[:count]) > 0).all()
    for power in range(8):
        exact = (z**power).mean()
        assert (weights[:count] * nodes[:count] ** power).sum() == pytest.approx(exact, rel=1e-12, abs=1e-12)
        assert (few_weights[:fewer] * few[:fewer] ** power).sum() == pytest.approx(
            exact, rel=1e-11, abs=1e-11
        )


def test_small_samples_are_their_own_nodes() -> None:
    z = sample(1, 256)
    nodes, weights = np.empty(256), np.empty(256)
    assert compress(z, 16, nodes, weights) == 256
    np.testing.assert_array_equal(nodes, z)
    assert (weights == 1 / 256).all()


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 99), st.sampled_from([16, 32, 128]), st.floats(-30, 30), st.floats(0.1, 60))
def test_nodes_are_as_exact_as_they_say(seed: int, cells: int, a: float, b: float) -> None:
    z = sample(seed, 5000)
    nodes, weights = np.empty(2 * NODES * cells), np.empty(2 * NODES * cells)
    count = compress(z, cells, nodes, weights)
    compressed = plain(nodes[:count], weights[:count], a, b)[0]
    exact = plain(z, np.full(z.size, 1 / z.size), a, b)[0]
    assert abs(compressed - exact) <= interpolation_error(z, cells, b) + 1e-13 * (abs(a) + b)
