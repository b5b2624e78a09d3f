"""Noise against numpy's own draws from the same streams, and against its distributions.

The seeds are fixed. The Kolmogorov-Smirnov tests reject at 1e-6: four of them, four false alarms in a million
choices of seeds.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kmeans_inconsistency.algorithms import noise

N = 400_000


def states(seed: int, rows: int = 2) -> np.ndarray:
    streams = [np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(row,))) for row in range(rows)]
    return np.array([stream.state["state"]["state"] for stream in streams], dtype=np.uint64)


def generators(seed: int, rows: int = 2) -> list[np.random.Generator]:
    return [
        np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(r,))))
        for r in range(rows)
    ]


def drawn(fill, seed: int = 3, n: int = N) -> np.ndarray:
    out = np.empty((2, n))
    fill(states(seed), out)
    return out


def test_uniform_numbers_are_those_of_numpy():
    numpys = [g.random(N) for g in generators(3)]
    np.testing.assert_array_equal(drawn(noise.fill_uniform), numpys)


def test_normal_numbers_are_those_of_numpy_but_for_rounding():
    """In 8 million draws every branch is taken: the tail some 2,000 times, the wedges 50,000 times."""
    for seed in range(10):
        numpys = np.array([g.standard_normal(N) for g in generators(seed)])
        ours = drawn(noise.fill_normal, seed)
        np.testing.assert_allclose(ours, numpys, rtol=0, atol=1e-14)
        assert (np.abs(ours) > 3.6541528853610088).sum() > 100


@pytest.mark.parametrize("fill", [noise.fill_normal, noise.fill_uniform, noise.fill_laplace])
def test_a_longer_row_begins_with_the_shorter_and_states_are_left_alone(fill):
    start = states(3)
    before = start.copy()
    long, short = np.empty((2, 1000)), np.empty((2, 10))
    fill(start, long)
    fill(start, short)
    np.testing.assert_array_equal(start, before)
    np.testing.assert_array_equal(long[:, :10], short)


def student(df: int) -> np.ndarray:
    out, further = drawn(noise.fill_normal, 5), drawn(noise.fill_normal, 6)
    noise.divide_by_chi(states(7), further, df, out)
    return out


@pytest.mark.parametrize(
    ("sample", "distribution"),
    [
        (lambda: drawn(noise.fill_normal), stats.norm()),
        (lambda: drawn(noise.fill_laplace), stats.laplace(scale=0.5**0.5)),
        (lambda: student(5), stats.t(5, scale=(3 / 5) ** 0.5)),
        (lambda: student(8), stats.t(8, scale=(6 / 8) ** 0.5)),
    ],
    ids=["normal", "laplace", "t5", "t8"],
)
def test_distributions(sample, distribution):
    x = sample().ravel()
    assert stats.kstest(x, distribution.cdf).pvalue > 1e-6
    assert distribution.var() == pytest.approx(1)


def test_the_tables_cut_the_density_into_layers_of_one_area():
    edges = noise._WIDTH * 2.0**52
    heights = np.diff(noise._DENSITY[::-1])
    areas = edges[1:][::-1][:-1] * heights[:-1]
    np.testing.assert_allclose(areas, areas[0], rtol=1e-12)
    tail = edges[-1] * noise._DENSITY[-1] + stats.norm.sf(edges[-1]) * np.sqrt(2 * np.pi)
    np.testing.assert_allclose(tail, areas[0], rtol=1e-12)
