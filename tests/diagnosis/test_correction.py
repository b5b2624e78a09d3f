"""The integrals, derivatives and covariances behind the correction, against simulation and differences."""

from __future__ import annotations

import numpy as np
import pytest

from kmeans_inconsistency import limits
from kmeans_inconsistency.diagnosis import correction, influence, rule
from kmeans_inconsistency.diagnosis.rule import Spherical
from kmeans_inconsistency.models import Mixture

LINE = Spherical(np.array([0.7, 0.3]), np.array([[0.0], [2.5]]), 1.44)
PLANE = Spherical(np.array([0.5, 0.2, 0.3]), np.array([[0.0, 0.0], [2.5, 0.0], [0.5, 3.0]]), 1.0)


@pytest.mark.parametrize("model", [LINE, PLANE], ids=["line", "plane"])
def test_from_the_limit_back_to_the_model(model):
    """On the line exactly; in the plane the limit is computed at other points than those of the solution."""
    d = 4
    centers = correction.limit(model, model.means)
    points = rule.make(model, centers)
    values, _ = correction.expected(points, model, centers, d)
    shares = influence.joint_shares(model, centers).sum(axis=0)
    fit = correction.Clusters(centers, shares, values[-1], d)
    start = Spherical(np.full(len(shares), 1 / len(shares)), centers, model.variance)
    found = correction.match(fit, start)
    off = np.abs(found.model.means - model.means)
    assert (off <= 6 * found.integration_error + 1e-6).all()
    assert found.integration_error.max() < 0.02


def test_on_the_line_the_limit_is_that_of_the_theory():
    model = Mixture((0.7, 0.3), (0.0, 2.5), (1.2, 1.2))
    centers = correction.limit(LINE, LINE.means)
    np.testing.assert_allclose(centers[:, 0], limits.kmeans.limit(model).best.centers, atol=1e-9)


def test_pollards_variance_on_the_line():
    """The mean square of the influence of many draws is the theory's avar to the draws' error: 5 sigma."""
    rng = np.random.default_rng(0)
    n = 200_000
    x = 1.2 * rng.normal(size=(n, 1)) + 2.5 * (rng.random((n, 1)) < 0.3)
    centers = correction.limit(LINE, LINE.means)
    cells = rule.nearest(x, centers)
    shares = influence.joint_shares(LINE, centers).sum(axis=0)
    second = influence.hessians(LINE, centers, shares)
    fit = correction.Clusters(centers, shares, 0.0, 1)
    found = influence.of_centers(x, cells, fit, second)[:, :, 0]
    distance = found[:, 1] - found[:, 0]
    avar = limits.predict("kmeans", {}, Mixture((0.7, 0.3), (0.0, 2.5), (1.2, 1.2)))["distance"].avar
    error = (distance**2).std() / np.sqrt(n)
    assert abs((distance**2).mean() - avar) < 5 * error


def test_the_hessian_is_the_derivative_of_lloyds_equations():
    rng = np.random.default_rng(0)
    centers = correction.limit(PLANE, PLANE.means)
    shares = influence.joint_shares(PLANE, centers).sum(axis=0)
    z = rng.normal(size=(400_000, 2)) + PLANE.means[rng.choice(3, 400_000, p=PLANE.weights)]

    def equations(c):
        cells = rule.nearest(z, c)
        return np.concatenate([((z - c[k]) * (cells == k)[:, None]).mean(axis=0) for k in range(3)])

    steps = 0.1 * np.eye(6).reshape(6, 3, 2)
    numeric = np.stack([-(equations(centers + s) - equations(centers - s)) / 0.2 for s in steps], axis=1)
    found = influence.hessians(PLANE, centers, shares)
    np.testing.assert_allclose(found.along, numeric, atol=0.01)
    assert found.definite()


def test_information_and_score_are_derivatives_of_the_log_likelihood():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 2)) + PLANE.means[rng.integers(0, 3, 300)]
    theta = correction.pack(PLANE)

    def score(at):
        return correction.scores(x, correction.unpack(at, 3))[1].mean(axis=0)

    def log_likelihood(at):
        return np.log(rule.joint(x, correction.unpack(at, 3)).sum(axis=1)).mean()

    steps = 1e-5 * np.eye(len(theta))
    slope = [(log_likelihood(theta + s) - log_likelihood(theta - s)) / 2e-5 for s in steps]
    np.testing.assert_allclose(score(theta), slope, atol=1e-7)
    second = np.stack([(score(theta + s) - score(theta - s)) / 2e-5 for s in steps])
    found = influence.information(x, PLANE, correction.scores(x, PLANE)[1])
    np.testing.assert_allclose(found, -second, atol=1e-6)


def test_moments_and_their_derivatives():
    centers = correction.limit(PLANE, PLANE.means)
    points = rule.make(PLANE, centers)
    theta = correction.pack(PLANE)
    _, jacobian = correction.expected(points, PLANE, centers, 5)
    for i, step in enumerate(1e-5 * np.eye(len(theta))):
        up, down = (
            correction.expected(points, correction.unpack(theta + sign * step, 3), centers, 5)[0]
            for sign in (1, -1)
        )
        np.testing.assert_allclose((up - down) / 2e-5, jacobian[:, i], atol=1e-6)
