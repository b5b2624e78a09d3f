"""Critical imbalance, and the crossover sample size."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import optimize

from kmeans_inconsistency.limits import kmeans, mixture, predict, transitions
from kmeans_inconsistency.models import Mixture, normal_pair, t_pair, unequal_pair


@pytest.mark.parametrize("delta", [4.7, 5.0, 8.0, 20.0])
def test_the_limit_jumps_at_the_critical_weight(delta: float) -> None:
    weight = transitions.critical_weight(delta)
    assert weight is not None
    below = kmeans.limit(normal_pair(delta, weight * (1 - 1e-7)))
    above = kmeans.limit(normal_pair(delta, weight * (1 + 1e-7)))
    assert below.best.boundaries[0] - above.best.boundaries[0] > 0.3
    assert_allclose(below.others[0].within, below.best.within, rtol=1e-6)
    assert_allclose(above.others[0].boundaries, below.best.boundaries, rtol=1e-2)
    assert not kmeans.limit(normal_pair(delta, weight)).unique


@pytest.mark.parametrize("delta", [0.5, 2.0, 4.6])
def test_no_jump_at_small_separation(delta: float) -> None:
    assert transitions.critical_weight(delta) is None


def test_coexistence_starts_at_a_cusp() -> None:
    """Second route: where the stationarity equation and its first two derivatives vanish together."""

    def equation(t: float, weight: float, delta: float) -> tuple[float, float]:
        model = normal_pair(delta, weight)
        low, first, _ = model.partial_moments(-np.inf, t)
        m1, m2 = first / low, (model.mean - first) / (1 - low)
        slope = 1 - model.pdf(t) * ((t - m1) / low + (m2 - t) / (1 - low)) / 2
        return float(t - (m1 + m2) / 2), float(slope)

    def system(v: np.ndarray) -> list[float]:
        curvature = (equation(v[0] + 1e-5, v[1], v[2])[1] - equation(v[0] - 1e-5, v[1], v[2])[1]) / 2e-5
        return [*equation(*v), curvature]

    _, weight, delta = optimize.fsolve(system, [1.0, 0.05, 4.6])
    assert_allclose((weight, delta), (0.050813, 4.634376), atol=5e-7)
    assert transitions.critical_weight(delta - 0.001) is None
    assert transitions.critical_weight(delta + 0.001) == pytest.approx(weight, rel=1e-3)


def test_critical_weight_tends_to_its_limit() -> None:
    scaled = [transitions.critical_weight(delta) * delta**2 for delta in (10, 30, 100, 300)]  # type: ignore[operator]
    assert scaled == sorted(scaled, reverse=True)
    assert_allclose(scaled[-1], 2 / pi, rtol=0.01)


def test_crossover_balances_the_mean_squared_errors() -> None:
    n = transitions.crossover(normal_pair(2))
    assert n == pytest.approx(60.5069, abs=1e-3)
    for model in (normal_pair(40), normal_pair(0), t_pair(2), Mixture((0.3, 0.3, 0.4), (0, 1, 2), (1, 1, 1))):
        assert transitions.crossover(model) is None


def test_crossover_by_both_means_balances_the_sums_of_their_errors() -> None:
    model = normal_pair(2, 0.3)
    n = transitions.crossover(model, ("lower", "upper"))
    hard, soft = kmeans.predict(model), mixture.predict(model)
    errors = [
        sum((of[name].limit - mean) ** 2 + of[name].avar / n for name, mean in (("lower", -1), ("upper", 1)))
        for of in (hard, soft)
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-12)
    # where k-means is the more variable, the mixture is ahead at every size
    assert transitions.crossover(normal_pair(3, 0.3), ("lower", "upper")) is None


def test_crossover_of_a_biased_mixture() -> None:
    """Unequal variances: both are biased, and the two mean squared errors meet at n."""
    model = unequal_pair(4, 0.5, 1.5)
    n = transitions.crossover(model)
    assert n == pytest.approx(52.6716, abs=1e-3)
    errors = []
    for method in ("kmeans", "mixture"):
        limit, avar = predict(method, {}, model)["distance"]
        assert limit is not None
        assert avar is not None
        errors.append((limit - 4) ** 2 + avar / n)
    assert_allclose(*errors, rtol=1e-12)


def test_crossover_is_u_shaped() -> None:
    values = [transitions.crossover(normal_pair(delta)) for delta in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)]
    assert np.argmin(values) == 3
