"""Plain EM from k-means' split to stationarity: the algorithm, not a rule of thumb for when to stop."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from .em import OUTPUTS, STATIONARY, fit_rows
from .method import Batch, Method


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, STATIONARY, accelerated=False)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
