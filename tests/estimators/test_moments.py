"""The method of moments against the sample's cumulants, a numerical solver and its own theory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators.moments import fit_rows, moments


def sample(n: int, delta: float, weight: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=n) + delta * (rng.random(n) > weight)


def cumulants(weights: np.ndarray, means: np.ndarray, variance: float) -> np.ndarray:
    """Mean and cumulants of order 2 to 4 of a mixture, from its raw moments."""
    m, s = means, np.sqrt(variance)
    raw = [1.0]
    raw += [float(weights @ np.array([stats.norm(mu, s).moment(k) for mu in m])) for k in range(1, 5)]
    central = [sum(_binomial(k, j) * raw[j] * (-raw[1]) ** (k - j) for j in range(k + 1)) for k in range(5)]
    return np.array([raw[1], central[2], central[3], central[4] - 3 * central[2] ** 2])


def _binomial(k: int, j: int) -> int:
    return int(np.prod(np.arange(k - j + 1, k + 1)) // np.prod(np.arange(1, j + 1)))


def of_sample(x: np.ndarray) -> np.ndarray:
    """The same of a sample, by scipy."""
    return np.array([x.mean(), x.var(), stats.moment(x, 3), x.var() ** 2 * stats.kurtosis(x)])


@pytest.mark.parametrize(("delta", "weight"), [(3.0, 0.5), (2.0, 0.3), (4.0, 0.7)])
@pytest.mark.parametrize("seed", range(3))
def test_it_has_the_moments_of_the_sample(delta: float, weight: float, seed: int) -> None:
    x = 7 + 2 * sample(2000, delta, weight, seed)
    fit = moments(x)
    assert fit.status is Status.CONVERGED
    np.testing.assert_allclose(
        cumulants(fit.weights, fit.means, fit.variance), of_sample(x), rtol=1e-8, atol=1e-8
    )
    equal = moments(x, "equal")
    found = cumulants(equal.weights, equal.means, equal.variance)
    np.testing.assert_allclose(found[[0, 1, 3]], of_sample(x)[[0, 1, 3]], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_a_solver_finds_the_same(seed: int) -> None:
    x = sample(1000, 2.5, 0.4, seed)
    target, fit = of_sample(x), moments(x)

    def mismatch(t: np.ndarray) -> np.ndarray:
        p = 1 / (1 + np.exp(-t[2]))
        return cumulants(np.array([p, 1 - p]), t[:2], float(np.exp(t[3]))) - target

    found = optimize.root(mismatch, [-0.5, 3.0, 0.0, 0.0], tol=1e-12)
    assert found.success
    np.testing.assert_allclose(fit.means, found.x[:2], rtol=1e-6)
    assert fit.variance == pytest.approx(np.exp(found.x[3]), rel=1e-6)


def test_the_equation_has_one_positive_root() -> None:
    """Of samples with any skewness, heavy tails among them; the within variance is never negative."""
    rng = np.random.default_rng(3)
    for x in (rng.standard_t(3, (200, 12)), rng.exponential(size=(200, 12)), rng.random((200, 12))):
        for row in x:
            z = (row - row.mean()) / row.std()
            roots = np.roots([2, 0, stats.kurtosis(z), -(stats.skew(z) ** 2)])
            real = roots[np.abs(roots.imag) < 1e-9].real
            assert (real > 1e-12).sum() == 1
            assert real.max() < 1
        fits = fit_rows(np.sort(x, axis=1), "free")
        failed = fits["status"] == Status.FAILED
        assert np.isnan(fits["distance"]).tolist() == failed.tolist()
        assert (fits["variance"][~failed] > 0).all()


def test_one_peak_is_one_component() -> None:
    peaked = stats.laplace.ppf((np.arange(200) + 0.5) / 200)
    fit = moments(peaked, "equal")
    assert fit.status is Status.MERGED
    assert np.isnan(fit.weights).all()
    assert fit.means[0] == fit.means[1] == pytest.approx(0, abs=1e-12)
    assert fit.variance == pytest.approx(peaked.var())


def test_a_component_of_less_than_an_observation_is_none() -> None:
    """Heavy tails with next to no skewness: the distance has no bound."""
    x = np.append(stats.laplace.ppf((np.arange(200) + 0.5) / 200), 1e-3)
    fit = moments(x)
    assert fit.status is Status.FAILED
    assert np.isnan(fit.means).all()


def test_samples_of_few_values() -> None:
    assert moments([1.0, 1.0]).status is Status.MERGED
    two = moments([1.0, 1.0, 1.0, 2.0])
    assert two.status is Status.DEGENERATE
    np.testing.assert_allclose(two.means, [1, 2], rtol=1e-7)
    assert two.weights[0] == pytest.approx(0.75)


@pytest.mark.parametrize("weights", ["free", "equal"])
def test_moves_with_the_data(weights: str) -> None:
    x = sample(400, 2.5, 0.4, seed=3)
    fit, moved = moments(x, weights), moments(5 - 3 * x, weights)
    np.testing.assert_allclose(moved.means, (5 - 3 * fit.means)[::-1], rtol=1e-8)
    np.testing.assert_allclose(moved.weights, fit.weights[::-1], rtol=1e-8)
    assert moved.variance == pytest.approx(9 * fit.variance, rel=1e-8)


def test_choices_are_checked() -> None:
    with pytest.raises(ValueError, match="weights must be 'free' or 'equal', not 'any'"):
        moments([1.0, 2.0], "any")
