"""Maximum likelihood of the two-component normal mixture with a common free variance and free weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import mixture_newton as newton
from ..algorithms.compiling import read_only
from .method import Batch, Method, Status
from .validation import sorted_sample


class Mixture(NamedTuple):
    """Result of the mixture's maximum likelihood.

    Attributes
    ----------
    weights, means : ndarray, shape (2,)
        Weights and means of the components, means ascending. Weights are NaN if the components merge.
    variance : float
        The common variance.
    objective : float
        The log-likelihood; infinite if it is unbounded.
    passes : int
        How often the sample was read.
    gradient : float
        Largest component of the mean score in (logit weight, distance over the sample's standard deviation).
    status : Status
        ``CONVERGED`` if the gradient is at most 1e-9; ``MERGED`` if no two components are likelier than
        one; ``DEGENERATE`` if the sample has two distinct values, so that the likelihood is unbounded.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variance: float
    objective: float
    passes: int
    gradient: float
    status: Status


def mixture(x: ArrayLike) -> Mixture:
    """Fit the two-component normal mixture with a common variance to one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.

    Returns
    -------
    Mixture

    Raises
    ------
    ValueError
        If the sample is too short, or is not a finite real vector.

    Notes
    -----
    The likelihood often has several local maxima. The fit is the highest of those found from a grid over the
    whole parameter space, see :mod:`kmeans_inconsistency.algorithms.mixture_newton`.

    Examples
    --------
    >>> mixture([0.0, 1.0, 2.0, 10.0, 11.0, 12.0]).means.round(6)
    array([ 1., 11.])
    """
    fit = newton.mixture_newton(read_only(sorted_sample(x, at_least=2)), 1)[0]
    weight = fit[newton.WEIGHT]
    return Mixture(
        weights=np.array([weight, 1.0 - weight]),
        means=fit[[newton.LOWER, newton.UPPER]],
        variance=float(fit[newton.VARIANCE]),
        objective=float(fit[newton.LOG_LIKELIHOOD]),
        passes=int(fit[newton.PASSES]),
        gradient=float(fit[newton.GRADIENT]),
        status=Status(int(fit[newton.OUTCOME])),
    )


def _fit(batch: Batch) -> dict[str, NDArray[Any]]:
    fits = newton.mixture_newton(read_only(batch.sorted), 1)
    return {
        "distance": fits[:, newton.UPPER] - fits[:, newton.LOWER],
        "lower": fits[:, newton.LOWER],
        "upper": fits[:, newton.UPPER],
        "weight": fits[:, newton.WEIGHT],
        "variance": fits[:, newton.VARIANCE],
        "objective": fits[:, newton.LOG_LIKELIHOOD],
        "passes": fits[:, newton.PASSES].astype(np.int64),
        "gradient": fits[:, newton.GRADIENT],
        "status": fits[:, newton.OUTCOME].astype(np.int64),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "weight", "variance", "objective", "passes", "gradient"),
)
