"""k-means by Lloyd's algorithm from uniformly drawn observations, to see how often a start succeeds."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..algorithms.starts import UNIFORM
from .lloyd import OUTPUTS, fit_rows
from .method import Batch, Method


def _fit(batch: Batch, starts: int) -> dict[str, NDArray[Any]]:
    return fit_rows(batch, "lloyd_uniform", starts, UNIFORM, exchanged=False)


METHOD = Method(
    fit=_fit, outputs=OUTPUTS, parameters={"starts": "count"}, any_dimension=True, any_clusters=True
)
