"""k-means in one dimension, at its exact global optimum."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms.compiling import read_only
from ..algorithms.optimal_partition import optimal_partition, optimal_partitions, weighted_partition
from ..algorithms.two_means import LOWER, SIZE, UNIQUE, UPPER, WITHIN, two_means
from ._geometry import mean_distance
from ._method import Batch, FloatArray, Method, Status, chosen
from ._validation import positive_count, sorted_sample, weighted_sample


class KMeans(NamedTuple):
    """Result of k-means.

    Attributes
    ----------
    centers : ndarray, shape (clusters,)
        Cluster means in ascending order.
    sizes : ndarray, shape (clusters,)
        Numbers of observations in the clusters, or the sums of their weights.
    objective : float
        Within-cluster sum of squares: the smallest of all partitions.
    passes : int
        How often the sorted data were read.
    unique : bool
        Whether no other partition of the numbers, as they are stored, has the same objective to 1e-12.
    status : Status
        ``MERGED`` if there are fewer distinct values than clusters, so that means are equal.
    cuts : ndarray, shape (clusters - 1,)
        Between neighbouring clusters: every observation of a cluster is above the cut below it and at most at
        the cut above it. Half way between the means, but for rounding.
    interval : ndarray, shape (2,), or None
        95 % confidence interval of the distance of two centres, if asked for; NaN if it does not exist.
    """

    centers: NDArray[np.float64]
    sizes: NDArray[Any]
    objective: float
    passes: int
    unique: bool
    status: Status
    cuts: NDArray[np.float64]
    interval: NDArray[np.float64] | None = None


_PASSES = 4  # mean, scan, cluster means, sums of squares


def kmeans(
    x: ArrayLike, clusters: int = 2, interval: str = "none", sample_weight: ArrayLike | None = None
) -> KMeans:
    """Exact k-means of one sample in one dimension.

    The objective is the smallest there is, to 1e-12 of itself, for any finite numbers, whatever their offset
    and however their scales are mixed. It is infinite, or zero, where the square of a distance is beyond the
    range of floats; centres and sizes are right there too.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample.
    clusters : int
        Number of clusters.
    interval : {"none", "sandwich", "naive"}
        For two clusters whether to add the interval of Pollard's limit theorem, which counts the cut as
        estimated, or the naive one, which takes the clusters for two given samples. Both are about the
        estimator's own limit.
    sample_weight : array_like, shape (n,), optional
        Weights of the observations, such as the counts of a histogram: a whole number is as good as repeating
        the observation, and 0 as leaving it out. Centres depend on ratios of weights alone.

    Returns
    -------
    KMeans

    Raises
    ------
    ValueError
        If there is no cluster, ``interval`` is none of the three or is asked for of other than two clusters,
        the sample has fewer values than there are clusters, or is not a finite real vector, weights are no
        weights, or an interval is asked for with weights.

    Examples
    --------
    >>> kmeans([1.0, 2.0, 9.0]).centers
    array([1.5, 9. ])
    >>> kmeans([1.0, 2.0, 9.0], sample_weight=[3, 1, 1]).centers
    array([1.25, 9.  ])
    """
    clusters = positive_count("clusters", clusters)
    if chosen("interval", interval, ("none", "sandwich", "naive")) != "none" and clusters != 2:
        raise ValueError(f"There are intervals for two clusters, not for {clusters}.")
    if sample_weight is not None:
        if interval != "none":
            raise ValueError("There are no intervals with weights: leave out interval, or sample_weight.")
        sample, weights = map(read_only, weighted_sample(x, sample_weight, clusters))
        begins, centers, within, unique = weighted_partition(sample, weights, clusters)
        sizes = np.add.reduceat(weights, begins[:-1])
        return _result(sample, begins, centers, sizes, within, unique, clusters + 3, None)
    samples = read_only(sorted_sample(x, at_least=clusters, largest=np.inf))
    sample = samples[0]
    if clusters == 2 and _ordinary(sample):
        fit = two_means(samples)[0]
        begins = np.array([0, int(fit[SIZE]), len(sample)])
        centers, within, unique, passes = fit[LOWER : UPPER + 1], fit[WITHIN], fit[UNIQUE], _PASSES
    else:
        begins, centers, within, unique = optimal_partition(sample, clusters)
        passes = clusters + 3
    limits = None if interval == "none" else _interval(sample, interval)
    return _result(sample, begins, centers, np.diff(begins), within, unique, passes, limits)


def _result(
    sample: FloatArray,
    begins: NDArray[np.int64],
    centers: FloatArray,
    sizes: NDArray[Any],
    within: float,
    unique: bool,
    passes: int,
    interval: FloatArray | None,
) -> KMeans:
    last, first = sample[begins[1:-1] - 1], sample[begins[1:-1]]
    cuts = 0.5 * centers[:-1] + 0.5 * centers[1:]
    return KMeans(
        centers=centers,
        sizes=sizes,
        objective=float(within),
        passes=passes,
        unique=bool(unique),
        status=Status.MERGED if (first == last).any() else Status.CONVERGED,
        cuts=np.where((last <= cuts) & (cuts < first), cuts, last),
        interval=interval,
    )


def _interval(sample: FloatArray, interval: str) -> FloatArray:
    if not _ordinary(sample):
        return np.full(2, np.nan)
    # by its name, so that fits without intervals do not depend on its sources
    rows = import_module("._kmeans_intervals", __package__).fit_rows(sample[np.newaxis], interval)
    return np.array([rows["distance_low"][0], rows["distance_high"][0]])


def _ordinary(sample: FloatArray) -> bool:
    """Whether squares of sums of differences neither overflow nor underflow."""
    size = max(-sample[0], sample[-1])
    return bool(size < _LARGEST and (sample[-1] - sample[0] > 1 / _LARGEST or sample[0] == sample[-1]))


_LARGEST = 1e120


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
    parameters={"interval": ("none", "sandwich", "naive")},
    elsewhere={"interval": "_kmeans_intervals"},
    any_clusters=True,
)
