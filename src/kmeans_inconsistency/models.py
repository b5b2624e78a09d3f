"""Models: finite mixtures of location-scale components, and the families of scenarios the study draws from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Mixture:
    """A finite mixture of normal distributions on the line.

    Parameters
    ----------
    weights : tuple of float, shape (k,)
        Positive, with sum one.
    means : tuple of float, shape (k,)
    sds : tuple of float, shape (k,)
        Positive standard deviations.
    """

    weights: tuple[float, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]

    def pdf(self, x: ArrayLike) -> FloatArray:
        """Density at each point of ``x``."""
        z = self._standardise(x)
        density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi) / np.asarray(self.sds)
        return np.asarray((density * np.asarray(self.weights)).sum(axis=-1))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Distribution function at each point of ``x``."""
        return np.asarray((special.ndtr(self._standardise(x)) * np.asarray(self.weights)).sum(axis=-1))

    def _standardise(self, x: ArrayLike) -> FloatArray:
        points = np.asarray(x, dtype=float)[..., None]
        return np.asarray((points - np.asarray(self.means)) / np.asarray(self.sds))

    @property
    def mean(self) -> float:
        """Expectation."""
        return sum(w * m for w, m in zip(self.weights, self.means, strict=True))

    @property
    def distance(self) -> float:
        """Distance between the means of a two-component mixture: the study's estimand."""
        low, high = self.means
        return high - low


def normal_pair(delta: float, weight: float = 0.5) -> Mixture:
    """Two normal components of unit variance, ``delta`` apart and centred at zero.

    Parameters
    ----------
    delta : float
        Separation: the distance between the means, in units of the common standard deviation.
    weight : float
        Weight of the lower component.
    """
    return Mixture((weight, 1 - weight), (-delta / 2, delta / 2), (1.0, 1.0))


FAMILIES: Mapping[str, Callable[..., Mixture]] = MappingProxyType({"normal_pair": normal_pair})
