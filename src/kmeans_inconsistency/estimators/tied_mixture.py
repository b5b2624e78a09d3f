"""Maximum likelihood of the normal mixture with one covariance for all components, the best over starts.

Its likelihood is bounded unless the sample is as small as the parameters are many, but no algorithm is
certain to find its maximum; with two components in one dimension :mod:`.mixture` does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .full_mixture import OUTPUTS, NormalMixture, fit_one, fit_rows
from .method import Batch, Method


def tied_mixture(
    x: ArrayLike, clusters: int = 2, starts: int = 10, seed: int | np.random.Generator = 0
) -> NormalMixture:
    """Fit a normal mixture with free weights and means and one free covariance matrix.

    The parameters, the result and the errors are those of :func:`.full_mixture.full_mixture`.
    """
    return fit_one(x, clusters, starts, seed, tied=True)


def _fit(batch: Batch, starts: int) -> dict[str, NDArray[Any]]:
    return fit_rows(batch, "tied_mixture", starts, tied=True)[1]


METHOD = Method(
    fit=_fit, outputs=OUTPUTS, parameters={"starts": "count"}, any_dimension=True, any_clusters=True
)
