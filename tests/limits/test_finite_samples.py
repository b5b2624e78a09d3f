"""Predicted errors in finite samples: against first-order theory, other units, and direct simulation."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from kmeans_inconsistency.estimators import _mixture_equal, mixture
from kmeans_inconsistency.limits import finite_samples, kmeans
from kmeans_inconsistency.limits import mixture as of_mixture
from kmeans_inconsistency.models import normal_pair


@pytest.mark.parametrize("delta", [1.0, 2.0, 3.0])
def test_kmeans_tends_to_first_order_theory(delta: float) -> None:
    limit, avar = kmeans.predict(normal_pair(delta))["distance"]
    assert limit is not None
    assert avar is not None
    for n in (10**6, 10**8):
        first = sqrt((limit - delta) ** 2 + avar / n)
        assert finite_samples.kmeans_error(delta, n) == pytest.approx(first, rel=30 / n)


def test_mixtures_tend_to_first_order_theory() -> None:
    """Within four Monte Carlo errors of 100 draws."""
    n = 10_000
    avar = of_mixture.predict(normal_pair(3.0))["distance"].avar
    assert avar is not None
    found = finite_samples.errors(3.0, n, draws=100)
    for value in (found.mixture, found.mixture_equal):
        assert value * sqrt(n / avar) == pytest.approx(1, abs=0.3)


def test_errors_are_in_the_units_of_the_data() -> None:
    found = np.array(finite_samples.errors(6.0, 60, draws=10, sd=3.0))
    np.testing.assert_allclose(found, 3 * np.array(finite_samples.errors(2.0, 60, draws=10)), rtol=1e-12)


def test_draws_are_the_same_every_time() -> None:
    assert finite_samples.errors(1.5, 80, draws=10) == finite_samples.errors(1.5, 80, draws=10)


def test_highest_point_is_found_between_the_points_of_the_grid() -> None:
    i, j = np.meshgrid(np.arange(7.0), np.arange(9.0), indexing="ij")
    values = 1 - (i - 3.3) ** 2 - 0.5 * (j - 4.2) ** 2 + 0.3 * (i - 3.3) * (j - 4.2)
    assert finite_samples._highest(values, 2 * i + j) == pytest.approx(2 * 3.3 + 4.2)
    assert finite_samples._highest(values - 2, 2 * i + j) == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(("delta", "n"), [(2.5, 50), (2.5, 200), (3.5, 100)])
def test_by_simulation(delta: float, n: int) -> None:
    """k-means within 2 %, mixtures within 12 %, and four errors of 4,000 samples: 1 false alarm in 4,000."""
    rng = np.random.default_rng(n)
    x = np.sort(rng.normal(size=(4000, n)) + delta * (rng.random((4000, n)) < 0.5), axis=1)
    sums = np.cumsum(x, axis=1)[:, :-1]
    low, high = sums / np.arange(1, n), (x.sum(axis=1)[:, None] - sums) / np.arange(n - 1, 0, -1)
    k = np.arange(1, n)
    best = (k * (n - k) * (high - low) ** 2).argmax(axis=1)
    distances = {
        "kmeans": (high - low)[np.arange(len(x)), best],
        "mixture": mixture.fit_rows(x, "global")["distance"],
        "mixture_equal": _mixture_equal.fit_rows(x, "global")["distance"],
    }
    predicted = finite_samples.errors(delta, n, draws=2000)._asdict()
    for name, found in distances.items():
        squares = (found - delta) ** 2
        error = sqrt(squares.mean())
        monte_carlo = squares.std() / sqrt(len(x)) / (2 * error)
        tolerance = 0.02 if name == "kmeans" else 0.12
        assert abs(predicted[name] - error) < tolerance * error + 4 * monte_carlo
