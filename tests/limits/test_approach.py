"""How the mixture's limits under heavy tails are approached: by hand, in other units, and by simulation."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from kmeans_inconsistency.estimators import mixture
from kmeans_inconsistency.limits import mixture as of_mixture
from kmeans_inconsistency.limits.approach import CURVES, approach
from kmeans_inconsistency.models import Mixture, laplace_pair, normal_pair, t_pair


def _slope(delta: float) -> tuple[float, float]:
    """First-order bias and variance, times n^(1/2) and n, of two Laplace components.

    From scipy's adaptive integrals of the logarithm of the fitted density in its ordinary parameters (weight,
    lower mean, upper mean, variance) and of central differences of it.
    """
    found = of_mixture.limit(laplace_pair(delta))
    assert found is not None
    pair = found.pair

    def density(x: float) -> float:
        scale = sqrt(0.5)
        return sum(stats.laplace.pdf(x, at, scale) for at in (-delta / 2, delta / 2)) / 2

    def log_density(x: float, theta: np.ndarray) -> float:
        weight, low, high, variance = theta
        parts = np.array([low, high])
        logs = np.log([weight, 1 - weight]) - (x - parts) ** 2 / (2 * variance)
        return float(np.logaddexp(*logs)) - 0.5 * np.log(2 * pi * variance)

    theta = np.array([pair.weight, *pair.means, pair.variance])
    mirrored = np.array([1 - theta[0], -theta[2], -theta[1], theta[3]])
    steps = np.diag(1e-4 * np.array([theta[0], 1, 1, 1]))

    def score(x: float) -> np.ndarray:
        return np.array(
            [(log_density(x, theta + h) - log_density(x, theta - h)) / (2 * h.max()) for h in steps]
        )

    def curvature(x: float) -> np.ndarray:
        def at(shift: np.ndarray) -> float:
            return log_density(x, theta + shift)

        return np.array(
            [
                [(at(h + k) - at(h - k) - at(k - h) + at(-h - k)) / (4 * h.max() * k.max()) for k in steps]
                for h in steps
            ]
        )

    x, w = zip(*(_panel(a, a + 0.5) for a in np.arange(-25, 25, 0.5)), strict=True)
    x, w = np.concatenate(x), np.concatenate(w)
    w = w * np.array([density(one) for one in x])
    bread = -np.einsum("i,ijk->jk", w, np.array([curvature(one) for one in x]))
    influence = np.array([score(one) for one in x]) @ np.linalg.solve(bread, [0, -1, 1, 0])
    lead = np.array([log_density(one, theta) - log_density(one, mirrored) for one in x])
    spread, covariance = w @ lead**2, w @ (influence * lead)
    bias = covariance * sqrt(2 / (pi * spread))
    return bias, w @ influence**2 - bias**2


def _panel(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    at, weight = np.polynomial.legendre.leggauss(8)
    return (low + high) / 2 + (high - low) / 2 * at, weight * (high - low) / 2


def test_first_order_by_hand():
    bias, variance = _slope(1.0)
    found = approach(laplace_pair(1.0), 10**8)
    assert found.first_order - found.limit == pytest.approx(bias / 1e4, rel=1e-4)
    assert found.near_sd == pytest.approx(sqrt(variance) / 1e4, rel=5e-3)


def test_a_normal_variable_given_the_sign_of_another_has_these_moments():
    """The formula of the module's description, for a correlation of 0.6."""
    rho = 0.6

    def moment(power: int) -> float:
        conditional = lambda u: integrate.quad(  # noqa: E731
            lambda z: z**power * stats.norm.pdf(z, rho * u, sqrt(1 - rho**2)), -9, 9
        )[0]
        return integrate.quad(lambda u: 2 * stats.norm.pdf(u) * conditional(u), 0, 9)[0]

    assert moment(1) == pytest.approx(rho * sqrt(2 / pi))
    assert moment(2) - moment(1) ** 2 == pytest.approx(1 - 2 * rho**2 / pi)


@pytest.mark.parametrize("pair", [t_pair, laplace_pair])
@pytest.mark.parametrize("delta", [1.0, 2.0])
def test_draws_tend_to_first_order(pair, delta):
    for n in (10**8, 10**10):
        found = approach(pair(delta), n)
        slope = (found.first_order - found.limit) * sqrt(n)
        assert slope > 1
        assert (found.near - found.limit) * sqrt(n) == pytest.approx(slope, rel=0.02)


