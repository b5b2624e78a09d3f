"""Influence functions: what each observation adds to centres and means, for delta-method intervals.

In the rotated frame the first q coordinates are those of the centres' span and the others are orthogonal to
it: there all centres and means agree, and what one centre's coordinate does depends on no other coordinate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import correction, rule
from .correction import Clusters, Matched
from .rule import Spherical

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Hessians(NamedTuple):
    """Half the second derivative of the within-cluster variance in the centres (Pollard 1982).

    Attributes
    ----------
    along : ndarray, shape (K q, K q)
        In the coordinates of the span.
    across : ndarray, shape (K, K)
        In one coordinate orthogonal to it.
    """

    along: FloatArray
    across: FloatArray

    def definite(self) -> bool:
        """Whether the centres are a strict local minimum."""
        return bool(np.linalg.eigvalsh(self.along)[0] > 0 and np.linalg.eigvalsh(self.across)[0] > 0)


def hessians(model: Spherical, centers: FloatArray, shares: FloatArray) -> Hessians:
    """Derivatives of minus E[(X - c_k); cell k] in the centres.

    Moving a centre moves the facets of its cell: at a point x of that between k and m the cell of k gains
    (x - c_k) / |c_k - c_m| times the movement of c_k.
    """
    clusters, q = centers.shape
    along = np.zeros((clusters, q, clusters, q))
    across = np.diag(shares)
    for k in range(clusters):
        along[k, :, k, :] = shares[k] * np.eye(q)
    for facet in rule.facets(model, centers):
        k, m = facet.pair
        weights = facet.weights / np.linalg.norm(centers[k] - centers[m])
        gaps = {i: facet.x - centers[i] for i in facet.pair}
        for i, other in ((k, m), (m, k)):
            along[i, :, i, :] -= gaps[i].T @ (weights[:, None] * gaps[i])
            along[i, :, other, :] += gaps[i].T @ (weights[:, None] * gaps[other])
        pull = model.variance * weights.sum()
        across[[k, m], [k, m]] -= pull
        across[[k, m], [m, k]] += pull
    return Hessians(along.reshape(clusters * q, clusters * q), across)


class Influence(NamedTuple):
    """Influence of each observation, shape (n, K, d) in the rotated frame.

    Attributes
    ----------
    centers, means : ndarray
        On k-means' centres and on the corrected means.
    """

    centers: FloatArray
    means: FloatArray


def of_centers(x: FloatArray, cells: IntArray, fit: Clusters, found: Hessians) -> FloatArray:
    """Pollard's theorem, observation by observation; x in the rotated frame with its origin in the span."""
    n, d = x.shape
    clusters, q = fit.centers.shape
    inside = cells[:, None] == np.arange(clusters)
    gap = x.copy()
    gap[:, :q] -= fit.centers[cells]
    placed = inside[:, :, None] * gap[:, None, :]
    result = np.empty((n, clusters, d))
    along = placed[:, :, :q].reshape(n, clusters * q)
    result[:, :, :q] = np.linalg.solve(found.along, along.T).T.reshape(n, clusters, q)
    result[:, :, q:] = np.einsum("km,nmc->nkc", np.linalg.inv(found.across), placed[:, :, q:])
    return result


def of_matched(x: FloatArray, cells: IntArray, fit: Clusters, matched: Matched) -> FloatArray:
    """On the means of the matched mixture."""
    n, d = x.shape
    clusters, q = fit.centers.shape
    values = correction.moments(x[:, :q], cells, fit.centers)
    values[:, -1] += (x[:, q:] ** 2).sum(axis=1)
    shifts = np.linalg.solve(matched.jacobian, (values - values.mean(axis=0)).T).T
    result = np.empty((n, clusters, d))
    result[:, :, :q] = shifts[:, clusters - 1 : -1].reshape(n, clusters, q)
    inside = cells[:, None] == np.arange(clusters)
    placed = inside[:, :, None] * x[:, None, q:]
    mass = joint_shares(matched.model, fit.centers)
    # the mean of cell k is the sum over components of their mass in it times their means
    result[:, :, q:] = np.einsum("jk,nkc->njc", np.linalg.inv(mass.T), placed)
    return result


def joint_shares(model: Spherical, centers: FloatArray) -> FloatArray:
    """Probability of each component with each cell, shape (components, cells)."""
    points = rule.make(model, centers)
    return shares_at(points, rule.joint(points.x, model), len(centers))


def shares_at(points: rule.Rule, parts: FloatArray, clusters: int) -> FloatArray:
    """The same where the rule is there, and the components' densities at its points."""
    weighted = (parts * points.base[:, None]).T
    return np.stack([np.bincount(points.cells, part, clusters) for part in weighted])


def of_likelihood(x: FloatArray, model: Spherical) -> FloatArray:
    """On the packed parameters of the maximum-likelihood mixture in all d dimensions, (n, K (d + 1)).

    The score times the inverse of the information, as in the sandwich formula (White 1982).
    """
    _, gradient = correction.scores(x, model)
    return np.asarray(np.linalg.solve(information(x, model, gradient), gradient.T).T)


def information(x: FloatArray, model: Spherical, gradient: FloatArray) -> FloatArray:
    """Minus the mean second derivative of the log-density in the packed parameters."""
    clusters, d = model.means.shape
    parts = rule.joint(x, model)
    responsibility = parts / np.maximum(parts.sum(axis=1), 1e-300)[:, None]
    n, p = gradient.shape
    result = gradient.T @ gradient / n
    weights = model.weights
    head = slice(0, clusters - 1)
    for k in range(clusters):
        z = (x - model.means[k]) / np.sqrt(model.variance)
        own = np.zeros((n, p))  # the gradient, were the component known
        own[:, head] = -weights[:-1]
        if k < clusters - 1:
            own[:, k] += 1
        at = slice(clusters - 1 + k * d, clusters - 1 + (k + 1) * d)
        own[:, at] = z / np.sqrt(model.variance)
        own[:, -1] = ((z**2).sum(axis=1) - d) / 2
        r = responsibility[:, k, None]
        result -= own.T @ (r * own) / n
        mass = responsibility[:, k].mean()
        result[at, at] += mass * np.eye(d) / model.variance
        cross = (r * own[:, at]).mean(axis=0)
        result[at, -1] += cross
        result[-1, at] += cross
        result[-1, -1] += float((responsibility[:, k] * (z**2).sum(axis=1)).mean()) / 2
    result[head, head] += np.diag(weights[:-1]) - np.outer(weights[:-1], weights[:-1])
    return np.asarray(result)
