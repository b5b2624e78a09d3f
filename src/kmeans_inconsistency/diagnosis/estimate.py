"""The correction of k-means' centres with its errors: matched where that has a solution, else plug-in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from . import correction, influence, rule
from .correction import Clusters
from .given import Partition
from .rule import Spherical

FloatArray = NDArray[np.float64]


class Corrected(NamedTuple):
    """Corrected centres, in the coordinates of the data.

    Attributes
    ----------
    means : ndarray, shape (K, d)
    method : str
        ``"matched"`` or ``"plug-in"``.
    of_means, of_bias : ndarray, shape (n, K, d)
        Influence of each observation on the corrected centres and on the bias.
    integration_error : ndarray, shape (K, d)
        Standard errors of the means from numerical integration.
    second_order : ndarray, shape (K, K)
        What is to be added to distances between the means for their bias of order 1 / n.
    model : Spherical
        The mixture on which the correction rests, in d dimensions.
    partition_error, least_error : float
    """

    means: FloatArray
    method: str
    of_means: FloatArray
    of_bias: FloatArray
    integration_error: FloatArray
    second_order: FloatArray
    model: Spherical
    partition_error: float
    least_error: float


def correct(x: FloatArray, partition: Partition, fitted: Spherical) -> Corrected | None:
    """Correct centres at a fixed point of Lloyd's algorithm; None where neither way leads to a correction.

    Parameters
    ----------
    x : ndarray, shape (n, d)
    partition : Partition
    fitted : Spherical
        The maximum-likelihood mixture, in any order of its components.
    """
    order = linear_sum_assignment(((partition.centers[:, None] - fitted.means) ** 2).sum(axis=2))[1]
    start = Spherical(fitted.weights[order], fitted.means[order], fitted.variance)
    return _matched(x, partition, start) or _plug_in(x, partition, start)


class _Frame(NamedTuple):
    """A rotation to the coordinates of a span, and its origin in it."""

    axes: FloatArray  # (d, d): rows are the axes, those of the span first
    origin: FloatArray
    q: int

    def turn(self, points: FloatArray) -> FloatArray:
        return (points - self.origin) @ self.axes.T


def _frame(points: FloatArray) -> _Frame:
    origin = points.mean(axis=0)
    _, values, axes = np.linalg.svd(points - origin)
    return _Frame(axes, origin, int((values > 1e-9 * values[0]).sum()))


def _clusters(turned: FloatArray, partition: Partition, frame: _Frame) -> Clusters:
    centers = frame.turn(partition.centers)[:, : frame.q]
    sizes = np.bincount(partition.cells, minlength=len(centers))
    n, d = turned.shape
    return Clusters(centers, sizes / n, partition.inertia / n, d)


def _matched(x: FloatArray, partition: Partition, start: Spherical) -> Corrected | None:
    frame = _frame(partition.centers)
    turned = frame.turn(x)
    fit = _clusters(turned, partition, frame)
    found = correction.match(
        fit, Spherical(start.weights, frame.turn(start.means)[:, : frame.q], start.variance)
    )
    if found is None:
        return None
    model, q = found.model, frame.q
    second = influence.hessians(model, fit.centers, fit.shares)
    if not second.definite():
        return None
    of_means = influence.of_matched(turned, partition.cells, fit, found)
    of_centers = influence.of_centers(turned, partition.cells, fit, second)
    fresh = correction.match(fit, model, _left_out(turned, fit, of_centers))
    if fresh is not None:
        found, model = fresh, fresh.model
    means = np.zeros_like(partition.centers)
    means[:, :q] = model.means
    errors = np.zeros_like(means)
    errors[:, :q] = found.integration_error
    return _assemble(frame, "matched", means, of_means, of_centers - of_means, errors, model, fit.centers)


def _left_out(turned: FloatArray, fit: Clusters, of_centers: FloatArray) -> FloatArray:
    """The moments, each observation's by the centres that k-means would have without it.

    The centres are fitted to the same data, so that distances to them are too small and cells too far apart,
    by a term of order 1 / n, which this takes away within the span.
    """
    n = len(turned)
    clusters, q = fit.centers.shape
    squares = np.empty((n, clusters))
    gaps = np.empty((n, clusters, q))
    for k in range(clusters):
        gap = turned + of_centers[:, k] / n
        gap[:, :q] -= fit.centers[k]
        gaps[:, k] = gap[:, :q]
        squares[:, k] = np.einsum("nc,nc->n", gap, gap)
    cells = squares.argmin(axis=1)
    rows = np.arange(n)
    inside = cells[:, None] == np.arange(clusters)
    first = (inside[:, :, None] * gaps).mean(axis=0)
    return np.concatenate([inside[:, :-1].mean(axis=0), first.ravel(), [squares[rows, cells].mean()]])


def _plug_in(x: FloatArray, partition: Partition, start: Spherical) -> Corrected | None:
    """Less the bias that k-means has at the maximum-likelihood mixture."""
    frame = _frame(start.means)
    turned = frame.turn(x)
    n, d = turned.shape
    clusters, q = len(start.weights), frame.q
    model = Spherical(start.weights, frame.turn(start.means)[:, :q], start.variance)
    centers = correction.limit(model, model.means)
    if centers is None:
        return None
    points = rule.make(model, centers)
    joint = influence.shares_at(points, rule.joint(points.x, model), clusters)
    shares = joint.sum(axis=0)
    second = influence.hessians(model, centers, shares)
    if not second.definite():
        return None
    full = Spherical(
        start.weights, np.concatenate([model.means, np.zeros((clusters, d - q))], axis=1), start.variance
    )
    of_theta = influence.of_likelihood(turned, full)
    of_odds, of_mu = of_theta[:, : clusters - 1], of_theta[:, clusters - 1 : -1].reshape(n, clusters, d)
    # how the limit moves with the parameters: Lloyd's equations, differentiated
    _, jacobian = correction.expected(points, model, centers, d)
    moved = np.linalg.solve(second.along, jacobian[clusters - 1 : -1])
    packed = np.concatenate([of_odds, of_mu[:, :, :q].reshape(n, -1), of_theta[:, -1:]], axis=1)
    of_limit = np.empty_like(of_mu)
    of_limit[:, :, :q] = (packed @ moved.T).reshape(n, clusters, q)
    across = np.linalg.solve(second.across, joint.T)
    of_limit[:, :, q:] = np.einsum("km,nmc->nkc", across, of_mu[:, :, q:])
    of_bias = of_limit - of_mu
    fit = Clusters(centers, shares, 0.0, d)
    of_centers = influence.of_centers(turned, partition.cells, fit, second)
    bias = np.zeros_like(partition.centers)
    bias[:, :q] = centers - model.means
    means = frame.turn(partition.centers) - bias
    errors = np.zeros_like(means)
    errors[:, :q] = correction.integration_error(
        points, model, centers, second.along, slice(clusters - 1, -1)
    )
    return _assemble(frame, "plug-in", means, of_centers - of_bias, of_bias, errors, model, centers)


def _assemble(
    frame: _Frame,
    method: str,
    means: FloatArray,
    of_means: FloatArray,
    of_bias: FloatArray,
    errors: FloatArray,
    model: Spherical,
    centers: FloatArray,
) -> Corrected:
    """Back to the coordinates of the data."""
    points = rule.make(model, centers)
    parts = rule.joint(points.x, model)
    joint = influence.shares_at(points, parts, len(centers))
    largest = parts.max(axis=1)
    padded = np.zeros_like(means)
    padded[:, : frame.q] = model.means
    return Corrected(
        means=means @ frame.axes + frame.origin,
        method=method,
        of_means=of_means @ frame.axes,
        of_bias=of_bias @ frame.axes,
        integration_error=np.sqrt(errors**2 @ frame.axes**2),
        second_order=_second_order(means, of_means),
        model=Spherical(model.weights, padded @ frame.axes + frame.origin, model.variance),
        partition_error=float(1 - np.trace(joint)),
        least_error=float(max(1 - points.base @ largest, 0.0)),
    )


def _second_order(means: FloatArray, of_means: FloatArray) -> FloatArray:
    """Minus the bias of order 1 / n of the distances, shape (K, K).

    What varies at right angles to a difference D makes it longer: a variance v in such a direction adds
    v / (2 D).
    """
    n, clusters, _ = of_means.shape
    result = np.zeros((clusters, clusters))
    for i in range(clusters):
        for j in range(i):
            gap, of_gap = means[i] - means[j], of_means[:, i] - of_means[:, j]
            length = float(np.linalg.norm(gap))
            if length > 0:
                across = float((of_gap**2).sum() - ((of_gap @ (gap / length)) ** 2).sum()) / n**2
                result[i, j] = result[j, i] = -across / (2 * length)
    return result
