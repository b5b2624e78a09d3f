"""From what k-means returned back to the normal pair of which it would be the limit: debiased k-means.

Balanced: with S the mean squared deviation from the midpoint of the centres and D their distance, the ratio
(D/2) / sqrt(S) (Geary's, 1935) estimates h(a) / sqrt(1 + a^2) for two components at -a and a in units of
their standard deviation, which is inverted for a.

General weights: the mass and the first moment below the fitted cut, the mean and the variance of all data
determine the pair. Both are indirect inference (Gourieroux, Monfort & Renault 1993).
"""

from __future__ import annotations

from math import exp, inf, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from ..models import Mixture

# at or below it a single normal distribution explains the data: sqrt(2 / pi), Geary's ratio at a = 0
GEARY = sqrt(2 / pi)
# parameters beyond it stand for an empty component or a variance of zero
BOUND = 16.0


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


def invert(cut: float, mass: float, first: float, mean: float, variance: float) -> Mixture | None:
    """Find the normal pair with given moments: debiased k-means for general weights.

    Parameters
    ----------
    cut : float
        Where k-means cuts.
    mass, first : float
        Share of the data below the cut, and the mean of (x - ``mean``) 1(x < cut) over all data.
    mean, variance : float
        Of all data.

    Returns
    -------
    Mixture or None
        Lower component first. None where no normal pair with a common variance has these moments.
    """

    def pair(log_odds: float, logit_share: float) -> Mixture:
        # by half the log odds of the weights, and the logit of the share of the variance between the means
        weight, share = float(special.expit(-2 * log_odds)), float(special.expit(logit_share))
        distance = sqrt(share * variance / (weight * (1 - weight)))
        sd = sqrt(variance * (1 - share))
        means = (mean - (1 - weight) * distance, mean + weight * distance)
        return Mixture((weight, 1 - weight), means, (sd, sd))

    def gap(theta: NDArray[np.float64]) -> list[float]:
        # bounded, so that a wild trial step is still a pair
        log_odds, logit_share = np.clip(theta, -BOUND, BOUND)
        below, moment, _ = pair(log_odds, logit_share).partial_moments(-inf, cut, about=mean)
        return [float(below) - mass, (float(moment) - first) / sqrt(variance)]

    log_odds = 0.5 * log((1 - mass) / mass)
    for start in ((log_odds, share) for share in (0.0, -1.5, 1.5, -3.0)):
        root = optimize.root(gap, np.array(start), tol=1e-14)
        if np.abs(root.fun).max() < 1e-11 and np.abs(root.x).max() < BOUND:
            return pair(*root.x)
    return None
