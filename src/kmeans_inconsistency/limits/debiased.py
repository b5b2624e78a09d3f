"""Debiased k-means: where it goes, and how precise it is, by first-order theory.

For any weights it is a just-identified method of moments, in which the cut's own error has no first-order
effect, as every cut gives four moment conditions that are true. For weights that are taken to be equal see
:mod:`._debiased_equal`.

From any start whose error is of order n^(-1/2), one Newton step makes an estimate with the first-order
behaviour of maximum likelihood (Le Cam 1956).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from . import Prediction, _debiased_equal, kmeans, mixture
from .likelihood import Pair
from .quadrature import nodes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """First-order theory of debiased k-means under a normal pair with a common variance.

    Attributes
    ----------
    covariance : ndarray, shape (4, 4)
        Limit of n times the covariance of (lower mean, upper mean, weight of the lower, variance).
    avar_distance : float
        The same for the distance.
    efficiency : float
        The mixture's asymptotic variance of the distance over this one.
    """

    covariance: FloatArray
    avar_distance: float
    efficiency: float


def limit(model: Mixture) -> Limit | None:
    """Find the asymptotic covariance of debiased k-means.

    Returns
    -------
    Limit or None
        None where the model is no normal pair with a common variance, or k-means has no single limit: there
        nothing is claimed.
    """
    pair, found = mixture.well_specified(model), kmeans.limit(model)
    likelihood = mixture.limit(model)
    if pair is None or not found.unique or likelihood is None or likelihood.avar_distance is None:
        return None
    cut, (lower, upper) = found.best.boundaries[0], found.best.centers
    x, w = nodes(model, breaks=(cut,))
    below = x < cut
    low, high = (x - lower) * below, (x - upper) * ~below
    # with the centres as fixed origins these span the four moments, and nothing cancels
    moments = np.stack([below.astype(float), low, high, low**2 + high**2])
    centred = moments - (moments @ w)[:, None]
    inverse = np.asarray(np.linalg.inv(_moment_jacobian(pair, cut, (lower, upper))))
    covariance = inverse @ ((centred * w) @ centred.T) @ inverse.T
    avar = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    return Limit(covariance, avar, likelihood.avar_distance / avar)


def predict(model: Mixture, weights: str = "free", step: str = "none") -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``debiased``: distance, lower, upper, weight, variance.

    After a step they are the mixture's, where the start is consistent. With weights that are taken to be
    equal the step is in the distance, and the variance that of known weights: by parity, that of free ones.
    """
    if weights == "equal" and step == "none":
        return _debiased_equal.predict(model)
    pair = mixture.well_specified(model)
    if weights == "equal":
        balanced = pair is not None and pair.log_odds == 0 and pair.half != 0
        return {"distance": mixture.predict(model)["distance"] if balanced else Prediction(None, None)}
    found = limit(model)
    if step == "newton":
        predictions = mixture.predict(model)
        return predictions if found else dict.fromkeys(predictions, Prediction(None, None))
    names = ("distance", "lower", "upper", "weight", "variance")
    if pair is None or found is None:
        return dict.fromkeys(names, Prediction(None, None))
    values = (pair.distance, *pair.means, pair.weight, pair.variance)
    avars = (found.avar_distance, *map(float, np.diag(found.covariance)))
    return {name: Prediction(*entry) for name, *entry in zip(names, values, avars, strict=True)}


def _moment_jacobian(pair: Pair, cut: float, origins: tuple[float, float]) -> FloatArray:
    """Derivative of four moments in (first mean, second mean, first weight, variance), shape (4, 4).

    The moments are those of 1(X < t), (X - o1) 1(X < t), (X - o2) 1(X > t), and the square of X less the
    origin of its side. For a normal distribution the derivative of an integral of g f over a cell in the mean
    is the integral of g' f less what g f gains across the cell, and that in the variance is half the second
    derivative in the mean.
    """
    by_mean, by_variance, values = [], np.zeros(4), []
    for share, mean in zip((pair.weight, 1 - pair.weight), pair.means, strict=True):
        component = Mixture((1.0,), (mean,), (sqrt(pair.variance),))
        density, slope = float(component.pdf(cut)), (cut - mean) / pair.variance
        value, in_mean, in_variance = np.zeros(4), np.zeros(4), np.zeros(4)
        value[0] = float(component.cdf(cut))
        in_mean[0], in_variance[0] = -density, -density * slope / 2
        for row, low, high, origin, gain in (
            (1, -inf, cut, origins[0], density),
            (2, cut, inf, origins[1], -density),
        ):
            mass, first, second = component.partial_moments(low, high, about=origin)
            u = cut - origin
            value[row] = first
            in_mean[row] = mass - u * gain
            in_variance[row] = -(1 + u * slope) * gain / 2
            value[3] += second
            in_mean[3] += 2 * first - u * u * gain
            in_variance[3] += mass - u * gain - u * u * slope * gain / 2
        values.append(value)
        by_mean.append(share * in_mean)
        by_variance += share * in_variance
    columns = [*by_mean, values[0] - values[1], by_variance]
    return np.asarray(np.stack(columns, axis=1), dtype=float)
