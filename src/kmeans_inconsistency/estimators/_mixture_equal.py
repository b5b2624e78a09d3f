"""Maximum likelihood of the two-component normal mixture with weights 1/2 and a common free variance.

It is what k-means implicitly assumes. Its fitted mean is not the sample mean, unlike that of the mixture with
free weights.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from ..algorithms.equal_weights_newton import fit_equal_weights
from ._method import Batch, FloatArray, Method
from .mixture import OUTPUTS, as_rows

_EFFORT = {"global": 1, "local": newton.FROM_KMEANS}


def fit_rows(samples: FloatArray, search: str) -> dict[str, NDArray[Any]]:
    """Fit sorted samples, shape (r, n), as a batch's methods do."""
    return as_rows(fit_equal_weights(read_only(samples), _EFFORT[search]))


def _fit(batch: Batch, weights: str, search: str = "global") -> dict[str, NDArray[Any]]:
    del weights  # the only ones that are not free
    return fit_rows(batch.sorted, search)


METHOD = Method(
    fit=_fit,
    outputs=OUTPUTS,
    parameters={
        "weights": ("free", "equal"),
        "search": ("global", "local"),
        "interval": ("none", "information"),
    },
    elsewhere={"interval": "_mixture_equal_intervals"},
)
