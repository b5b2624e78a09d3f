"""How fast Lloyd's algorithm and EM converge near their limits, in passes over the data.

Both shrink a small error by a factor a pass: the largest eigenvalue of the derivative of their map at the
fixed point. Lloyd's is in :mod:`.pollard`. For EM it is I - I_c^-1 I, I the information of the observed and
I_c that of the complete data (Dempster, Laird & Rubin 1977), minus the expected Hessian in place of I where
the working model is not true.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from . import kmeans, mixture, pollard
from .likelihood import CENTRE, HALF, LOG_ODDS, VARIANCE, Pair, expected_hessian, rule, score

FloatArray = NDArray[np.float64]

# a smaller rate is indistinguishable from none
ROUNDING = 1e-10


def lloyd(model: Mixture, clusters: int = 2) -> float:
    """Rate of Lloyd's algorithm at the limit of k-means: 0 is best, 1 does not converge."""
    return pollard.theory(model, kmeans.limit(model, clusters).best).lloyd_rate


def em(
    model: Mixture, pair: Pair | None = None, free: tuple[int, ...] = (CENTRE, HALF, LOG_ODDS, VARIANCE)
) -> float | None:
    """Rate of EM at a fixed point.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    pair : Pair, optional
        The fixed point; by default the limit of the mixture.
    free : tuple of int
        The parameters that EM moves: all, or (CENTRE, HALF) for known weights and variance.

    Returns
    -------
    float or None
        None where the mixture has no limit.
    """
    if pair is None:
        found = mixture.limit(model)
        if found is None:
            return None
        pair = found.pair
    x, w = rule(model, pair)
    second = float(w @ (1 + np.tanh(pair.log_odds + pair.half * (x - pair.centre) / pair.variance))) / 2
    complete = np.diag(
        [
            (1 - second) / pair.variance,
            second / pair.variance,
            1 / (pair.weight * (1 - pair.weight)),
            1 / (2 * pair.variance**2),
        ]
    )
    derivative = mixture.jacobian(pair)[:, list(free)]
    observed = -expected_hessian(x, w, pair)[np.ix_(free, free)]
    # under the model, the products of the score lose less to rounding than the Hessian
    if pair == mixture.well_specified(model):
        s = score(x, pair)[list(free)]
        observed = (s * w) @ s.T
    inner = derivative.T @ complete @ derivative
    # in units of the parameters' own precision
    unit = np.sqrt(np.outer(np.diag(inner), np.diag(inner)))
    ratio = np.linalg.solve(inner / unit, observed / unit)
    rate = float(1 - np.linalg.eigvals(ratio).real.min())
    return rate if rate > ROUNDING else 0.0


def iterations_ratio(model: Mixture) -> float | None:
    """EM's passes over Lloyd's for the same small error, ln(Lloyd's rate) / ln(EM's rate), K = 2.

    None where the mixture has no limit or a rate is 0.
    """
    rates = lloyd(model), em(model)
    if rates[1] is None or not (rates[0] > 0 and 0 < rates[1] < 1):
        return None
    return log(rates[0]) / log(rates[1])
