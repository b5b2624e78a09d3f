"""From k-means' centres back to the equal-spherical mixture of which they would be the limit.

Matched: the centres, the clusters' shares and the pooled within-cluster variance are as many numbers as the
mixture has parameters. If the centres are the limit their cells are known, so that what is to be matched are
integrals over fixed cells: the share of each, its mean, and the expected squared distance to the own centre.
The cells' own error has no first-order effect, as every partition gives moments that are true (indirect
inference: Gourieroux, Monfort & Renault 1993). Components differ in means only, so that the means lie in the
space that the centres span, and all integrals are over that space.
"""

from __future__ import annotations

from itertools import pairwise
from math import exp, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from . import rule as rules
from .rule import Rule, Spherical

FloatArray = NDArray[np.float64]

_MOST_STEPS = 60
_MET = 1e-8
_NEAR = 0.5  # standard deviations that a mixture may be away from the one for which a rule was made
_REACH = 1.0  # of a step: log odds, standard deviations, log variance
_LEAST_WEIGHT = 1e-5
_SAME = 0.1  # standard deviations by which centres may differ and still be the same optimum


class Clusters(NamedTuple):
    """What k-means says of the data, in the coordinates of the space that its centres span.

    Attributes
    ----------
    centers : ndarray, shape (K, q)
    shares : ndarray, shape (K,)
    within : float
        Mean squared distance to the own centre, in all d dimensions.
    dimension : int
        d.
    """

    centers: FloatArray
    shares: FloatArray
    within: float
    dimension: int


def pack(model: Spherical) -> FloatArray:
    """Log odds of the weights against the last, means, log variance: K (q + 1) numbers."""
    odds = np.log(model.weights[:-1] / model.weights[-1])
    return np.concatenate([odds, model.means.ravel(), [log(model.variance)]])


def unpack(theta: FloatArray, clusters: int) -> Spherical:
    """The mixture of a vector of parameters."""
    weights = softmax(np.append(theta[: clusters - 1], 0.0))
    return Spherical(weights, theta[clusters - 1 : -1].reshape(clusters, -1), exp(theta[-1]))


def scores(x: FloatArray, model: Spherical) -> tuple[FloatArray, FloatArray]:
    """Density, shape (N,), and its log's gradient in the packed parameters, shape (N, K (q + 1))."""
    clusters, q = model.means.shape
    columns = np.ascontiguousarray(x.T)  # whole rows at a time: n is long and q short
    parts = np.ascontiguousarray(rules.joint(x, model).T)
    density = parts.sum(axis=0)
    responsibility = parts / np.maximum(density, 1e-300)
    gradient = np.empty((clusters * (q + 1), len(x)))
    gradient[: clusters - 1] = responsibility[:-1] - model.weights[:-1, None]
    gradient[-1] = -q / 2
    for k in range(clusters):
        for c in range(q):
            gap = columns[c] - model.means[k, c]
            pulled = responsibility[k] * gap / model.variance
            gradient[clusters - 1 + k * q + c] = pulled
            gradient[-1] += 0.5 * pulled * gap
    return density, gradient.T


def moments(x: FloatArray, cells: NDArray[np.int64], centers: FloatArray) -> FloatArray:
    """What is matched, point by point, shape (N, K (q + 1)).

    Indicators of all cells but the last, deviations from the own centre in the place of the cell, and squared
    distances.
    """
    clusters, q = centers.shape
    inside = cells[:, None] == np.arange(clusters)
    gap = x - centers[cells]
    placed = (inside[:, :, None] * gap[:, None, :]).reshape(len(x), clusters * q)
    return np.concatenate([inside[:, :-1], placed, (gap**2).sum(axis=1)[:, None]], axis=1)


def expected(
    rule: Rule, model: Spherical, centers: FloatArray, dimension: int
) -> tuple[FloatArray, FloatArray]:
    """Expectations of the moments and their derivatives in the packed parameters."""
    return Integrals(rule, centers, dimension).at(model)


