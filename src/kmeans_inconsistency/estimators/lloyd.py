"""k-means in any dimension: Lloyd's algorithm, the best of several greedy k-means++ starts, then exchanges.

No global optimum is to be had here; in one dimension :mod:`.kmeans` finds it. The starts
(:mod:`..algorithms.starts`) are as good as scikit-learn's; where dimensions are many few starts of either end
near the optimum, and the exchanges (:mod:`..algorithms.exchanges`) go on from the best of them. Starts at
uniformly drawn observations, without exchanges, show how often a start succeeds.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import lloyd as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.starts import GREEDY, UNIFORM
from ._geometry import angle, center_error, mean_distance
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import matrix, positive_count, weighted_points


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
        Passes over the data, all starts and the exchanges together.
    share : float
        Share of the starts that end at the best of their ends, from which exchanges go on.
    status : Status
        ``MERGED`` if centres coincide, ``NOT_CONVERGED`` if the best fit did not reach a fixed point.
    """

    centers: NDArray[np.float64]
    labels: NDArray[np.int64]
    objective: float
    passes: int
    share: float
    status: Status


_MOST_PASSES = 20_000


_WAYS = {"greedy": GREEDY, "uniform": UNIFORM}
#: Names of the streams of random numbers: those under which they were first drawn.
STREAMS = {"greedy": "lloyd", "uniform": "lloyd_uniform"}


def lloyd(
    x: ArrayLike,
    clusters: int = 2,
    starts: int = 10,
    seed: int | np.random.Generator = 0,
    start: str = "greedy",
    refinement: str = "exchanges",
    sample_weight: ArrayLike | None = None,
) -> Clusters:
    """k-means by Lloyd's algorithm from several starts, and exchanges from the best.

    Parameters
    ----------
    x : array_like, shape (n, d) or (n,)
    clusters, starts : int
    seed : int or Generator
        Of the starts; the same seed gives the same fit.
    start : {"greedy", "uniform"}
        Where each run begins: at the observations of greedy k-means++, or at uniformly drawn ones.
    refinement : {"exchanges", "none"}
        What follows the best run.
    sample_weight : array_like, shape (n,), optional
        Weights of the observations: a whole number is as good as repeating the observation, and 0 as leaving
        it out, but for its label. Centres depend on ratios of weights alone. Exchanges move an observation
        with all its weight, which repeated ones do one by one, and uniform starts take it once at most.

    Returns
    -------
    Clusters

    Raises
    ------
    ValueError
        If a choice is none of the two, there are fewer observations than clusters, the data are not a finite
        real matrix, or weights are no weights.
    """
    least = positive_count("clusters", clusters)
    if sample_weight is None:
        points = own = matrix(x, least)
    else:
        points, own, weights = weighted_points(x, sample_weight, least)
    uniforms = read_only(np.random.default_rng(seed).random((1, positive_count("starts", starts), clusters)))
    way = _WAYS[chosen("start", start, ("greedy", "uniform"))]
    exchanged = chosen("refinement", refinement, ("exchanges", "none")) == "exchanges"
    how = way, exchanged, _MOST_PASSES
    if sample_weight is None:
        all_centers, fits = algorithm.lloyd(read_only(own[np.newaxis]), uniforms, *how)
    else:
        # by its name, so that fits without weights do not depend on its sources
        fit = import_module("..algorithms.weighted_lloyd", __package__).weighted_lloyd
        found = fit(read_only(own), read_only(weights), uniforms[0], *how)
        all_centers, fits = (of_one[np.newaxis] for of_one in found)
    centers = all_centers[0][np.lexsort(all_centers[0].T[::-1])]
    return Clusters(
        centers=centers,
        labels=algorithm.nearest(read_only(points - centers[0]), read_only(centers - centers[0])),
        objective=float(fits[0, algorithm.INERTIA]),
        passes=int(fits[0, algorithm.PASSES]),
        share=float(fits[0, algorithm.SHARE]),
        status=Status(int(_statuses(all_centers, fits)[0])),
    )


def _statuses(centers: FloatArray, fits: FloatArray) -> NDArray[np.int64]:
    """Status of each fit, shape (r,), from its centres, (r, k, d), and diagnostics."""
    merged = [len(np.unique(own, axis=0)) < len(own) for own in centers]
    stopped = np.where(fits[:, algorithm.FIXED] == 1.0, Status.CONVERGED, Status.NOT_CONVERGED)
    return np.where(merged, Status.MERGED, stopped)


def drawn(batch: Batch, stream: str, starts: int) -> tuple[FloatArray, FloatArray]:
    """Samples of a batch, shape (r, n, d), and random numbers for their starts, (r, starts, clusters)."""
    samples = batch.x.reshape(len(batch.x), batch.n, batch.dimension)
    uniforms = np.array([rng.random((starts, batch.clusters)) for rng in batch.generators(stream)])
    return read_only(samples), read_only(uniforms)


def true_means(batch: Batch) -> FloatArray:
    """The means of a batch's model, shape (k, d)."""
    return np.array(batch.truth.means, dtype=float).reshape(-1, batch.dimension)


def _fit(
    batch: Batch, starts: int, start: str = "greedy", refinement: str = "exchanges"
) -> dict[str, NDArray[Any]]:
    samples, uniforms = drawn(batch, STREAMS[start], starts)
    exchanged = refinement == "exchanges"
    centers, fits = algorithm.lloyd(samples, uniforms, _WAYS[start], exchanged, _MOST_PASSES)
    return {
        "distance": mean_distance(centers),
        "center_error": center_error(centers, true_means(batch)),
        "angle": angle(centers),
        "variance": fits[:, algorithm.INERTIA] / samples[0].size,
        "objective": fits[:, algorithm.INERTIA],
        "passes": fits[:, algorithm.PASSES],
        "share": fits[:, algorithm.SHARE],
        "status": _statuses(centers, fits),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "center_error", "angle", "variance", "objective", "passes", "share"),
    parameters={"start": ("greedy", "uniform"), "refinement": ("exchanges", "none"), "starts": "count"},
    any_dimension=True,
    any_clusters=True,
)
