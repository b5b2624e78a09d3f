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