class Integrals:
    """Expectations of the moments under several mixtures, by one rule.

    In a cell, with g the deviation from its centre, the moments and the scores of each component are linear
    in b = (1, g, |g|^2). So each component's integrals of b b' over each cell are all that is needed, and
    these products do not depend on the mixture.
    """

    def __init__(self, rule: Rule, centers: FloatArray, dimension: int) -> None:
        clusters, q = centers.shape
        self.rule, self.centers, self.dimension = rule, centers, dimension
        self._rows, self._columns = np.triu_indices(q + 2)
        begins = np.searchsorted(rule.cells, np.arange(clusters + 1))
        self._cells = [slice(*ends) for ends in pairwise(begins)]
        gap = (rule.x - centers[rule.cells]).T
        basis = np.concatenate([np.ones((1, len(rule.x))), gap, (gap**2).sum(axis=0)[None, :]])
        self._products = basis[self._rows] * basis[self._columns]

    def at(self, model: Spherical) -> tuple[FloatArray, FloatArray]:
        """Expectations and their derivatives in the packed parameters."""
        clusters, q = self.centers.shape
        weighted = (rules.joint(self.rule.x, model) * self.rule.base[:, None]).T
        values = np.zeros(clusters * (q + 1))
        jacobian = np.zeros((len(values), len(values)))
        integrals = np.empty((clusters, q + 2, q + 2))  # of b b', by component
        for k, own in enumerate(self._cells):
            flat = weighted[:, own] @ self._products[:, own].T
            integrals[:, self._rows, self._columns] = integrals[:, self._columns, self._rows] = flat
            value, slope = self._of_cell(integrals, model.means - self.centers[k], model)
            first = clusters - 1 + k * q
            into = slice(first, first + q)
            if k < clusters - 1:
                values[k], jacobian[k] = value[0], slope[0]
            values[into], jacobian[into] = value[1:-1], slope[1:-1]
            values[-1] += value[-1]
            jacobian[-1] += slope[-1]
        # each coordinate outside the span adds the variance
        values[-1] += (self.dimension - q) * model.variance
        jacobian[-1, -1] += (self.dimension - q) * model.variance
        return values, jacobian

    @staticmethod
    def _of_cell(integrals: FloatArray, shift: FloatArray, model: Spherical) -> tuple[FloatArray, FloatArray]:
        """Integrals of b, shape (q + 2,), and derivatives; ``shift``: of the means from the centre."""
        clusters, q = shift.shape
        masses = integrals[:, :, 0]  # of b, by component
        value = masses.sum(axis=0)
        of_odds = masses[:-1] - model.weights[:-1, None] * value
        of_means = (integrals[:, :, 1:-1] - masses[:, :, None] * shift[:, None, :]) / model.variance
        squares = integrals[:, :, -1] - 2 * (integrals[:, :, 1:-1] @ shift[:, :, None])[:, :, 0]
        squares += masses * (shift**2).sum(axis=1)[:, None]
        of_log_variance = squares.sum(axis=0) / (2 * model.variance) - q / 2 * value
        of_means = of_means.transpose(1, 0, 2).reshape(q + 2, clusters * q)
        return value, np.concatenate([of_odds.T, of_means, of_log_variance[:, None]], axis=1)


class Matched(NamedTuple):
    """The mixture that k-means' fit points back to.

    Attributes
    ----------
    model : Spherical
        In the coordinates of the span.
    jacobian : ndarray, shape (p, p)
        Derivative of the moments in the packed parameters, p = K (q + 1).
    rule : Rule
    integration_error : ndarray, shape (K, q)
        Standard error of the means from the scramblings; zero where integrals are exact.
    """

    model: Spherical
    jacobian: FloatArray
    rule: Rule
    integration_error: FloatArray


def match(fit: Clusters, start: Spherical, wanted: FloatArray | None = None) -> Matched | None:
    """Solve for the mixture; None where there is no solution of which the centres are Lloyd's limit.

    ``wanted`` are the moments if not those of the fit.
    """
    model = start
    for _ in range(6):  # the points follow the mixture, lest ratios of densities grow
        rule = rules.make(model, fit.centers)
        solved = _solve(fit, rule, model, target(fit) if wanted is None else wanted)
        if solved is None:
            return None
        before, (model, jacobian) = model, solved
        if np.abs(model.means - before.means).max() < _NEAR * np.sqrt(model.variance):
            break
    centers = limit(model, model.means, coarse=True)
    if centers is None or np.abs(centers - fit.centers).max() > _SAME * np.sqrt(model.variance):
        return None
    error = integration_error(rule, model, fit.centers, jacobian, slice(None))
    return Matched(model, jacobian, rule, error)


def target(fit: Clusters) -> FloatArray:
    """The sample's values of the moments: deviations from the own centre have mean zero."""
    clusters, q = fit.centers.shape
    return np.concatenate([fit.shares[:-1], np.zeros(clusters * q), [fit.within]])


