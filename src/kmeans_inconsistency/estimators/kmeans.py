"""k-means in one dimension, at its exact global optimum."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms.compiling import read_only
from ..algorithms.optimal_partition import optimal_partition, optimal_partitions
from ..algorithms.two_means import LOWER, UPPER, WITHIN, two_means
from .geometry import mean_distance
from .method import Batch, Method, Status
from .validation import positive_count, sorted_sample


class KMeans(NamedTuple):
    """Result of k-means.

    Attributes
    ----------
    centers : ndarray, shape (clusters,)
        Cluster means in ascending order.
    sizes : ndarray of int, shape (clusters,)
        Numbers of observations in the clusters.
    objective : float
        Within-cluster sum of squares: the smallest of all partitions.
    passes : int
        How often the sorted data were read.
    unique : bool
        Whether no other partition is as good, up to rounding.
    status : Status
        ``MERGED`` if fewer distinct values than clusters leave means equal.
    """

    centers: NDArray[np.float64]
    sizes: NDArray[np.int64]
    objective: float
    passes: int
    unique: bool
    status: Status


_PASSES = 4  # mean, scan, cluster means, sums of squares


def kmeans(x: ArrayLike, clusters: int = 2) -> KMeans:
    """Exact k-means of one sample in one dimension.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample.
    clusters : int
        Number of clusters.

    Returns
    -------
    KMeans

    Raises
    ------
    ValueError
        If there is no cluster, the sample has fewer values than there are clusters, or is not a finite real
        vector.

    Examples
    --------
    >>> kmeans([1.0, 2.0, 9.0]).centers
    array([1.5, 9. ])
    """
    clusters = positive_count("clusters", clusters)
    sample = sorted_sample(x, at_least=clusters)[0]
    begins, centers, within, unique = optimal_partition(read_only(sample), clusters)
    return KMeans(
        centers=centers,
        sizes=np.diff(begins),
        objective=float(within),
        passes=clusters + 3,
        unique=bool(unique),
        status=Status.MERGED if (np.diff(centers) == 0).any() else Status.CONVERGED,
    )


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    samples = read_only(batch.sorted)
    if batch.clusters == 2:
        fits = two_means(samples)
        centers, within = fits[:, LOWER : UPPER + 1], fits[:, WITHIN]
        passes = _PASSES
    else:
        centers, within = optimal_partitions(samples, batch.clusters)
        passes = batch.clusters + 3
    merged = (np.diff(centers, axis=1) == 0).any(axis=1)
    return {
        "distance": mean_distance(centers[:, :, np.newaxis]),
        "lower": centers[:, 0],
        "upper": centers[:, -1],
        "variance": within / batch.n,
        "objective": within,
        "passes": np.full(len(centers), passes),
        "status": np.where(merged, Status.MERGED, Status.CONVERGED),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "variance", "objective", "passes"),
    any_clusters=True,
)
