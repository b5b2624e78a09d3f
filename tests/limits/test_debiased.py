"""Debiased k-means: exact at the limit, two routes to its variance, and a simulation."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from oracles.inversion import invert

from kmeans_inconsistency.estimators._method import load
from kmeans_inconsistency.estimators.debiased import debiased as estimate
from kmeans_inconsistency.limits import _debiased_equal as inversion
from kmeans_inconsistency.limits import debiased, kmeans, mixture, predict
from kmeans_inconsistency.models import Mixture, normal_pair, t_pair


@pytest.mark.parametrize("delta", [0.1, 0.5, 2.0, 10.0, 40.0])
def test_the_balanced_inversion_undoes_kmeans(delta: float) -> None:
    model = normal_pair(delta)
    distance, variance = inversion.invert_balanced(kmeans.limit(model).best.distance, model.variance)
    assert_allclose((distance, variance), (delta, 1), rtol=1e-8)


@pytest.mark.parametrize(
    "model",
    [normal_pair(2), normal_pair(2, 0.3), normal_pair(4, 0.1), Mixture((0.8, 0.2), (3.0, 9.0), (2.0, 2.0))],
)
def test_the_general_inversion_undoes_kmeans(model: Mixture) -> None:
    cut = kmeans.limit(model).best.boundaries[0]
    mass, first, _ = model.partial_moments(-np.inf, cut, about=model.mean)
    pair = invert(cut, float(mass), float(first), model.mean, model.variance)
    assert pair is not None
    assert_allclose(pair.means, model.means, rtol=1e-9)
    assert_allclose((pair.weights[0], pair.sds[0]), (model.weights[0], model.sds[0]), rtol=1e-9)


def test_one_normal_distribution_is_not_split() -> None:
    assert inversion.invert_balanced(2 * inversion.GEARY, 1.0) == (0.0, 1.0)
    assert inversion.invert_balanced(1.0, 1.0) == (0.0, 1.0)
    assert_allclose(inversion.GEARY, kmeans.limit(normal_pair(0)).best.distance / 2, rtol=1e-14)


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.0, 4.0])
def test_two_routes_to_the_variance_of_the_balanced_case(delta: float) -> None:
    """Four moments by quadrature, and the delta method on (D, S) in closed form; parity makes them equal."""
    general, balanced = (
        predict("debiased", {"weights": w}, normal_pair(delta))["distance"] for w in ("free", "equal")
    )
    assert_allclose(balanced, general, rtol=1e-10)


def test_the_jacobian_is_the_derivative() -> None:
    pair = mixture.well_specified(Mixture((0.3, 0.7), (-1.0, 1.5), (1.2, 1.2)))
    assert pair is not None
    step, cut, origins = 1e-6, 0.4, (-1.3, 1.9)

    def moments(theta: np.ndarray) -> list[float]:
        m1, m2, weight, variance = theta
        moved = Mixture((weight, 1 - weight), (m1, m2), (sqrt(variance),) * 2)
        mass, low, square = moved.partial_moments(-np.inf, cut, about=origins[0])
        _, high, more = moved.partial_moments(cut, np.inf, about=origins[1])
        return [float(mass), float(low), float(high), float(square + more)]

    theta = np.array([-1.0, 1.5, 0.3, 1.44])
    numeric = [np.subtract(moments(theta + e), moments(theta - e)) / (2 * step) for e in step * np.eye(4)]
    assert_allclose(debiased._moment_jacobian(pair, cut, origins), np.transpose(numeric), atol=1e-8)


def test_efficiency() -> None:
    """Nearly efficient when balanced, poor when not."""
    balanced, unbalanced = debiased.limit(normal_pair(2)), debiased.limit(normal_pair(2, 0.3))
    assert balanced is not None
    assert unbalanced is not None
    assert balanced.efficiency == pytest.approx(0.9611, abs=1e-4)
    assert unbalanced.efficiency == pytest.approx(0.6915, abs=1e-4)
    assert debiased.limit(t_pair(2)) is None
    assert debiased.limit(normal_pair(0)) is None


def test_by_simulation() -> None:
    """600 samples of n = 20,000, general weights; probability above 0.999 to pass (4 Monte Carlo SE)."""
    model, n, replicates = normal_pair(2.5, 0.35), 20_000, 600
    predicted = predict("debiased", {}, model)
    rng = np.random.default_rng(4)
    estimates = []
    for _ in range(replicates):
        x = np.sort(rng.standard_normal(n) + np.where(rng.random(n) > 0.35, 1.25, -1.25))
        k, total = np.arange(1, n), np.cumsum(x)
        split = int(np.argmax((total[:-1] - k * total[-1] / n) ** 2 / (k * (n - k)))) + 1
        cut, mean = (x[:split].mean() + x[split:].mean()) / 2, x.mean()
        pair = invert(cut, split / n, (x[:split] - mean).sum() / n, mean, x.var())
        assert pair is not None
        estimates.append((pair.distance, *pair.means, pair.weights[0], pair.sds[0] ** 2))
    for values, name in zip(
        np.transpose(estimates), ("distance", "lower", "upper", "weight", "variance"), strict=True
    ):
        limit, avar = predicted[name]
        assert limit is not None
        assert avar is not None
        # the bias of order 1/n is up to 5 / n here
        assert abs(values.mean() - limit) < 4 * sqrt(avar / n / replicates) + 20 / n
        assert abs(values.var(ddof=1) * n / avar - 1) < 4 * sqrt(2 / replicates)


def test_mean_absolute() -> None:
    assert_allclose(inversion.mean_absolute(0), sqrt(2 / pi), rtol=1e-15)
    assert inversion.mean_absolute(20) == 20


def test_equal_weights_taken_for_granted() -> None:
    """A sample as good as the model, its quantiles, goes to the limit, which is wrong for weight .3."""
    model = normal_pair(2, 0.3)
    levels = (np.arange(20_000) + 0.5) / 20_000
    grid = np.linspace(-8, 8, 100_001)
    x = np.interp(levels, model.cdf(grid), grid)
    fit = estimate(x, weights="equal")
    found = predict("debiased", {"weights": "equal"}, model)
    assert_allclose(
        (*fit.means, fit.variance), [found[q].limit for q in ("lower", "upper", "variance")], atol=3e-3
    )
    assert found["distance"].limit < 1.9
    assert found["distance"].avar is None
    values = {"weights": "equal", "step": "newton"}
    assert predict("debiased", values, model)["distance"] == (None, None)
    balanced = normal_pair(2)
    assert predict("debiased", values, balanced)["distance"] == mixture.predict(balanced)["distance"]


@pytest.mark.parametrize("weights", ["free", "equal"])
@pytest.mark.parametrize("step", ["none", "newton"])
def test_every_variant_has_its_theory(weights: str, step: str) -> None:
    assert "distance" in load("debiased").outputs
    found = predict("debiased", {"weights": weights, "step": step}, normal_pair(2))["distance"]
    assert found.limit == pytest.approx(2, rel=1e-12)


def test_one_step_is_efficient_where_its_start_is_consistent() -> None:
    step = {"step": "newton"}
    assert predict("debiased", step, normal_pair(2, 0.3)) == predict("mixture", {}, normal_pair(2, 0.3))
    assert predict("debiased", step, t_pair(2))["distance"] == (None, None)
