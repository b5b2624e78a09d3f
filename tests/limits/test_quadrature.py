"""The shared quadrature rule: moments, jumps and sharp transitions against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate

from kmeans_inconsistency.limits.quadrature import nodes
from kmeans_inconsistency.models import Mixture, normal_pair


@pytest.mark.parametrize("family", ["normal", "laplace", "uniform", "t5"])
def test_moments(family: str) -> None:
    model = Mixture((0.3, 0.7), (-1.0, 40.0), (0.01, 2.0), family)
    x, w = nodes(model)
    assert_allclose(w.sum(), 1, rtol=1e-13)
    assert_allclose(w @ x, model.mean, rtol=1e-13)
    assert_allclose(w @ (x - model.mean) ** 2, model.variance, rtol=1e-13)


def test_a_break_is_exact() -> None:
    model = normal_pair(2, 0.3)
    x, w = nodes(model, breaks=(0.123,))
    assert_allclose(w @ (x > 0.123), 1 - model.cdf(0.123), rtol=1e-13)


@pytest.mark.parametrize("width", [1e-6, 0.01, 0.3, 5.0])
def test_a_transition_is_resolved(width: float) -> None:
    model = Mixture((0.4, 0.6), (-1.0, 2.0), (0.5, 1.0))
    x, w = nodes(model, transitions=[(0.2, width)])
    near = [0.2 + width * k for k in (-20, -5, -2, 2, 5, 20)]
    expected, _ = integrate.quad(
        lambda t: t * np.tanh((t - 0.2) / width) * model.pdf(t),
        -8,
        12,
        points=[p for p in near if -8 < p < 12],
        epsabs=1e-14,
        epsrel=1e-13,
        limit=500,
    )
    assert_allclose(w @ (x * np.tanh((x - 0.2) / width)), expected, rtol=1e-11)


@pytest.mark.parametrize("df", [4.5, 5.0, 30.0])
def test_fourth_moment_of_heavy_tails(df: float) -> None:
    x, w = nodes(Mixture((1.0,), (0.0,), (1.0,), f"t{df:g}"))
    assert_allclose(w @ x**4, 3 * (df - 2) / (df - 4), rtol=1e-10)
