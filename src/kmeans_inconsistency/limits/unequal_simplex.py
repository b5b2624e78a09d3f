"""k-means where the components are the corners of a regular simplex and have unequal weights.

The centres are sought in the span of the means: what is across it is the same noise in all components. In
some direction of the span each cell is an interval on every line, between cuts that depend on the line, so
that mass and mean along it have a closed form; across the direction the trapezoidal rule adds up the lines.
Lloyd's algorithm on the distribution starts from the means, and with each mean but the heaviest in turn given
up for a second centre of the heaviest component; from the best end a root of its step is found. That no other
partition is better is not proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ..models import SpatialMixture, unequal_simplex
from .pollard import FloatArray

MOST = 4
"""Components: their span has three dimensions, and two are left to the trapezoidal rule."""

_REACH = 8.0
_ROUGH, _FINE = {2: 0.1, 3: 0.25}, {2: 0.01, 3: 0.1}  # between lines, by the dimension of the span
_SETTLED, _MOST_PASSES = 1e-3, 300
# where no border between two corners is parallel to the lines, on which it would be a step and not a kink
_TURN = {2: (0.3, 1.0), 3: (0.2, 0.5, 1.0)}


@dataclass(frozen=True)
class Limit:
    """The best centres that are found.

    Attributes
    ----------
    distance : float
        Mean over all pairs of centres.
    center_error : float
        Root mean square distance from the means, under the matching for which it is least.
    between : float
        Between-cluster variance, the expected squared distance of a centre from the middle.
    """

    distance: float
    center_error: float
    between: float


@lru_cache(maxsize=256)
def limit(delta: float, clusters: int, ratio: float) -> Limit:
    """Find the best centres for the components of :func:`..models.unequal_simplex`, of unit variance.

    Parameters
    ----------
    delta : float
        Side of the simplex of the means, above 0.
    clusters : int
        3 or 4.
    ratio : float
        Of each weight to the one before it.

    Raises
    ------
    ValueError
        If there are fewer than three clusters or more than four, or ``delta`` is not above 0.
    """
    if not (0 < delta < np.inf and 3 <= clusters <= MOST):
        raise ValueError(f"delta must be above 0 and clusters 3 or 4, not {delta} and {clusters}")
    model = unequal_simplex(delta, clusters, clusters - 1, ratio)
    weights, means = np.array(model.weights), _turned(np.array(model.means))
    ends = [_descend(weights, means, start) for start in _starts(means)]
    best = max(ends, key=lambda centers: _between(weights, means, centers, _ROUGH))

    def gap(flat: FloatArray) -> FloatArray:
        centers = flat.reshape(means.shape)
        mass, moment = _cells(weights, means, centers, _FINE)
        return np.asarray((moment / mass[:, np.newaxis] - centers).ravel())

    centers = optimize.root(gap, best.ravel(), tol=1e-9).x.reshape(means.shape)
    first, second = np.triu_indices(clusters, 1)
    squares = ((centers[:, np.newaxis] - means) ** 2).sum(axis=2)
    least = min(squares[list(order), range(clusters)].sum() for order in permutations(range(clusters)))
    return Limit(
        float(np.linalg.norm(centers[first] - centers[second], axis=1).mean()),
        float(np.sqrt(least / clusters)),
        _between(weights, means, centers, _FINE),
    )


def factors(model: SpatialMixture) -> tuple[float, int, float] | None:
    """Side in standard deviations, number and ratio of the components of an unequal simplex, else None."""
    if not (3 <= model.clusters <= MOST and len(set(model.sds)) == 1):
        return None
    means = (np.array(model.means) - model.means[0]) / model.sds[0]
    delta, ratio = model.distance / model.sds[0], model.weights[1] / model.weights[0]
    if not (delta > 0 and ratio <= 1):
        return None
    wanted = unequal_simplex(delta, model.clusters, model.dimension, ratio)
    same = np.allclose(np.subtract(wanted.means, wanted.means[0]), means, atol=1e-9) and np.allclose(
        wanted.weights, model.weights
    )
    # digits that rounding has left are the same for every dimension
    return (round(delta, 9), model.clusters, round(ratio, 9)) if same else None


def _starts(means: FloatArray) -> list[FloatArray]:
    """The means, and the means with one given up for a second centre of the first component, away from it."""
    starts = [means]
    for given_up in range(1, len(means)):
        start, aside = means.copy(), means[0] - means[given_up]
        aside = aside / np.linalg.norm(aside)
        start[given_up], start[0] = means[0] - 0.8 * aside, means[0] + 0.8 * aside
        starts.append(start)
    return starts


def _turned(means: FloatArray) -> FloatArray:
    """The means after a reflection that turns the last axis into a direction of its own."""
    along = np.array(_TURN[means.shape[1]])
    normal = along / np.linalg.norm(along) - np.eye(len(along))[-1]
    return np.asarray(means - 2 * np.outer(means @ normal, normal) / (normal @ normal))


def _descend(weights: FloatArray, means: FloatArray, centers: FloatArray) -> FloatArray:
    """Lloyd's algorithm on the distribution, until it has settled, with lines far apart."""
    for _ in range(_MOST_PASSES):
        mass, moment = _cells(weights, means, centers, _ROUGH)
        moved = moment / mass[:, np.newaxis]
        step = float(np.abs(moved - centers).max())
        centers = moved
        if step < _SETTLED:
            break
    return centers


