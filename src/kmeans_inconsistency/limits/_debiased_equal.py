"""Debiased k-means for weights that are taken to be equal: where it goes, and how fast if they are.

It inverts two numbers, the distance D of the centres and the mean square S about their midpoint.
"""

from __future__ import annotations

from math import exp, pi, sqrt

import numpy as np
from scipy import special

from ..models import Mixture
from . import Prediction, kmeans, mixture
from .inversion import invert_balanced, mean_absolute


def predict(model: Mixture) -> dict[str, Prediction]:
    """Limits of ``debiased`` for equal weights: distance, lower, upper and variance.

    With unequal weights the limit is not the truth, and no variance is claimed.
    """
    found, pair = kmeans.limit(model), mixture.well_specified(model)
    if not found.unique:
        return dict.fromkeys(("distance", "lower", "upper", "variance"), Prediction(None, None))
    middle = sum(found.best.centers) / 2
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
