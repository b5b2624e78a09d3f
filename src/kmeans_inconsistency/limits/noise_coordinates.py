"""What coordinates of mere noise add to the estimated distance in small samples: a bias of order d / n.

The two means lie on the first axis; the other d - 1 coordinates are independent noise of the same variance.
An estimate is free to turn towards whatever the noise shows by chance. In each coordinate the best turn
gains, on average over samples, V / (2 n H) in the criterion, V / n being the variance of its slope in the
angle and -H its curvature. That gain lengthens the distance, and where it depends on the other parameters it
moves them. Both effects are of order 1 / n, independent between coordinates, and so proportional to
(d - 1) / n.

They stand beside the bias of order 1 / n that the fit on the first axis alone would have.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..models import Mixture, normal_pair
from . import kmeans, mixture
from .likelihood import CENTRE, HALF, LOG_ODDS, VARIANCE, inverse_information
from .quadrature import nodes

_FREE = (CENTRE, HALF, LOG_ODDS, VARIANCE)
# relative step of the numerical derivatives, which are of smooth functions and need few digits
_STEP = 1e-5


def of_kmeans(model: Mixture) -> float:
    """Find n / (d - 1) times the bias of the distance of k-means that noise coordinates cause.

    At a given mass F of the lower cluster k-means maximises over directions the first moment a of the upper
    one, and its distance is a / (F (1 - F)). A turn has a slope of variance F (1 - F) / n, and a curvature of
    half the true distance times the covariance of the component's sign and the cluster. For the balanced pair
    this comes to 1 / (mu (2 Phi(mu) - 1)).

    Parameters
    ----------
    model : Mixture
        The data along the line of means: two normal components with a common variance.

    Raises
    ------
    ValueError
        If the model is no such pair.
    """
    delta, weight, sd = _standard(model)
    pair = normal_pair(delta, weight)
    best = kmeans.limit(pair).best
    cut, distance = best.boundaries[0], best.distance
    normal = Mixture((1.0,), (0.0,), (1.0,))
    below = normal.cdf([cut + delta / 2, cut - delta / 2])
    density = np.array([weight, 1 - weight]) * normal.pdf([cut + delta / 2, cut - delta / 2])
    mass, f = float(pair.cdf(cut)), float(density.sum())
    spread = mass * (1 - mass)
    moment = distance * spread
    # derivatives are in the mass F; the sign of a component is -1 for the lower one, 1 for the upper
    overlap = (1 - weight) * (1 - below[1]) - weight * (1 - below[0]) - (1 - 2 * weight) * (1 - mass)
    overlap_slope = (density[0] - density[1]) / f + (1 - 2 * weight)
    gain = 1 / (delta * overlap)
    gain_slope = -gain * overlap_slope / overlap
    moment_slope, moment_curvature = pair.mean - cut, -1 / f
    tilt = 1 - 2 * mass
    # of the between-cluster variance, moment^2 / spread
    curvature = (
        2 * (moment_slope**2 + moment * moment_curvature) / spread
        - (4 * moment * moment_slope * tilt - 2 * moment**2) / spread**2
        + 2 * moment**2 * tilt**2 / spread**3
    )
    distance_slope = moment_slope / spread - moment * tilt / spread**2
    shift = 2 * (moment_slope * gain + moment * gain_slope) / -curvature
    return float(sd * (gain + distance_slope * shift))


def of_mixture(model: Mixture, dimension: int) -> float:
    """Find n / (d - 1) times the bias of the mixture's distance that noise coordinates cause.

    The distance is a parameter of the likelihood, which a turn moves only by way of the other parameters: the
    expected gain is added to the expected log-likelihood, whose maximum then moves by the inverse
    information times its gradient. The variance is among them, and d - 1 noise coordinates tell of it, too.

    Parameters
    ----------
    model : Mixture
        The data along the line of means: two normal components with a common variance.
    dimension : int
        Dimension d of the data.

    Raises
    ------
    ValueError
        If the model is no such pair or ``dimension`` no positive whole number.
    """
    delta, weight, sd = _standard(model)
    line = normal_pair(delta, weight)
    if dimension < 1:
        raise ValueError(f"dimension must be a positive whole number, not {dimension}")
    pair = mixture.well_specified(line)
    assert pair is not None  # noqa: S101 -- it is a normal pair
    x, w = nodes(line)
    truth = np.array(pair)

    def gain(parameters: np.ndarray) -> float:
        """Expected gain of one coordinate's turn and shift, times n."""
        c, h, b, v = parameters
        t = np.tanh(b + h * (x - c) / v)
        first, second = w @ t, w @ (t * t)
        slopes = np.array([[h * h * second, h * first], [h * first, 1.0]]) / v**2
        turn = h * (w @ (t * (x - c))) / v - h * h * (1 - second) / v**2
        curvature = np.array([[turn, h * first / v], [h * first / v, 1 / v]])
        return float(np.trace(np.linalg.solve(curvature, slopes)) / 2)

    steps = _STEP * np.eye(4)
    gradient = np.array([(gain(truth + step) - gain(truth - step)) / (2 * _STEP) for step in steps])
    moved = inverse_information(line, pair, _FREE, (dimension - 1) / 2) @ gradient
    return float(2 * sd * moved[HALF])


def _standard(model: Mixture) -> tuple[float, float, float]:
    """Separation in standard deviations, weight of the lower component and standard deviation of a pair."""
    pair = mixture.well_specified(model)
    if pair is None:
        raise ValueError("the theory of noise coordinates needs two normal components of one variance")
    sd = sqrt(pair.variance)
    return pair.distance / sd, pair.weight, sd
