"""Curves of classification likelihood and of k-means under noise, against closed forms and a search."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import anisotropic, shape_curves
from kmeans_inconsistency.models import SpatialMixture, anisotropic_pair, normal_pair


def half_distance(mu: np.ndarray) -> np.ndarray:
    return mu * (2 * norm.cdf(mu) - 1) + 2 * norm.pdf(mu)


def test_the_variance_jumps_from_that_of_the_data_to_that_within() -> None:
    curve = shape_curves.emptying()
    mu, critical = curve["delta"] / 2, curve["critical"][0]
    within = 1 + mu**2 - half_distance(mu) ** 2
    np.testing.assert_allclose(curve["fixed"], within, rtol=1e-12)
    np.testing.assert_allclose(
        curve["free"], np.where(curve["delta"] < critical, 1 + mu**2, within), rtol=1e-9
    )
    assert (curve["fixed"] < 1).all()
    # there the two are equally likely: log W = log(1 + mu^2) - log 4
    mu = critical / 2
    assert 4 * (1 + mu**2 - half_distance(mu) ** 2) == pytest.approx(1 + mu**2, rel=1e-12)


def test_kmeans_turns_where_a_search_over_directions_says() -> None:
    curve = shape_curves.turning()
    delta, critical = curve["delta"][0], curve["critical"][0]
    assert critical == pytest.approx(half_distance(delta / 2) * np.sqrt(np.pi / 2), rel=1e-12)
    for noise in (0.2, 1.9, 2.0, 4.0):
        at = np.abs(curve["noise"] - noise).argmin()
        found = anisotropic.limit(normal_pair(delta), float(curve["noise"][at]))
        assert np.degrees(found.angle) == pytest.approx(curve["angle"][at], abs=1e-6)
        assert found.distance == pytest.approx(curve["distance"][at], rel=1e-9)


def test_predictions_of_lloyd_for_noise_across() -> None:
    for noise, angle in ((1.0, 0.0), (1.5, 0.0), (2.4, 90.0)):
        found = limits.predict("lloyd", {"starts": 3}, anisotropic_pair(3, noise))
        if noise != 1.0:  # a spherical pair has its own theory, which knows no angle
            assert found["angle"].limit == pytest.approx(angle)
        along = 2 * half_distance(1.5) if angle == 0 else 2 * noise * np.sqrt(2 / np.pi)
        assert found["distance"].limit == pytest.approx(along, rel=1e-9)
        explained = along**2 / 4
        total = 1 + 1.5**2 + noise**2
        assert found["variance"].limit == pytest.approx((total - explained) / 2, rel=1e-9)


def test_mixtures_with_free_covariances_go_to_the_truth() -> None:
    for covariance in ("tied", "full"):
        values = {"covariance": covariance, "starts": 3}
        found = limits.predict("normal_mixture", values, anisotropic_pair(3, 2.4))
        assert (found["distance"].limit, found["angle"].limit) == (3.0, 0.0)
        oblique = SpatialMixture((0.5, 0.5), ((0.0, 0.0), (3.0, 4.0)), (1.0, 1.0))
        assert "angle" not in limits.predict("normal_mixture", values, oblique)
