"""Debiased k-means for components that are known to have equal weights."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from .debiased import OUTPUTS, Debiased, debiased, fit_rows
from .method import Batch, Method


def debiased_balanced(x: ArrayLike) -> Debiased:
    """``debiased(x, balanced=True)``."""
    return debiased(x, balanced=True)


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, balanced=True, one_step=False)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
