"""Debiased k-means for any weights by a root finder: a second route to what the compiled one finds.

The mass and the first moment below the fitted cut, the mean and the variance of all data determine the pair
(indirect inference; Gourieroux, Monfort & Renault 1993).
"""

from __future__ import annotations

from math import inf, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from kmeans_inconsistency.models import Mixture

# parameters beyond it stand for an empty component or a variance of zero
BOUND = 16.0


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
