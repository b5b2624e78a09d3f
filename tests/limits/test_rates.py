"""Rates of Lloyd's algorithm and EM: against the derivative of their maps and against iteration."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kmeans_inconsistency.limits import kmeans, mixture, rates, stopped_em
from kmeans_inconsistency.models import Mixture, normal_pair


def differences(step, at: np.ndarray) -> float:  # type: ignore[no-untyped-def]
    """Largest eigenvalue of the derivative of a map, by central differences of sixth order."""
    columns = []
    for e in np.eye(len(at)):
        slopes = [(step(at + h * e) - step(at - h * e)) / (2 * h) for h in (5e-4, 1e-3, 2e-3)]
        columns.append((64 * slopes[0] - 20 * slopes[1] + slopes[2]) / 45)
    return float(np.linalg.eigvals(np.transpose(columns)).real.max())


@pytest.mark.parametrize(("delta", "weight"), [(2.0, 0.5), (2.0, 0.4), (1.0, 0.5), (4.0, 0.2)])
def test_em_against_the_derivative_of_its_map(delta: float, weight: float) -> None:
    """Second route: EM passes on a plain grid of x (the trapezoidal rule), differentiated numerically."""
    model = normal_pair(delta, weight)
    x = np.linspace(-13, 13, 5201)
    mass = model.pdf(x) * (x[1] - x[0])

    def em(theta: np.ndarray) -> np.ndarray:
        share, low, high, variance = theta
        r = 1 / (1 + (1 - share) / share * np.exp(((x - low) ** 2 - (x - high) ** 2) / (2 * variance)))
        share = mass @ r
        low, high = mass @ (r * x) / share, mass @ ((1 - r) * x) / (1 - share)
        return np.array([share, low, high, mass @ (r * (x - low) ** 2 + (1 - r) * (x - high) ** 2)])

    found = differences(em, np.array([weight, -delta / 2, delta / 2, 1.0]))
    assert_allclose(rates.em(model), found, rtol=1e-10)


@pytest.mark.parametrize("clusters", [2, 3, 5])
def test_lloyd_against_the_derivative_of_its_map(clusters: int) -> None:
    model = Mixture((0.3, 0.7), (-1.0, 1.5), (1.0, 0.8))

    def lloyd(centers: np.ndarray) -> np.ndarray:
        edges = np.concatenate(([-np.inf], (centers[1:] + centers[:-1]) / 2, [np.inf]))
        mass, first, _ = model.partial_moments(edges[:-1], edges[1:])
        return np.asarray(first / mass)

    found = differences(lloyd, np.array(kmeans.limit(model, clusters).best.centers))
    assert_allclose(rates.lloyd(model, clusters), found, rtol=1e-9)


def test_em_and_lloyd_rates() -> None:
    assert rates.lloyd(normal_pair(2)) == pytest.approx(0.5645810681653102, rel=1e-12)
    assert rates.em(normal_pair(0)) is None
    assert rates.iterations_ratio(normal_pair(0)) is None
    assert rates.iterations_ratio(normal_pair(60)) is None
    ratio = rates.iterations_ratio(normal_pair(1))
    assert ratio == pytest.approx(90.747, rel=1e-4)
    # under misspecification too, the rate is that of EM near its fixed point
    model = Mixture((0.4, 0.6), (-2.0, 2.0), (1.0, 1.4))
    found = mixture.limit(model)
    assert found is not None
    a, b, c = (stopped_em.limit(model, 0.0, most_passes=k).distance for k in (30, 31, 32))
    assert_allclose((c - b) / (b - a), rates.em(model), rtol=0.01)
