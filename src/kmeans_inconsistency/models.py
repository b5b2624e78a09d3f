"""Models: finite mixtures of location-scale components, and the families of scenarios to draw from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import gamma, inf, isfinite, pi, sqrt
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """A symmetric distribution with mean zero and variance one: what a component is before it is placed.

    Attributes
    ----------
    density : callable
        Density at each point of an array.
    upper : callable
        ``upper(z)`` for ``0 <= z <= reach`` returns the integrals of 1, u and u^2 times the density over
        u > z, each accurate relative to itself.
    reach : float
        Beyond it nothing of the distribution is left in double precision.
    """

    density: Callable[[FloatArray], FloatArray]
    upper: Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]
    reach: float

    def between(self, low: ArrayLike, high: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Integrals of 1, u and u^2 times the density over ``low < u <= high``; they broadcast."""
        a = np.clip(np.asarray(low, dtype=float), -self.reach, self.reach)
        b = np.clip(np.asarray(high, dtype=float), -self.reach, self.reach)
        # work in the tail that is nearer, where nothing is subtracted from one
        mirrored = a + b < 0
        a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
        near, far = self.upper(np.abs(a)), self.upper(np.maximum(b, 0.0))
        inside = a < 0
        mass = np.where(inside, 1 - near[0], near[0]) - far[0]
        first = near[1] - far[1]
        second = np.where(inside, 1 - near[2], near[2]) - far[2]
        return mass, np.where(mirrored, -first, first), second


