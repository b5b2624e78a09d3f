"""EM as practised: where it goes when it is started at a split of the sample and stopped by a tolerance.

The population version of what scikit-learn's ``GaussianMixture`` does by default: hard labels from k-means,
one M step, then EM passes until the mean log-likelihood gains less than the tolerance in one pass, with
1e-6 added to every variance. mclust stops at a relative gain in the log-likelihood, which in the limit is
the gain of a pass over the absolute mean log-likelihood, and keeps the parameters that it was computed for.
The number of passes does not grow with n, so that part of the bias of the start stays at every n. The limit
jumps where the gain of a pass equals the tolerance; there the estimate has no limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, pi

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from ..models import Mixture
from . import Prediction, kmeans
from .quadrature import nodes

FloatArray = NDArray[np.float64]

# scikit-learn's defaults
TOLERANCE = 1e-3
MOST_PASSES = 100
ADDED_VARIANCE = 1e-6


@dataclass(frozen=True)
class Stopped:
    """What the stopped EM returns.

    Attributes
    ----------
    weights, means, variances : tuple of float, shape (2,)
        Lower component first.
    passes : int
        Number of EM passes after the start.
    gains : tuple of float
        What each pass but the first was seen to gain in mean log-likelihood; the last is below the tolerance.
    """

    weights: tuple[float, float]
    means: tuple[float, float]
    variances: tuple[float, float]
    passes: int
    gains: tuple[float, ...]

    @property
    def distance(self) -> float:
        """Distance between the means."""
        return self.means[1] - self.means[0]


def limit(
    model: Mixture,
    tolerance: float = TOLERANCE,
    covariance: str = "tied",
    most_passes: int = MOST_PASSES,
    start: str = "kmeans",
    rule: str = "gain",
    added_variance: float = ADDED_VARIANCE,
) -> Stopped:
    """Run EM on the distribution itself, from a split of it in two, until the rule stops it.

    Parameters
    ----------
    model : Mixture
        What the data come from.
    tolerance : float
        The pass after a gain below it is the last.
    covariance : {"tied", "spherical"}
        One common variance, or one for each component (on the line also "full" and "diag").
    most_passes : int
    start : {"kmeans", "halves"}
        Split at the cut of k-means, or at the median.
    rule : {"gain", "relative"}
        What ``tolerance`` is for: the gain in the mean log-likelihood, or that over its size.
    added_variance : float

    Returns
    -------
    Stopped

    Raises
    ------
    ValueError
        If ``covariance``, ``start`` or ``rule`` is neither.
    """
    choices = {
        "covariance": ("tied", "spherical"),
        "start": ("kmeans", "halves"),
        "rule": ("gain", "relative"),
    }
    for (name, values), given in zip(choices.items(), (covariance, start, rule), strict=True):
        if given not in values:
            raise ValueError(f"{name} must be {values[0]!r} or {values[1]!r}, not {given!r}")
    cut = kmeans.limit(model).best.boundaries[0] if start == "kmeans" else _median(model)
    x, w = nodes(model, breaks=(cut,))
    low = x < cut
    mixture = _m_step(x, w, np.stack([low, ~low]).astype(float), covariance, added_variance)
    value, gains = -inf, []
    for passes in range(1, most_passes + 1):  # noqa: B007
        x, w = nodes(model, transitions=_crossings(*mixture))
        logs = _log_parts(x, *mixture)
        total = np.logaddexp(logs[0], logs[1])
        previous, value = value, float(np.dot(w, total))
        gains.append(value - previous)
        if rule == "relative" and abs(value - previous) <= tolerance * abs(value):
            break
        mixture = _m_step(x, w, np.exp(logs - total), covariance, added_variance)
        if rule == "gain" and abs(value - previous) < tolerance:
            break
    weights, means, variances = (tuple(map(float, part)) for part in mixture)
    return Stopped(weights, means, variances, passes, tuple(gains[1:]))  # type: ignore[arg-type]


def predict(model: Mixture, tolerance: float = TOLERANCE, covariance: str = "tied") -> dict[str, Prediction]:
    """Limits of the stopped EM: distance, lower, upper, weight, and variance where it is common."""
    return predictions_of(limit(model, tolerance, covariance), covariance)


def predictions_of(found: Stopped, covariance: str = "tied") -> dict[str, Prediction]:
    """The limits of the estimates as predictions."""
    predictions = {
        "distance": Prediction(found.distance, None),
        "lower": Prediction(found.means[0], None),
        "upper": Prediction(found.means[1], None),
        "weight": Prediction(found.weights[0], None),
    }
    if covariance == "tied":
        predictions["variance"] = Prediction(found.variances[0], None)
    return predictions


def _median(model: Mixture) -> float:
    """Where the distribution function is one half."""
    reach = 40 * max(model.sds)
    low, high = min(model.means) - reach, max(model.means) + reach
    return float(optimize.brentq(lambda x: float(model.cdf(x)) - 0.5, low, high, xtol=1e-14))


def _log_parts(x: FloatArray, weights: FloatArray, means: FloatArray, variances: FloatArray) -> FloatArray:
    """Log of weight times density of each component, shape (2, n)."""
    parts = [
        np.log(weight / np.sqrt(2 * pi * variance)) - (x - mean) ** 2 / (2 * variance)
        for weight, mean, variance in zip(weights, means, variances, strict=True)
    ]
    return np.stack(parts)


def _m_step(
    x: FloatArray, w: FloatArray, responsibilities: FloatArray, covariance: str, added_variance: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weights, means and variances from responsibilities, shape (2, n)."""
    shares = responsibilities * w
    weights = shares.sum(axis=1)
    means = shares @ x / weights
    within = np.array([np.dot(share, (x - mean) ** 2) for share, mean in zip(shares, means, strict=True)])
    variances = within / weights if covariance == "spherical" else np.full(2, within.sum())
    return weights, means, variances + added_variance


def _crossings(weights: FloatArray, means: FloatArray, variances: FloatArray) -> list[tuple[float, float]]:
    """Where the two responsibilities are equal, and over what width they change there."""
    # the log odds are a x^2 + b x + c
    a = (1 / variances[0] - 1 / variances[1]) / 2
    b = means[1] / variances[1] - means[0] / variances[0]
    c = np.log(weights[1] / weights[0] * np.sqrt(variances[0] / variances[1]))
    c += means[0] ** 2 / (2 * variances[0]) - means[1] ** 2 / (2 * variances[1])
    roots = np.roots([a, b, c]) if abs(a) > 1e-12 * abs(b) else np.array([-c / b])
    return [(float(r.real), float(2 / abs(2 * a * r.real + b))) for r in roots if abs(r.imag) < 1e-9]
