"""k-means with intervals: naive ones, or those of Pollard's limit theorem, whose covariance is a sandwich.

The naive ones take the clusters for two samples that were there before the data; Pollard's count the cut as
estimated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import cluster_errors as algorithm
from ..algorithms.compiling import read_only
from ..algorithms.two_means import LOWER, UPPER
from ._intervals import OUTPUTS, rows
from ._method import Batch, FloatArray, Method, Status

_VARIANCES = {
    "naive": [algorithm.NAIVE_DISTANCE, algorithm.NAIVE_LOWER],
    "sandwich": [algorithm.POLLARD_DISTANCE, algorithm.POLLARD_LOWER],
}


def fit_rows(samples: FloatArray, interval: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    fits = algorithm.cluster_errors(read_only(samples))
    lower, upper = fits[:, LOWER], fits[:, UPPER]
    status = np.where(lower == upper, Status.MERGED, Status.CONVERGED)
    return rows(lower, upper, fits[:, _VARIANCES[interval]], status)


def _fit(batch: Batch, interval: str) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, interval)


METHOD = Method(fit=_fit, outputs=OUTPUTS, parameters={"interval": ("none", "sandwich", "naive")})