def _normal() -> Shape:
    def density(u: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-0.5 * u * u) / sqrt(2 * pi))

    def upper(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        from scipy import special  # here, since a worker draws and needs no moments: it saves .2 s each

        mass, first = special.ndtr(-z), density(z)
        return mass, first, mass + z * first

    return Shape(density, upper, 39.0)


def _laplace() -> Shape:
    scale = sqrt(0.5)

    def density(u: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-np.abs(u) / scale) / (2 * scale))

    def upper(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        mass = 0.5 * np.exp(-z / scale)
        return mass, mass * (z + scale), mass * (z * z + 2 * scale * z + 2 * scale * scale)

    return Shape(density, upper, 500.0)


def _uniform() -> Shape:
    end = sqrt(3)

    def density(u: FloatArray) -> FloatArray:
        return np.where(np.abs(u) <= end, 0.5 / end, 0.0)

    def upper(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        mass = (end - z) * (0.5 / end)
        return mass, mass * (end + z) / 2, mass * (3 + end * z + z * z) / 3

    return Shape(density, upper, end)


def _student(df: float) -> Shape:
    # t = stretch * u has Student's distribution; its variance df / (df - 2) is scaled away
    stretch = sqrt(df / (df - 2))
    peak = gamma((df + 1) / 2) / gamma(df / 2) / sqrt(df * pi)

    def density(u: FloatArray) -> FloatArray:
        t = stretch * u
        return stretch * peak * (1 + t * t / df) ** (-(df + 1) / 2)

    def upper(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        from scipy import special

        t = stretch * z
        mass: FloatArray = np.asarray(special.stdtr(df, -t), dtype=float)
        first = peak / stretch * (1 + t * t / df) ** (-(df - 1) / 2) * df / (df - 1)
        # t^2 = df (1 + t^2/df) - df, and the first term makes the density one of df - 2 degrees of freedom
        second = (df - 1) * np.asarray(special.stdtr(df - 2, -z), dtype=float) - (df - 2) * mass
        return mass, first, second

    return Shape(density, upper, 1e50)


_SHAPES = {"normal": _normal, "laplace": _laplace, "uniform": _uniform}


@lru_cache
def shape(family: str) -> Shape:
    """Look up a family of components by name.

    Parameters
    ----------
    family : str
        ``"normal"``, ``"laplace"``, ``"uniform"``, or ``"t"`` followed by the degrees of freedom (above 2, at
        most 300): ``"t5"``.

    Raises
    ------
    ValueError
        If there is no such family.
    """
    if family in _SHAPES:
        return _SHAPES[family]()
    try:
        df = float(family.removeprefix("t")) if family.startswith("t") else inf
    except ValueError:
        df = inf
    if not 2 < df <= 300:
        raise ValueError(
            f"unknown family {family!r}: use normal, laplace, uniform, or t and its degrees of freedom "
            "(above 2, at most 300), such as t5"
        )
    return _student(df)


@dataclass(frozen=True)
class Mixture:
    """A finite mixture on the line, of components that differ in location and scale only.

    Parameters
    ----------
    weights : sequence of float, shape (k,)
        Positive, with sum one.
    means : sequence of float, shape (k,)
        Finite.
    sds : sequence of float, shape (k,)
        Positive standard deviations (of a t component too: it is scaled to them).
    family : str
        What the components are: see :func:`shape`.

    Raises
    ------
    ValueError
        If the parameters do not make a mixture; the message says which and why in one line.
    """

    weights: tuple[float, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]
    family: str = "normal"

    def __post_init__(self) -> None:
        for name in ("weights", "means", "sds"):
            values = tuple(float(value) for value in getattr(self, name))
            if not all(isfinite(value) for value in values):
                raise ValueError(f"{name} must be finite numbers, not {values}")
            object.__setattr__(self, name, values)
        if not len(self.weights) == len(self.means) == len(self.sds) > 0:
            sizes = f"{len(self.weights)}, {len(self.means)} and {len(self.sds)}"
            raise ValueError(f"weights, means and sds must be of one length, not {sizes}")
        if min(self.weights) <= 0:
            raise ValueError(
                f"weights must be positive, not {self.weights}: leave out a component of weight 0"
            )
        if abs(sum(self.weights) - 1) > 1e-9:
            raise ValueError(f"weights must have sum 1, not {sum(self.weights):.12g}")
        if min(self.sds) <= 0:
            raise ValueError(f"standard deviations must be positive, not {self.sds}")
        shape(self.family)

    def pdf(self, x: ArrayLike) -> FloatArray:
        """Density at each point of ``x``."""
        density = shape(self.family).density(self._standardise(x)) / np.asarray(self.sds)
        return np.asarray((density * np.asarray(self.weights)).sum(axis=-1))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Distribution function at each point of ``x``."""
        mass, _, _ = shape(self.family).between(-inf, self._standardise(x))
        return np.asarray((mass * np.asarray(self.weights)).sum(axis=-1))

    def partial_moments(
        self, low: ArrayLike, high: ArrayLike, about: ArrayLike = 0.0
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Integrals of (x - about)^k times the density over the cell (low, high], k = 0, 1, 2.

        Parameters
        ----------
        low, high, about : array_like
            Broadcast against each other; ``low`` and ``high`` may be infinite.

        Returns
        -------
        mass, first, second : ndarray
        """
        weights, sds = np.asarray(self.weights), np.asarray(self.sds)
        zero, one, two = shape(self.family).between(self._standardise(low), self._standardise(high))
        offset = np.asarray(self.means) - np.asarray(about, dtype=float)[..., None]
        first = offset * zero + sds * one
        second = offset * offset * zero + 2 * offset * sds * one + sds * sds * two
        return (weights * zero).sum(axis=-1), (weights * first).sum(axis=-1), (weights * second).sum(axis=-1)

    def _standardise(self, x: ArrayLike) -> FloatArray:
        points = np.asarray(x, dtype=float)[..., None]
        return np.asarray((points - np.asarray(self.means)) / np.asarray(self.sds))

    @property
    def mean(self) -> float:
        """Expectation."""
        return sum(w * m for w, m in zip(self.weights, self.means, strict=True))

    @property
    def variance(self) -> float:
        """Variance: within the components plus between their means."""
        centre = self.mean
        parts = zip(self.weights, self.means, self.sds, strict=True)
        return sum(w * (s * s + (m - centre) ** 2) for w, m, s in parts)

    @property
    def has_fourth_moment(self) -> bool:
        """Whether the fourth moment is finite: not for Student's t with up to 4 degrees of freedom."""
        return not self.family.startswith("t") or float(self.family[1:]) > 4

    @property
    def distance(self) -> float:
        """Distance between the means of a two-component mixture: the study's estimand.

        Raises
        ------
        ValueError
            If there are not two components.
        """
        if len(self.means) != 2:
            raise ValueError(f"the distance is between two means, and this mixture has {len(self.means)}")
        return abs(self.means[1] - self.means[0])


def _pair(delta: float, weight: float, sds: tuple[float, float], family: str) -> Mixture:
    if not (isfinite(delta) and delta >= 0):
        raise ValueError(f"delta must be a number of at least 0, not {delta}")
    if not 0 < weight < 1:
        raise ValueError(f"weight must be between 0 and 1, not {weight}")
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


FAMILIES: Mapping[str, Callable[..., Mixture]] = MappingProxyType(
    {
        "normal_pair": normal_pair,
        "unequal_pair": unequal_pair,
        "t_pair": t_pair,
        "laplace_pair": laplace_pair,
        "uniform_pair": uniform_pair,
    }
)
