"""k-means in any dimension as practised: Lloyd's algorithm, the best of several k-means++ starts.

No global optimum is to be had here; in one dimension :mod:`.kmeans` finds it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import lloyd as algorithm
from ..algorithms.compiling import read_only
from .method import Batch, FloatArray, Method, Status
from .validation import matrix, positive_count


class Clusters(NamedTuple):
    """Result of k-means in any dimension.

    Attributes
    ----------
    centers : ndarray, shape (clusters, d)
        Cluster means in ascending order of their first coordinate.
    labels : ndarray of int, shape (n,)
        The cluster of each observation.
    objective : float
        Within-cluster sum of squares.
    passes : int
        Passes over the data, all starts together.
    status : Status
        ``MERGED`` if centres coincide, ``NOT_CONVERGED`` if the best start did not reach a fixed point.
    """

    centers: NDArray[np.float64]
    labels: NDArray[np.int64]
    objective: float
    passes: int
    status: Status


_MOST_PASSES = 200_000


def lloyd(x: ArrayLike, clusters: int = 2, starts: int = 10, seed: int | np.random.Generator = 0) -> Clusters:
    """k-means by Lloyd's algorithm from several k-means++ starts.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    clusters, starts : int
    seed : int or Generator
        Of the starts; the same seed gives the same fit.

    Returns
    -------
    Clusters

    Raises
    ------
    ValueError
        If there are fewer observations than clusters, or the data are not a finite real matrix.
    """
    points = matrix(x, at_least=positive_count("clusters", clusters))
    origin = points.mean(axis=0)
    centred = read_only(points - origin)
    rng = np.random.default_rng(seed)
    best = None
    passes = 0
    for _ in range(positive_count("starts", starts)):
        centers = plus_plus(centred, clusters, rng)
        labels, inertia, made, fixed = algorithm.lloyd(centred, centers, _MOST_PASSES)
        passes += made
        if best is None or inertia < best[0]:
            best = inertia, centers, labels, fixed
    assert best is not None  # noqa: S101 -- there is a start
    inertia, centers, labels, fixed = best
    order = np.lexsort(centers.T[::-1])
    merged = len(np.unique(centers, axis=0)) < clusters
    return Clusters(
        centers=centers[order] + origin,
        labels=np.argsort(order)[labels],
        objective=float(inertia),
        passes=int(passes),
        status=Status.MERGED if merged else Status.CONVERGED if fixed else Status.NOT_CONVERGED,
    )


def plus_plus(x: FloatArray, clusters: int, rng: np.random.Generator) -> FloatArray:
    """k-means++ starting centres, shape (clusters, d) (Arthur & Vassilvitskii, 2007)."""
    chosen = [int(rng.integers(len(x)))]
    nearest = ((x - x[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(1, clusters):
        total = nearest.cumsum()
        place = int(np.searchsorted(total, rng.random() * total[-1], side="right"))
        chosen.append(min(place, len(x) - 1))
        nearest = np.minimum(nearest, ((x - x[chosen[-1]]) ** 2).sum(axis=1))
    return x[chosen].copy()


def _fit(batch: Batch, starts: int) -> dict[str, NDArray[Any]]:
    fits = [lloyd(x, 2, starts, rng) for x, rng in zip(batch.x, batch.generators("lloyd"), strict=True)]
    return {
        "distance": np.array([np.sqrt((np.diff(f.centers, axis=0) ** 2).sum()) for f in fits]),
        "variance": np.array([f.objective for f in fits]) / batch.x[0].size,
        "objective": np.array([f.objective for f in fits]),
        "passes": np.array([f.passes for f in fits]),
        "status": np.array([f.status for f in fits]),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "variance", "objective", "passes"),
    parameters={"starts": "count"},
    any_dimension=True,
)
