"""Classification maximum likelihood: where it goes, and when it empties a cluster.

Each observation gets a label of its own, and the labels are maximised over with the parameters: two normal
clusters with a common variance. The optimal partition is a cut t. With F the mass below it and W the
within-cluster variance, the criterion per observation is, up to a constant,

    -log(W) / 2                                     weights fixed at 1/2: k-means, and variance W;
    -log(W) / 2 + F log F + (1 - F) log(1 - F)      weights free.

With free weights an empty cluster (F = 0, W = Var X) may be best (Bryant 1991; Celeux & Govaert 1993 call the
criterion C2): for the balanced pair it beats the cut at the centre iff 4 W > 1 + mu^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from ..models import Mixture, normal_pair
from . import Prediction, kmeans

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A local maximum of the criterion with free weights.

    Attributes
    ----------
    cut : float or None
        None where one cluster is empty.
    weight : float
        Of the lower cluster.
    centers : tuple of float
        Equal where one cluster is empty.
    variance : float
    criterion : float
        Per observation, up to a constant.
    """

    cut: float | None
    weight: float
    centers: tuple[float, float]
    variance: float
    criterion: float

    @property
    def empty(self) -> bool:
        """Whether one cluster is empty."""
        return self.cut is None


@dataclass(frozen=True)
class Limit:
    """Classification maximum likelihood with free weights: all that an algorithm may end at.

    Attributes
    ----------
    best : Fit
        The global maximum.
    local : Fit
        What the algorithm (CEM) ends at when it is started at the limit of k-means.
    maxima : tuple of Fit
        All local maxima with two clusters, best first.
    """

    best: Fit
    local: Fit
    maxima: tuple[Fit, ...]


def limit(model: Mixture) -> Limit:
    """Find the maxima of the criterion with free weights, and the one reached from k-means.

    With known weights 1/2 the centres are those of :mod:`.kmeans` and the variance is its ``within``.
    """
    # one pass of CEM moves the cut up before a maximum and down behind it
    grid = kmeans.cut_grid(model)
    up = _pull(model, grid) > 0
    found = [
        _fit(
            model, float(optimize.brentq(lambda t: float(_pull(model, t)), grid[i], grid[i + 1], xtol=1e-15))
        )
        for i in np.flatnonzero(up[:-1] & ~up[1:])
    ]
    maxima = tuple(sorted(found, key=lambda fit: -fit.criterion))
    empty = Fit(None, 0.0, (model.mean, model.mean), model.variance, -log(model.variance) / 2)
    best = max((*maxima, empty), key=lambda fit: fit.criterion)
    return Limit(best, _follow(model, kmeans.limit(model).best.boundaries[0], maxima, empty), maxima)


def emptying_separation(weight: float = 0.5) -> float:
    """Separation of a normal pair below which the best partition leaves a cluster empty."""

    def gain(delta: float) -> float:
        model = normal_pair(delta, weight)
        maxima = limit(model).maxima
        return (maxima[0].criterion if maxima else -1.0) + log(model.variance) / 2

    return float(optimize.brentq(gain, 0.5, 12.0, xtol=1e-13))


def predict(model: Mixture, weights: str = "free", search: str = "global") -> dict[str, Prediction]:
    """Limits of ``classification``: distance, lower, upper, variance and, where it is free, weight.

    With weights of 1/2 the method is k-means, and so are its limits and variances; else the variances are not
    known.
    """
    if weights == "equal":
        return kmeans.predict(model)
    found = limit(model)
    fit = found.best if search == "global" else found.local
    return {
        "distance": Prediction(fit.centers[1] - fit.centers[0], None),
        "lower": Prediction(fit.centers[0], None),
        "upper": Prediction(fit.centers[1], None),
        "weight": Prediction(None if fit.empty else fit.weight, None),
        "variance": Prediction(fit.variance, None),
    }


def _parts(model: Mixture, cut: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Masses and centres of the two cells of each cut, shape (..., 2), and the within-cluster variance."""
    inner = np.asarray(cut, dtype=float)
    low = np.stack([np.full_like(inner, -inf), inner], axis=-1)
    high = np.stack([inner, np.full_like(inner, inf)], axis=-1)
    mass, first, _ = model.partial_moments(low, high, about=model.mean)
    centers = model.mean + first / mass
    return mass, centers, model.partial_moments(low, high, about=centers)[2].sum(axis=-1)


def _fit(model: Mixture, cut: float) -> Fit:
    mass, (low, high), within = _parts(model, cut)
    criterion = np.dot(mass, np.log(mass)) - np.log(within) / 2
    return Fit(cut, float(mass[0]), (float(low), float(high)), float(within), float(criterion))


def _pull(model: Mixture, cut: ArrayLike) -> FloatArray:
    """Where one pass of CEM moves each cut: the point of equal posterior, less the cut."""
    mass, centers, within = _parts(model, cut)
    log_odds = np.log(mass[..., 0] / mass[..., 1])
    return np.asarray(centers.mean(axis=-1) + within * log_odds / np.diff(centers)[..., 0] - cut)


def _follow(model: Mixture, cut: float, maxima: tuple[Fit, ...], empty: Fit) -> Fit:
    """What CEM ends at from a cut: a maximum, an empty cluster, or where it stands if that is stationary."""
    scale = sqrt(model.variance)
    if abs(float(_pull(model, cut))) < 1e-9 * scale:
        return _fit(model, cut)
    for _ in range(5000):
        step = float(_pull(model, cut))
        cut += step
        if not 1e-12 < float(model.cdf(cut)) < 1 - 1e-12:
            return empty
        if abs(step) < 1e-9 * scale:
            break
    return min(maxima, key=lambda fit: abs((fit.cut or 0.0) - cut), default=empty)
