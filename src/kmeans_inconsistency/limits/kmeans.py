"""k-means: the pseudo-true centres of any mixture on the line, at the global optimum.

The limit minimises the within-cluster variance W(c) = E min_k (X - c_k)^2 (Bryant & Williamson 1978; Pollard
1981). On the line a stationary partition has boundaries half way between neighbouring centres and centres
that are the conditional means of their cells. All local optima are looked for: for every position of every
boundary on a fine grid, dynamic programming finds the best partition that has a boundary there, and the local
minima of that profile start Newton's method. An optimum whose basin is narrower than the grid (a twenty-fifth
of each standard deviation for K = 2, a tenth for more) could be missed. For K = 2 :mod:`.certificates` proves
that none is, and for balanced pairs the paper's appendix.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from . import Prediction, agreed, pollard
from .pollard import Partition

FloatArray = NDArray[np.float64]

MOST_CLUSTERS = 5
"""Clusters whose limit is searched for."""

# two optima tie when their within-cluster variances agree to this, relative to themselves
TIE = 1e-10


@dataclass(frozen=True)
class Limit:
    """Where k-means goes: the best partition, and every other local optimum.

    Attributes
    ----------
    best : Partition
        The global optimum; if several tie, the one with the smallest first boundary.
    others : tuple of Partition
        The other local optima, best first.
    """

    best: Partition
    others: tuple[Partition, ...]

    @property
    def rivals(self) -> tuple[Partition, ...]:
        """Other global optima: where there are any, the estimate has no single limit."""
        return tuple(other for other in self.others if other.within <= self.best.within * (1 + TIE))

    @property
    def unique(self) -> bool:
        """Whether the global optimum is the only one, and so the limit of the estimate."""
        return not self.rivals


@lru_cache(maxsize=256)
def limit(model: Mixture, clusters: int = 2) -> Limit:
    """Find where k-means goes as the sample grows.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    clusters : int
        Number K of clusters, 1 to 5.

    Returns
    -------
    Limit

    Raises
    ------
    ValueError
        If ``clusters`` is out of range.
    """
    if clusters not in range(1, MOST_CLUSTERS + 1):
        raise ValueError(f"clusters must be 1, 2, 3, 4 or 5, not {clusters}")
    if clusters == 1:
        return Limit(Partition((model.mean,), (), model.variance), ())
    found: list[Partition] = []
    for start in _starts(model, clusters):
        partition = polish(model, start)
        if partition is not None and not any(_same(partition, other, model) for other in found):
            found.append(partition)
    found.sort(key=lambda partition: partition.within)
    ties = [p for p in found if p.within <= found[0].within * (1 + TIE)]
    best = min(ties, key=lambda partition: partition.boundaries[0])
    return Limit(best, tuple(p for p in found if p is not best))


def polish(model: Mixture, boundaries: FloatArray) -> Partition | None:
    """Newton's method for t_k = (c_k + c_{k+1}) / 2, from a start near a local optimum.

    Parameters
    ----------
    model : Mixture
    boundaries : ndarray, shape (K - 1,)
        Ascending.

    Returns
    -------
    Partition or None
        None if the iteration leaves the support or ends anywhere but at a local minimum.
    """
    t = np.asarray(boundaries, dtype=float)
    scale = sqrt(model.variance)
    step = inf
    for _ in range(200):
        mass, centers, _ = _cells(model, t)
        if not (np.all(mass > 0) and np.all(np.diff(centers) > 0)):
            return None
        lloyd = (centers[:-1] + centers[1:]) / 2 - t
        previous, step = step, float(np.abs(lloyd).max()) / scale
        if step < 1e-15 or (step < 1e-12 and step >= previous):
            break
        jacobian = np.eye(len(t)) - pollard.lloyd_jacobian(model.pdf(t), mass, centers)
        newton = np.linalg.solve(jacobian, lloyd)
        # a Lloyd step never goes wrong; Newton's is taken where it does not disorder or overshoot
        moved = t + newton
        bold = np.all(np.diff(moved) > 0) and np.abs(newton).max() < 4 * scale and step < 0.1
        t = moved if bold else t + lloyd
    mass, centers, within = _cells(model, t)
    if step > 1e-9 or pollard.definite(model.pdf(t), mass, centers) < -pollard.SINGULAR:
        return None
    return Partition(tuple(map(float, centers)), tuple(map(float, t)), float(within.sum()))


def predict(model: Mixture, clusters: int | None = None, interval: str = "none") -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``kmeans``: distance, lower, upper, variance.

    There are as many clusters as the model has components, unless said otherwise. Where several optima tie,
    only what they agree on has a limit: for mirror images, the distance and the within-cluster variance.
    Nothing is said of more than ``MOST_CLUSTERS``. Intervals move no estimate.
    """
    del interval
    names = ("distance", "lower", "upper", "variance")
    if (clusters or model.clusters) > MOST_CLUSTERS:
        return dict.fromkeys(names, Prediction(None, None))
    found = limit(model, clusters or model.clusters)
    values = [(p.distance, p.centers[0], p.centers[-1], p.within) for p in (found.best, *found.rivals)]
    avars: list[float | None] = [None] * 4
    if found.unique:
        theory = pollard.theory(model, found.best)
        avars = [theory.avar_distance, None, None, theory.avar_within]
        if theory.covariance is not None:
            avars[1:3] = float(theory.covariance[0, 0]), float(theory.covariance[-1, -1])
    return {
        name: Prediction(agreed(column), avar)
        for name, column, avar in zip(names, zip(*values, strict=True), avars, strict=True)
    }


