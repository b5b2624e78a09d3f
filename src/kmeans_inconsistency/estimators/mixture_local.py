"""The local maximum of the mixture's likelihood that EM reaches from k-means' split, as in practice.

EM is followed until the likelihood is concave; Newton goes on from there to EM's own end in fewer passes.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike, NDArray

from ..algorithms.mixture_newton import FROM_KMEANS
from .method import Batch, Method
from .mixture import OUTPUTS, Mixture, fit_rows, mixture


def mixture_local(x: ArrayLike) -> Mixture:
    """``mixture(x, start="kmeans")``."""
    return mixture(x, start="kmeans")


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    return fit_rows(batch.sorted, FROM_KMEANS)


METHOD = Method(fit=_fit, outputs=OUTPUTS)
