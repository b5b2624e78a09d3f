"""Maximum likelihood of the mixture with the intervals of the observed information."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.observed_information import mixture_errors
from ._intervals import OUTPUTS, rows
from ._method import Batch, FloatArray, Method

_EFFORT = {"global": 1, "local": newton.FROM_KMEANS}


def fit_rows(samples: FloatArray, search: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    samples = read_only(samples)
    fits = newton.mixture_newton(samples, _EFFORT[search])
    status = fits[:, newton.OUTCOME].astype(np.int64)
    variances = mixture_errors(samples, read_only(fits))
    return rows(fits[:, newton.LOWER], fits[:, newton.UPPER], variances, status)


def _fit(batch: Batch, interval: str, search: str = "global") -> dict[str, NDArray[Any]]:
    del interval  # the only one that is not none
    return fit_rows(batch.sorted, search)


METHOD = Method(
    fit=_fit,
    outputs=OUTPUTS,
    parameters={"search": ("global", "local"), "interval": ("none", "information")},
)
