"""Maximum likelihood of two normal components with known weights, free means, and a known common variance.

The weights are 1/2 by default. As the variance goes to zero the fit becomes that of k-means; above
a critical variance the components merge.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..algorithms import known_variance_newton as newton
from ..algorithms.compiling import read_only
from ._method import Batch, FloatArray, Method, Status
from ._validation import positive_number, proper_share, sorted_sample, weighted_sample


class KnownVariance(NamedTuple):
    """Result of the fit with known variance.

    Attributes
    ----------
    means : ndarray, shape (2,)
        Means of the first and the second component, equal if the components merge. With weights 1/2 the
        components are interchangeable, and the means are ascending.
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


def known_variance(
    x: ArrayLike, eps: float, sample_weight: ArrayLike | None = None, weight: float = 0.5
) -> KnownVariance:
    """Fit two normal components of known variance and known weights to one sample.

    Parameters
    ----------
    x : array_like, shape (n,)
        The sample, of at least two values.
    eps : float
        The components' common variance, in squared units of ``x``.
    sample_weight : array_like, shape (n,), optional
        Weights of the observations, such as the counts of a histogram: a whole number is as good as repeating
        the observation, and 0 as leaving it out. The fit depends only on the ratios of these weights.
    weight : float
        The known weight of the first component. Unless it is 1/2, the likelihood can have a maximum for each
        order of the means. The fit is the higher of the two, so the first mean need not be the lower.

    Returns
    -------
    KnownVariance

    Raises
    ------
    ValueError
        If ``eps`` is not a positive number or ``weight`` not between 0 and 1, if the sample is too short or
        not a vector of finite real numbers, or if the weights of the observations are invalid.

    Examples
    --------
    >>> known_variance([-1.5, -0.5, 0.5, 1.5], eps=0.01).means.round(6)
    array([-1.,  1.])
    >>> known_variance([-1.5, -0.5, 0.5, 1.5], eps=2.0).status.name
    'MERGED'
    """
    eps = positive_number("eps", eps, "it is the components' variance")
    weight = proper_share("weight", weight)
    if sample_weight is not None:
        return _result(_of_weighted(x, sample_weight, eps, weight))
    return _result(_fits(sorted_sample(x, at_least=2), eps, weight)[0])


def _fits(samples: FloatArray, eps: float, weight: float) -> FloatArray:
    found: FloatArray = newton.known_variance_newton(read_only(samples), read_only(np.array([eps])), weight)
    return found[:, 0]


def _of_weighted(x: ArrayLike, sample_weight: ArrayLike, eps: float, weight: float) -> FloatArray:
    # imported by name, so that fits without weights do not depend on its source
    fit = import_module("..algorithms.weighted_newton", __package__).weighted_known_variance
    found: FloatArray = fit(*map(read_only, weighted_sample(x, sample_weight, 2)), eps, weight)
    return found


def _result(fit: FloatArray) -> KnownVariance:
    return KnownVariance(
        means=fit[[newton.FIRST, newton.SECOND]],
        objective=float(fit[newton.LOG_LIKELIHOOD]),
        passes=int(fit[newton.PASSES]),
        gradient=float(fit[newton.GRADIENT]),
        status=Status(int(fit[newton.OUTCOME])),
    )


def _fit(batch: Batch, eps: float, known_weight: float = 0.5) -> dict[str, NDArray[Any]]:
    fits = _fits(batch.sorted, eps, known_weight)
    first, second = fits[:, newton.FIRST], fits[:, newton.SECOND]
    return {
        "distance": np.abs(second - first),
        "lower": np.minimum(first, second),
        "upper": np.maximum(first, second),
        "objective": fits[:, newton.LOG_LIKELIHOOD],
        "passes": fits[:, newton.PASSES].astype(np.int64),
        "gradient": fits[:, newton.GRADIENT],
        "status": fits[:, newton.OUTCOME].astype(np.int64),
    }


METHOD = Method(
    fit=_fit,
    outputs=("distance", "lower", "upper", "objective", "passes", "gradient"),
    # the models already have a factor called weight
    parameters={"eps": "positive", "known_weight": "share"},
    optional=("known_weight",),
)
