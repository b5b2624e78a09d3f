"""Finite mixtures on the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import dist, fsum, inf, isfinite, nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .shapes import shape

FloatArray = NDArray[np.float64]


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
            object.__setattr__(self, name, finite(name, getattr(self, name)))
        if not len(self.weights) == len(self.means) == len(self.sds) > 0:
            sizes = f"{len(self.weights)}, {len(self.means)} and {len(self.sds)}"
            raise ValueError(f"weights, means and sds must be of one length, not {sizes}")
        check(self.weights, self.sds)
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
        return fsum(w * m for w, m in zip(self.weights, self.means, strict=True))

    @property
    def variance(self) -> float:
        """Variance: within the components plus between their means."""
        centre = self.mean
        parts = zip(self.weights, self.means, self.sds, strict=True)
        return fsum(w * (s * s + (m - centre) ** 2) for w, m, s in parts)

    @property
    def has_fourth_moment(self) -> bool:
        """Whether the fourth moment is finite: not for Student's t with up to 4 degrees of freedom."""
        return shape(self.family).has_fourth_moment

    @property
    def clusters(self) -> int:
        """Number of components."""
        return len(self.weights)

    @property
    def dimension(self) -> int:
        """Of the space that the data lie in."""
        return 1

    @property
    def distance(self) -> float:
        """Mean distance over all pairs of component means, the study's estimand; NaN for one component."""
        return mean_distance([(mean,) for mean in self.means])


def finite(name: str, values: Iterable[float]) -> tuple[float, ...]:
    """Take parameters as numbers.

    Raises
    ------
    ValueError
        If one is not finite.
    """
    numbers = tuple(float(value) for value in values)
    if not all(isfinite(value) for value in numbers):
        raise ValueError(f"{name} must be finite numbers, not {numbers}")
    return numbers


def check(weights: Sequence[float], sds: Sequence[float]) -> None:
    """Check weights and standard deviations, which are finite.

    Raises
    ------
    ValueError
        If they cannot be those of a mixture.
    """
    if min(weights) <= 0:
        raise ValueError(f"weights must be positive, not {weights}: leave out a component of weight 0")
    if abs(fsum(weights) - 1) > 1e-9:
        raise ValueError(f"weights must have sum 1, not {fsum(weights):.12g}")
    if min(sds) <= 0:
        raise ValueError(f"standard deviations must be positive, not {sds}")


def mean_distance(points: Sequence[Sequence[float]]) -> float:
    """Mean Euclidean distance over all pairs of points; NaN for a single one."""
    pairs = [dist(a, b) for a, b in combinations(points, 2)]
    return fsum(pairs) / len(pairs) if pairs else nan
