"""Noise across the line of means: the jump, its closed form, and the gradual turn of unbalanced pairs."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special

from kmeans_inconsistency.limits import anisotropic, kmeans
from kmeans_inconsistency.models import normal_pair, t_pair


@pytest.mark.parametrize("delta", [1.0, 2.0, 4.0])
def test_balanced_pairs_jump_at_the_closed_form(delta: float) -> None:
    mu = delta / 2
    h = mu * (2 * special.ndtr(mu) - 1) + 2 * np.exp(-(mu**2) / 2) / sqrt(2 * pi)
    tau = anisotropic.critical(normal_pair(delta))
    assert_allclose(tau, h * sqrt(pi / 2), rtol=1e-12)
    below, above = (anisotropic.limit(normal_pair(delta), tau * s) for s in (0.999, 1.001))
    assert below.angle == 0
    assert_allclose(below.centers, [(-h, 0), (h, 0)], atol=1e-12)
    assert_allclose(below.within, 1 + mu**2 - h**2 + (0.999 * tau) ** 2, rtol=1e-12)
    assert above.angle == pi / 2
    # nothing of the separation is left
    assert_allclose(np.abs(above.centers), [(0, above.distance / 2)] * 2, atol=1e-12)
    assert_allclose(above.distance, 2 * 1.001 * tau * sqrt(2 / pi), rtol=1e-12)


def test_unbalanced_pairs_turn() -> None:
    model = normal_pair(2, 0.1)
    tau = anisotropic.critical(model)
    jump = sqrt((model.variance - kmeans.limit(model).best.within) * pi / 2)
    assert 0.98 * jump < tau < 0.996 * jump
    assert anisotropic.limit(model, 0.98 * jump).angle == 0
    oblique = anisotropic.limit(model, jump)
    assert 0.5 < oblique.angle < 1.1
    assert not oblique.unique
    assert anisotropic.limit(model, 1.03 * jump).angle == pi / 2


def test_oblique_centres_are_the_means_of_their_half_planes() -> None:
    """1,000,000 draws of fixed seed; 5 standard errors of sqrt(20 / n): false alarms 1 in a million."""
    model, tau, n = normal_pair(2, 0.1), 1.1513, 1_000_000
    found = anisotropic.limit(model, tau)
    rng = np.random.default_rng(6)
    points = np.column_stack([rng.standard_normal(n), tau * rng.standard_normal(n)])
    points[:, 0] += np.where(rng.random(n) > 0.1, 1.0, -1.0)
    low, high = (np.array(center) for center in found.centers)
    upper = (points - (low + high) / 2) @ (high - low) > 0
    assert_allclose(points[~upper].mean(axis=0), low, atol=5 * sqrt(20 / n))
    assert_allclose(points[upper].mean(axis=0), high, atol=5 * sqrt(20 / n))
    squares = np.where(upper, ((points - high) ** 2).sum(axis=1), ((points - low) ** 2).sum(axis=1))
    assert_allclose(squares.mean(), found.within, atol=5 * squares.std() / sqrt(n))


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="tau"):
        anisotropic.limit(normal_pair(1), 0.0)
    with pytest.raises(ValueError, match="normal"):
        anisotropic.critical(t_pair(1))
