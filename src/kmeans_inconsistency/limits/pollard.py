"""How fast k-means gets to its limit: Pollard's central limit theorem, and Lloyd's rate of convergence.

With W(c) = E min_k (X - c_k)^2, sqrt(n) (estimated centres - limit) -> N(0, G^-1 V G^-1), where G is the
Hessian of W at its minimum and V = 4 diag(W_k), W_k the part of W that cell k contributes (Pollard 1982). It
needs a unique optimum with G positive definite, a second moment, and a density continuous at the boundaries.
Where G is singular (a Laplace distribution cut at its peak) the centres move at a slower rate than n^(-1/2).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from .quadrature import nodes

FloatArray = NDArray[np.float64]


# below it the Hessian is taken to be singular
SINGULAR = 1e-6


@dataclass(frozen=True)
class Partition:
    """A stationary partition of the line into K cells.

    Attributes
    ----------
    centers : tuple of float, shape (K,)
        Ascending; the mean of the distribution in each cell.
    boundaries : tuple of float, shape (K - 1,)
    within : float
        Within-cluster variance, the expected squared distance to the nearest centre.
    """

    centers: tuple[float, ...]
    boundaries: tuple[float, ...]
    within: float

    @property
    def distance(self) -> float:
        """Mean distance over all pairs of centres: for K = 2, between the two."""
        return float(mean_distance_contrast(len(self.centers)) @ self.centers)


@dataclass(frozen=True)
class Theory:
    """First-order theory of k-means at one partition.

    Attributes
    ----------
    covariance : ndarray, shape (K, K), or None
        Limit of n times the covariance of the estimated centres. None where G is singular.
    avar_distance : float or None
        The same for the mean distance over all pairs of centres: for K = 2, between the two.
    avar_within : float or None
        The same for the within-cluster variance (sum of squares over n). None without a fourth moment.
    naive_distance : float
        What the two-sample formula, which takes the partition as given, would say of the distance.
    naive_centers : tuple of float, shape (K,)
        What the one-sample formula would say of each centre.
    lloyd_rate : float
        Factor by which one pass of Lloyd's algorithm shrinks a small error, in the limit.
    """

    covariance: FloatArray | None
    avar_distance: float | None
    avar_within: float | None
    naive_distance: float
    naive_centers: tuple[float, ...]
    lloyd_rate: float


def theory(model: Mixture, partition: Partition) -> Theory:
    """Pollard's covariance, the naive variances beside it, and Lloyd's rate, at a local optimum."""
    centers, boundaries = np.asarray(partition.centers), np.asarray(partition.boundaries)
    edges = np.concatenate(([-inf], boundaries, [inf]))
    mass, _, within = model.partial_moments(edges[:-1], edges[1:], about=centers)
    density = model.pdf(boundaries)
    covariance: FloatArray | None = None
    avar_distance = None
    contrast = mean_distance_contrast(len(centers))
    if definite(density, mass, centers) > SINGULAR:
        inverse = np.linalg.inv(hessian(density, mass, centers))
        covariance = np.asarray(inverse @ np.diag(4 * within) @ inverse)
        avar_distance = float(contrast @ covariance @ contrast)
    naive = within / mass**2
    rates = np.abs(np.linalg.eigvals(lloyd_jacobian(density, mass, centers)))
    # the criterion is stationary in the centres, so their own error does not count to first order
    x, w = nodes(model, breaks=boundaries)
    squared = np.min((x[:, None] - centers) ** 2, axis=1)
    return Theory(
        covariance=covariance,
        avar_distance=avar_distance,
        avar_within=float(w @ (squared - partition.within) ** 2) if model.has_fourth_moment else None,
        naive_distance=float(contrast**2 @ naive),
        naive_centers=tuple(map(float, naive)),
        lloyd_rate=float(rates.max(initial=0.0)),
    )


def mean_distance_contrast(clusters: int) -> FloatArray:
    """Coefficients by which ascending centres give the mean distance over all pairs, shape (K,)."""
    pairs = max(clusters * (clusters - 1) / 2, 1)
    return (2 * np.arange(clusters) - (clusters - 1)) / pairs


def hessian(density: FloatArray, mass: FloatArray, centers: FloatArray) -> FloatArray:
    """Second derivative of the within-cluster variance in the centres, shape (K, K).

    Parameters
    ----------
    density : ndarray, shape (K - 1,)
        At the boundaries.
    mass, centers : ndarray, shape (K,)
        Of the cells.
    """
    pull = density * np.diff(centers) / 2
    diagonal = 2 * mass - np.append(pull, 0.0) - np.insert(pull, 0, 0.0)
    return np.diag(diagonal) - np.diag(pull, 1) - np.diag(pull, -1)


def definite(density: FloatArray, mass: FloatArray, centers: FloatArray) -> float:
    """Smallest eigenvalue of the Hessian, relative to its diagonal were the partition fixed: 1 at best."""
    root = np.sqrt(2 * mass)
    return float(np.linalg.eigvalsh(hessian(density, mass, centers) / np.outer(root, root))[0])


def lloyd_jacobian(density: FloatArray, mass: FloatArray, centers: FloatArray) -> FloatArray:
    """Derivative of one pass of Lloyd's algorithm as a map of the boundaries, shape (K - 1, K - 1).

    Moving boundary k moves the means of the two cells beside it, and each new boundary is the average of two
    neighbouring means.
    """
    pull = density * np.diff(centers) / 2
    after = pull / mass[:-1] / 2
    before = pull / mass[1:] / 2
    return np.diag(after + before) + np.diag(before[:-1], -1) + np.diag(after[1:], 1)
