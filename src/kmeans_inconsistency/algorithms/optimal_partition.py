"""The exact global optimum of k-means with any number of clusters in one dimension, by dynamic programming.

With D_k(j) the least sum of squares of the j smallest values in k clusters, D_k(j) is the least over i of
D_{k-1}(i) + (sum of squares of the values i to j). The best i grows with j, so that each D_k is found by
halving the range of j in O(n log n) steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import COUNT, SAMPLE, SAMPLES, entry, kernel
from .moments import centre, mean_about, squares_about


@kernel
def _within(sums: Any, squares: Any, i: int, j: int) -> float:
    """Sum of squares about their mean of the values from i up to, not including, j > i."""
    total = sums[j] - sums[i]
    return max(squares[j] - squares[i] - total * total / (j - i), 0.0)


@kernel
def _next_layer(before: Any, after: Any, best: Any, sums: Any, squares: Any, clusters: int) -> None:
    """D_k from D_{k-1}, k = ``clusters``, and the beginning of the last cluster at each j."""
    n = before.size - 1
    # ranges of j that are still to do, with the range of i that their best lie in
    stack = np.empty((128, 4), np.int64)
    stack[0] = (clusters, n, clusters - 1, n - 1)
    depth = 1
    while depth > 0:
        depth -= 1
        first, last, low, high = stack[depth]
        j = (first + last) // 2
        least = np.inf
        place = low
        for i in range(low, min(high, j - 1) + 1):
            value = before[i] + _within(sums, squares, i, j)
            if value < least:
                least = value
                place = i
        after[j] = least
        best[j] = place
        if first < j:
            stack[depth] = (first, j - 1, low, place)
            depth += 1
        if j < last:
            stack[depth] = (j + 1, last, place, high)
            depth += 1


@entry(SAMPLE, COUNT)
def optimal_partition(x: Any, clusters: int) -> Any:
    """Partition of a sorted sample with the least within-cluster sum of squares.

    Parameters
    ----------
    x : ndarray of float64, shape (n,), n >= clusters, read-only
        Ascending.
    clusters : int

    Returns
    -------
    begins : ndarray of int64, shape (clusters + 1,)
        Where each cluster begins; the last entry is n.
    centers : ndarray, shape (clusters,)
    within : float
        The within-cluster sum of squares.
    unique : bool
        Whether no other partition comes within rounding of it.
    """
    n = x.size
    origin = centre(x)
    sums = np.empty(n + 1)
    squares = np.empty(n + 1)
    sums[0] = squares[0] = 0.0
    for i in range(n):
        d = x[i] - origin
        sums[i + 1] = sums[i] + d
        squares[i + 1] = squares[i] + d * d
    values = np.full((clusters + 1, n + 1), np.inf)
    best = np.zeros((clusters + 1, n + 1), np.int64)
    for j in range(1, n + 1):
        values[1, j] = _within(sums, squares, 0, j)
    for k in range(2, clusters + 1):
        _next_layer(values[k - 1], values[k], best[k], sums, squares, k)
    begins = np.empty(clusters + 1, np.int64)
    begins[clusters] = n
    unique = True
    for k in range(clusters, 0, -1):
        j = begins[k]
        begins[k - 1] = best[k, j]
        # two partitions that differ do so first, from above, at one of these ends
        ties = 0
        for i in range(k - 1, j if k > 1 else 1):
            close = values[k - 1, i] + _within(sums, squares, i, j) if k > 1 else values[1, j]
            ties += close <= values[k, j] + 1e-13 * squares[n]
        unique = unique and ties == 1
    centers = np.empty(clusters)
    within = 0.0
    for k in range(clusters):
        members = x[begins[k] : begins[k + 1]]
        centers[k] = mean_about(members, members[members.size // 2])
        within += squares_about(members, centers[k])
    return begins, centers, within, unique


@entry(SAMPLES, COUNT)
def optimal_partitions(samples: Any, clusters: int) -> Any:
    """Best partitions of several sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= clusters, read-only
        Each row ascending.
    clusters : int

    Returns
    -------
    centers : ndarray, shape (r, clusters)
    within : ndarray, shape (r,)
    """
    centers = np.empty((samples.shape[0], clusters))
    within = np.empty(samples.shape[0])
    for i in range(samples.shape[0]):
        _, centers[i], within[i], _ = optimal_partition(samples[i], clusters)
    return centers, within
