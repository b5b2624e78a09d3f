"""Maximum likelihood of two normal components with weights 1/2, two free means, and a known common variance.

As the variance goes to zero the fit becomes that of k-means; above a critical variance the components merge.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import known_variance_newton as newton
from ..algorithms.compiling import read_only
from ._method import Batch, FloatArray, Method, Status
from ._validation import positive_number, sorted_sample, weighted_sample


class KnownVariance(NamedTuple):
    """Result of the fit with known variance.

    Attributes
    ----------
    means : ndarray, shape (2,)
        Means of the components, ascending; equal if the components merge.
    objective : float
        The log-likelihood.
    passes : int
        How often the sample was read.
    gradient : float
        Largest of what one EM step would move the midpoint or half the distance by, in the sample's standard
        deviations: the mean score times ``eps``.
    status : Status
        ``CONVERGED`` if the gradient is at most 1e-9; ``MERGED`` if one component is likelier than any two.
    """

    means: NDArray[np.float64]
    objective: float
    passes: int
    gradient: float
    status: Status


def known_variance(x: ArrayLike, eps: float, sample_weight: ArrayLike | None = None) -> KnownVariance:
    """Fit two equally likely normal components of known variance to one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    eps : float
        The components' common variance, in squared units of ``x``.
    sample_weight : array_like, shape (n,), optional
        Weights of the observations, such as the counts of a histogram: a whole number is as good as repeating
        the observation, and 0 as leaving it out. The fit depends on ratios of weights alone.

    Returns
    -------
    KnownVariance

    Raises
    ------
    ValueError
        If ``eps`` is not a positive number, the sample is too short, or is not a finite real vector, or
        weights are no weights.

    Examples
    --------
    >>> known_variance([-1.5, -0.5, 0.5, 1.5], eps=0.01).means.round(6)
    array([-1.,  1.])
    >>> known_variance([-1.5, -0.5, 0.5, 1.5], eps=2.0).status.name
    'MERGED'
    """
    eps = positive_number("eps", eps, "it is the components' variance")
    if sample_weight is not None:
        return _result(_of_weighted(x, sample_weight, eps))
    sample = read_only(sorted_sample(x, at_least=2))
    fit = newton.known_variance_newton(sample, read_only(np.array([eps], dtype=np.float64)))[0, 0]
    return _result(fit)


def _of_weighted(x: ArrayLike, sample_weight: ArrayLike, eps: float) -> FloatArray:
    # by its name, so that fits without weights do not depend on its sources
    fit = import_module("..algorithms.weighted_newton", __package__).weighted_known_variance
    found: FloatArray = fit(*map(read_only, weighted_sample(x, sample_weight, 2)), eps)
    return found


def _result(fit: FloatArray) -> KnownVariance:
    return KnownVariance(
        means=fit[[newton.LOWER, newton.UPPER]],
        objective=float(fit[newton.LOG_LIKELIHOOD]),
        passes=int(fit[newton.PASSES]),
        gradient=float(fit[newton.GRADIENT]),
        status=Status(int(fit[newton.OUTCOME])),
    )


def _fit(batch: Batch, eps: float) -> dict[str, NDArray[Any]]:
    variances = read_only(np.array([eps], dtype=np.float64))
    fits = newton.known_variance_newton(read_only(batch.sorted), variances)[:, 0]
    return {
        "distance": fits[:, newton.UPPER] - fits[:, newton.LOWER],
        "lower": fits[:, newton.LOWER],
        "upper": fits[:, newton.UPPER],
        "objective": fits[:, newton.LOG_LIKELIHOOD],
        "passes": fits[:, newton.PASSES].astype(np.int64),
        "gradient": fits[:, newton.GRADIENT],
        "status": fits[:, newton.OUTCOME].astype(np.int64),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "objective", "passes", "gradient"),
    parameters={"eps": "positive"},
)
