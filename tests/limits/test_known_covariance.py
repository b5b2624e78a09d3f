"""The mixture with known covariance on a simplex: the line, the truth, the faces, and a large sample."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from kmeans_inconsistency import limits
from kmeans_inconsistency.limits import known_covariance, known_variance, simplex
from kmeans_inconsistency.models import Mixture, normal_pair, spherical_pair
from kmeans_inconsistency.models import simplex as corners


@pytest.mark.parametrize(("delta", "eps"), [(2.0, 0.05), (1.0, 0.5), (4.0, 0.3)])
def test_two_components_are_the_pair_on_the_line(delta: float, eps: float) -> None:
    pair = normal_pair(delta)
    found = known_covariance.limit(delta, 2, eps)
    assert_allclose(found.distance, known_variance.limit(pair, eps).distance, rtol=1e-11)

    def softness(x: float) -> float:
        return float(pair.pdf(x) / (1 + np.exp(found.distance * x / eps)))

    expected = 2 * integrate.quad(softness, 0, 12, points=[eps, 10 * eps], epsabs=1e-13)[0]
    assert_allclose(found.softness, expected, rtol=1e-9)


@pytest.mark.parametrize("clusters", [2, 3, 5])
@pytest.mark.parametrize("delta", [0.5, 2.0, 6.0])
def test_with_the_true_variance_it_is_the_truth(delta: float, clusters: int) -> None:
    found = known_covariance.limit(delta, clusters, 1.0)
    assert_allclose(found.distance, delta, rtol=1e-9)  # EM hardly moves near components
    if clusters == 2:  # Bayes' error of the better guess
        better = integrate.quad(
            lambda x: stats.norm.pdf(x - delta / 2) / (1 + np.exp(delta * abs(x))), -9, 15, epsabs=1e-13
        )[0]
        assert_allclose(found.softness, better, rtol=1e-8)


@pytest.mark.parametrize("clusters", [2, 3, 4])
def test_small_variances_count_the_faces(clusters: int) -> None:
    """Whose error is of order eps, and eps squared where no three cells meet."""
    slope = known_covariance.slope(2.0, clusters)
    errors = [
        known_covariance.limit(2.0, clusters, eps).softness / (eps * slope) - 1 for eps in (0.02, 0.002)
    ]
    order = 2 if clusters == 2 else 1
    assert_allclose(errors[0] / errors[1], 10**order, rtol=0.2)
    assert abs(errors[1]) < 1e-4
    near = known_covariance.limit(2.0, clusters, 0.002).distance
    assert_allclose(near, simplex.limit(2.0, clusters).distance, rtol=1e-5)


def test_one_face_by_hand() -> None:
    """On the line: the density at the cut is that of the normal distribution at half the distance."""
    at_cut = stats.norm.pdf(1.0)
    expected = 2 * np.log(2) * at_cut / simplex.limit(2.0, 2).distance
    assert_allclose(known_covariance.slope(2.0, 2), expected, rtol=1e-12)


@pytest.mark.parametrize("eps", [0.05, 1.0])
def test_softness_and_fixed_point_by_simulation(eps: float) -> None:
    """One EM step on 300,000 points in four dimensions: five standard errors, some 1 alarm in 10,000."""
    rng = np.random.default_rng(5)
    n, clusters = 300_000, 3
    model = corners(2.0, clusters, dimension=4)
    truth = np.array(model.means)
    x = truth[rng.integers(clusters, size=n)] + rng.standard_normal((n, 4))
    expected = limits.predict("known_covariance", {"eps": eps}, model)
    assert expected["distance"].limit is not None
    centre = truth.mean(axis=0)
    means = centre + (truth - centre) * expected["distance"].limit / 2.0
    logs = -((x[:, None] - means) ** 2).sum(axis=2) / (2 * eps)
    given = np.exp(logs - logs.max(axis=1, keepdims=True))
    given /= given.sum(axis=1, keepdims=True)
    soft = 1 - given.max(axis=1)
    assert_allclose(soft.mean(), expected["softness"].limit, atol=5 * soft.std() / sqrt(n))
    moved = given.T @ x / given.sum(axis=0)[:, None]
    apart = np.linalg.norm(moved[:, None] - moved, axis=2)[np.triu_indices(clusters, 1)]
    assert_allclose(apart, expected["distance"].limit, atol=5 * 2.5 * sqrt(6 / n))


def test_what_has_no_theory() -> None:
    assert set(limits.predict("known_covariance", {"eps": 0.5}, spherical_pair(2.0, 0.5, 3))) == {
        "distance",
        "softness",
    }
    for model in (
        normal_pair(2.0, 0.3),
        corners(0.0, 3, dimension=2),
        Mixture((0.5, 0.5), (0.0, 2.0), (1.0, 2.0)),
    ):
        assert limits.predict("known_covariance", {"eps": 0.5}, model) == {}
    assert limits.predict("known_covariance", {"eps": 1.5}, normal_pair(2.0)) == {}
    scaled = limits.predict("known_covariance", {"eps": 2.0}, Mixture((0.5, 0.5), (0.0, 4.0), (2.0, 2.0)))
    assert_allclose(scaled["distance"].limit, 2 * known_covariance.limit(2.0, 2, 0.5).distance, rtol=1e-13)
    for values in ((0.0, 3, 0.5), (2.0, 1, 0.5), (2.0, 3, 1.1), (2.0, 3, 0.0)):
        with pytest.raises(ValueError, match="must be"):
            known_covariance.limit(*values)
