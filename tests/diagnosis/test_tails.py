"""Groups that are not normal: likelihoods and their maxima, against scipy and by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from kmeans_inconsistency.diagnosis import tails
from kmeans_inconsistency.diagnosis.rule import Spherical


def test_the_density_integrates_to_one_and_is_students_where_scales_agree():
    u = np.linspace(-2000, 2000, 4_000_001)
    shape = tails.TwoPiece(0.5, 1.0, 2.5, 4.0)
    assert np.exp(tails.log_density(u, shape)).sum() * (u[1] - u[0]) == pytest.approx(1, abs=1e-6)
    even = tails.TwoPiece(0.5, 1.5, 1.5, 4.0)
    np.testing.assert_allclose(tails.log_density(u[::997], even), stats.t(4, 0.5, 1.5).logpdf(u[::997]))


def test_the_slope_and_the_curvature_are_those_of_the_likelihood():
    rng = np.random.default_rng(0)
    u, weights, at = rng.gamma(3, size=200), rng.random(200), np.array([1.7, 0.1, 0.6, 1.2])
    numeric = optimize.approx_fprime(at, lambda t: tails._objective(u, weights, t)[0], 1e-6)
    _, slope, curvature = tails._objective(u, weights, at)
    np.testing.assert_allclose(slope, numeric, rtol=1e-4, atol=1e-4)
    for k, e in enumerate(1e-6 * np.eye(4)):
        above, below = (tails._objective(u, weights, at + s * e)[1] for s in (1, -1))
        np.testing.assert_allclose(curvature[k], (above - below) / 2e-6, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("n", [400, 6000], ids=["single points", "grouped"])
def test_the_maximum_for_t_is_that_of_scipy(n):
    u = stats.t(4, 3, 2).rvs(n, random_state=1)
    shape = next(shape for shape, count in tails.two_pieces(u) if shape.below == shape.above and count == 3)
    expected = stats.t.logpdf(u, *stats.t.fit(u)).sum()
    assert tails.log_density(u, shape).sum() == pytest.approx(expected, abs=0.02)


def test_the_maximum_for_two_pieces_is_not_beaten_by_a_search():
    u = np.random.default_rng(2).lognormal(0, 0.5, 500)
    found = max(tails.log_density(u, shape).sum() for shape, _ in tails.two_pieces(u))
    for start in ([0.5, -1, -1, 1], [1, 0, 0, 3], [0.3, -2, 0, 2]):
        searched = optimize.minimize(
            lambda t: tails._objective(u, np.ones(500), t)[0], start, method="Nelder-Mead"
        )
        assert found >= -searched.fun - 0.01


def test_students_distribution_in_space_is_at_its_maximum():
    """In one dimension it is scipy's; in three no scale, shape or place nearby is likelier."""
    u = stats.t(5).rvs(1000, random_state=3)
    expected = stats.t.logpdf(u, *stats.t.fit(u)).sum()
    assert tails.student(u[:, None], spherical=True).value == pytest.approx(expected, abs=0.05)
    x = stats.multivariate_t(np.zeros(3), np.diag([1.0, 2, 3]), 5, seed=4).rvs(1000)
    found = tails.student(x, spherical=False)
    assert found.parameters == 10

    def minus(t):
        factor = np.zeros((3, 3))
        factor[np.tril_indices(3)] = t[3:9]
        return -stats.multivariate_t(t[:3], factor @ factor.T, np.exp(t[9])).logpdf(x).sum()

    start = np.concatenate([np.zeros(3), np.linalg.cholesky(np.diag([1.0, 2, 3]))[np.tril_indices(3)], [1.6]])
    assert found.value == pytest.approx(-optimize.minimize(minus, start).fun, abs=0.05)
    assert tails.student(np.random.default_rng(0).uniform(size=(500, 2)), spherical=True) is None


def test_two_as_one_is_the_likelihood_written_out():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((300, 2)) + np.array([[0, 0], [3, 0], [0, 4.0]])[rng.integers(0, 3, 300)]
    pair = Spherical(np.array([0.6, 0.4]), np.array([[0.0, 0.0], [0.0, 4.0]]), 1.0)
    found = tails.with_two_as_one(x, pair, (0, 1))
    variance = x[:, 0].var()
    along = max(
        (tails.log_density(x[:, 1], shape).sum() - 0.5 * count * np.log(300), count)
        for shape, count in tails.two_pieces(x[:, 1])
    )
    expected = along[0] + 0.5 * along[1] * np.log(300)
    expected += stats.norm(x[:, 0].mean(), np.sqrt(variance)).logpdf(x[:, 0]).sum()
    assert found.value == pytest.approx(expected, abs=1e-3)
    assert found.parameters == 1 + 2 + along[1]
    three = Spherical(np.ones(3) / 3, np.array([[0, 0], [3, 0], [0, 4.0]]), 1.0)
    assert tails.neighbours(three) == [(0, 1), (0, 2)]
    assert tails.with_two_as_one(x, three, (0, 1)).value > found.value
