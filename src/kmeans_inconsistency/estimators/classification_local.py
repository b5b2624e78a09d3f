"""Classification maximum likelihood, the local optimum that classification EM reaches from k-means' split."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from ..algorithms.classification import FROM_KMEANS
from .classification import OUTPUTS, Classification, classification, fit_rows
from .method import Batch, Method


def classification_local(x: ArrayLike) -> Classification:
    """``classification(x, start="kmeans")``."""
    return classification(x, start="kmeans")


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, FROM_KMEANS)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
