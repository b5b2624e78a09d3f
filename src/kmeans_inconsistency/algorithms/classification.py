"""Classification maximum likelihood of two normals with a common variance in one dimension (Symons, 1981).

The classification likelihood gives each observation wholly to one component. Its optimum cuts the sorted
sample, so that with F the lower cluster's share and W the within-cluster variance of a cut, the mean
log-likelihood is

    F log F + (1 - F) log(1 - F) - log(2 pi W)/2 - 1/2

with free weights. One cluster may be empty. With weights fixed at 1/2 the optimum is that of k-means.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import log
from .compiling import COUNT, SAMPLES, entry, kernel
from .moments import centre, squares_about
from .two_means import LOWER, SIZE, UPPER, WITHIN, fit_two_means, summarise_split

LOG_LIKELIHOOD, PASSES = WITHIN + 1, WITHIN + 2

GLOBAL, FROM_KMEANS, FIXED_WEIGHTS = range(3)

_SINGLE = -0.9189385332046727 - 0.5
_MOST_STEPS = 10_000


@kernel
def _criterion(share: float, variance: float) -> float:
    """Mean log-likelihood of a cut; of a cluster that takes all if ``share`` is 0 or 1."""
    value = -np.inf if variance == 0.0 else _SINGLE - 0.5 * log(variance)
    if 0.0 < share < 1.0:
        value += share * log(share) + (1.0 - share) * log(1.0 - share)
    return value


@kernel
def _best_cut(x: Any, fixed: bool) -> int:
    """Size of the lower cluster of the likeliest cut, weights 1/2 or free; n if one takes all."""
    n = x.size
    first = 1
    while first < n and x[first] == x[0]:
        first += 1
    if first == n or x[first] == x[n - 1]:
        return first
    middle = centre(x)
    squares = squares_about(x, middle)
    best, size = -np.inf if fixed else _criterion(1.0, squares / n), n
    total = 0.0
    for k in range(1, n):
        total += x[k - 1] - middle
        within = squares / n - total * total / (float(k) * float(n - k))
        # within may round to nothing if the clusters are tight
        value = _criterion(0.5 if fixed else k / n, max(within, 1e-15 * squares / n))
        if x[k] > x[k - 1] and value > best:
            best, size = value, k
    return size


@kernel
def _descend(x: Any, result: Any) -> int:
    """Classification EM from the best split until no observation moves; returns the passes."""
    n = x.size
    fit_two_means(x, result)
    passes = 4
    while passes < _MOST_STEPS:
        size = int(result[SIZE])
        distance = result[UPPER] - result[LOWER]
        variance = result[WITHIN] / n
        if size == n or not distance > 0.0:
            break
        share = size / n
        cut = 0.5 * (result[LOWER] + result[UPPER]) + variance / distance * log(share / (1.0 - share))
        moved = np.searchsorted(x, cut)
        if moved == size:
            break
        if moved == 0 or moved == n:
            result[SIZE] = n
            break
        summarise_split(x, moved, result)
        passes += 2
    return passes


@entry(SAMPLES, COUNT)
def classification(samples: Any, start: int) -> Any:
    """Classification maximum-likelihood fits of sorted samples.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.
    start : int
        ``GLOBAL`` for the best of all cuts, ``FROM_KMEANS`` for the local optimum reached from k-means', both
        with free weights; ``FIXED_WEIGHTS`` for the best of all cuts with weights 1/2.

    Returns
    -------
    ndarray, shape (r, 6)
        Size of the lower cluster (n if it takes all; then both means are the sample's), the means, the
        within-cluster sum of squares, the classification log-likelihood, and the passes.
    """
    r, n = samples.shape
    results = np.empty((r, 6))
    for i in range(r):
        x, result = samples[i], results[i]
        if start != FROM_KMEANS:
            result[SIZE] = _best_cut(x, start == FIXED_WEIGHTS)
            result[PASSES] = 3
        else:
            result[PASSES] = _descend(x, result)
        size = int(result[SIZE])
        if size == n:
            mean = centre(x)
            result[LOWER] = result[UPPER] = mean
            result[WITHIN] = squares_about(x, mean)
        else:
            summarise_split(x, size, result)
        share = 0.5 if start == FIXED_WEIGHTS else size / n
        result[LOG_LIKELIHOOD] = n * _criterion(share, result[WITHIN] / n)
    return results
