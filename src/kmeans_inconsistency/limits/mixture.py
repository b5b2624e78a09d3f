"""The mixture's maximum likelihood estimator: consistent under the model, and how precise.

Its parameters are the weight of the lower mean, the two means and a common variance; the weight and the
variance may be known. Under the model the limit is the truth, up to the names of the components, and n times
the covariance tends to the inverse of the Fisher information, computed by quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from . import Prediction
from .likelihood import CENTRE, HALF, LOG_ODDS, VARIANCE, Pair, inverse_information

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """Where the mixture's maximum likelihood estimate goes, and how fast.

    Attributes
    ----------
    pair : Pair
        The limit, lower mean first.
    covariance : ndarray, shape (4, 4)
        Limit of n times the covariance of (lower mean, upper mean, weight of the lower, variance); zero for
        what is known.
    """

    pair: Pair
    covariance: FloatArray

    @property
    def avar_distance(self) -> float:
        """Limit of n times the variance of the distance."""
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


def limit(model: Mixture, weight_known: bool = False, variance_known: bool = False) -> Limit | None:
    """Find the limit and the asymptotic covariance of the maximum likelihood estimate.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    weight_known, variance_known : bool
        What the estimator is told.

    Returns
    -------
    Limit or None
        None where the components coincide and the parameters are not identified.
    """
    pair = well_specified(model)
    if pair is None:
        return None
    free = (CENTRE, HALF, *(() if weight_known else (LOG_ODDS,)), *(() if variance_known else (VARIANCE,)))
    inner = np.zeros((4, 4))
    inner[np.ix_(free, free)] = inverse_information(model, pair, free)
    jacobian = np.zeros((4, 4))
    jacobian[0, [CENTRE, HALF]] = 1, -1
    jacobian[1, [CENTRE, HALF]] = 1, 1
    jacobian[2, LOG_ODDS] = -2 * pair.weight * (1 - pair.weight)
    jacobian[3, VARIANCE] = 1
    return Limit(pair, jacobian @ inner @ jacobian.T)


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``mixture``: distance, lower, upper, weight, variance."""
    names = ("lower", "upper", "weight", "variance")
    found = limit(model)
    if found is None:
        return dict.fromkeys(("distance", *names), Prediction(None, None))
    values = (*found.pair.means, found.pair.weight, found.pair.variance)
    avars = np.diag(found.covariance)
    return {
        "distance": Prediction(2 * found.pair.half, found.avar_distance),
        **{
            name: Prediction(value, float(avar))
            for name, value, avar in zip(names, values, avars, strict=True)
        },
    }
