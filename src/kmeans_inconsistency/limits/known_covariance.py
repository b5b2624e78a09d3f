"""The mixture with known covariance eps I where the components are the corners of a regular simplex.

In the coordinates of :mod:`.simplex` let b = D / (sqrt(2) eps) for means a distance D apart. The
responsibility of component k is exp(b X_k) over the sum of all; with M the largest coordinate,
q_l = exp(-b (M - X_l)) and S the sum of the q_l of the others, the largest is 1 / (1 + S). The symmetric fit
is where

    D = sqrt(2) (K A - s) / (K - 1),    A = E[M - sum of (M - X_l) q_l / (1 + S)],    s = delta / sqrt(2),

and its softness is E[S / (1 + S)]. Given M = X_k = u the others are independent, and 1 / (1 + S) is the
integral of exp(-v) times the product of the exp(-v q_l) over v > 0, so that all are integrals over the line.

For small eps only the faces between two cells count. Across one the log odds change by D / eps per unit of
length, and 1 - the largest responsibility has the integral 2 log 2 eps / D:

    softness = 2 log 2 eps sum over faces of (integral of the density over the face) / D + O(eps^2),

for any smooth density, and even O(eps^3) where no three cells meet. In a sample that holds if many
observations, n eps, are near the faces; with fewer both algorithms end where hardly one is.

That no other fit is likelier is not proved; EM finds none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ..models import Mixture, Model
from . import Prediction, simplex, spatial

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """The symmetric fit: equal weights, means on a regular simplex around the centre of the true ones.

    Attributes
    ----------
    distance : float
        Between any two means.
    softness : float
        Mean of 1 - the largest responsibility.
    """

    distance: float
    softness: float


@lru_cache(maxsize=256)
def limit(delta: float, clusters: int, eps: float) -> Limit:
    """Find the symmetric fit for spherical components of unit variance, in any dimension.

    Parameters
    ----------
    delta : float
        Side of the simplex of the means.
    clusters : int
        Number K of its corners, at least 2.
    eps : float
        The variance that the fit takes as known, at most the true one: beyond it means merge.

    Raises
    ------
    ValueError
        If ``delta`` or ``eps`` is not positive, eps above 1, or there are fewer than two clusters.
    """
    if not (0 < delta < np.inf and clusters >= 2 and 0 < eps <= 1):
        raise ValueError(
            f"delta must be positive, clusters at least 2, eps in (0, 1]; not {delta}, {clusters} and {eps}"
        )
    s = delta / sqrt(2)

    def excess(distance: float) -> float:
        inner, _ = _expectations(delta, clusters, distance / (sqrt(2) * eps))
        return sqrt(2) * (clusters * inner - s) / (clusters - 1) - distance

    # from k-means' distance to the truth
    highest = simplex.limit(delta, clusters).distance
    distance = float(optimize.brentq(excess, 0.9 * delta, 1.001 * highest, xtol=1e-13, rtol=1e-13))
    return Limit(distance, _expectations(delta, clusters, distance / (sqrt(2) * eps))[1])


def slope(delta: float, clusters: int) -> float:
    """Find the softness over eps as eps goes to 0, for components of unit variance.

    Parameters
    ----------
    delta, clusters
        As of :func:`limit`.
    """
    u, w = _line(delta)
    s = delta / sqrt(2)
    low, high, below, above = _density(u), _density(u - s), special.ndtr(u), special.ndtr(u - s)
    # over one face: the component's coordinate is one of the two that tie, or one of the others
    one = 2 * high * low * below ** (clusters - 2)
    other = (clusters - 2) * low**2 * above * below ** max(clusters - 3, 0)
    face = sqrt(2) * float(w @ (one + other)) / clusters
    faces = clusters * (clusters - 1) / 2
    return 2 * log(2) * faces * face / simplex.limit(delta, clusters).distance


def predict(model: Model, eps: float) -> dict[str, Prediction]:
    """Limits of ``known_covariance``, distance and softness, for a regular simplex up to the true variance.

    Parameters
    ----------
    model : Mixture or SpatialMixture
        Of others, and of components that coincide, there is no theory.
    eps : float
        The variance that the fit takes as known.
    """
    side = _side(model)
    variance = model.sds[0] ** 2
    if not side or eps > variance:
        return {}
    found = limit(side, model.clusters, eps / variance)
    return {
        "distance": Prediction(found.distance * sqrt(variance), None),
        "softness": Prediction(found.softness, None),
    }


def _side(model: Model) -> float | None:
    """Side of a regular simplex of means, in standard deviations; None if the model is none."""
    if not isinstance(model, Mixture):
        return spatial.side_of_simplex(model)
    pair = model.clusters == 2 and model.family == "normal" and model.weights[0] == model.weights[1]
    return model.distance / model.sds[0] if pair and len(set(model.sds)) == 1 else None


def _expectations(delta: float, clusters: int, b: float) -> tuple[float, float]:
    """A and the softness at means a distance sqrt(2) eps b apart."""
    s = delta / sqrt(2)
    u, w = _line(delta)
    v, share = _LAGUERRE
    y, step = _panels(np.arange(0.0, min(45 / b, 20 + s), min(3 / b, 1.0)))
    q = np.exp(-b * y)[:, None]
    power = np.exp(-v * q)

    def others(mean: float) -> tuple[FloatArray, FloatArray]:
        """E exp(-v q) and E (u - X) q exp(-v q) over X < u, each of shape (u, v)."""
        density = step * _density(u[:, None] - y - mean)
        return special.ndtr(u - mean)[:, None] - density @ (1 - power), density @ (y[:, None] * q * power)

    (off, pull), (on, pull_on) = others(0.0), others(s)
    rest, last = off ** (clusters - 2), off ** max(clusters - 3, 0)
    # the largest coordinate is the component's own, or one of the others
    own, other = w * _density(u - s), w * _density(u) * (clusters - 1)
    largest = own @ (off * rest) + other @ (on * rest)
    lost = own @ ((clusters - 1) * pull * rest)
    lost += other @ (pull_on * rest + (clusters - 2) * pull * on * last)
    highest = simplex.mean_of_largest(delta, clusters)
    return highest - float(lost @ share), 1 - float(largest @ share)


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-x * x / 2) / sqrt(2 * pi))


_LAGUERRE = np.polynomial.laguerre.laggauss(48)
_LEGENDRE = np.polynomial.legendre.leggauss(16)


def _line(delta: float) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on the part of the line where a coordinate may be."""
    return _panels(np.arange(-10.0, 11.0 + delta / sqrt(2)))


def _panels(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    at, share = _LEGENDRE
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half + half * at).ravel(), (half * share).ravel()
