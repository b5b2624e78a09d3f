"""Debiased k-means for general weights."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from .debiased import OUTPUTS, Debiased, debiased, fit_rows
from .method import Batch, Method


def debiased_general(x: ArrayLike) -> Debiased:
    """``debiased(x, balanced=False, one_step=False)``."""
    return debiased(x, balanced=False, one_step=False)


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, balanced=False, one_step=False)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
