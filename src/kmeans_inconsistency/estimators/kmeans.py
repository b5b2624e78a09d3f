"""k-means with two clusters in one dimension, at its exact global optimum."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms.compiling import read_only
from ..algorithms.two_means import LOWER, UPPER, WITHIN, two_means
from .method import Batch, Method, Status
from .validation import sorted_sample


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
    status : Status
        ``MERGED`` if fewer distinct values than clusters leave means equal.
    """

    centers: NDArray[np.float64]
    sizes: NDArray[np.int64]
    objective: float
    passes: int
    status: Status


_PASSES = 4  # mean, scan, cluster means, sums of squares


def kmeans(x: ArrayLike, clusters: int = 2) -> KMeans:
    """Exact k-means of one sample in one dimension.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample.
    clusters : int
        Number of clusters; two for now.

    Returns
    -------
    KMeans

    Raises
    ------
    ValueError
        If the sample has fewer values than there are clusters, or is not a finite real vector.

    Examples
    --------
    >>> kmeans([1.0, 2.0, 9.0]).centers
    array([1.5, 9. ])
    """
    if clusters != 2:
        raise ValueError(f"clusters must be 2, not {clusters}.")
    sample = sorted_sample(x, at_least=clusters)
    (size, lower, upper, within), n = two_means(read_only(sample))[0], sample.shape[1]
    return KMeans(
        centers=np.array([lower, upper]),
        sizes=np.array([size, n - size], dtype=np.int64),
        objective=float(within),
        passes=_PASSES,
        status=Status.MERGED if lower == upper else Status.CONVERGED,
    )


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = two_means(read_only(batch.sorted))
    lower, upper, within = fits[:, LOWER], fits[:, UPPER], fits[:, WITHIN]
    return {
        "distance": upper - lower,
        "lower": lower,
        "upper": upper,
        "variance": within / batch.n,
        "objective": within,
        "passes": np.full(len(fits), _PASSES),
        "status": np.where(lower == upper, Status.MERGED, Status.CONVERGED),
    }


METHOD = Method(fit=_fit, outputs=("distance", "lower", "upper", "variance", "objective", "passes"))
