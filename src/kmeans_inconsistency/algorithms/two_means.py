"""The exact global optimum of k-means with two clusters in one dimension.

Clusters are intervals, so there are n - 1 splits of the sorted sample. With y the values about their mean and
S_k the sum of the k smallest, the between-cluster sum of squares of a split after k is n S_k^2 / (k (n - k)):
one scan finds its maximum.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import SAMPLES, entry, kernel
from .moments import centre, mean_about, squares_about

SIZE, LOWER, UPPER, WITHIN = range(4)


@kernel
def _best_size(x: Any, middle: float) -> int:
    """Number of values in the lower cluster of the best split; the smallest such number among equals."""
    n = x.size
    total = 0.0
    best = -1.0
    size = 0
    for k in range(1, n):
        total += x[k - 1] - middle
        between = total * total / (float(k) * float(n - k))
        if between > best:
            best = between
            size = k
    return size


@kernel
def summarise_split(x: Any, size: int, result: Any) -> None:
    """Write the first four entries of ``result`` for the split of ``x`` after ``size`` values."""
    lower = x[:size]
    upper = x[size:]
    result[SIZE] = size
    result[LOWER] = mean_about(lower, lower[lower.size // 2])
    result[UPPER] = mean_about(upper, upper[upper.size // 2])
    result[WITHIN] = squares_about(lower, result[LOWER]) + squares_about(upper, result[UPPER])


@kernel
def fit_two_means(x: Any, result: Any) -> None:
    """Best split of one sorted sample with at least two values; writes ``result``, shape (4,)."""
    summarise_split(x, _best_size(x, centre(x)), result)


@entry(SAMPLES)
def two_means(samples: Any) -> Any:
    """Optimal two-cluster splits of sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.

    Returns
    -------
    ndarray, shape (r, 4)
        Number of values in the lower cluster, the two means in ascending order, and the within-cluster sum
        of squares.
    """
    results = np.empty((samples.shape[0], 4))
    for i in range(samples.shape[0]):
        fit_two_means(samples[i], results[i])
    return results
