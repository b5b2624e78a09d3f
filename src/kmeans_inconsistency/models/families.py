"""Families of scenarios to draw from: models by name, each value of a grid one of their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import fsum, isfinite, sqrt
from types import MappingProxyType

from .mixture import Mixture
from .spatial import SpatialMixture

Model = Mixture | SpatialMixture


def _pair(delta: float, weight: float, sds: tuple[float, float], family: str) -> Mixture:
    _check_delta(delta)
    _check_weight(weight)
    return Mixture((weight, 1 - weight), (-delta / 2, delta / 2), sds, family)


def normal_pair(delta: float, weight: float = 0.5) -> Mixture:
    """Two normal components of unit variance, ``delta`` apart and centred at zero.

    Parameters
    ----------
    delta : float
        Separation: the distance between the means, in units of the common standard deviation.
    weight : float
        Weight of the lower component.
    """
    return _pair(delta, weight, (1.0, 1.0), "normal")


def unequal_pair(delta: float, weight: float = 0.5, ratio: float = 2.0) -> Mixture:
    """Two normal components whose standard deviations are 1 (the lower) and ``ratio``, ``delta`` apart."""
    if not (isfinite(ratio) and ratio > 0):
        raise ValueError(f"ratio must be a positive number, not {ratio}")
    return _pair(delta, weight, (1.0, ratio), "normal")


def t_pair(delta: float, weight: float = 0.5, df: float = 5.0) -> Mixture:
    """Two components of Student's t (``df`` degrees of freedom, scaled to unit variance), ``delta`` apart."""
    return _pair(delta, weight, (1.0, 1.0), f"t{df:g}")


def laplace_pair(delta: float, weight: float = 0.5) -> Mixture:
    """Two Laplace components of unit variance, ``delta`` apart."""
    return _pair(delta, weight, (1.0, 1.0), "laplace")


def uniform_pair(delta: float, weight: float = 0.5) -> Mixture:
    """Two uniform components of unit variance (half-width root three), ``delta`` apart."""
    return _pair(delta, weight, (1.0, 1.0), "uniform")


def normal_row(delta: float, clusters: float = 3) -> Mixture:
    """Equally many draws from ``clusters`` normal components of unit variance in a row, ``delta`` apart.

    Centred at zero.
    """
    _check_delta(delta)
    count = _whole("clusters", clusters, 2)
    means = tuple(delta * (k - (count - 1) / 2) for k in range(count))
    return Mixture((1 / count,) * count, means, (1.0,) * count)


def spherical_pair(delta: float, weight: float = 0.5, dimension: float = 2) -> SpatialMixture:
    """Two spherical normal components of unit variance, ``delta`` apart on the first axis, centred at zero.

    Parameters
    ----------
    delta : float
    weight : float
        Weight of the component with the lower first coordinate.
    dimension : float
        A whole number from 2 on.
    """
    return _spatial_pair(delta, weight, (1.0,) * _whole("dimension", dimension, 2))


def anisotropic_pair(delta: float, noise: float = 1.0, weight: float = 0.5) -> SpatialMixture:
    """Two normal components in the plane, ``delta`` apart on the first axis.

    Their standard deviation is one along that axis and ``noise`` across it.
    """
    return _spatial_pair(delta, weight, (1.0, noise))


def simplex(delta: float, clusters: float = 3, dimension: float = 2) -> SpatialMixture:
    """Equally many draws from spherical components at the corners of a regular simplex of side ``delta``.

    Parameters
    ----------
    delta : float
    clusters : float
        A whole number from 2 on.
    dimension : float
        A whole number from 2 on, and at least ``clusters - 1``.
    """
    means = _corners(delta, clusters, dimension)
    return SpatialMixture((1 / len(means),) * len(means), means, (1.0,) * len(means[0]))


def unequal_simplex(
    delta: float, clusters: float = 3, dimension: float = 2, ratio: float = 0.5
) -> SpatialMixture:
    """Spherical components of unit variance at the corners of a regular simplex, each rarer than the last.

    Parameters
    ----------
    delta : float
        Side of the simplex.
    clusters : float
        A whole number from 2 on.
    dimension : float
        A whole number from 2 on, and at least ``clusters - 1``.
    ratio : float
        Of each weight to the one before it, between 0 and 1.
    """
    if not 0 < ratio <= 1:
        raise ValueError(f"ratio must be above 0 and at most 1, not {ratio}")
    means = _corners(delta, clusters, dimension)
    powers = [ratio**k for k in range(len(means))]
    weights = tuple(power / fsum(powers) for power in powers)
    return SpatialMixture(weights, means, (1.0,) * len(means[0]))


def _corners(delta: float, clusters: float, dimension: float) -> tuple[tuple[float, ...], ...]:
    """The corners of a regular simplex of side ``delta`` about zero."""
    _check_delta(delta)
    count = _whole("clusters", clusters, 2)
    d = _whole("dimension", dimension, max(2, count - 1))

    def corner(i: int, axis: int) -> float:
        # Helmert's rows: coordinate j sets corner j + 1 apart from those before it
        j = axis + 1
        if j >= count or i > j:
            return 0.0
        return delta / sqrt(2 * j * (j + 1)) * (j if i == j else -1)

    return tuple(tuple(corner(i, axis) for axis in range(d)) for i in range(count))


def _spatial_pair(delta: float, weight: float, sds: tuple[float, ...]) -> SpatialMixture:
    _check_delta(delta)
    _check_weight(weight)
    others = (0.0,) * (len(sds) - 1)
    return SpatialMixture((weight, 1 - weight), ((-delta / 2, *others), (delta / 2, *others)), sds)


def _check_delta(delta: float) -> None:
    if not (isfinite(delta) and delta >= 0):
        raise ValueError(f"delta must be a number of at least 0, not {delta}")


def _check_weight(weight: float) -> None:
    if not 0 < weight < 1:
        raise ValueError(f"weight must be between 0 and 1, not {weight}")


def _whole(name: str, value: float, least: int) -> int:
    if not (least <= value <= 1000 and value == int(value)):
        raise ValueError(f"{name} must be a whole number from {least} to 1000, not {value:g}")
    return int(value)


FAMILIES: Mapping[str, Callable[..., Model]] = MappingProxyType(
    {
        "normal_pair": normal_pair,
        "unequal_pair": unequal_pair,
        "t_pair": t_pair,
        "laplace_pair": laplace_pair,
        "uniform_pair": uniform_pair,
        "normal_row": normal_row,
        "spherical_pair": spherical_pair,
        "anisotropic_pair": anisotropic_pair,
        "simplex": simplex,
        "unequal_simplex": unequal_simplex,
    }
)
