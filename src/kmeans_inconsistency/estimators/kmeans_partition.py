"""k-means' partition, and the probabilities of the model of which it is the classification likelihood.

That model has components of equal weight and of k-means' within-cluster variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms.compiling import read_only
from ..algorithms.two_means import LOWER, UPPER, WITHIN, two_means
from . import scores
from .method import Batch, Method, Status


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = two_means(read_only(batch.sorted))
    lower, upper = fits[:, LOWER], fits[:, UPPER]
    status = np.where(lower == upper, Status.MERGED, Status.CONVERGED)
    half = np.full(len(fits), 0.5)
    return {**scores.rows(batch, lower, upper, half, fits[:, WITHIN] / batch.n), "status": status}


METHOD = Method(fit=_fit, outputs=scores.OUTPUTS)
