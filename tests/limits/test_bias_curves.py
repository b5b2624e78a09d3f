"""Spot values of the curves by other routes."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from scipy import optimize, stats

from kmeans_inconsistency.limits import bias_curves, kmeans
from kmeans_inconsistency.models import normal_pair, normal_row


def test_balanced_components_are_close_from_where_the_closed_form_says() -> None:
    """A centre is off by 2 (phi(mu) - mu Phi(-mu)); that is a share .01 of 2 mu."""
    norm = stats.norm
    mu = optimize.brentq(lambda m: 2 * (norm.pdf(m) - m * norm.cdf(-m)) - 0.02 * m, 1, 3)
    assert_allclose(bias_curves._close_from(0.5), 2 * mu, rtol=1e-8)


def test_a_small_component_is_close_as_soon_as_it_is_found() -> None:
    weight = 0.01
    delta = bias_curves._close_from(1 - weight)
    below, above = (kmeans.limit(normal_pair(delta + step, weight)).best for step in (-1e-4, 1e-4))
    assert below.distance < delta / 2 < above.distance


def test_imbalance_has_both_sides_of_a_jump() -> None:
    curve = bias_curves.imbalance()
    at = curve["delta"] == 6
    assert np.all(np.diff(curve["weight"][at]) > 0)
    jump = np.abs(np.diff(curve["kmeans"][at])).argmax()
    assert np.diff(curve["weight"][at])[jump] < 1e-6
    assert np.diff(curve["kmeans"][at])[jump] < -3


def test_clusters_start_with_the_pair() -> None:
    curve = bias_curves.clusters()
    pair = curve["clusters"] == 2
    assert_allclose(curve["row"][pair], curve["simplex"][pair], rtol=1e-9)
    k, delta = 5, float(curve["delta"][-1])
    centers = np.array(kmeans.limit(normal_row(delta, k), k).best.centers)
    mean = np.abs(centers[:, None] - centers).sum() / (k * (k - 1))
    truth = delta * (k + 1) / 3
    assert_allclose(curve["row"][-1], mean / truth - 1, rtol=1e-9)
