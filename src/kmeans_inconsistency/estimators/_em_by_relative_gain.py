"""EM stopped by the relative gain of the log-likelihood, as the R package mclust stops it.

mclust ends EM when the log-likelihood l has changed by no more than its tolerance, by default 1e-5, times
1 + abs(l). On the line it starts at the halves of the sample (``start="halves"``); of samples of more than
2000 values at those of a random 2000, by default, which leaves some of the start's noise in the fit at every
n. We take the halves of the whole sample.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ._method import Batch, Method
from .em import fit_rows, stop_at


def _fit(batch: Batch, rule: str, tol: float = 1e-5, start: str = "kmeans") -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, stop_at(tol, rule=rule), "none", start)


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "objective", "passes", "gradient"),
    parameters={"start": ("kmeans", "halves"), "rule": ("gain", "relative"), "tol": "positive"},
    optional=("tol",),
)
