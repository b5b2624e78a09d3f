"""EM from a split of the sample, stopped by a tolerance or after some steps: see :mod:`.stopped_em`.

After one step from k-means it is a smooth function of the clusters and of means of the sample, so that its
variance follows from influence functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..models import Mixture, Model
from . import Prediction, kmeans, stopped_em
from .quadrature import nodes

FloatArray = NDArray[np.float64]

MOST_PASSES = 100_000

#: Passes that the start takes; and the tolerance of mclust.
STARTS = {"kmeans": 4, "halves": 2}
TOLERANCE = 1e-5


def predict(
    model: Model,
    acceleration: str = "none",
    start: str = "kmeans",
    rule: str = "gain",
    tol: float | None = None,
    steps: int | None = None,
) -> dict[str, Prediction]:
    """Limits of ``em`` on the line: distance, lower, upper, weight, variance, and the number of passes.

    Nothing is claimed for EM that is extrapolated or goes on to a stationary point.
    """
    if rule == "relative" and tol is None:
        tol = TOLERANCE
    if not isinstance(model, Mixture) or acceleration != "none" or (tol is None and steps is None):
        return {}
    most = MOST_PASSES if steps is None else int(steps)
    found = stopped_em.limit(model, tol or 0.0, "tied", most, start, rule, added_variance=0.0)
    # after the last step the likelihood is computed once more
    ended = steps is not None and found.passes == steps
    passes = STARTS[start] + found.passes + (1 if ended else 0)
    predictions = stopped_em.predictions_of(found)
    if ended and steps == 1 and start == "kmeans":
        predictions |= _with_variances(model, predictions)
    return predictions | {"passes": Prediction(float(passes), None)}


def _with_variances(model: Mixture, predictions: dict[str, Prediction]) -> dict[str, Prediction]:
    """The limits of one step from k-means with those of n times the variances, where k-means has one limit.

    The clusters' means move with the cut between them, which moves with them; to the first order the variance
    within does not, for k-means has made it smallest.
    """
    found = kmeans.limit(model)
    if not found.unique:
        return {}
    cut, (lower, upper) = found.best.boundaries[0], found.best.centers
    x, w = nodes(model, breaks=(cut,))
    low = (x < cut).astype(float)
    share = float(w @ low)
    own_lower, own_upper = low * (x - lower) / share, (1 - low) * (x - upper) / (1 - share)
    squares = np.where(low > 0, (x - lower) ** 2, (x - upper) ** 2)
    within = float(w @ squares)
    # what a move of the cut adds to the centres
    density, half = float(model.pdf(cut)), (upper - lower) / 2
    follow_lower, follow_upper = density * half / share, density * half / (1 - share)
    moved = (own_lower + own_upper) / 2 / (1 - (follow_lower + follow_upper) / 2)
    clusters = np.stack(
        [
            low - share + density * moved,
            own_lower + follow_lower * moved,
            own_upper + follow_upper * moved,
            squares - within,
        ]
    )
    at = np.array([share, lower, upper, within])
    # the step reads the sample by the responsibilities and these times x, and by x and x^2
    sums = _read(x, at)
    totals = sums @ w
    direct = sums - totals[:, None]
    small = 1e-5
    moves = [_read(x, at + small * unit) @ w - _read(x, at - small * unit) @ w for unit in np.eye(4)]
    direct += np.stack(moves, axis=1) / (2 * small) @ clusters
    means = np.array([w @ x, w @ x**2])
    state, influence = np.append(totals, means), np.vstack([direct, x - means[0], x**2 - means[1]])
    slopes = [_estimates(state + small * unit) - _estimates(state - small * unit) for unit in np.eye(4)]
    variances = (np.stack(slopes, axis=1) / (2 * small) @ influence) ** 2 @ w
    names = ("distance", "lower", "upper", "weight", "variance")
    return {
        name: Prediction(predictions[name].limit, float(value))
        for name, value in zip(names, variances, strict=True)
    }


def _read(x: FloatArray, clusters: FloatArray) -> FloatArray:
    """Responsibility of the lower component, and that times x, at each of ``x``, shape (2, n)."""
    share, lower, upper, variance = clusters
    odds = np.log((1 - share) / share) + (upper - lower) * (x - (lower + upper) / 2) / variance
    lower_part = 1 / (1 + np.exp(odds))
    return np.stack([lower_part, lower_part * x])


def _estimates(state: FloatArray) -> FloatArray:
    """Distance, lower and upper mean, lower weight and variance from means of r, r x, x and x^2."""
    weight, product, mean, square = state
    lower, upper = product / weight, (mean - product) / (1 - weight)
    variance = square - weight * lower**2 - (1 - weight) * upper**2
    return np.array([upper - lower, lower, upper, weight, variance])
