"""Debiased k-means for weights that are taken to be equal: what it inverts, where it goes, and how fast.

It inverts two numbers: with S the mean squared deviation from the midpoint of the centres and D their
distance, the ratio (D/2) / sqrt(S) (Geary's, 1935) estimates h(a) / sqrt(1 + a^2) for two components at -a
and a in units of their standard deviation, which is inverted for a: indirect inference (Gourieroux, Monfort &
Renault 1993).
"""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np
from scipy import optimize, special

from ..models import Mixture
from . import Prediction, kmeans, mixture

# at or below it a single normal distribution explains the data: sqrt(2 / pi), Geary's ratio at a = 0
GEARY = sqrt(2 / pi)


def mean_absolute(mu: float) -> float:
    """h(mu) = E|X| for a normal X with mean mu and variance 1."""
    return float(mu * (2 * special.ndtr(mu) - 1) + 2 * exp(-mu * mu / 2) / sqrt(2 * pi))


def invert_balanced(distance: float, second_moment: float) -> tuple[float, float]:
    """Separation and variance of the balanced pair from k-means' distance and the squared deviation.

    Parameters
    ----------
    distance : float
        Between the two centres.
    second_moment : float
        Mean squared deviation from the midpoint of the centres.

    Returns
    -------
    distance, variance : float
        Distance 0 where the ratio is at most sqrt(2 / pi).
    """
    ratio = distance / 2 / sqrt(second_moment)
    if ratio <= GEARY:
        return 0.0, second_moment
    # 1 - ratio^2 is about 1 / (1 + a^2) for large a
    upper = 2 / sqrt(max(1 - ratio * ratio, 1e-300))
    a = float(optimize.brentq(lambda a: mean_absolute(a) / sqrt(1 + a * a) - ratio, 0.0, upper, xtol=1e-15))
    variance = second_moment / (1 + a * a)
    return 2 * a * sqrt(variance), variance


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits of ``debiased`` for equal weights: distance, lower, upper and variance.

    With unequal weights the limit is not the truth, and no variance is claimed.
    """
    found, pair = kmeans.limit(model), mixture.well_specified(model)
    if not found.unique:
        return dict.fromkeys(("distance", "lower", "upper", "variance"), Prediction(None, None))
    middle = (found.best.centers[0] + found.best.centers[1]) / 2
    second_moment = model.variance + (model.mean - middle) ** 2
    distance, variance = invert_balanced(found.best.distance, second_moment)
    balanced = pair is not None and pair.log_odds == 0 and distance > 0
    avar = avar_distance(pair.half / sqrt(pair.variance)) * pair.variance if pair and balanced else None
    return {
        "distance": Prediction(distance, avar),
        "lower": Prediction(middle - distance / 2, None),
        "upper": Prediction(middle + distance / 2, None),
        "variance": Prediction(variance, None),
    }


def avar_distance(a: float) -> float:
    """Limit of n Var of the distance for components of variance 1 at -a and a, by the delta method."""
    if a > 8:
        return (
            4.0  # to the last digit: the pieces are the components, and the ratio's slope is lost to rounding
        )
    h = mean_absolute(a)
    slope = 2 * float(special.ndtr(a)) - 1
    second = 1 + a * a
    # ratio = h / sqrt(1 + a^2): derivatives of a in h = D / 2 and in the second moment S
    turn = slope / sqrt(second) - h * a / second**1.5
    by_half, by_second = 1 / sqrt(second) / turn, -h / (2 * second**1.5) / turn
    # distance = 2 a sqrt(S / (1 + a^2))
    by_a = 2 / second
    gradient = np.array([by_a * by_half, by_a * by_second + a / second])
    fourth = a**4 + 6 * a * a + 3
    third_absolute = _third_absolute(a)
    covariance = np.array(
        [[second - h * h, third_absolute - h * second], [third_absolute - h * second, fourth - second**2]]
    )
    return float(gradient @ covariance @ gradient)


def _third_absolute(mu: float) -> float:
    """E|X|^3 for a normal X with mean mu and variance 1."""
    density = exp(-mu * mu / 2) / sqrt(2 * pi)
    return float((mu**3 + 3 * mu) * (2 * special.ndtr(mu) - 1) + 2 * (mu * mu + 2) * density)
