"""Integrals of an equal-spherical normal mixture over the cells of given centres.

The cells, and so all that is needed, lie in the space that the centres span, of q dimensions. A rule is made
of points with base weights: an expectation is the sum of base weight times density times integrand. As the
cells stay and only the density moves, such sums are smooth in the mixture's parameters, and their derivatives
are the same sums with the score beside the integrand.

On a line (q = 1) the rule is composite Gauss-Legendre with breaks at the cuts. Otherwise it is quasi-Monte
Carlo: Sobol' points, scrambled several times, so that the scramblings' differences tell the error.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SCRAMBLINGS = 8
_POINTS = 2**14  # of all components and scramblings together, about
_ON_FACETS = 256
_SEED = 20260101
_NODES = np.polynomial.legendre.leggauss(12)


class Spherical(NamedTuple):
    """An equal-spherical normal mixture.

    Attributes
    ----------
    weights : ndarray, shape (K,)
    means : ndarray, shape (K, q)
    variance : float
        Of every component in every direction.
    """

    weights: FloatArray
    means: FloatArray
    variance: float


class Rule(NamedTuple):
    """Points for integrals over cells.

    Attributes
    ----------
    x : ndarray, shape (N, q)
    base : ndarray, shape (N,)
        Weights that do not contain the density.
    cells : ndarray of int, shape (N,)
        The nearest centre, ascending.
    scrambling : ndarray of int, shape (N,)
        Which scrambling a point is from; all zero where the rule is exact to rounding.
    """

    x: FloatArray
    base: FloatArray
    cells: IntArray
    scrambling: IntArray


def nearest(x: FloatArray, centers: FloatArray) -> IntArray:
    """Index of the nearest centre of each point."""
    # |x|^2 is common to all centres
    return np.asarray((0.5 * (centers**2).sum(axis=1) - x @ centers.T).argmin(axis=1))


def joint(x: FloatArray, model: Spherical) -> FloatArray:
    """Weight times density of each component at each point, shape (N, K)."""
    q = x.shape[1]
    values = np.einsum("nc,nc->n", x, x)[:, None] - 2 * x @ model.means.T + (model.means**2).sum(axis=1)
    np.maximum(values, 0, out=values)
    values *= -0.5
    values /= model.variance
    np.exp(values, out=values)
    values *= model.weights / (2 * np.pi * model.variance) ** (q / 2)
    return np.asarray(values)


def make(model: Spherical, centers: FloatArray) -> Rule:
    """Points where a mixture near ``model`` has its mass, with the cells of ``centers``, shape (K, q)."""
    if centers.shape[1] == 1:
        return _on_a_line(model, centers)
    x, share = points(model, SCRAMBLINGS)
    density = joint(x, model).sum(axis=1)
    each = len(x) // len(centers)
    scrambling = np.tile(np.arange(each) * SCRAMBLINGS // each, len(centers))
    cells = nearest(x, centers)
    order = np.argsort(cells, kind="stable")
    return Rule(x[order], (share / density)[order], cells[order], scrambling[order])


def points(model: Spherical, scramblings: int) -> tuple[FloatArray, FloatArray]:
    """Points that stand for a mixture in two or more dimensions, with their probabilities."""
    clusters, q = model.means.shape
    z = _normal_points(q, max(_POINTS // (SCRAMBLINGS * clusters), 64))
    z = z[: len(z) * scramblings // SCRAMBLINGS]
    x = (model.means[:, None] + sqrt(model.variance) * z).reshape(-1, q)
    return x, np.repeat(model.weights / len(z), len(z))


def _on_a_line(model: Spherical, centers: FloatArray) -> Rule:
    ordered = np.sort(centers[:, 0])
    sd = sqrt(model.variance)
    panels = model.means + sd * np.linspace(-10, 10, 21)
    edges = np.unique(np.concatenate([panels.ravel(), (ordered[1:] + ordered[:-1]) / 2]))
    at, share = _NODES
    half = np.diff(edges)[:, None] / 2
    x = (edges[:-1, None] + half + half * at).reshape(-1, 1)
    base, cells = (half * share).ravel(), nearest(x, centers)
    order = np.argsort(cells, kind="stable")
    return Rule(x[order], base[order], cells[order], np.zeros(len(x), dtype=np.int64))


@lru_cache(maxsize=8)
def _normal_points(q: int, each: int) -> FloatArray:
    """Standard normal points in q dimensions, ``each`` of every scrambling, shape (SCRAMBLINGS * each, q).

    Those of one scrambling have mean zero and covariance one exactly: they come in pairs of opposite signs
    and are made white.
    """
    from scipy.stats import qmc  # slower to import than everything else together

    half = 2 ** int(np.log2(each) - 0.5)
    scrambled = []
    for seed in range(SCRAMBLINGS):
        uniform = qmc.Sobol(q, rng=np.random.default_rng([_SEED, seed])).random(half)
        z = ndtri(np.clip(uniform, 1e-12, 1 - 1e-12))
        z = np.concatenate([z, -z])
        factor = np.linalg.cholesky(z.T @ z / len(z))
        scrambled.append(np.linalg.solve(factor, z.T).T)
    points = np.concatenate(scrambled)
    points.flags.writeable = False
    return points


class Facet(NamedTuple):
    """The boundary between two cells, with the mixture's density on it.

    Attributes
    ----------
    pair : tuple of int
    x : ndarray, shape (M, q)
        Points on it.
    weights : ndarray, shape (M,)
        Integrals over the facet of density times a function are sums with these.
    """

    pair: tuple[int, int]
    x: FloatArray
    weights: FloatArray


def facets(model: Spherical, centers: FloatArray) -> list[Facet]:
    """All boundaries between the cells of ``centers`` that carry mass."""
    clusters, q = centers.shape
    sd = sqrt(model.variance)
    z = _normal_points(q - 1, _ON_FACETS // SCRAMBLINGS) if q > 1 else np.zeros((1, 0))
    found = []
    for k in range(clusters):
        for m in range(k + 1, clusters):
            gap = centers[m] - centers[k]
            distance = float(np.linalg.norm(gap))
            normal, middle = gap / distance, (centers[k] + centers[m]) / 2
            across = np.linalg.svd(normal[None, :])[2][1:]  # a basis of the hyperplane, (q - 1, q)
            off = (middle - model.means) @ normal
            feet = model.means + off[:, None] * normal
            x = (feet[:, None] + sd * (z @ across)).reshape(-1, q)
            height = model.weights * np.exp(-0.5 * off**2 / model.variance) / (sd * sqrt(2 * np.pi))
            squares = (centers**2).sum(axis=1) - 2 * x @ centers.T
            inside = squares[:, k] <= squares.min(axis=1) + 1e-9 * distance**2
            weights = np.repeat(height / len(z), len(z))
            if weights[inside].sum() > 0:
                found.append(Facet((k, m), x[inside], weights[inside]))
    return found
