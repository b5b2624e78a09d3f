"""The mixture's information: against adaptive quadrature, parity, separation, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from kmeans_inconsistency.limits import mixture, predict
from kmeans_inconsistency.models import Mixture, laplace_pair, normal_pair, t_pair, unequal_pair, uniform_pair


def information(weight: float, low: float, high: float, sd: float) -> np.ndarray:
    """Second route: Fisher information of (low, high, weight, variance) from the textbook scores."""

    def scores(x: float) -> tuple[np.ndarray, float]:
        parts = np.array([weight * stats.norm.pdf(x, low, sd), (1 - weight) * stats.norm.pdf(x, high, sd)])
        total = parts.sum()
        r = parts / total
        u = np.array([x - low, x - high])
        variance = (r * (u**2 / sd**2 - 1)).sum() / (2 * sd**2)
        return np.array([*(r * u / sd**2), r[0] / weight - r[1] / (1 - weight), variance]), total

    def entry(i: int, j: int) -> float:
        def integrand(x: float) -> float:
            s, density = scores(x)
            return float(s[i] * s[j] * density)

        return integrate.quad(
            integrand, low - 10 * sd, high + 10 * sd, epsabs=1e-13, epsrel=1e-12, limit=200
        )[0]

    result = np.empty((4, 4))
    for i in range(4):
        for j in range(i + 1):
            result[i, j] = result[j, i] = entry(i, j)
    return result


@pytest.mark.parametrize(("delta", "weight", "sd"), [(2.0, 0.5, 1.0), (1.5, 0.3, 1.0), (6.0, 0.9, 2.0)])
def test_covariance_is_the_inverse_information(delta: float, weight: float, sd: float) -> None:
    found = mixture.limit(Mixture((weight, 1 - weight), (0.0, delta), (sd, sd)))
    assert found is not None
    assert_allclose(
        found.covariance, np.linalg.inv(information(weight, 0.0, delta, sd)), rtol=1e-8, atol=1e-10
    )


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.0, 4.0])
def test_balanced_distance_does_not_care_about_the_weight(delta: float) -> None:
    avar = {
        (w, v): mixture.limit(normal_pair(delta), w, v).avar_distance  # type: ignore[union-attr]
        for w in (False, True)
        for v in (False, True)
    }
    assert_allclose(avar[False, False], avar[True, False], rtol=1e-10)
    assert_allclose(avar[False, True], avar[True, True], rtol=1e-10)
    assert avar[False, False] > avar[False, True]


def test_separated_components_have_the_labelled_variance() -> None:
    found = mixture.limit(normal_pair(40, 0.2))
    assert found is not None
    assert_allclose(found.avar_distance, 1 / 0.2 + 1 / 0.8, rtol=1e-12)
    assert_allclose(np.diag(found.covariance), [5, 1.25, 0.16, 2], rtol=1e-12)


def test_variance_explodes_with_overlap() -> None:
    found = mixture.limit(normal_pair(0.1))
    assert found is not None
    assert_allclose(found.avar_distance, 1.5 / 0.05**6, rtol=0.02)


def test_by_simulation() -> None:
    """400 fits of n = 2,000 at delta = 4 by EM; probability above 0.999 to pass (4 Monte Carlo SE)."""
    n, replicates = 2000, 400
    predicted = predict("mixture", {}, normal_pair(4, 0.3))
    rng = np.random.default_rng(8)
    estimates = []
    for _ in range(replicates):
        x = rng.standard_normal(n) + np.where(rng.random(n) > 0.3, 2.0, -2.0)
        w, low, high, v = 0.3, -2.0, 2.0, 1.0
        for _ in range(100):
            r = 1 / (1 + (1 - w) / w * np.exp((high - low) * (x - (low + high) / 2) / v))
            new = r.mean(), (r @ x) / r.sum(), ((1 - r) @ x) / (1 - r).sum()
            step = abs(new[2] - new[1] - high + low)
            w, low, high = new
            v = (r @ (x - low) ** 2 + (1 - r) @ (x - high) ** 2) / n
            if step < 1e-8:
                break
        estimates.append((high - low, low, high, w, v))
    for values, name in zip(
        np.transpose(estimates), ("distance", "lower", "upper", "weight", "variance"), strict=True
    ):
        limit, avar = predicted[name]
        assert limit is not None
        assert avar is not None
        assert abs(values.mean() - limit) < 4 * np.sqrt(avar / n / replicates) + 3 / n
        assert abs(values.var(ddof=1) * n / avar - 1) < 4 * np.sqrt(2 / replicates)


def test_order_of_the_components_does_not_matter() -> None:
    one = predict("mixture", {}, Mixture((0.3, 0.7), (-1.0, 1.0), (1.0, 1.0)))
    other = predict("mixture", {}, Mixture((0.7, 0.3), (1.0, -1.0), (1.0, 1.0)))
    for name, value in one.items():
        assert_allclose(value, other[name], rtol=1e-10)


def test_coincident_components_have_no_limit() -> None:
    assert mixture.limit(normal_pair(0)) is None
    assert predict("mixture", {}, normal_pair(0))["distance"] == (None, None)


def test_a_method_without_theory_has_no_predictions() -> None:
    assert predict("no_such_method", {}, normal_pair(1)) == {}


def em_on_a_grid(
    model: Mixture, weight: float, low: float, high: float, variance: float, gain: float = 1e-15
) -> tuple[float, ...]:
    """Second route under misspecification: EM on cells of x, while it gains; the last number is the value."""
    edges = np.linspace(-60, 60, 12001)
    x, mass = (edges[1:] + edges[:-1]) / 2, np.diff(model.cdf(edges))
    x, mass = x[mass > 0], mass[mass > 0]
    previous = -np.inf
    for _ in range(20000):
        # log densities up to the normal's constant
        logs = np.stack(
            [
                np.log(weight) - (x - low) ** 2 / (2 * variance),
                np.log1p(-weight) - (x - high) ** 2 / (2 * variance),
            ]
        )
        top = logs.max(axis=0)
        total = top + np.log1p(np.exp(logs.min(axis=0) - top))
        value = float(mass @ total) - 0.5 * float(np.log(2 * np.pi * variance)) * mass.sum()
        if value - previous < gain:
            break
        previous = value
        r = np.exp(logs - total) * mass
        weight = r[0].sum() / mass.sum()
        low, high = (r @ x) / r.sum(axis=1)
        variance = float(r[0] @ (x - low) ** 2 + r[1] @ (x - high) ** 2) / mass.sum()
    return weight, low, high, variance, value


@pytest.mark.parametrize(
    ("model", "start"),
    [
        (unequal_pair(3, 0.4, 1.5), (0.4, -1.5, 1.5, 1.5)),
        (uniform_pair(2, 0.3), (0.3, -1.0, 1.0, 1.0)),
        (laplace_pair(4), (0.5, -2.0, 2.0, 1.0)),
    ],
)
def test_projection_matches_em(model: Mixture, start: tuple[float, ...]) -> None:
    found = mixture.limit(model)
    assert found is not None
    weight, low, high, variance, _ = em_on_a_grid(model, *start)
    assert_allclose(found.pair.means, (low, high), atol=3e-5)
    assert_allclose((found.pair.weight, found.pair.variance), (weight, variance), atol=3e-5)


def test_heavy_tails_break_the_symmetry() -> None:
    """Two balanced t5 components, delta = 2: one normal takes the middle, the other one of the tails."""
    model = t_pair(2)
    found = mixture.limit(model)
    assert found is not None
    assert len(found.rivals) == 1
    assert found.pair.distance > 5
    assert_allclose(found.rivals[0].means, [-m for m in reversed(found.pair.means)], rtol=1e-6)
    balanced = em_on_a_grid(model, 0.5, -1.0, 1.0, 1.0, gain=1e-9)
    tail = em_on_a_grid(model, 0.001, -6.0, 0.0, 1.9, gain=1e-12)
    assert tail[-1] > balanced[-1]
    assert_allclose(tail[2] - tail[1], found.pair.distance, rtol=1e-3)
    assert predict("mixture", {}, model)["distance"] == (found.pair.distance, None)


def test_sandwich_under_misspecification_by_simulation() -> None:
    """300 fits of n = 3,000 by EM; probability above 0.999 to pass (4 Monte Carlo SE)."""
    model, n, replicates = uniform_pair(4, 0.4), 3000, 300
    predicted = predict("mixture", {}, model)
    rng = np.random.default_rng(21)
    estimates = []
    for _ in range(replicates):
        x = np.sqrt(3) * rng.uniform(-1, 1, n) + np.where(rng.random(n) > 0.4, 2.0, -2.0)
        w, low, high, v = 0.4, -2.0, 2.0, 0.8
        for _ in range(100):
            r = 1 / (1 + (1 - w) / w * np.exp((high - low) * (x - (low + high) / 2) / v))
            new = r.mean(), (r @ x) / r.sum(), ((1 - r) @ x) / (1 - r).sum()
            step = abs(new[2] - new[1] - high + low)
            w, low, high = new
            v = (r @ (x - low) ** 2 + (1 - r) @ (x - high) ** 2) / n
            if step < 1e-8:
                break
        estimates.append((high - low, low, high, w, v))
    for values, name in zip(
        np.transpose(estimates), ("distance", "lower", "upper", "weight", "variance"), strict=True
    ):
        limit, avar = predicted[name]
        assert limit is not None
        assert avar is not None
        assert abs(values.mean() - limit) < 4 * np.sqrt(avar / n / replicates) + 3 / n
        assert abs(values.var(ddof=1) * n / avar - 1) < 4 * np.sqrt(2 / replicates)


def test_more_dimensions_tell_of_the_variance() -> None:
    """With many dimensions the variance is as good as known."""
    one, known = mixture.limit(normal_pair(1)), mixture.limit(normal_pair(1), variance_known=True)
    avars = [mixture.limit(normal_pair(1), dimension=d).avar_distance for d in (1, 2, 10, 10**9)]  # type: ignore[union-attr]
    assert one is not None
    assert known is not None
    assert avars[0] == one.avar_distance
    assert avars == sorted(avars, reverse=True)
    assert_allclose(avars[-1], known.avar_distance, rtol=1e-6)


def test_a_single_normal_has_no_limit() -> None:
    assert mixture.limit(Mixture((1.0,), (0.0,), (1.0,))) is None
    with pytest.raises(ValueError, match="normal pair"):
        mixture.limit(t_pair(2), weight_known=True)


@pytest.mark.parametrize("delta", [1.0, 0.1, 0.02])
def test_overlap_keeps_the_digits(delta: float) -> None:
    """Third route: the trapezoidal rule in extended precision, on the block that parity leaves."""
    x = np.linspace(np.longdouble(-13), np.longdouble(13), 5201)
    mu = np.longdouble(delta) / 2
    density = (
        (np.exp(-((x - mu) ** 2) / 2) + np.exp(-((x + mu) ** 2) / 2)) / np.sqrt(8 * np.pi) * (x[1] - x[0])
    )
    t = np.tanh(mu * x)
    by_half, by_variance = x * t - mu, (x * x + mu * mu - 1) / 2 - mu * x * t
    a, b, c = (
        (density * by_half**2).sum(),
        (density * by_half * by_variance).sum(),
        (density * by_variance**2).sum(),
    )
    found = mixture.limit(normal_pair(delta))
    assert found is not None
    assert_allclose(found.avar_distance, float(4 * c / (a * c - b * b)), rtol=1e-10)


def test_no_normal_theory_without_a_fourth_moment() -> None:
    found = mixture.limit(t_pair(4, 0.4, df=3))
    assert found is not None
    assert found.covariance is None
