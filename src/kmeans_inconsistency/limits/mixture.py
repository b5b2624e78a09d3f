"""The mixture's maximum likelihood estimator: its limit under any model, and how precise it is.

Its parameters are the weight of the lower mean, the two means and a common variance; the weight and the
variance may be known. Under the model the limit is the truth, up to the names of the components, and n times
the covariance tends to the inverse of the Fisher information. Otherwise the limit is the Kullback-Leibler
projection, and the covariance the sandwich of :mod:`.likelihood`.

In d dimensions with spherical components the information of the parameters along the line of means is that on
the line, but for the variance, which the other d - 1 coordinates tell of too: (d - 1) / (2 v^2) is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ..models import Mixture
from . import Prediction, agreed
from .likelihood import (
    CENTRE,
    HALF,
    LOG_ODDS,
    VARIANCE,
    Pair,
    best_maxima,
    inverse_information,
    log_density,
    sandwich,
)
from .quadrature import nodes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """Where the mixture's maximum likelihood estimate goes, and how fast.

    Attributes
    ----------
    pair : Pair
        The limit, lower mean first; if several maxima tie, the one with the smallest centre.
    rivals : tuple of Pair
        Other global maxima: where there are any, the estimate has no single limit.
    covariance : ndarray, shape (4, 4), or None
        Limit of n times the covariance of (lower mean, upper mean, weight of the lower, variance); zero for
        what is known. None where the limit is not unique or the score has no second moment.
    """

    pair: Pair
    rivals: tuple[Pair, ...]
    covariance: FloatArray | None

    @property
    def avar_distance(self) -> float | None:
        """Limit of n times the variance of the distance."""
        if self.covariance is None:
            return None
        return float(self.covariance[0, 0] + self.covariance[1, 1] - 2 * self.covariance[0, 1])


def well_specified(model: Mixture) -> Pair | None:
    """The model as a normal pair with a common variance, lower mean first; None if it is not one."""
    if model.family != "normal" or len(model.means) != 2 or model.sds[0] != model.sds[1]:
        return None
    (low, high), weight = model.means, model.weights[0]
    if low == high:
        return None
    if low > high:
        low, high, weight = high, low, model.weights[1]
    return Pair((low + high) / 2, (high - low) / 2, 0.5 * log((1 - weight) / weight), model.sds[0] ** 2)


@lru_cache(maxsize=256)
def limit(
    model: Mixture, weight_known: bool = False, variance_known: bool = False, dimension: int = 1
) -> Limit | None:
    """Find the limit and the asymptotic covariance of the maximum likelihood estimate.

    Parameters
    ----------
    model : Mixture
        What the data come from: along the line of means, if there are more dimensions.
    weight_known, variance_known : bool
        What the estimator is told. Under a model that is no normal pair it is told nothing.
    dimension : int
        Dimension d of the data; more than 1 only for a normal pair with a common variance.

    Returns
    -------
    Limit or None
        None where the best fit is a single normal distribution, of which the parameters are not identified.

    Raises
    ------
    ValueError
        If theory is asked for what it does not cover.
    """
    pair = well_specified(model)
    if pair is None:
        if weight_known or variance_known or dimension != 1:
            raise ValueError("known parameters or more dimensions need a normal pair with a common variance")
        return _projection(model)
    if dimension < 1:
        raise ValueError(f"dimension must be a positive whole number, not {dimension}")
    free = (CENTRE, HALF, *(() if weight_known else (LOG_ODDS,)), *(() if variance_known else (VARIANCE,)))
    inner = np.zeros((4, 4))
    extra = (dimension - 1) / (2 * pair.variance**2)
    inner[np.ix_(free, free)] = inverse_information(model, pair, free, extra)
    return Limit(pair, (), _outer(pair, inner))


def predict(
    model: Mixture, weights: str = "free", search: str = "global", interval: str = "none"
) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``mixture``: distance, lower, upper, weight, variance.

    Where several maxima tie, only what they agree on has a limit: for mirror images, the distance. In the
    limit k-means' split of a balanced pair leads EM to the truth, so that the local maximum has the same
    theory there; for other models nothing is claimed of it. Intervals move no estimate.
    """
    del interval
    names = ("distance", "lower", "upper", "weight", "variance")
    pair = well_specified(model)
    elsewhere = search == "local" and (pair is None or pair.log_odds != 0)
    if weights == "equal" and not elsewhere:
        from . import _mixture_equal

        return _mixture_equal.predict(model)
    found = None if elsewhere else limit(model)
    if found is None:
        return dict.fromkeys(names, Prediction(None, None))
    values = [
        (pair.distance, *pair.means, pair.weight, pair.variance) for pair in (found.pair, *found.rivals)
    ]
    avars: list[float | None] = [None] * 5
    if found.covariance is not None:
        avars = [found.avar_distance, *map(float, np.diag(found.covariance))]
    return {
        name: Prediction(agreed(column), avar)
        for name, column, avar in zip(names, zip(*values, strict=True), avars, strict=True)
    }


def jacobian(pair: Pair) -> FloatArray:
    """Derivative of (first mean, second mean, first weight, variance) in (c, h, b, v), shape (4, 4)."""
    result = np.zeros((4, 4))
    result[0, [CENTRE, HALF]] = 1, -1
    result[1, [CENTRE, HALF]] = 1, 1
    result[2, LOG_ODDS] = -2 * pair.weight * (1 - pair.weight)
    result[3, VARIANCE] = 1
    return result


def _outer(pair: Pair, inner: FloatArray) -> FloatArray:
    derivative = jacobian(pair)
    return np.asarray(derivative @ inner @ derivative.T)


def _projection(model: Mixture) -> Limit | None:
    """The Kullback-Leibler projection of a model that is no normal pair, by search over two parameters.

    At a stationary point the fitted mean and variance are the model's, which leaves the weight and the share
    of the variance that is between the means.
    """
    mean, variance = model.mean, model.variance
    # a share is as small as 1% where one mean takes the far tail of a heavy-tailed distribution
    shares = [float(share) for share in special.expit(np.linspace(-5, 4, 25))]
    starts: list[list[Pair | None]] = [
        [with_moments(mean, variance, float(b), share) for share in shares] for b in np.linspace(-5, 5, 41)
    ]
    free = (CENTRE, HALF, LOG_ODDS, VARIANCE)
    best, value = best_maxima(model, starts, free)
    x, w = nodes(model)
    single = float(np.dot(w, log_density(x, Pair(mean, 0.0, 0.0, variance))))
    if not best or value <= single + 1e-13 * (1 + abs(single)):
        return None
    pair, *rivals = sorted(pair.ascending for pair in best)
    # the score for the variance is of the order of x^2
    normal = model.has_fourth_moment and not rivals
    covariance = _outer(pair, sandwich(model, pair, free)) if normal else None
    return Limit(pair, tuple(rivals), covariance)


def with_moments(mean: float, variance: float, log_odds: float, share: float) -> Pair:
    """The normal pair with a given mean and variance, of which ``share`` is between the two means."""
    weight = 1 / (1 + exp(2 * log_odds))
    distance = sqrt(share * variance / (weight * (1 - weight)))
    # the mean is w (c - h) + (1 - w) (c + h)
    return Pair(mean - (1 - 2 * weight) * distance / 2, distance / 2, log_odds, variance * (1 - share))
