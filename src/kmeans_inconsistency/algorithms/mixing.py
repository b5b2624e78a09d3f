"""Whether a sampler's chains have mixed: split R-hat, and the effective sample size (Gelman et al. 2013).

The chains are the halves of those that were run. With W the mean variance within chains and V the variance
that pools it with that between them, R-hat is sqrt(V / W), and the autocorrelation at lag t is
1 - (W - c_t) / V, c_t the chains' mean autocovariance. Sums of two neighbouring autocorrelations are added up
while they are positive, none larger than the one before (Geyer 1992).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compiling import SAMPLES, entry, kernel


@kernel
def _autocovariance(centred: Any, lag: int) -> float:
    """Mean over the chains; sums are divided by the length less one."""
    chains, n = centred.shape
    result = 0.0
    for c in range(chains):
        for i in range(n - lag):
            result += centred[c, i] * centred[c, i + lag]
    return result / (chains * (n - 1))


@entry(SAMPLES)
def mixing(chains: Any) -> tuple[float, float]:
    """Effective sample size of all draws, and split R-hat.

    Parameters
    ----------
    chains : ndarray of float64, shape (m, draws), read-only
        At least four draws each; of an odd number the last is left out.

    Returns
    -------
    size, r_hat : float
        NaN where the draws are all the same.
    """
    m, n = 2 * chains.shape[0], chains.shape[1] // 2
    centred = np.empty((m, n))
    means = np.empty(m)
    for c in range(m):
        half = chains[c // 2, (c % 2) * n : (c % 2 + 1) * n]
        mean = 0.0
        for i in range(n):
            mean += half[i]
        means[c] = mean / n
        for i in range(n):
            centred[c, i] = half[i] - means[c]
    within = _autocovariance(centred, 0)
    middle = between = 0.0
    for c in range(m):
        middle += means[c] / m
    for c in range(m):
        between += (means[c] - middle) ** 2 / (m - 1)
    pooled = within * (n - 1) / n + between
    sums = 0.0
    before = np.inf
    for lag in range(0, n - 1, 2):
        one = 1.0 - (within - _autocovariance(centred, lag)) / pooled if lag > 0 else 1.0
        pair = one + 1.0 - (within - _autocovariance(centred, lag + 1)) / pooled
        if not pair > 0.0:
            break
        before = min(before, pair)
        sums += before
    # an antithetic chain may be worth more than its length, but not without bound
    time = max(2.0 * sums - 1.0, 1.0 / np.log10(float(m * n)))
    return m * n / time if pooled > 0.0 else np.nan, np.sqrt(pooled / within) if within > 0.0 else np.nan
