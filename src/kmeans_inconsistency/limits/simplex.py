"""k-means with K clusters where the components are the corners of a regular simplex.

In K coordinates in which component k has its mean at delta / sqrt(2) times the k-th axis the symmetric
centres, too, lie on a regular simplex around the same point, so that their cells are those of the means:
cell k is where coordinate k is the largest. With M the largest coordinate, E[X_k; cell k] = M, and the others
share what is left of the mean of the sum of coordinates. That no other partition is better is not proved;
the plane's (`tests/oracles/planar.py`) and the line's search find none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import integrate, special


@dataclass(frozen=True)
class Limit:
    """The symmetric centres: a regular simplex around the centre of the means.

    Attributes
    ----------
    distance : float
        Between any two centres.
    between : float
        Between-cluster variance, the expected squared distance of a centre from the middle.
    """

    distance: float
    between: float


def limit(delta: float, clusters: int) -> Limit:
    """Find the symmetric centres for spherical components of unit variance, in any dimension.

    Parameters
    ----------
    delta : float
        Side of the simplex of the means.
    clusters : int
        Number K of its corners, at least 2.

    Raises
    ------
    ValueError
        If ``delta`` is negative or not finite or there are fewer than two clusters.
    """
    if not (0 <= delta < np.inf and clusters >= 2):
        raise ValueError(f"delta must be at least 0 and clusters at least 2, not {delta} and {clusters}")
    shift = delta / sqrt(2)
    gain = mean_of_largest(delta, clusters) - shift
    distance = sqrt(2) * (shift + gain * clusters / (clusters - 1))
    return Limit(distance, distance**2 * (clusters - 1) / (2 * clusters))


def mean_of_largest(delta: float, clusters: int) -> float:
    """Mean of the largest of the K coordinates."""
    shift = delta / sqrt(2)

    # less shift: what is above it less what is below, of the distribution function of the maximum
    def cdf(u: float) -> float:
        return float(special.ndtr(u) * special.ndtr(u + shift) ** (clusters - 1))

    above = integrate.quad(lambda u: 1 - cdf(u), 0, 12, epsabs=1e-14, epsrel=1e-13, limit=200)[0]
    below = integrate.quad(cdf, -12, 0, epsabs=1e-14, epsrel=1e-13, limit=200)[0]
    return float(shift + above - below)
