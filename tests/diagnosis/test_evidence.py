"""The points that stand for a model in a test of shape."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency.diagnosis import evidence


@pytest.mark.parametrize(("d", "near"), [(1, 1e-3), (2, 1e-2), (5, 2e-2)])
def test_points_that_stand_for_the_normal_distribution_have_its_moments(d, near):
    z = evidence._normal_points(2**12, d)
    assert z.shape == (2**12, d)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=near)
    np.testing.assert_allclose(z.T @ z / len(z), np.eye(d), atol=near)
    # fourth moments enter a test of tails
    np.testing.assert_allclose((z**4).mean(axis=0) / 3, 1, atol=20 * near)
