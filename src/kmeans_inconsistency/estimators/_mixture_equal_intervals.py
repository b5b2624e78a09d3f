"""The mixture with equal weights, with the intervals of the observed information of its three parameters.

They are made for weights that are 1/2: of other data they hold the limit of the fit less often than they say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.equal_weights_newton import fit_equal_weights
from ..algorithms.observed_information import equal_weights_errors
from ._intervals import OUTPUTS, rows
from ._method import Batch, FloatArray, Method

_EFFORT = {"global": 1, "local": newton.FROM_KMEANS}


def fit_rows(samples: FloatArray, search: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    samples = read_only(samples)
    fits = fit_equal_weights(samples, _EFFORT[search])
    status = fits[:, newton.OUTCOME].astype(np.int64)
    variances = equal_weights_errors(samples, read_only(fits))
    return rows(fits[:, newton.LOWER], fits[:, newton.UPPER], variances, status)


def _fit(batch: Batch, weights: str, interval: str, search: str = "global") -> dict[str, NDArray[Any]]:
    del weights, interval  # the only ones that are not the default
    return fit_rows(batch.sorted, search)


METHOD = Method(
    fit=_fit,
    outputs=OUTPUTS,
    parameters={
        "weights": ("free", "equal"),
        "search": ("global", "local"),
        "interval": ("none", "information"),
    },
)
