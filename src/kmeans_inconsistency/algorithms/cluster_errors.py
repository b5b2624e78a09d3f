"""Sampling variances of the two means of k-means on the line: the naive ones, and Pollard's.

The naive formula takes the clusters for two samples that were there before the data. Pollard's (1982) counts
the cut as estimated too. With F the share of the lower cluster, W_j = (sum of squares in cluster j) / n, D
the distance of the means and a = f(t) D / 2, f(t) the density at the cut t half way between them,

    n Var(lower)    -> 4 (W_1 (2 (1 - F) - a)^2 + W_2 a^2) / (4 F (1 - F) - 2 a)^2,
    n Var(distance) -> 4 (W_1 (1 - F - a)^2 + W_2 (F - a)^2) / (2 F (1 - F) - a)^2.

The density is Epanechnikov's kernel estimate with the bandwidth that is best for a normal distribution with
the variance within clusters W = W_1 + W_2: (40 sqrt(pi))^(1/5) sqrt(W) n^(-1/5) (Silverman 1986, eq. 3.21).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import exp, log
from .compiling import SAMPLES, entry, kernel
from .moments import squares_about
from .two_means import LOWER, SIZE, UPPER, fit_two_means

NAIVE_DISTANCE, NAIVE_LOWER, POLLARD_DISTANCE, POLLARD_LOWER, DENSITY = range(4, 9)

_REFERENCE = 2.344914356323711  # (40 sqrt(pi))^(1/5)


@kernel
def _density(x: Any, t: float, bandwidth: float) -> float:
    """Epanechnikov's kernel estimate at ``t`` of the density of the ascending sample ``x``."""
    near = x[np.searchsorted(x, t - bandwidth) : np.searchsorted(x, t + bandwidth)]
    inside = near.size - squares_about(near, t) / (bandwidth * bandwidth)
    return 0.75 * inside / (x.size * bandwidth)


@kernel
def _write_variances(x: Any, result: Any) -> None:
    n = x.size
    size = int(result[SIZE])
    low, high = x[:size], x[size:]
    squares_low, squares_high = squares_about(low, result[LOWER]), squares_about(high, result[UPPER])
    # 0/0, and so no variance, in a cluster of one
    naive_low = squares_low / (size - 1) / size
    result[NAIVE_LOWER] = naive_low
    result[NAIVE_DISTANCE] = naive_low + squares_high / (n - size - 1) / (n - size)
    share, other = size / n, (n - size) / n
    w_low, w_high = squares_low / n, squares_high / n
    distance = result[UPPER] - result[LOWER]
    bandwidth = _REFERENCE * np.sqrt(w_low + w_high) * exp(-0.2 * log(float(n)))
    result[DENSITY] = _density(x, 0.5 * (result[LOWER] + result[UPPER]), bandwidth)
    a = 0.5 * result[DENSITY] * distance
    root = 2.0 * share * other - a
    # where the estimated Hessian has no minimum there is no variance
    scale = 4.0 / (n * root * root) if root > 0.0 else np.nan
    result[POLLARD_DISTANCE] = scale * (w_low * (other - a) ** 2 + w_high * (share - a) ** 2)
    result[POLLARD_LOWER] = scale * (w_low * (other - 0.5 * a) ** 2 + w_high * (0.5 * a) ** 2)


@entry(SAMPLES)
def cluster_errors(samples: Any) -> Any:
    """Optimal two-cluster splits of sorted samples with the variances of their means.

    Parameters
    ----------
    samples : ndarray of float64, shape (r, n), n >= 2, read-only
        Each row ascending.

    Returns
    -------
    ndarray, shape (r, 9)
        The columns of :func:`.two_means.two_means`; the naive and Pollard's variance of the distance and of
        the lower mean, in the order of the constants above; the estimated density at the cut. NaN where a
        formula gives none.
    """
    results = np.empty((samples.shape[0], 9))
    for i in range(samples.shape[0]):
        fit_two_means(samples[i], results[i])
        _write_variances(samples[i], results[i])
    return results