def _solve(
    fit: Clusters, rule: Rule, model: Spherical, wanted: FloatArray
) -> tuple[Spherical, FloatArray] | None:
    """Damped Newton: the mixture, and the moments' derivative in its parameters."""
    clusters = len(fit.centers)
    unit = np.sqrt(fit.within / fit.dimension)
    scale = np.concatenate([np.ones(clusters - 1), np.full(fit.centers.size, unit), [fit.within]])
    theta = pack(model)
    step_scale = np.concatenate([np.ones(clusters - 1), np.full(fit.centers.size, unit), [1.0]])
    integrals = Integrals(rule, fit.centers, fit.dimension)
    values, jacobian = integrals.at(model)
    error = (values - wanted) / scale
    for _ in range(_MOST_STEPS):
        if np.abs(error).max() < _MET:
            return unpack(theta, clusters), jacobian
        try:
            step = -np.linalg.solve(jacobian / scale[:, None], error)
        except np.linalg.LinAlgError:
            return None
        damping = min(1.0, _REACH / float(np.abs(step / step_scale).max()))
        while damping > 1e-4:
            trial = unpack(theta + damping * step, clusters)
            if trial.weights.min() > _LEAST_WEIGHT:
                values, new_jacobian = integrals.at(trial)
                new_error = (values - wanted) / scale
                if (new_error**2).sum() < (error**2).sum():
                    break
            damping /= 2
        else:
            return None
        theta, error, jacobian = theta + damping * step, new_error, new_jacobian
    return None


def integration_error(
    rule: Rule, model: Spherical, centers: FloatArray, matrix: FloatArray, rows: slice
) -> FloatArray:
    """Standard error, shape (K, q), of the means or centres for which equations with this matrix are solved.

    Parameters
    ----------
    rule, model, centers
        Of the integrals.
    matrix : ndarray, shape (m, m)
        Derivative of the equations in the unknowns.
    rows : slice
        Which of the moments the equations are of.
    """
    clusters, q = centers.shape
    if q == 1:
        return np.zeros((clusters, q))
    weights = rules.joint(rule.x, model).sum(axis=1) * rule.base
    each = rules.SCRAMBLINGS * _by_scrambling(rule, weights, centers)[:, rows]
    shifts = np.linalg.solve(matrix, (each - each.mean(axis=0)).T)
    error = shifts.std(axis=1, ddof=1) / np.sqrt(rules.SCRAMBLINGS)
    wanted = error if len(error) == clusters * q else error[clusters - 1 : -1]
    return np.asarray(wanted.reshape(clusters, q))


def _by_scrambling(rule: Rule, weights: FloatArray, centers: FloatArray) -> FloatArray:
    """Weighted sums of the moments over the points of each scrambling, shape (SCRAMBLINGS, K (q + 1))."""
    each, clusters = rules.SCRAMBLINGS, len(centers)
    place = rule.scrambling * clusters + rule.cells
    gap = (rule.x - centers[rule.cells]).T

    def sums(values: FloatArray) -> FloatArray:
        found = np.bincount(place, values, each * clusters)
        return np.asarray(found, dtype=np.float64).reshape(each, clusters)

    placed = np.stack([sums(weights * own) for own in gap], axis=2).reshape(each, -1)
    squares = sums(weights * (gap**2).sum(axis=0)).sum(axis=1)
    return np.concatenate([sums(weights)[:, :-1], placed, squares[:, None]], axis=1)


def limit(model: Spherical, start: FloatArray, coarse: bool = False) -> FloatArray | None:
    """Where Lloyd's algorithm leads in the population from ``start``; None if a cell runs empty.

    Parameters
    ----------
    model : Spherical
    start : ndarray, shape (K, q)
    coarse : bool
        Whether one scrambling of the points will do.
    """
    if start.shape[1] == 1:
        return _limit_on_a_line(model, start)
    x, weights = rules.points(model, 1 if coarse else rules.SCRAMBLINGS)
    centers, unit = start.copy(), np.sqrt(model.variance)
    for _ in range(500):
        cells = rules.nearest(x, centers)
        mass: FloatArray = np.bincount(cells, weights, len(centers)).astype(np.float64)
        if not (mass > 1e-9).all():
            return None
        sums = np.stack([np.bincount(cells, weights * c, len(centers)) for c in x.T], axis=1)
        moved = np.asarray(sums / mass[:, None])
        far = np.abs(moved - centers).max()
        centers = moved
        if far < 1e-5 * unit:
            break
    return centers


def _limit_on_a_line(model: Spherical, start: FloatArray) -> FloatArray | None:
    from ..limits.kmeans import polish
    from ..models import Mixture

    order = np.argsort(start[:, 0])
    sds = np.full(len(order), np.sqrt(model.variance))
    line = Mixture(tuple(model.weights), tuple(model.means[:, 0]), tuple(sds))
    ascending = start[order, 0]
    if not (np.diff(ascending) > 0).all():
        return None
    found = polish(line, (ascending[1:] + ascending[:-1]) / 2)
    if found is None:
        return None
    centers = np.empty_like(start)
    centers[order, 0] = found.centers
    return centers
