"""Maximum likelihood of the normal mixture on the line whose components have variances of their own.

There is no global optimum: the likelihood rises without bound where a component shrinks to one observation.
The estimator is that of :mod:`.full_mixture` in one dimension, the largest local maximum over stated starts,
and degenerate if the run from any of them is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .full_mixture import DIAGNOSTICS, fit_one, fit_rows
from .method import Batch, Method, Status
from .validation import positive_count, sorted_sample


class FreeMixture(NamedTuple):
    """Result of the maximum likelihood of a normal mixture with free variances.

    Attributes
    ----------
    weights, means, variances : ndarray, shape (clusters,)
        Means ascending. Weights are NaN if the components merge.
    objective, passes, gradient, share, degenerate_share, status
        As of :class:`.full_mixture.NormalMixture`.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variances: NDArray[np.float64]
    objective: float
    passes: int
    gradient: float
    share: float
    degenerate_share: float
    status: Status


def free_mixture(
    x: ArrayLike, clusters: int = 2, starts: int = 10, seed: int | np.random.Generator = 0
) -> FreeMixture:
    """Fit a normal mixture with free weights, means and variances to one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
    clusters, starts, seed
        As of :func:`.full_mixture.full_mixture`.

    Returns
    -------
    FreeMixture

    Raises
    ------
    ValueError
        If the sample is too short, or is not a finite real vector.
    """
    sample = sorted_sample(x, at_least=positive_count("clusters", clusters))[0]
    fit = fit_one(sample, clusters, starts, seed, tied=False)
    return FreeMixture(fit.weights, fit.means[:, 0], fit.covariances[:, 0, 0], *fit[3:])


def _fit(batch: Batch, starts: int) -> dict[str, NDArray[Any]]:
    rows, columns = fit_rows(batch, "free_mixture", starts, tied=False)
    del columns["angle"]
    return columns | {
        "lower": rows.means[:, 0, 0],
        "upper": rows.means[:, -1, 0],
        "variance_lower": rows.covariances[:, 0, 0, 0],
        "variance_upper": rows.covariances[:, -1, 0, 0],
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance_lower", "variance_upper", *DIAGNOSTICS),
    parameters={"starts": "count"},
    any_clusters=True,
)
