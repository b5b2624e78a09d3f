"""The mixture with weights 1/2 and a common free variance: its limit, how precise it is, how often it merges.

For a balanced normal pair the limit is the truth. Other data make the working model a wrong one: the limit is
then the Kullback-Leibler projection, and the covariance the sandwich of :mod:`.likelihood`.
"""

from __future__ import annotations

from functools import lru_cache
from math import cosh, sqrt, tanh

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ..models import Mixture
from . import Prediction, agreed, mixture
from .likelihood import CENTRE, HALF, VARIANCE, Pair, best_maxima, log_density, sandwich
from .mixture import Limit
from .quadrature import nodes

FloatArray = NDArray[np.float64]

FREE = (CENTRE, HALF, VARIANCE)


@lru_cache(maxsize=256)
def limit(model: Mixture) -> Limit:
    """Find the limit of the fit with equal weights, and its asymptotic covariance.

    Parameters
    ----------
    model : Mixture
        What the data come from.

    Returns
    -------
    Limit
        Where the components merge, its pair has ``half`` zero and there is no covariance.
    """
    truth = mixture.well_specified(model)
    if truth is not None and truth.log_odds == 0 and (found := mixture.limit(model, weight_known=True)):
        return found
    merged = Pair(model.mean, 0.0, 0.0, model.variance)
    best, value = best_maxima(model, _starts(model), FREE)
    x, w = nodes(model)
    single = float(np.dot(w, log_density(x, merged)))
    if not best or value <= single + 1e-13 * (1 + abs(single)):
        return Limit(merged, (), None)
    pair, *rivals = sorted(pair.ascending for pair in best)
    covariance = None
    if model.has_fourth_moment and not rivals:
        inner = np.zeros((4, 4))
        inner[np.ix_(FREE, FREE)] = sandwich(model, pair, FREE)
        derivative = mixture.jacobian(pair)
        covariance = np.asarray(derivative @ inner @ derivative.T)
    return Limit(pair, tuple(rivals), covariance)


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``mixture`` with equal weights: distance, lower, upper, variance.

    Where several maxima tie, only what they agree on has a limit: for mirror images, the distance.
    """
    found = limit(model)
    values = [(pair.distance, *pair.means, pair.variance) for pair in (found.pair, *found.rivals)]
    avars: list[float | None] = [None] * 4
    if found.covariance is not None:
        of_lower, of_upper, _, of_variance = map(float, np.diag(found.covariance))
        avars = [found.avar_distance, of_lower, of_upper, of_variance]
    names = ("distance", "lower", "upper", "variance")
    return {
        name: Prediction(agreed(column), avar)
        for name, column, avar in zip(names, zip(*values, strict=True), avars, strict=True)
    }


def merging(model: Mixture, n: int) -> float:
    """Probability that the standardised fourth cumulant of a sample is positive, by Edgeworth's expansion.

    Where it is negative the components do not merge; where it is positive merging is a local maximum of the
    likelihood, and the global one nearly always. The expansion is to order 1/sqrt(n), after Hall, *The
    Bootstrap and Edgeworth Expansion* (1992), theorem 2.2, for the function m4/m2^2 - 3 of means of powers.

    Parameters
    ----------
    model : Mixture
        What the data come from; its twelfth moment must be finite.
    n : int
        Sample size.

    Returns
    -------
    float
    """
    x, w = nodes(model)
    z = (x - model.mean) / sqrt(model.variance)
    powers = np.stack([z, z**2, z**3, z**4])
    moments = powers @ w
    third, fourth = float(moments[2]), float(moments[3])
    centred = powers - moments[:, None]
    gradient = np.array([-4 * third, -2 * fourth, 0.0, 1.0])
    hessian = np.zeros((4, 4))
    hessian[0, :3] = hessian[:3, 0] = 12 + 4 * fourth, 8 * third, -4
    hessian[1, 1], hessian[1, 3], hessian[3, 1] = 6 * fourth, -2, -2
    covariance = (centred * w) @ centred.T
    influence = gradient @ centred
    sd = sqrt(float(w @ influence**2))
    towards = covariance @ gradient
    shift = 0.5 * float((hessian * covariance).sum()) / sd
    skewness = (float(w @ influence**3) + 3 * float(towards @ hessian @ towards)) / sd**3
    at = -sqrt(n) * (fourth - 3) / sd
    correction = (shift + skewness * (at * at - 1) / 6) * np.exp(-at * at / 2) / np.sqrt(2 * np.pi * n)
    return float(np.clip(special.ndtr(-at) + correction, 0, 1))


def _starts(model: Mixture) -> list[list[Pair | None]]:
    """Pairs with the model's mean and variance on average: c = -h T, and a share h^2 (1 - T^2) between."""
    shares = [float(share) for share in special.expit(np.linspace(-5, 4, 25))]
    starts: list[list[Pair | None]] = []
    for b in np.linspace(-4, 4, 33):
        row: list[Pair | None] = []
        for share in shares:
            half = sqrt(share * model.variance) * cosh(b)
            row.append(Pair(model.mean - half * tanh(b), half, 0.0, model.variance * (1 - share)))
        starts.append(row)
    return starts
