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
from . import Prediction
from .likelihood import CENTRE, HALF, Pair, log_density, maximise, sandwich
from .quadrature import nodes

FloatArray = NDArray[np.float64]

FREE = (CENTRE, HALF)
# two maxima tie when their expected log-likelihoods agree to this, relative to themselves
TIE = 1e-12


@dataclass(frozen=True)
class Limit:
    """Where the fit with known variance goes.

    Attributes
    ----------
    eps, weight : float
        The variance and the weight of the first mean that the fit takes as known.
    means : tuple of float
        First and second; equal where merged; ascending for weight 1/2, where labels mean nothing.
    value : float
        Expected log-likelihood.
    unique : bool
        Whether there is no other global maximum.
    covariance : ndarray, shape (2, 2), or None
        Limit of n times the covariance of the two means. None where they merge, where the error is of
        another order, or where the limit is not unique.
    """

    eps: float
    weight: float
    means: tuple[float, float]
    value: float
    unique: bool
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
        return Limit(eps, weight, merged.means, merged_value, True, None)
    maxima: list[tuple[Pair, float]] = []
    for start in _starts(model, eps, log_odds):
        found = maximise(model, start, FREE)
        if found is not None and not any(_same(found[0], other) for other, _ in maxima):
            maxima.append(found)
    maxima.sort(key=lambda found: -found[1])
    if not maxima or (weight != 0.5 and maxima[0][1] <= merged_value):
        return Limit(eps, weight, merged.means, merged_value, True, None)
    pair, value = maxima[0]
    unique = len(maxima) == 1 or maxima[1][1] < value - TIE * (1 + abs(value))
    # means = J (centre, half)
    jacobian = np.array([[1.0, -1.0], [1.0, 1.0]])
    covariance = jacobian @ sandwich(model, pair, FREE) @ jacobian.T if unique else None
    return Limit(eps, weight, pair.means, value, unique, covariance)


def critical_eps(model: Mixture) -> float:
    """The eps from which on the two means merge, for weights 1/2: the variance of X (see the module)."""
    return model.variance


def predict(model: Mixture, eps: float) -> dict[str, Prediction]:
    """Limits and asymptotic variances of ``known_variance``: distance, lower, upper."""
    found = limit(model, eps)
    if not found.unique:
        return dict.fromkeys(("distance", "lower", "upper"), Prediction(None, None))
    low, high = found.means
    if found.covariance is None:
        return {
            "distance": Prediction(0.0, None),
            "lower": Prediction(low, None),
            "upper": Prediction(high, None),
        }
    return {
        "distance": Prediction(found.distance, found.avar_distance),
        "lower": Prediction(low, float(found.covariance[0, 0])),
        "upper": Prediction(high, float(found.covariance[1, 1])),
    }


def _starts(model: Mixture, eps: float, log_odds: float) -> list[Pair]:
    """The local maxima over a grid of pairs of means, placed where the components are."""
    spread = np.linspace(-2.5, 2.5, 11)
    grid = np.unique(np.concatenate([m + s * spread for m, s in zip(model.means, model.sds, strict=True)]))
    x, w = nodes(model)
    values = np.full((len(grid), len(grid)), -np.inf)
    for i, j in np.ndindex(*values.shape):
        # equal weights: one of each two mirrored pairs is enough
        if i < j or (i > j and log_odds != 0):
            values[i, j] = np.dot(w, log_density(x, _pair(float(grid[i]), float(grid[j]), log_odds, eps)))
    padded = np.pad(values, 1, constant_values=-np.inf)
    around = np.stack(
        [padded[1 + a : 1 + a + len(grid), 1 + b : 1 + b + len(grid)] for a in (-1, 0, 1) for b in (-1, 0, 1)]
    )
    lows, highs = np.nonzero(np.isfinite(values) & (values >= around.max(axis=0)))
    return [_pair(float(grid[i]), float(grid[j]), log_odds, eps) for i, j in zip(lows, highs, strict=True)]


def _pair(first: float, second: float, log_odds: float, eps: float) -> Pair:
    return Pair((first + second) / 2, (second - first) / 2, log_odds, eps)


def _same(one: Pair, other: Pair) -> bool:
    size = abs(one.half) + abs(other.half)
    return abs(one.centre - other.centre) + abs(one.half - other.half) < 1e-6 * size
