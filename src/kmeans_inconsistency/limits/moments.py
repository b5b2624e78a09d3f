"""The method of moments for two normal components: where it goes, and how precise it is, by the delta method.

It solves for cumulants, and so goes to the mixture with the cumulants of whatever the data come from; the
variance needs moments up to the eighth. What is solved is in Pearson (1894), for one variance in Lindsay &
Basak (1993).
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from ..models import Mixture
from . import Prediction, mixture
from .quadrature import nodes

FloatArray = NDArray[np.float64]
NAMES = ("distance", "lower", "upper", "weight", "variance")

# cumulants smaller than this, in units of the variance, are rounding
ROUNDING = 1e-12


def predict(model: Mixture, weights: str = "free") -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``moments``: distance, lower, upper, weight, variance.

    Under components that are not normal, or of unequal weights where equal ones are assumed, the limits are
    pseudo-true values. Variances are claimed for normal components with a common variance.
    """
    nothing = dict.fromkeys(NAMES, Prediction(None, None))
    if not model.has_fourth_moment:
        return nothing
    x, w = nodes(model)
    scale = sqrt(model.variance)
    z = (x - model.mean) / scale
    third, fourth = float(w @ z**3), float(w @ z**4) - 3
    if weights == "equal":
        third = 0.0
    if abs(third) < ROUNDING:
        if fourth > -ROUNDING:
            # at zero the fourth root has no derivative: nothing is claimed
            merged = fourth > ROUNDING
            return nothing | ({"distance": Prediction(0.0, None)} if merged else {})
        third = 0.0
    p, distance, within = solve(third, fourth)
    values = (distance, -(1 - p) * distance, p * distance, p, within)
    units = np.array([scale, scale, scale, 1.0, scale**2])
    limits = np.array(values) * units
    limits[1:3] += model.mean
    avars = _variances(z, w, p, distance, weights == "equal") if mixture.well_specified(model) else None
    return {
        name: Prediction(float(limits[i]), None if avars is None else float(avars[i] * units[i] ** 2))
        for i, name in enumerate(NAMES)
    }


def solve(third: float, fourth: float) -> tuple[float, float, float]:
    """Lower weight, distance and common variance of the mixture of variance one with these cumulants."""
    if third == 0:
        between = sqrt(-fourth / 2)
    else:
        most = 1 + abs(third) + abs(fourth)
        between = float(
            optimize.brentq(lambda w: 2 * w**3 + fourth * w - third**2, 0.0, most, xtol=1e-300, rtol=1e-15)
        )
    lean = third / between
    distance = sqrt(lean**2 + 4 * between)
    return (1 + lean / distance) / 2, distance, 1 - between


def _variances(z: FloatArray, w: FloatArray, p: float, distance: float, equal: bool) -> FloatArray:
    """Limits of n times the variances of :data:`NAMES`, where the sample has mean 0 and variance 1."""
    q = 1 - p
    third, fourth = float(w @ z**3), float(w @ z**4)
    # what one observation adds to the mean and to the central moments of order two to four
    first = z
    second = z**2 - 1
    cube = z**3 - third - 3 * z
    fourths = z**4 - fourth - 4 * third * z
    cumulant = fourths - 6 * second
    if equal:
        by_p = np.zeros_like(z)
        by_distance = -2 * cumulant / distance**3
        by_between = distance * by_distance / 2
    else:
        # cumulants of order three and four by weight and distance
        jacobian = np.array(
            [
                [distance**3 * ((p - q) * (q - p) + 2 * p * q), 3 * distance**2 * p * q * (p - q)],
                [distance**4 * (q - p) * (1 - 12 * p * q), 4 * distance**3 * p * q * (1 - 6 * p * q)],
            ]
        )
        by_p, by_distance = np.linalg.solve(jacobian, np.stack([cube, cumulant]))
        by_between = (q - p) * distance**2 * by_p + 2 * p * q * distance * by_distance
    lower = first - q * by_distance + distance * by_p
    upper = first + p * by_distance + distance * by_p
    influence = np.stack([by_distance, lower, upper, by_p, second - by_between])
    return np.asarray(influence**2 @ w)
