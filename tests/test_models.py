"""Mixtures: densities and partial moments against quadrature, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from math import inf

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from kmeans_inconsistency.models import (
    FAMILIES,
    Mixture,
    SpatialMixture,
    anisotropic_pair,
    normal_pair,
    normal_row,
    shape,
    simplex,
    spherical_pair,
    t_pair,
    unequal_simplex,
)

ORACLES = {
    "normal": stats.norm,
    "laplace": stats.laplace(scale=np.sqrt(0.5)),
    "uniform": stats.uniform(-np.sqrt(3), 2 * np.sqrt(3)),
    "t5": stats.t(5, scale=np.sqrt(3 / 5)),
    "t3.5": stats.t(3.5, scale=np.sqrt(1.5 / 3.5)),
}
CELLS = [(-inf, inf), (-inf, -0.7), (0.3, inf), (-1.1, 0.4), (0.2, 1.5), (-1.6, -1.2), (3.0, inf)]


@pytest.mark.parametrize("family", ORACLES)
def test_density_is_scipys(family: str) -> None:
    x = np.linspace(-4, 4, 81)
    assert_allclose(shape(family).density(x), ORACLES[family].pdf(x), rtol=1e-13)


@pytest.mark.parametrize("family", ORACLES)
@pytest.mark.parametrize("cell", CELLS)
def test_moments_between_are_the_integrals(family: str, cell: tuple[float, float]) -> None:
    low, high = cell
    ends = (-np.sqrt(3), np.sqrt(3)) if family == "uniform" else (-inf, inf)
    pieces = [(max(low, ends[0]), min(high, 0.0)), (max(low, 0.0), min(high, ends[1]))]
    for power, moment in enumerate(shape(family).between(low, high)):
        expected = sum(
            integrate.quad(lambda u, k=power: u**k * ORACLES[family].pdf(u), *piece, epsabs=0, epsrel=1e-11)[
                0
            ]
            for piece in pieces
            if piece[0] < piece[1]
        )
        assert_allclose(moment, expected, rtol=1e-9, atol=1e-14)


def test_a_tail_keeps_its_relative_accuracy() -> None:
    mass, first, _ = shape("normal").between([20.0, -inf], [inf, -20.0])
    assert_allclose(mass, stats.norm.sf(20), rtol=1e-12)
    assert_allclose(first, [stats.norm.pdf(20), -stats.norm.pdf(20)], rtol=1e-12)


def test_partial_moments_of_a_mixture_add_up() -> None:
    model = Mixture((0.2, 0.5, 0.3), (-1.0, 0.5, 4.0), (0.5, 1.0, 2.0))
    cuts = np.array([-inf, -0.3, 1.2, 5.0, inf])
    mass, first, second = (m.sum() for m in model.partial_moments(cuts[:-1], cuts[1:], about=model.mean))
    assert_allclose([mass, second], [1, model.variance], rtol=1e-14)
    assert abs(first) < 1e-14
    assert_allclose(model.cdf(cuts[1:-1]), np.cumsum(model.partial_moments(cuts[:-1], cuts[1:])[0])[:-1])
    assert_allclose(integrate.quad(model.pdf, -20, 30, limit=200)[0], 1, rtol=1e-9)


@pytest.mark.parametrize("name", [name for name in FAMILIES if name.endswith("_pair")])
def test_every_family_has_the_separation_and_weight_asked_for(name: str) -> None:
    model = FAMILIES[name](delta=3, weight=0.3)
    assert model.distance == 3
    assert model.weights == (0.3, 0.7)
    assert model.means[0] < model.means[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((0.5, 0.6), (0, 1), (1, 1)), "sum 1"),
        (((0.0, 1.0), (0, 1), (1, 1)), "leave out"),
        (((-0.5, 1.5), (0, 1), (1, 1)), "positive"),
        (((0.5, 0.5), (0, 1), (1,)), "one length"),
        (((), (), ()), "one length"),
        (((0.5, 0.5), (0, np.nan), (1, 1)), "finite"),
        (((0.5, 0.5), (0, 1), (1, 0)), "standard deviations"),
        (((0.5, 0.5), (0, 1), (1, 1), "cauchy"), "unknown family"),
        (((0.5, 0.5), (0, 1), (1, 1), "t2"), "unknown family"),
        (((0.5, 0.5), (0, 1), (1, 1), "tfive"), "unknown family"),
    ],
)
def test_bad_parameters_are_refused_in_one_line(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        Mixture(*arguments)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_bad_factors_are_refused() -> None:
    for bad in (-1.0, inf, np.nan):
        with pytest.raises(ValueError, match="delta"):
            normal_pair(bad)
    for bad in (0.0, 1.0, np.nan):
        with pytest.raises(ValueError, match="weight"):
            normal_pair(1.0, bad)
    with pytest.raises(ValueError, match="unknown family"):
        t_pair(1.0, df=2)
    assert np.isnan(Mixture((1.0,), (0.0,), (1.0,)).distance)


def test_models_start_up_without_scipy_stats() -> None:
    code = "import sys, kmeans_inconsistency.models; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_simplex_has_equal_sides_and_its_centre_at_zero() -> None:
    for clusters, dimension in ((2, 2), (3, 2), (5, 4), (4, 10)):
        model = simplex(3.0, clusters, dimension)
        means = np.array(model.means)
        assert means.shape == (clusters, dimension)
        sides = np.sqrt(((means[:, None] - means) ** 2).sum(axis=2))[np.triu_indices(clusters, 1)]
        assert_allclose(sides, 3.0, rtol=1e-14)
        assert_allclose(means.mean(axis=0), 0.0, atol=1e-14)
        assert_allclose(model.distance, 3.0, rtol=1e-14)


def test_an_unequal_simplex_has_its_corners_and_weights_in_a_progression() -> None:
    model = unequal_simplex(3.0, 4, 5, 0.5)
    assert model.means == simplex(3.0, 4, 5).means
    assert_allclose(model.weights, np.array([8, 4, 2, 1]) / 15, rtol=1e-15)
    assert_allclose(unequal_simplex(2.0, 3, 2, 1.0).weights, simplex(2.0, 3, 2).weights)
    for bad in (0.0, -0.5, 1.5, np.nan):
        with pytest.raises(ValueError, match="ratio"):
            unequal_simplex(2.0, 3, 2, bad)


def test_pairs_in_space_lie_on_the_first_axis_as_those_on_the_line_do() -> None:
    for model in (spherical_pair(2.0, 0.3, 5), anisotropic_pair(2.0, 1.7, 0.3)):
        means = np.array(model.means)
        assert_allclose(means[:, 0], normal_pair(2.0, 0.3).means)
        assert not means[:, 1:].any()
        assert model.weights == normal_pair(2.0, 0.3).weights
    assert anisotropic_pair(2.0, 1.7).sds == (1.0, 1.7)
    assert simplex(2.0, 2, 2).means == spherical_pair(2.0).means


def test_a_row_has_neighbours_delta_apart() -> None:
    model = normal_row(1.5, 4)
    assert_allclose(np.diff(model.means), 1.5)
    assert_allclose([model.mean, model.distance], [0, 1.5 * (3 * 1 + 2 * 2 + 1 * 3) / 6], atol=1e-15)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: spherical_pair(2.0, 0.5, 1), "dimension must be a whole number from 2"),
        (lambda: spherical_pair(2.0, 0.5, 2.5), "dimension must be a whole number"),
        (lambda: normal_row(2.0, 1), "clusters must be a whole number from 2"),
        (lambda: simplex(2.0, 5, 3), "dimension must be a whole number from 4"),
        (lambda: anisotropic_pair(2.0, 0.0), "standard deviations must be positive"),
        (lambda: SpatialMixture((0.5, 0.5), ((0.0, 1.0), (1.0,)), (1.0, 1.0)), "one number for each"),
        (lambda: SpatialMixture((1.0,), (), (1.0,)), "1 weights and 0 means"),
    ],
)
def test_what_is_no_mixture_in_space_is_refused(make, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make()
