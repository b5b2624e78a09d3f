"""k-means with naive intervals, which take its clusters for two samples that were there before the data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms.cluster_errors import NAIVE_DISTANCE, NAIVE_LOWER, cluster_errors
from ..algorithms.compiling import read_only
from ..algorithms.two_means import LOWER, UPPER
from .intervals import OUTPUTS, rows
from .method import Batch, Method, Status


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = cluster_errors(read_only(batch.sorted))
    lower, upper = fits[:, LOWER], fits[:, UPPER]
    status = np.where(lower == upper, Status.MERGED, Status.CONVERGED)
    return rows(lower, upper, fits[:, [NAIVE_DISTANCE, NAIVE_LOWER]], status)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
