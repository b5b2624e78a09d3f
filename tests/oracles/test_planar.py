"""Three clusters in the plane: a one-dimensional route, a plain grid, and what is refused."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from oracles import planar
from scipy import integrate, special


def radius(delta: float) -> float:
    """Second route: by symmetry the cells are three equal sectors, and R = 3 E[u1'X; sector 1]."""
    total = 0.0
    for k in range(3):
        along, across = delta / sqrt(3) * np.cos(2 * pi * k / 3), delta / sqrt(3) * np.sin(2 * pi * k / 3)

        def integrand(x: float, along: float = along, across: float = across) -> float:
            share = special.ndtr(sqrt(3) * x - across) - special.ndtr(-sqrt(3) * x - across)
            return float(x * np.exp(-((x - along) ** 2) / 2) / sqrt(2 * pi) * share)

        total += integrate.quad(integrand, 0, max(along, 0) + 12, epsabs=1e-14, epsrel=1e-13, limit=200)[0]
    return total


@pytest.mark.parametrize("delta", [1.0, 2.0, 4.0])
def test_equilateral_triangle(delta: float) -> None:
    found = planar.limit(planar.equilateral(delta), starts=2)
    assert_allclose(np.linalg.norm(found.centers, axis=1), radius(delta), rtol=1e-10)
    assert_allclose(found.within, 2 + delta**2 / 3 - radius(delta) ** 2, rtol=1e-10)
    assert_allclose(found.masses, 1 / 3, rtol=1e-9)


def test_general_case_on_a_plain_grid() -> None:
    """Second route: the criterion on a fine grid of the plane, at the centres and beside them."""
    model = planar.planar_mixture([0.2, 0.3, 0.5], [[0, 0], [3, 0], [1, 4]], [1, 0.5, 1.5])
    found = planar.limit(model, starts=4)
    axis = np.linspace(-8, 12, 1001)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    density = sum(
        w / (2 * pi * s * s) * np.exp(-((points - m) ** 2).sum(axis=1) / (2 * s * s))
        for w, m, s in zip(model.weights, model.means, model.sds, strict=True)
    )
    mass = density * (axis[1] - axis[0]) ** 2

    def within(centers: np.ndarray) -> float:
        return float(mass @ np.min([((points - c) ** 2).sum(axis=1) for c in centers], axis=0))

    assert_allclose(found.within, within(found.centers), rtol=1e-6)
    for i in range(6):
        step = np.zeros(6)
        step[i] = 0.02
        moved = [within(found.centers + sign * step.reshape(3, 2)) for sign in (-1, 1)]
        assert min(moved) > within(found.centers)
        assert_allclose(*moved, rtol=1e-5)


def test_rotation_shift_and_scale() -> None:
    model = planar.planar_mixture([0.2, 0.3, 0.5], [[0, 0], [3, 0], [1, 4]], [1, 0.5, 1.5])
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    moved = planar.planar_mixture(model.weights, 2 * model.means @ turn + [5, -7], 2 * model.sds)
    one, other = planar.limit(model, starts=1), planar.limit(moved, starts=1)
    assert_allclose(other.within, 4 * one.within, rtol=1e-9)
    assert_allclose(other.centers, 2 * one.centers @ turn + [5, -7], atol=1e-7)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        planar.planar_mixture([0.5, 0.5], [[0, 0]], [1, 1])
    with pytest.raises(ValueError, match="weights"):
        planar.planar_mixture([0.5, 0.6], [[0, 0], [1, 1]], [1, 1])
