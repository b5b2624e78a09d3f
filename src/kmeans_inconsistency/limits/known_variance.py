"""The mixture with known variance: where w N(m1, eps) + (1 - w) N(m2, eps) goes, with known weights.

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
from math import fsum, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture
from . import Prediction, agreed, kmeans, pollard
from .likelihood import CENTRE, COLLAPSED, HALF, Pair, best_maxima, log_density, maximise, sandwich
from .quadrature import nodes

FloatArray = NDArray[np.float64]

FREE = (CENTRE, HALF)

# eps over (smallest component sd x sd of X), about the width of the zone of doubt in units of that sd, below
# which the limit is taken for k-means': its square is lost in rounding
HARD = 1e-7


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


def limit(model: Mixture, eps: float, weight: float = 0.5, centre: float | None = None) -> Limit:
    """Find the limit of the fit with known variance and known weights.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    eps : float
        The variance that the fit takes as known; positive.
    weight : float
        The weight of the first mean that it takes as known.
    centre : float, optional
        The midpoint of the means that it takes as known (tied means). By default both means are free.

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
    tied = centre is not None
    free = (HALF,) if tied else FREE
    merged = Pair(centre if centre is not None else model.mean, 0.0, log_odds, eps)
    critical = model.variance + (model.mean - merged.centre) ** 2
    x, w = nodes(model)
    merged_value = float(w @ log_density(x, merged))
    if weight == 0.5 and eps >= critical * (1 - 1e-14):
        return Limit(eps, weight, merged.means, (), merged_value, None)
    if weight == 0.5 and not tied and eps < HARD * min(model.sds) * sqrt(model.variance):
        return _hard(model, eps)
    best, value = best_maxima(model, _starts(model, eps, log_odds, centre), free)
    if not best or (weight != 0.5 and value <= merged_value):
        return Limit(eps, weight, merged.means, (), merged_value, None)
    pair, *rivals = sorted(pair.ascending if weight == 0.5 else pair for pair in best)
    # means = J (centre, half)
    jacobian = np.array([[1.0, -1.0], [1.0, 1.0]])[:, list(free)]
    covariance = None if rivals else jacobian @ sandwich(model, pair, free) @ jacobian.T
    return Limit(eps, weight, pair.means, tuple(rival.means for rival in rivals), value, covariance)


def _hard(model: Mixture, eps: float) -> Limit:
    """The limit of small eps, k-means': the means differ from it by O(eps^2), their covariance by O(eps)."""
    found = kmeans.limit(model)
    best, rivals = found.best, found.rivals
    value = -best.within / (2 * eps) - 0.5 * log(2 * pi * eps) - log(2)
    covariance = None if rivals else pollard.theory(model, best).covariance
    first, *others = [(p.centers[0], p.centers[1]) for p in (best, *rivals)]
    return Limit(eps, 0.5, first, tuple(others), value, covariance)


def critical_eps(model: Mixture, weight: float = 0.5) -> float:
    """Find the eps from which on the two means merge, both means free.

    For weights 1/2 it is the variance of X. For others, if the third central moment of X is not zero, the
    means jump together above the variance, where the value of the separated fit falls to that of the merged
    one. The separated fit is followed to that point by bisection, to a relative error of about
    1e-16 / (distance / sd)^2, the distance being that before the jump.
    """
    offsets = [mean - model.mean for mean in model.means]
    parts = zip(model.weights, offsets, model.sds, strict=True)
    third = fsum(w * (offset**3 + 3 * offset * sd**2) for w, offset, sd in parts)
    if weight == 0.5 or abs(third) < 1e-12 * model.variance**1.5:
        return model.variance
    x, w = nodes(model)

    def separated(start: Pair, eps: float) -> Pair | None:
        found = maximise(model, start._replace(variance=eps), FREE)
        if found is None or found[0].distance < COLLAPSED * model.variance**0.5:
            return None
        merged = Pair(model.mean, 0.0, start.log_odds, eps)
        return found[0] if found[1] > np.dot(w, log_density(x, merged)) else None

    low, high = 0.95 * model.variance, 16 * model.variance
    pair = _pair(*limit(model, low, weight).means, 0.5 * log((1 - weight) / weight), low)
    while high - low > 1e-15 * high:
        middle = (low + high) / 2
        found = separated(pair, middle)
        low, high, pair = (middle, high, found) if found is not None else (low, middle, pair)
    return low


def predict(
    model: Mixture, eps: float, weight: float = 0.5, known_weight: float | None = None
) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``known_variance``: distance, lower, upper.

    ``weight``, in a study ``known_weight``, is that of the first mean, which the fit takes as known; with one
    other than 1/2 the first mean need not be the lower one. A fit whose variance is right is consistent only
    if its weight is, too. Where several maxima tie, only what they agree on has a limit: for mirror images,
    the distance.
    """
    found = limit(model, eps, weight if known_weight is None else known_weight)
    values = [(abs(b - a), min(a, b), max(a, b)) for a, b in (found.means, *found.rivals)]
    avars: list[float | None] = [None] * 3
    if found.covariance is not None:
        single = np.diag(found.covariance)[:: 1 if found.means[0] <= found.means[1] else -1]
        avars = [found.avar_distance, *map(float, single)]
    return {
        name: Prediction(agreed(column), avar)
        for name, column, avar in zip(
            ("distance", "lower", "upper"), zip(*values, strict=True), avars, strict=True
        )
    }


def _starts(model: Mixture, eps: float, log_odds: float, centre: float | None) -> list[list[Pair | None]]:
    """A grid of pairs of means, placed where the components are."""
    spread = np.linspace(-2.5, 2.5, 15)
    grid = np.unique(np.concatenate([m + s * spread for m, s in zip(model.means, model.sds, strict=True)]))
    means = list(map(float, grid))
    if centre is None:
        pairs = [[_pair(first, second, log_odds, eps) for second in means] for first in means]
    else:
        pairs = [[Pair(centre, mean - centre, log_odds, eps) for mean in means]]
    # equal weights: one of each two mirrored pairs is enough
    return [
        [pair if pair.half > 0 or (pair.half < 0 and log_odds != 0) else None for pair in row]
        for row in pairs
    ]


def _pair(first: float, second: float, log_odds: float, eps: float) -> Pair:
    return Pair((first + second) / 2, (second - first) / 2, log_odds, eps)
