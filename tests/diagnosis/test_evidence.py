"""The points that stand for a model in a test of shape."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from kmeans_inconsistency.diagnosis import evidence


@pytest.mark.parametrize("seed", [1, 2, 20260102])
@pytest.mark.parametrize("power", [1, 2, 13])
def test_points_on_a_line_are_those_of_scipy(seed, power):
    expected = qmc.Sobol(1, rng=np.random.default_rng(seed)).random(2**power)[:, 0]
    found = evidence._sobol_on_a_line(2**power, np.random.default_rng(seed))
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("clusters", [2, 3])
@pytest.mark.parametrize(("d", "near"), [(1, 1e-2), (2, 2e-2), (5, 4e-2)])
def test_each_component_has_points_of_the_normal_distribution(clusters, d, near):
    points = evidence._normal_points(clusters * 2**11, d).reshape(clusters, 2**11, d)
    for z in points:
        np.testing.assert_allclose(z.mean(axis=0), 0, atol=near)
        np.testing.assert_allclose(z.T @ z / len(z), np.eye(d), atol=near)


@pytest.mark.parametrize(("clusters", "d"), [(2, 1), (3, 1), (4, 1), (3, 2)])
def test_shape_tests_do_not_reject_the_model_itself(clusters, d):
    """Each test has level .001: of 60, more than three reject by chance in about 1 of 2 million."""
    rng = np.random.default_rng([clusters, d])
    means = np.zeros((clusters, d))
    means[:, 0] = 3.0 * np.arange(clusters)
    rejected = 0
    for _ in range(20):
        x = rng.normal(size=(2000, d)) + means[rng.integers(clusters, size=2000)]
        _, model = evidence.fit(x, clusters, 3, 5000)
        rejected += sum(test.rejects for test in evidence.shape_tests(x, model))
    assert rejected <= 3