def _between(weights: FloatArray, means: FloatArray, centers: FloatArray, apart: dict[int, float]) -> float:
    mass, moment = _cells(weights, means, centers, apart)
    middle = weights @ means
    return float((mass * ((moment / mass[:, np.newaxis] - middle) ** 2).sum(axis=1)).sum())


def _cells(
    weights: FloatArray, means: FloatArray, centers: FloatArray, apart: dict[int, float]
) -> tuple[FloatArray, FloatArray]:
    """Masses of the cells, shape (k,), and integrals of the position over them, (k, d)."""
    count, d = means.shape
    noise, share = _lines(d - 1, apart[d])
    mass, moment = np.zeros(count), np.zeros((count, d))
    squares = (centers**2).sum(axis=1)
    for weight, mean in zip(weights, means, strict=True):
        lines = mean[:-1] + noise
        for cell in range(count):
            # nearer to this centre than to another: slope * (last coordinate) > bound
            others = np.arange(count) != cell
            between = 2 * (centers[cell] - centers[others])
            bound = squares[cell] - squares[others] - lines @ between[:, :-1].T
            low, high = _interval(between[:, -1], bound)
            inside = low < high
            low, high = (np.where(inside, end, 0.0) - mean[-1] for end in (low, high))
            here = share * (special.ndtr(high) - special.ndtr(low))
            along = share * (_density(low) - _density(high))
            mass[cell] += weight * here.sum()
            moment[cell, :-1] += weight * (here @ lines)
            moment[cell, -1] += weight * (here * mean[-1] + along).sum()
    return mass, moment


def _lines(across: int, apart: float) -> tuple[FloatArray, FloatArray]:
    """Where lines cross the other coordinates, shape (m, across), and the normal probability of each."""
    steps = np.arange(-_REACH, _REACH + apart / 2, apart)
    density = _density(steps) * apart
    points = np.array(list(product(steps, repeat=across)))
    return points, np.array(list(product(density, repeat=across))).prod(axis=1)


def _interval(slopes: FloatArray, bounds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where slope * t > bound for all of them, on every line, shape (m,); empty if low >= high."""
    low, high = np.full(len(bounds), -np.inf), np.full(len(bounds), np.inf)
    for slope, bound in zip(slopes, bounds.T, strict=True):
        if slope > 0:
            low = np.maximum(low, bound / slope)
        elif slope < 0:
            high = np.minimum(high, bound / slope)
        else:
            low = np.where(bound < 0, low, np.inf)
    return low, high


def _density(z: NDArray[np.float64]) -> FloatArray:
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
