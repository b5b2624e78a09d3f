"""Maximum likelihood of the mixture with the intervals of the observed information."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.observed_information import mixture_errors
from .intervals import OUTPUTS, rows
from .method import Batch, Method


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    samples = read_only(batch.sorted)
    fits = newton.mixture_newton(samples, 1)
    status = fits[:, newton.OUTCOME].astype(np.int64)
    variances = mixture_errors(samples, read_only(fits))
    return rows(fits[:, newton.LOWER], fits[:, newton.UPPER], variances, status)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
