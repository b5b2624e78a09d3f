"""The mixture with equal weights in the limit: against scipy, quadrature, parity and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, optimize, stats

from kmeans_inconsistency.estimators._method import Status
from kmeans_inconsistency.estimators._mixture_equal import fit_rows
from kmeans_inconsistency.limits import _mixture_equal, mixture
from kmeans_inconsistency.models import Mixture, laplace_pair, normal_pair


def expected(model: Mixture, lower: float, upper: float, sd: float) -> float:
    """Expected log-likelihood by the trapezoidal rule."""
    x = np.linspace(-12, 12, 2401)
    both = np.logaddexp(*(stats.norm.logpdf(x, mean, sd) for mean in (lower, upper))) - np.log(2)
    return float(integrate.trapezoid(both * model.pdf(x), x))


@pytest.mark.parametrize("delta", [0.5, 1.0, 2.0, 4.0])
def test_balanced_distance_is_as_precise_as_with_free_weights(delta: float) -> None:
    found, free = _mixture_equal.limit(normal_pair(delta)), mixture.limit(normal_pair(delta))
    assert free is not None
    assert found.pair.distance == pytest.approx(delta)
    assert found.avar_distance == pytest.approx(free.avar_distance, rel=1e-10)


@pytest.mark.parametrize("model", [normal_pair(2, 0.3), normal_pair(3, 0.15)])
def test_limit_is_the_best_of_many_starts(model: Mixture) -> None:
    found = _mixture_equal.limit(model).pair
    value = expected(model, *found.means, found.variance**0.5)
    starts = [(-1.0, 1.0, 0.0), (-3.0, 0.5, -0.2), (-0.5, 2.5, -0.2)]
    for start in starts:
        descent = optimize.minimize(
            lambda p: -expected(model, p[0], p[1], np.exp(p[2])), start, method="Nelder-Mead", tol=1e-7
        )
        assert value >= -descent.fun - 1e-9


def test_components_merge_where_the_fourth_cumulant_is_positive() -> None:
    for model in (laplace_pair(0.5), normal_pair(0.7, 0.1)):
        found = _mixture_equal.limit(model)
        assert found.pair.distance == 0
        assert _mixture_equal.predict(model)["distance"] == (0.0, None)


@pytest.mark.slow
@pytest.mark.parametrize("weight", [0.5, 0.3])
def test_by_simulation(weight: float) -> None:
    """2,000 fits of n = 4,000: by chance it fails once in 2,000 (4 Monte Carlo errors, eight numbers)."""
    n, replicates = 4000, 2000
    predicted = _mixture_equal.predict(normal_pair(3, weight))
    rng = np.random.default_rng(1)
    x = rng.normal(size=(replicates, n)) + np.where(rng.random((replicates, n)) < weight, -1.5, 1.5)
    rows = fit_rows(np.sort(x, axis=1), "global")
    for name, (value, avar) in predicted.items():
        assert value is not None
        assert avar is not None
        # the bias is of order 1/n
        assert abs(rows[name].mean() - value) < 4 * np.sqrt(avar / n / replicates) + 10 / n
        assert rows[name].var() * n / avar == pytest.approx(1, abs=4 * np.sqrt(2 / replicates) + 0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("delta", "n"), [(0.5, 1000), (1.0, 400), (2.0, 100), (1.0, 3000)])
def test_merging_by_simulation(delta: float, n: int) -> None:
    """Within .03, the error of the expansion, and four of simulation: false alarms about 1 in 4,000."""
    rng = np.random.default_rng(n)
    x = rng.normal(size=(2000, n)) + delta * (rng.random((2000, n)) < 0.5)
    share = (fit_rows(np.sort(x, axis=1), "global")["status"] == Status.MERGED).mean()
    predicted = _mixture_equal.merging(normal_pair(delta), n)
    assert abs(share - predicted) < 0.03 + 4 * np.sqrt(0.25 / 2000)


def test_merging_tends_to_a_half_for_one_component_and_to_none_for_two() -> None:
    assert _mixture_equal.merging(normal_pair(0), 10**8) == pytest.approx(0.5, abs=1e-3)
    assert _mixture_equal.merging(normal_pair(2), 10**4) < 1e-6
    # the same in other units
    assert_allclose(
        _mixture_equal.merging(Mixture((0.3, 0.7), (0, 4), (2, 2)), 200),
        _mixture_equal.merging(Mixture((0.3, 0.7), (1, 3), (1, 1)), 200),
        rtol=1e-9,
    )