@pytest.mark.parametrize("pair", [t_pair, laplace_pair])
def test_a_unique_limit_has_no_bias_of_this_order_and_its_own_variance(pair):
    found = approach(pair(4.0), 10**6)
    avar = of_mixture.predict(pair(4.0))["distance"].avar
    assert avar is not None
    assert found.first_order == found.limit
    assert found.near == pytest.approx(found.limit, abs=1e-5)
    # far observations beyond the reach of the rule matter to a moment of t's, not to the prediction
    assert found.near_sd * 1000 == pytest.approx(sqrt(avar), rel=0.02)


def test_a_far_observation_becomes_rarer_as_the_tails_say():
    """By n^(1 - df/2) for Student's t, up to terms of lower order, and faster for exponential tails."""
    few, many = (approach(t_pair(4.0), n).far for n in (10**6, 10**8))
    assert np.log10(many / few) == pytest.approx(2 * (1 - 5 / 2), abs=0.1)
    assert approach(laplace_pair(4.0), 10**6).far < 1e-300


def test_units_and_place_of_the_data():
    model = laplace_pair(2.0)
    moved = Mixture(model.weights, (3 - 4.0, 3 + 4.0), (4.0, 4.0), "laplace")
    one, other = approach(model, 10_000), approach(moved, 10_000)
    np.testing.assert_allclose(np.array(one[:4]) * 4, other[:4], rtol=1e-3)
    assert one.far == pytest.approx(other.far, rel=1e-3)


def test_the_same_every_time():
    model = laplace_pair(1.0)
    first = approach(model, 1000)
    approach.__globals__["_rivals"].cache_clear()
    assert approach(model, 1000) == first


@pytest.mark.parametrize(
    ("model", "n", "why"),
    [
        (t_pair(1.0, 0.3), 1000, "symmetric"),
        (t_pair(1.0, 0.5, 3), 1000, "fourth moment"),
        (normal_pair(0.0), 1000, "one component"),
        (t_pair(1.0), 1, "at least 2"),
    ],
)
def test_what_has_no_prediction(model, n, why):
    with pytest.raises(ValueError, match=why):
        approach(model, n)


def test_curves_hold_the_predictions():
    columns = CURVES["approach_laplace"]()
    at = (columns["delta"] == 2) & (columns["n"] == 10_000)
    found = approach(laplace_pair(2.0), 10_000)
    assert columns["first_order"][at][0] == found.first_order
    assert columns["mean"][at][0] == found.mean


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "delta", "n", "replicates"),
    [("laplace", 1.0, 10_000, 1500), ("t", 1.0, 100_000, 400), ("laplace", 2.0, 100_000, 400)],
)
def test_by_simulation(family, delta, n, replicates):
    """Mean and spread where no component is one observation: four errors, 1 false alarm in 3,000.

    Beside them 2 % of the difference from the limit, for what is of higher order.
    """
    rng = np.random.default_rng(n)
    found = []
    for _ in range(replicates):
        noise = (
            rng.laplace(scale=sqrt(0.5), size=n) if family == "laplace" else rng.standard_t(5, n) * sqrt(0.6)
        )
        x = np.sort(noise + delta * (rng.random(n) < 0.5))[None]
        fit = mixture.fit_rows(x, "global")
        weight = float(fit["weight"][0])
        if min(weight, 1 - weight) * n > 1.5:
            found.append(float(fit["distance"][0]))
    predicted = approach({"laplace": laplace_pair, "t": t_pair}[family](delta), n)
    assert len(found) >= 0.99 * replicates
    mean, sd = np.mean(found), np.std(found, ddof=1)
    error = sd / sqrt(len(found))
    assert abs(mean - predicted.near) < 4 * error + 0.02 * abs(predicted.near - predicted.limit)
    fourth = np.mean((np.array(found) - mean) ** 4)
    assert abs(sd - predicted.near_sd) < 4 * sqrt((fourth / sd**4 - 1) / len(found)) * sd / 2 + 0.02 * sd
