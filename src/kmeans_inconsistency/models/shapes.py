"""Shapes: the distributions of components, before they are placed and scaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import gamma, inf, pi, sqrt

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
    panels : ndarray
        Ascending edges between which the density is smooth, and short enough for a rule of 16 points; what is
        beyond counts in no moment up to the fourth.
    has_fourth_moment : bool
        Whether the fourth moment is finite.
    """

    density: Callable[[FloatArray], FloatArray]
    upper: Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]
    reach: float
    panels: FloatArray
    has_fourth_moment: bool = True

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

    return Shape(density, upper, 39.0, np.linspace(-10.0, 10.0, 21))


def _laplace() -> Shape:
    scale = sqrt(0.5)

    def density(u: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-np.abs(u) / scale) / (2 * scale))

    def upper(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        mass = 0.5 * np.exp(-z / scale)
        return mass, mass * (z + scale), mass * (z * z + 2 * scale * z + 2 * scale * scale)

    return Shape(density, upper, 500.0, np.linspace(-40.0, 40.0, 41))


def _uniform() -> Shape:
    end = sqrt(3)

    def density(u: FloatArray) -> FloatArray:
        return np.where(np.abs(u) <= end, 0.5 / end, 0.0)

    def upper(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        mass = (end - z) * (0.5 / end)
        return mass, mass * (end + z) / 2, mass * (3 + end * z + z * z) / 3

    return Shape(density, upper, end, np.linspace(-end, end, 5))


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

    # the tails fall as a power: each panel is four times as far out, to where the fourth moment is in
    tail = 4.0 * 4.0 ** np.arange(1, 75)
    panels = np.concatenate([-tail[::-1], np.linspace(-4.0, 4.0, 17), tail])
    return Shape(density, upper, 1e50, panels, has_fourth_moment=df > 4)


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
