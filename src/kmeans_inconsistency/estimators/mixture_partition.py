"""The mixture's maximum likelihood fit as a partition and as probabilities: its responsibilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from . import scores
from .method import Batch, Method


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = newton.mixture_newton(read_only(batch.sorted), 1)
    means = fits[:, newton.LOWER], fits[:, newton.UPPER]
    status = fits[:, newton.OUTCOME].astype(np.int64)
    return {**scores.rows(batch, *means, fits[:, newton.WEIGHT], fits[:, newton.VARIANCE]), "status": status}


METHOD = Method(fit=_fit, outputs=scores.OUTPUTS)
