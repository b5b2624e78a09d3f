"""Classification maximum likelihood with weights fixed at 1/2: the fixed-partition model of k-means.

Every cut is held against every other by its likelihood; that the best one is k-means' is a result.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..algorithms.classification import FIXED_WEIGHTS
from .classification import OUTPUTS, fit_rows
from .method import Batch, Method


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, FIXED_WEIGHTS)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
