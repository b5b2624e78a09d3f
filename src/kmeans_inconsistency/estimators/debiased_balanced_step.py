"""Debiased k-means for equal weights, followed by one Newton step of the log-likelihood in the distance."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from .debiased import OUTPUTS, Debiased, debiased, fit_rows
from .method import Batch, Method


def debiased_balanced_step(x: ArrayLike) -> Debiased:
    """``debiased(x, balanced=True, one_step=True)``."""
    return debiased(x, balanced=True, one_step=True)


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, balanced=True, one_step=True)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
