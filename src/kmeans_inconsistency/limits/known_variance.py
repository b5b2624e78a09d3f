"""The mixture with known variance: where w N(m1, eps) + (1 - w) N(m2, eps) goes, with two free means.

The limit maximises the expected log-likelihood; see :mod:`.likelihood` for the formula and the sandwich. As
eps falls to 0 it becomes the limit of k-means; at the true variance it is the truth if the weights are true
too; and for w = 1/2 the means merge exactly at eps = Var X:

For w = 1/2 and any distribution, let r(x) be any function with values in [-1, 1]. As log cosh z is the
largest value of z r - I(r) with I(r) >= r^2 / 2, the gain over the merged fit is at most

    -(g^2 + h^2) / (2 eps) + h E[r (X - c)] / eps - E r^2 / 2,    g = c - E X,

for the r that attains the maximum. Over h that is at most

    ([Cov(r, X) - g E r]^2 - g^2) / (2 eps) - E r^2 / 2,

and [Cov(r, X) - g E r]^2 <= E r^2 (Var X + g^2) by Cauchy-Schwarz. For eps >= Var X the bound is at most
-g^2 (1 - E r^2) / (2 eps) <= 0, so the merged fit is the global maximum. For eps < Var X it is not even a
local one. With other weights the means merge in a jump, at an eps above Var X.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from . import Prediction, agreed
from .likelihood import CENTRE, HALF, Pair, best_maxima, log_density, sandwich
from .quadrature import nodes

FloatArray = NDArray[np.float64]

FREE = (CENTRE, HALF)


@dataclass(frozen=True)
class Limit:
    """Where the fit with known variance goes.

    Attributes
    ----------
    eps, weight : float
        The variance and the weight of the first mean that the fit takes as known.
    means : tuple of float
        First and second; equal where merged; ascending for weight 1/2, where labels mean nothing.
    rivals : tuple of (float, float)
        The means at other global maxima: where there are any, the estimate has no single limit.
    value : float
        Expected log-likelihood.
    covariance : ndarray, shape (2, 2), or None
        Limit of n times the covariance of the two means. None where they merge, where the error is of
        another order, or where the limit is not unique.
    """

    eps: float
    weight: float
    means: tuple[float, float]
    rivals: tuple[tuple[float, float], ...]
    value: float
    covariance: FloatArray | None

    @property
    def distance(self) -> float:
        """Distance between the means."""
        return abs(self.means[1] - self.means[0])

    @property
    def merged(self) -> bool:
        """Whether the two means coincide."""
        return self.means[0] == self.means[1]

    @property
    def avar_distance(self) -> float | None:
        """Limit of n times the variance of the distance."""
        if self.covariance is None:
            return None
        return float(self.covariance[0, 0] + self.covariance[1, 1] - 2 * self.covariance[0, 1])


def limit(model: Mixture, eps: float, weight: float = 0.5) -> Limit:
    """Find the limit of the fit with known variance and known weights.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    eps : float
        The variance that the fit takes as known; positive.
    weight : float
        The weight of the first mean that it takes as known.

    Returns
    -------
    Limit

    Raises
    ------
    ValueError
        If ``eps`` is not positive or ``weight`` not between 0 and 1.
    """
    if not 0 < eps < np.inf:
        raise ValueError(f"eps must be a positive number, not {eps}")
    if not 0 < weight < 1:
        raise ValueError(f"weight must be between 0 and 1, not {weight}")
    log_odds = 0.5 * log((1 - weight) / weight)
    merged = Pair(model.mean, 0.0, log_odds, eps)
    x, w = nodes(model)
    merged_value = float(w @ log_density(x, merged))
    if weight == 0.5 and eps >= model.variance * (1 - 1e-14):
        return Limit(eps, weight, merged.means, (), merged_value, None)
    best, value = best_maxima(model, *_starts(model, eps, log_odds), FREE)
    if not best or (weight != 0.5 and value <= merged_value):
        return Limit(eps, weight, merged.means, (), merged_value, None)
    pair, *rivals = sorted(best)
    # means = J (centre, half)
    jacobian = np.array([[1.0, -1.0], [1.0, 1.0]])
    covariance = None if rivals else jacobian @ sandwich(model, pair, FREE) @ jacobian.T
    return Limit(eps, weight, pair.means, tuple(rival.means for rival in rivals), value, covariance)


def critical_eps(model: Mixture) -> float:
    """The eps from which on the two means merge, for weights 1/2: the variance of X (see the module)."""
    return model.variance


def predict(model: Mixture, eps: float) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``known_variance``: distance, lower, upper.

    Where several maxima tie, only what they agree on has a limit: for mirror images, the distance.
    """
    found = limit(model, eps)
    values = [(high - low, low, high) for low, high in (found.means, *found.rivals)]
    avars: list[float | None] = [None] * 3
    if found.covariance is not None:
        avars = [found.avar_distance, float(found.covariance[0, 0]), float(found.covariance[1, 1])]
    return {
        name: Prediction(agreed(column), avar)
        for name, column, avar in zip(
            ("distance", "lower", "upper"), zip(*values, strict=True), avars, strict=True
        )
    }


def _starts(model: Mixture, eps: float, log_odds: float) -> tuple[list[list[Pair]], FloatArray]:
    """A grid of pairs of means, placed where the components are, and their expected log-likelihoods."""
    spread = np.linspace(-2.5, 2.5, 11)
    grid = np.unique(np.concatenate([m + s * spread for m, s in zip(model.means, model.sds, strict=True)]))
    x, w = nodes(model)
    starts = [[_pair(float(first), float(second), log_odds, eps) for second in grid] for first in grid]
    values = np.full((len(grid), len(grid)), -np.inf)
    for i, j in np.ndindex(*values.shape):
        # equal weights: one of each two mirrored pairs is enough
        if i < j or (i > j and log_odds != 0):
            values[i, j] = np.dot(w, log_density(x, starts[i][j]))
    return starts, values


def _pair(first: float, second: float, log_odds: float, eps: float) -> Pair:
    return Pair((first + second) / 2, (second - first) / 2, log_odds, eps)