def _cells(model: Mixture, boundaries: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mass, conditional mean and within-cluster share of W of each cell."""
    edges = np.concatenate(([-inf], boundaries, [inf]))
    mass, first, _ = model.partial_moments(edges[:-1], edges[1:], about=model.mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        centers = model.mean + first / mass
    _, _, within = model.partial_moments(edges[:-1], edges[1:], about=centers)
    return mass, centers, within


def _starts(model: Mixture, clusters: int) -> list[FloatArray]:
    """Grid partitions at the local minima of the profile: the best one with a boundary at each point."""
    grid = cut_grid(model, 400 if clusters == 2 else 150)
    edges = np.concatenate(([-inf], grid, [inf]))
    mass, first, _ = model.partial_moments(-inf, edges, about=model.mean)
    last = len(edges) - 1
    if clusters == 2:
        # minus the between-cluster variance of each cut: all there is to compute
        return [grid[[i]] for i in _minima(-(first[1:-1] ** 2) / (mass[1:-1] * (1 - mass[1:-1])))]
    # cost of the cell from edge i to edge j, less a constant: minus its mass times its squared mean
    share = mass[None, :] - mass[:, None]
    cost = np.where(share > 1e-13, -((first[:, None] - first[None, :]) ** 2) / np.maximum(share, 1e-13), inf)
    forward, back_pointer = [cost[0]], []
    backward, ahead_pointer = [cost[:, last]], []
    for _ in range(clusters - 1):
        through = forward[-1][:, None] + cost
        back_pointer.append(through.argmin(axis=0))
        forward.append(through.min(axis=0))
        through = cost + backward[-1][None, :]
        ahead_pointer.append(through.argmin(axis=1))
        backward.append(through.min(axis=1))
    starts = []
    for k in range(1, clusters):
        for at in _minima((forward[k - 1] + backward[clusters - k - 1])[1:-1]) + 1:
            left, right = [at], [at]
            for j in range(k - 2, -1, -1):
                left.insert(0, back_pointer[j][left[0]])
            for j in range(clusters - k - 2, -1, -1):
                right.append(ahead_pointer[j][right[-1]])
            starts.append(edges[left[:-1] + right])
    return starts


def cut_grid(model: Mixture, points: int = 400) -> FloatArray:
    """Where boundaries may lie, ascending: across each component, and evenly over all of them."""
    reach = 8.0
    per_component = [
        m + s * np.linspace(-reach, reach, points) for m, s in zip(model.means, model.sds, strict=True)
    ]
    low, high = min(g[0] for g in per_component), max(g[-1] for g in per_component)
    grid = np.unique(np.concatenate([*per_component, np.linspace(low, high, points)]))
    mass = model.cdf(grid)
    return np.asarray(grid[(mass > 1e-12) & (mass < 1 - 1e-12)])


def _minima(profile: FloatArray) -> NDArray[np.intp]:
    """Indices of the local minima of a finite sequence, one for each flat stretch."""
    # infinite where there is no such partition
    largest = np.abs(profile[np.isfinite(profile)]).max()
    profile = np.where(np.isfinite(profile), profile, 2 * largest)
    noise = 1e-13 * largest
    # a rise or fall within rounding continues what came before it
    kept = [0]
    for i in range(1, len(profile)):
        if abs(profile[i] - profile[kept[-1]]) > noise:
            kept.append(i)
    padded = np.concatenate(([inf], profile[kept], [inf]))
    lowest = (padded[1:-1] < padded[:-2]) & (padded[1:-1] < padded[2:])
    ends = np.append(kept[1:], len(profile)) - 1
    return np.asarray((np.asarray(kept)[lowest] + ends[lowest]) // 2)


def _same(one: Partition, other: Partition, model: Mixture) -> bool:
    gap = np.abs(np.subtract(one.boundaries, other.boundaries)).max()
    return bool(gap < 1e-6 * min(min(model.sds), sqrt(model.variance)))
